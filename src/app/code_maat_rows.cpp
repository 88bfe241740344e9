#include "app/code_maat_rows.hpp"

#include "core/error.hpp"
#include "core/instant.hpp"
#include "core/reader.hpp"
#include "evidence/evidence.hpp"
#include "input/sources.hpp"
#include "readers/git/log_format.hpp"

#include <algorithm>
#include <fstream>
#include <map>
#include <numeric>
#include <optional>
#include <regex>
#include <unordered_set>

namespace plimsoll::app {
namespace {

namespace git = readers::git;

[[nodiscard]] Error bad_log(const std::string& name, std::uint64_t line) {
    return Error{
        {.status = Status::untrusted,
         .what = "this is no log in code-maat's formats",
         .where = name + ":" + std::to_string(line),
         .why = "the line is neither a commit's nor one of --numstat",
         .remedy =
             "git log --all -M -C --numstat --date=short --pretty=format:'--%h--%cd--%cn' > FILE"}};
}

void read_log(input::Stream& stream, CodeMaatRows& out) {
    input::Lines lines{stream};
    std::optional<CodeMaatRow> commit;
    while (const auto line = lines.next()) {
        if (line->find_first_not_of(" \t\r\f\v") == std::string_view::npos) {
            commit.reset();
        } else if (const auto header = git::parse_log_header(*line);
                   header && parse_instant(header->date)) {
            commit = CodeMaatRow{.rev = out.revs.number(header->rev),
                                 .date = out.dates.number(header->date),
                                 .author = out.authors.number(header->author)};
        } else if (const auto change = git::parse_log_change(*line); change && commit) {
            CodeMaatRow row = *commit;
            row.entity = out.entities.number(change->path);
            row.added = git::lines_of(change->added);
            row.deleted = git::lines_of(change->deleted);
            out.rows.push_back(row);
        } else {
            throw bad_log(stream.name(), lines.number());
        }
    }
}

// The commits of a repository in the order of `git log`, as far as dates give it.
void read_history(input::Stream& stream, CodeMaatRows& out) {
    for (const Reader* reader : all_readers()) {
        if (reader->id != "git-history") {
            continue;
        }
        Evidence evidence;
        Input input;
        input.name = stream.name();
        reader->read(stream, {}, evidence, input);
        const History& history = evidence.history;
        std::vector<std::uint32_t> order(history.commits.size());
        std::iota(order.begin(), order.end(), 0U);
        std::ranges::stable_sort(
            order, std::greater{}, [&](std::uint32_t at) { return history.commits[at].committed; });
        for (const std::uint32_t at : order) {
            const Commit& commit = history.commits[at];
            for (const std::uint32_t path : history.touched(at)) {
                out.rows.push_back(
                    {.rev = out.revs.number(to_text(history.ids[at])),
                     .date = out.dates.number(to_date(instant(commit.committed * 1'000'000))),
                     .author = out.authors.number(history.authors[commit.author]),
                     .entity = out.entities.number(history.paths[path])});
            }
        }
    }
}

struct Group {
    std::regex pattern;
    std::string name;
};

[[nodiscard]] std::vector<Group> parse_groups(const std::string& path) {
    std::ifstream in{path, std::ios::binary};
    if (!in) {
        throw Error{{.status = Status::unreadable,
                     .what = "cannot open the group file",
                     .where = path,
                     .why = "no such file, or no right to read it",
                     .remedy = "check the path after --group"}};
    }
    std::vector<Group> out;
    std::uint64_t number = 0;
    for (std::string line; std::getline(in, line);) {
        ++number;
        line.erase(
            std::find_if(line.rbegin(), line.rend(), [](char c) { return c != '\r' && c != ' '; })
                .base(),
            line.end());
        if (line.empty()) {
            continue;
        }
        constexpr std::string_view arrow = " => ";
        const std::size_t at = line.find(arrow);
        try {
            if (at == std::string::npos) {
                throw std::regex_error{std::regex_constants::error_brace};
            }
            const std::string text = line.substr(0, at);
            const bool is_regex = text.starts_with('^') && text.ends_with('$');
            out.push_back(
                {std::regex{is_regex ? text : "^" + text + "/"}, line.substr(at + arrow.size())});
        } catch (const std::regex_error&) {
            throw Error{{.status = Status::usage,
                         .what = "a line of the group file is no group",
                         .where = path + ":" + std::to_string(number),
                         .why = line,
                         .remedy = "write `some/path => name` or `^regex$ => name`"}};
        }
    }
    return out;
}

}  // namespace

CodeMaatRows code_maat_rows(std::span<const std::string> paths) {
    CodeMaatRows out;
    input::for_each_source(paths, [&](input::Stream& stream, bool) {
        const Sample sample = stream.sample();
        if (sample.kind == SourceKind::git_repository ||
            sample.head.starts_with("# v2 git bundle") ||
            sample.head.starts_with("# v3 git bundle")) {
            read_history(stream, out);
        } else {
            read_log(stream, out);
        }
    });
    return out;
}

void apply_groups(CodeMaatRows& rows, const std::string& group_file) {
    constexpr std::uint32_t none = 0xFFFF'FFFFU;
    constexpr std::size_t longest = 4096;  // std::regex recurses by length
    const std::vector<Group> groups = parse_groups(group_file);
    Names names;
    std::vector<std::uint32_t> group_of(rows.entities.size(), none);
    for (std::uint32_t i = 0; i < group_of.size(); ++i) {
        const std::string entity{rows.entities.name(i).substr(0, longest)};
        const auto found = std::ranges::find_if(
            groups, [&](const Group& group) { return std::regex_search(entity, group.pattern); });
        if (found != groups.end()) {
            group_of[i] = names.number(found->name);
        }
    }
    std::erase_if(rows.rows, [&](const CodeMaatRow& row) { return group_of[row.entity] == none; });
    for (CodeMaatRow& row : rows.rows) {
        row.entity = group_of[row.entity];
    }
    rows.entities = std::move(names);
}

// Days without commits count; only whole windows; a file once a window; a window is named by its
// last active day, so two that end on the same one are one change set.
void apply_temporal_period(CodeMaatRows& rows, std::int64_t days) {
    std::map<std::int64_t, std::vector<CodeMaatRow>> by_day;
    for (const CodeMaatRow& row : rows.rows) {
        by_day[day_of(*parse_instant(rows.dates.name(row.date)))].push_back(row);
    }
    rows.rows.clear();
    if (by_day.empty() || days < 1) {
        return;
    }
    Names revs;
    const std::int64_t last = by_day.rbegin()->first;
    for (std::int64_t from = by_day.begin()->first; from + days - 1 <= last; ++from) {
        auto day = by_day.lower_bound(from);
        const auto end = by_day.lower_bound(from + days);
        if (day == end) {
            from = std::max(from,
                            day->first - days);  // nothing ends before the window reaches that day
            continue;
        }
        const std::uint32_t rev = revs.number(rows.dates.name(std::prev(end)->second.front().date));
        std::unordered_set<std::uint32_t> seen;
        for (; day != end; ++day) {
            for (CodeMaatRow row : day->second) {
                if (seen.insert(row.entity).second) {
                    row.rev = rev;
                    rows.rows.push_back(row);
                }
            }
        }
    }
    rows.revs = std::move(revs);
}

}  // namespace plimsoll::app
