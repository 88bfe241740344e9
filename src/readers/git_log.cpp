// Reads plain `git log` exports in the two formats that code-maat reads (git/log_format.hpp).
//
// Law: the ids are abbreviated, so two exports merge only when they abbreviate alike, and an export
// does not merge with its repository: give one of them. Dates are days; change sets are commits.
// Blind spots: no parents, so no pull requests; names instead of addresses; moves only where git
// printed them.
#include "core/reader.hpp"
#include "evidence/evidence.hpp"
#include "evidence/history_builder.hpp"
#include "input/stream.hpp"
#include "readers/git/log_format.hpp"
#include "readers/git/people.hpp"

#include <unordered_map>
#include <utility>

namespace plimsoll::readers {
namespace {

class Log {
public:
    Log(Evidence& evidence, Input& input) : evidence_{evidence}, input_{input} {
        builder_.with_lines();
    }

    void line(std::string_view text, std::uint64_t number) {
        if (text.find_first_not_of(" \t\r") == std::string_view::npos) {
            return;
        }
        if (const auto header = git::parse_log_header(text)) {
            finish();
            begin(*header, text, number);
        } else if (const auto change = git::parse_log_change(text); change && begun_) {
            add(*change);
        } else {
            input_.skip(number, text.size() + 1, "neither a commit's line nor a line of --numstat");
        }
    }

    void take() {
        finish();
        builder_.rest.first_seen = {.source = input_.name, .line = 1};
        input_.records = builder_.size();
        if (builder_.size() != 0) {
            input_.note = "an export: ids are abbreviated, so do not give its repository as well";
            evidence_.history.merge(builder_.take());
        }
    }

private:
    void begin(const git::LogHeader& header, std::string_view text, std::uint64_t number) {
        const std::optional<CommitId> id = parse_commit_id(header.rev);
        const std::optional<Instant> day = parse_instant(header.date);
        begun_ = id && day;
        if (!begun_) {
            input_.skip(number, text.size() + 1, "a commit's line with a date that does not exist");
            return;
        }
        id_ = *id;
        commit_ = {};
        commit_.authored = commit_.committed = micros(*day) / 1'000'000;
        commit_.author = builder_.authors.number(git::address_of(header.author));
        commit_.flags = git::flags_of_subject(header.subject);
        if (git::is_bot(header.author)) {
            commit_.flags |= Commit::bot;
        }
        input_.span.cover(*day);
    }

    void add(const git::LogChange& change) {
        const auto moved = git::moved_path(change.path);
        const std::string path = moved ? moved->to : git::unquoted(change.path);
        if (moved) {
            (void)builder_.paths.number(moved->from);
            builder_.rest.renames.push_back(
                {.at = commit_.committed, .from = moved->from, .to = moved->to});
        }
        touched_.push_back({.path = builder_.paths.number(path),
                            .added = git::lines_of(change.added),
                            .deleted = git::lines_of(change.deleted)});
    }

    void finish() {
        if (begun_) {
            commit_.landed = static_cast<std::uint32_t>(builder_.size());
            commit_.files = static_cast<std::uint32_t>(touched_.size());
            builder_.add(id_, commit_, touched_);
        }
        begun_ = false;
        touched_.clear();
    }

    Evidence& evidence_;
    Input& input_;
    HistoryBuilder builder_;
    bool begun_ = false;
    CommitId id_{};
    Commit commit_;
    std::vector<TouchedFile> touched_;
};

Sureness recognises(const Sample& sample) noexcept {
    std::string_view head = sample.head;
    for (int lines = 0; lines < 50 && !head.empty(); ++lines) {
        std::string_view line = head.substr(0, head.find('\n'));
        head.remove_prefix(std::min(head.size(), line.size() + 1));
        if (line.find_first_not_of(" \t\r") == std::string_view::npos) {
            continue;
        }
        if (!git::parse_log_header(line)) {
            return Sureness::no;
        }
        return line.starts_with("--") ? Sureness::certain : Sureness::likely;
    }
    return Sureness::no;
}

void read(input::Stream& stream, const ReadOptions&, Evidence& evidence, Input& input) {
    Log log{evidence, input};
    input::Lines lines{stream};
    while (const auto line = lines.next()) {
        log.line(*line, lines.number());
    }
    log.take();
}

}  // namespace

extern constinit const Reader git_log{
    .id = "git-log",
    .reads = "git log --all -M --numstat --date=short --pretty=format:'--%h--%cd--%cn' "
             "(or '[%h] %an %ad %s'): code-maat's two formats",
    .yields = {Kind::history},
    .recognises = recognises,
    .read = read};

}  // namespace plimsoll::readers
