// The statements that `collect` sends: reading the catalogue and the statistics views, nothing
// else. No statement of the user's is ever sent, and none of ours takes a lock that a writer waits
// for.
//
// Law: columns are picked by the server's version (12 to 18), those of pg_stat_statements by the
// version of the extension, which an upgrade of the server leaves behind. Names of result columns
// are the fields of the evidence. Everything pg_monitor may see, and nothing more is needed. Blind
// spot: 15 is the version that tests run; the others are held to the documentation only.
#pragma once

#include <string>

namespace plimsoll::readers::live {

// 12 to 18; 130004 is 13.4. statements: 110 is pg_stat_statements 1.10, 0 none.
struct Versions {
    int server = 0;
    int statements = 0;
    std::string statements_schema;  // quoted, where the extension lives
};
inline constexpr int oldest_server = 120000;

// "1.10" as 110; 0 for what is no version.
[[nodiscard]] int extension_version(const std::string& text) noexcept;

namespace ask {
[[nodiscard]] std::string server();
[[nodiscard]] std::string settings(const Versions& versions);
[[nodiscard]] std::string extensions();
[[nodiscard]] std::string types();
[[nodiscard]] std::string tables();
// `texts`: with the common values of texts and the like, to be replaced by stand-ins; `bounds`:
// with their bounds as well, as only the user who keeps values wants them.
[[nodiscard]] std::string columns(bool texts, bool bounds);
// Without statistics: where those are locked, or time is short.
[[nodiscard]] std::string columns_alone();
[[nodiscard]] std::string indexes();
[[nodiscard]] std::string constraints();
[[nodiscard]] std::string totals(const Versions& versions);
[[nodiscard]] std::string checkpoints(const Versions& versions);
[[nodiscard]] std::string statements_dropped(const Versions& versions);
[[nodiscard]] std::string table_counters();
[[nodiscard]] std::string table_sizes();
[[nodiscard]] std::string index_counters();
[[nodiscard]] std::string index_sizes();
[[nodiscard]] std::string statements(const Versions& versions);
[[nodiscard]] std::string replicas();
[[nodiscard]] std::string slots(const Versions& versions);
[[nodiscard]] std::string sessions(const Versions& versions);
[[nodiscard]] std::string lock_waits();
}  // namespace ask

}  // namespace plimsoll::readers::live
