// Unwrapping: what a relay or a cloud puts around the lines of a PostgreSQL log, taken off.
//
// Law: one wrapping a source. What is inside comes out as the server's own plain log, or jsonlog
// where the wrapping has taken the message apart; the time of the wrapping stands in front where
// the line has none of its own. Wrappings: Docker's json-file, docker compose and the container
// runtime interface (kubectl), syslog (the years-less form of old, and ISO times), Heroku,
// CloudWatch, Cloud SQL, Azure Database, CloudNativePG. Blind spots: syslog of old names no year,
// so a line without a time of its own has none; chunks of two processes that are mixed up cannot be
// put together again, and are counted; relays that deliver twice are not noticed.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace plimsoll::readers::postgres {

enum class Wrapping : std::uint8_t {
    none,
    docker_json,
    compose,
    container_runtime,
    syslog,
    heroku,
    cloudwatch,
    cloud_sql,
    azure,
    cloud_native
};

// The wrapping of most of the first lines; none when it is not known.
[[nodiscard]] Wrapping wrapping_of(std::string_view head);
[[nodiscard]] std::string_view name_of(Wrapping wrapping) noexcept;

class Unwrapper {
public:
    explicit Unwrapper(Wrapping wrapping) : wrapping_{wrapping} {}

    // Adds the inner text of an outer line without its line feed; false when it is not wrapped so.
    [[nodiscard]] bool take(std::string_view line, std::string& out);
    // Ends a line that is still open.
    void end(std::string& out);

private:
    [[nodiscard]] bool chunk(std::string_view line, std::string& out);
    [[nodiscard]] bool azure(std::string_view line, std::string& out);
    void whole(std::string_view text, std::string& out);
    void piece(std::string_view text, bool more, std::string& out);

    Wrapping wrapping_;
    bool open_ = false;  // the last line of the output has no end yet
    std::string open_process_;
};

}  // namespace plimsoll::readers::postgres
