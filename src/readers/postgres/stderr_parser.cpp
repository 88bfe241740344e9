#include "readers/postgres/stderr_parser.hpp"

#include "readers/postgres/infer_prefix.hpp"
#include "readers/workload/scan.hpp"

#include <algorithm>
#include <utility>

namespace plimsoll::readers::postgres {
namespace {

// The start of the line that holds `at`.
[[nodiscard]] std::size_t line_start(std::string_view block, std::size_t at) {
    const std::size_t feed = at == 0 ? std::string_view::npos : block.rfind('\n', at - 1);
    return feed == std::string_view::npos ? 0 : feed + 1;
}

[[nodiscard]] std::size_t next_line(std::string_view block, std::size_t at) {
    const char* const end = block.data() + block.size();
    const char* const feed = scan::first(block.data() + at, end, '\n');
    return static_cast<std::size_t>(feed - block.data()) + (feed == end ? 0 : 1);
}

[[nodiscard]] std::size_t next_line(std::string_view block, std::size_t at, scan::Forward& feeds) {
    const auto feed = static_cast<std::size_t>(feeds.find(block.data() + at) - block.data());
    return feed + (feed == block.size() ? 0 : 1);
}

[[nodiscard]] std::string_view first_line(std::string_view entry) {
    std::string_view line = entry.substr(0, entry.find('\n'));
    if (line.ends_with('\r')) {
        line.remove_suffix(1);
    }
    return line;
}

[[nodiscard]] bool begins_record(std::string_view block, std::size_t at) {
    if (block[at] == '\t') {
        return false;
    }
    std::string_view line = first_line(block.substr(at, 1024));
    line.remove_prefix(std::min(find_severity(line), line.size()));
    return !is_attached(take_severity(line));
}

// `parameter "log_line_prefix" changed to "..."`, in a line whose own prefix is the new one.
[[nodiscard]] std::string_view announced(std::string_view line) {
    constexpr std::string_view words = R"(parameter "log_line_prefix" changed to ")";
    const std::size_t at = line.find(words);
    if (at == std::string_view::npos) {
        return {};
    }
    const std::string_view rest = line.substr(at + words.size());
    return rest.substr(0, rest.rfind('"'));
}

}  // namespace

StderrParser::StderrParser(std::vector<Prefix> prefixes, std::string_view zone, bool keep_literals)
    : prefixes_{std::move(prefixes)}, clock_{zone}, messages_{keep_literals} {}

bool StderrParser::match(std::string_view& line, Record& record) {
    for (const Prefix& prefix : prefixes_) {
        record = Record{};
        if (prefix.match(line, record, clock_, tails_)) {
            return true;
        }
    }
    return false;
}

// The lines of a message, and the messages of a process within a millisecond, begin with the same
// bytes: then head_ tells all but the severity.
Severity StderrParser::same_again(std::string_view& line) const {
    if (begin_.empty() || line.size() <= begin_.size() ||
        !scan::same(line.data(), begin_.data(), begin_.size())) {
        return Severity::none;
    }
    std::string_view rest = line.substr(begin_.size());
    const Severity severity = take_severity(rest);
    if (severity != Severity::none) {
        line.remove_prefix(line.size() - rest.size());
    }
    return severity;
}

// Reads what a line begins with into head_; the prefix may be one that the line itself announces.
bool StderrParser::new_head(std::string_view& line, workload::BlockEvents& out) {
    const std::string_view with_prefix = line;
    begin_ = {};  // head_ is being written
    if (!match(line, head_)) {
        if (const std::string_view prefix = announced(line); !prefix.empty()) {
            out.learnt.emplace_back(prefix);
            learn(out.learnt.back());
        }
        if (!match(line, head_)) {
            return false;
        }
    }
    remember(with_prefix, line);
    return true;
}

// Keeps what a line begins with, up to its severity: what that said is in head_.
void StderrParser::remember(std::string_view line, std::string_view message) {
    std::size_t begin = line.size() - message.size();
    begin -= begin > 1 && line[begin - 2] == ' ' ? 3 : 2;
    while (begin > 0 && ((line[begin - 1] >= 'A' && line[begin - 1] <= 'Z') ||
                         (line[begin - 1] >= '1' && line[begin - 1] <= '5'))) {
        --begin;
    }
    std::string_view check = line.substr(begin);
    const bool fits = take_severity(check) == head_.severity && check.data() == message.data();
    begin_ = fits ? line.substr(0, begin) : std::string_view{};
}

void StderrParser::learn(const std::string& prefix) {
    constexpr std::size_t most = 8;  // a log that changes its prefix more often than this is broken
    const auto same = [&](const Prefix& known) { return known.text() == prefix; };
    if (prefixes_.size() < most && std::ranges::none_of(prefixes_, same)) {
        prefixes_.emplace_back(prefix);
    }
}

StderrParser::Cut StderrParser::cut(std::string_view /*carried*/, std::string_view block) {
    Cut cut{.first = 0, .last = block.size()};
    while (cut.first < block.size() && !begins_record(block, cut.first)) {
        cut.first = next_line(block, cut.first);
    }
    while (cut.last > cut.first) {
        cut.last = line_start(block, cut.last - 1);
        if (begins_record(block, cut.last)) {
            break;
        }
    }
    return cut;
}

void StderrParser::finish(workload::BlockEvents& out) {
    if (has_pending_) {
        messages_.take(pending_, out);
        has_pending_ = false;
    }
}

void StderrParser::attach(Severity severity, std::string_view message, bool tabbed) {
    if (!has_pending_ || head_.session != pending_.session) {
        return;
    }
    pending_.tabbed = pending_.tabbed || tabbed;
    switch (severity) {
        case Severity::detail:
            pending_.detail = message;
            break;
        case Severity::context:
            pending_.context = message;
            break;
        case Severity::statement:
            pending_.statement = message;
            break;
        default:
            break;
    }
}

void StderrParser::parse(std::string_view records, workload::BlockEvents& out) {
    scan::Forward feeds{records, '\n'};
    std::size_t at = 0;
    while (at < records.size()) {
        const std::size_t begin = at;
        const std::uint32_t line_number = ++out.lines;
        at = next_line(records, at, feeds);
        const std::string_view line = records.substr(begin, at - begin);
        const bool tabbed = at < records.size() && records[at] == '\t';
        while (at < records.size() && records[at] == '\t') {
            at = next_line(records, at, feeds);
            ++out.lines;
        }
        std::string_view rest = line;
        Severity severity = same_again(rest);
        if (severity == Severity::none) {
            if (!new_head(rest, out)) {
                finish(out);
                out.skip(line_number,
                         records.substr(begin, at - begin),
                         "the line does not begin with the log_line_prefix");
                continue;
            }
            severity = head_.severity;
        }
        const auto offset = static_cast<std::size_t>(rest.data() - records.data());
        const std::string_view message = records.substr(offset, at - offset);
        if (is_attached(severity)) {
            attach(severity, message, tabbed);
            continue;
        }
        finish(out);
        pending_ = head_;
        pending_.severity = severity;
        pending_.message = message;
        pending_.line = line_number;
        pending_.tabbed = tabbed;
        has_pending_ = true;
    }
    finish(out);
    begin_ = {};  // its bytes are not ours any longer
    messages_.forget();
}

}  // namespace plimsoll::readers::postgres
