#include "app/compat_code_maat.hpp"

#include "app/code_maat/analyses.hpp"
#include "core/error.hpp"

#include <array>

namespace plimsoll::app {
namespace {

using code_maat::Table;

struct Analysis {
    std::string_view name;
    Table (*run)(const CodeMaatRows&, const CodeMaatOptions&, const Settings&);
};

// An analysis that no option changes.
template <Table (*run)(const CodeMaatRows&)>
[[nodiscard]] Table plain(const CodeMaatRows& in, const CodeMaatOptions&, const Settings&) {
    return run(in);
}
template <Table (*run)(const CodeMaatRows&, const CodeMaatOptions&)>
[[nodiscard]] Table tuned(const CodeMaatRows& in, const CodeMaatOptions& options, const Settings&) {
    return run(in, options);
}

constexpr std::array analyses{
    Analysis{"abs-churn", plain<code_maat::churn_by_date>},
    Analysis{"age", code_maat::age},
    Analysis{"author-churn", plain<code_maat::churn_by_author>},
    Analysis{"authors", plain<code_maat::authors>},
    Analysis{"communication", plain<code_maat::communication>},
    Analysis{"coupling", tuned<code_maat::coupling>},
    Analysis{"entity-churn", plain<code_maat::churn_by_entity>},
    Analysis{"entity-effort", plain<code_maat::entity_effort>},
    Analysis{"entity-ownership", plain<code_maat::entity_ownership>},
    Analysis{"fragmentation", plain<code_maat::fragmentation>},
    Analysis{"main-dev", plain<code_maat::main_developers>},
    Analysis{"main-dev-by-revs", plain<code_maat::main_developers_by_revisions>},
    Analysis{"refactoring-main-dev", plain<code_maat::refactoring_main_developers>},
    Analysis{"revisions", plain<code_maat::revisions>},
    Analysis{"soc", tuned<code_maat::sum_of_coupling>},
    Analysis{"summary", plain<code_maat::summary>}};

[[nodiscard]] const Analysis& analysis_of(const std::string& name) {
    std::string known;
    for (const Analysis& analysis : analyses) {
        if (analysis.name == name) {
            return analysis;
        }
        known += (known.empty() ? "known are " : ", ") + std::string{analysis.name};
    }
    throw Error{{.status = Status::usage,
                 .what = "there is no such analysis",
                 .where = "--analysis " + name,
                 .why = known,
                 .remedy = "choose one of them"}};
}

}  // namespace

std::string compat_code_maat(std::span<const std::string> paths,
                             const CodeMaatOptions& options,
                             const Settings& settings) {
    const Analysis& analysis = analysis_of(options.analysis);
    CodeMaatRows rows = code_maat_rows(paths);
    if (!options.group.empty()) {
        apply_groups(rows, options.group);
    }
    if (options.temporal_period > 0) {
        apply_temporal_period(rows, options.temporal_period);
    }
    return code_maat::csv(analysis.run(rows, options, settings), options.rows);
}

}  // namespace plimsoll::app
