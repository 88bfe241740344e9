#include "app/audit.hpp"

#include "app/ask.hpp"
#include "verdict/criteria.hpp"
#include "verdict/judge.hpp"
#include "wire/json.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace plimsoll::app {
namespace {

void mix(std::uint64_t& hash, std::string_view text) {
    for (const char c : text) {
        hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001B3ULL;  // FNV-1a
    }
}

// Every number that judges, in one word: two audits with different words were judged by different
// rules.
[[nodiscard]] std::string rules_version(const Settings& settings) {
    std::uint64_t hash = 0xCBF29CE484222325ULL;
    const auto add = [&](const Threshold& threshold) {
        mix(hash, fmt::format("{}={};", threshold.id, settings.value_of(threshold)));
    };
    for (const Check* check : all_checks()) {
        mix(hash, check->id);
        std::ranges::for_each(check->thresholds, add);
    }
    for (const verdict::Points& points : verdict::points_table()) {
        add(points.best);
        add(points.middle);
        add(points.worst);
    }
    add(verdict::prior_points());
    return fmt::format("{:08x}", hash >> 32U);
}

void name_kinds(const Evidence& evidence, Audit& audit) {
    const Kinds kinds = evidence.kinds();
    for (std::size_t i = 0; i < texts_of<Kind>.size(); ++i) {
        audit.kinds_known.emplace_back(texts_of<Kind>[i]);
        if (kinds.has(static_cast<Kind>(i))) {
            audit.kinds_supplied.emplace_back(texts_of<Kind>[i]);
        }
    }
}

// An override of a threshold that no rule has would change nothing, in silence.
void refuse_unknown_thresholds(const Settings& settings) {
    std::vector<std::string_view> known{
        unread_warns.id, unread_refuses.id, verdict::prior_points().id};
    for (const Check* check : all_checks()) {
        for (const Threshold& threshold : check->thresholds) {
            known.push_back(threshold.id);
        }
    }
    for (const verdict::Points& points : verdict::points_table()) {
        known.insert(known.end(), {points.best.id, points.middle.id, points.worst.id});
    }
    for (const auto& [id, changed] : settings.thresholds) {
        if (std::ranges::find(known, id) == known.end()) {
            throw Error{{.status = Status::usage,
                         .what = "the configuration cannot be used",
                         .where = to_text(changed.origin),
                         .why = fmt::format("\"{}\" is not a threshold that any rule has", id),
                         .remedy = "plimsoll explain thresholds lists them"}};
        }
    }
}

// Loads of two databases are added up, and a limit of one is set against both: to be told, not to
// be guessed away, for some systems have two.
void warn_of_two_products(Audit& audit) {
    const auto first_of = [&](std::initializer_list<std::string_view> readers) {
        const auto found = std::ranges::find_if(audit.inputs, [&](const Input& input) {
            return std::ranges::find(readers, input.reader) != readers.end();
        });
        return found == audit.inputs.end() ? std::string{} : found->name;
    };
    const std::string postgres =
        first_of({"postgres-log", "postgres-csvlog", "postgres-jsonlog", "postgres-wrapped-log"});
    const std::string mysql = first_of({"mysql-slow-log"});
    if (!postgres.empty() && !mysql.empty()) {
        audit.warnings.push_back(fmt::format(
            "logs of PostgreSQL ({}) and of MySQL or MariaDB ({}) are judged as one system: their "
            "loads are added up, and a limit of one stands for both; audit each alone if they are "
            "two",
            postgres,
            mysql));
    }
}

}  // namespace

Audit audit(const ReadResult& read,
            const Settings& settings,
            std::string_view tool_version,
            const Amendment* amendment) {
    refuse_unknown_thresholds(settings);
    const std::span<const Check* const> checks = all_checks();
    std::vector<Finding> findings = ask(checks, read.evidence, settings);
    for (Finding& finding : findings) {
        if (amendment != nullptr && finding.check == amendment->check) {
            amendment->amend(finding);
        }
    }
    Audit out = verdict::judge(checks, std::move(findings), settings);
    out.tool_version = tool_version;
    out.rules_version = rules_version(settings);
    out.audited_at = settings.now;
    out.inputs = read.evidence.inputs;
    std::ranges::stable_sort(out.inputs, {}, &Input::name);
    for (const Input& input : out.inputs) {
        out.span.merge(input.span);
    }
    name_kinds(read.evidence, out);
    out.warnings = read.warnings;
    for (const Error& error : read.errors) {
        const Error::Parts& parts = error.parts();
        out.warnings.push_back(fmt::format("{}: {}: {}", parts.where, parts.what, parts.why));
    }
    warn_of_two_products(out);
    return out;
}

Audit parse_audit(std::string_view json, const std::string& name) {
    const auto refuse = [&](std::string why) {
        return Error{{.status = Status::untrusted,
                      .what = "this is not the JSON of an audit",
                      .where = name,
                      .why = std::move(why),
                      .remedy = "plimsoll audit PATH... --json FILE writes one"}};
    };
    try {
        const wire::Json document = wire::parse(json);
        Audit out;
        out.schema.clear();
        wire::from_json(document, out);
        if (out.schema != Audit{}.schema) {
            throw refuse("its schema is \"" + out.schema + "\", known is " + Audit{}.schema);
        }
        return out;
    } catch (const wire::Json::exception& error) {
        throw refuse(error.what());
    }
}

}  // namespace plimsoll::app
