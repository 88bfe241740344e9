#include "app/read_joined.hpp"

#include "input/rotation.hpp"
#include "input/stream.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <string_view>
#include <utility>

namespace plimsoll::app {
namespace {

using Files = std::vector<input::JoinedFile>;

// Stamps of whole seconds, and of statements that ended in another order than they were written.
constexpr std::int64_t slack_us = 2'000'000;

// What a reader says of a piece of a log, whole lines of it, on its own.
struct Piece {
    Span span;
    bool whole = true;  // nothing in it is unread
};

[[nodiscard]] Piece read_piece(const Reader& reader,
                               std::string_view text,
                               const ReadOptions& options) {
    Input input;
    bool refused = false;
    Evidence scratch;
    ReadOptions alone = options;
    alone.threads = 1;
    input::for_each_source_in("piece", text, [&](input::Stream& stream, bool) {
        (void)reader.recognises(stream.sample());
        try {
            reader.read(stream, alone, scratch, input);
        } catch (const Error&) {
            refused = true;  // the rest of an entry is most of a short file
        }
    });
    return {.span = input.span, .whole = !refused && input.skipped == 0};
}

[[nodiscard]] std::string_view up_to_last_line(std::string_view text) {
    const std::size_t feed = text.rfind('\n');
    return feed == std::string_view::npos ? text : text.substr(0, feed + 1);
}

// How a line begins, digits and letters as one each.
[[nodiscard]] std::string beginning(std::string_view line) {
    std::string out{line.substr(0, std::min<std::size_t>(8, line.find('\n')))};
    for (char& c : out) {
        c = c >= '0' && c <= '9' ? '0' : (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ? 'a' : c;
    }
    return out;
}

// Does the first line begin as another line here or in the first file does? A reader may take the
// end of a line for a line of its own, with a prefix that nobody set.
[[nodiscard]] bool begins_as_others(std::string_view head, std::string_view first_head) {
    const std::string begins = beginning(head);
    if (begins.empty()) {
        return false;
    }
    for (const std::string_view text : {head, first_head}) {
        for (std::size_t at = text.find('\n'); at != std::string_view::npos && at + 1 < text.size();
             at = text.find('\n', at + 1)) {
            if (beginning(text.substr(at + 1)) == begins) {
                return true;
            }
        }
    }
    return false;
}

// The surest reader of all files; nullptr when it is not one and the same, or none of statements.
[[nodiscard]] const Reader* one_reader(const Files& files, const ReaderFor& reader_for) {
    const Reader* one = nullptr;
    for (const input::JoinedFile& file : files) {
        const Reader* reader = reader_for({.kind = SourceKind::bytes,
                                           .head = file.head,
                                           .whole = file.head.size() < input::Stream::head_size});
        if (reader == nullptr || (one != nullptr && reader != one)) {
            return nullptr;
        }
        one = reader;
    }
    return one != nullptr && !one->carries_inputs && one->yields.has(Kind::workload) ? one
                                                                                     : nullptr;
}

// Does each begin when the one before has ended?
[[nodiscard]] bool follow_each_other(const Files& files,
                                     const std::vector<Piece>& heads,
                                     const Reader& reader,
                                     const ReadOptions& options) {
    std::optional<Instant> ended;
    for (std::size_t i = 0; i < files.size(); ++i) {
        const std::optional<Instant> begins = heads[i].span.from;
        if (ended && begins && micros(*begins) + slack_us < micros(*ended)) {
            return false;
        }
        const Span tail = read_piece(reader, files[i].tail, options).span;
        ended = tail.to && (!ended || *tail.to > *ended) ? tail.to : ended;
    }
    return true;
}

// The place in its own file of a line of the whole.
[[nodiscard]] Origin place(const Files& files, const Origin& joined) {
    const auto behind = std::ranges::upper_bound(
        files, joined.line == 0 ? 0 : joined.line - 1, {}, &input::JoinedFile::lines_before);
    const input::JoinedFile& file = behind == files.begin() ? files.front() : *std::prev(behind);
    Origin own = joined;
    own.source = file.path;
    own.line = joined.line - std::min(joined.line, file.lines_before);
    return own;
}

void place_all(const Files& files, Evidence& shard) {
    for (auto& [id, statement] : shard.workload.statements) {
        statement.first_seen = place(files, statement.first_seen);
    }
    for (auto& [id, runs] : shard.workload.runs) {
        runs.first_seen = place(files, runs.first_seen);
    }
    for (auto& [state, failures] : shard.workload.errors) {
        failures.first_seen = place(files, failures.first_seen);
    }
    for (auto& [edge, waits] : shard.workload.lock_waits) {
        waits.first_seen = place(files, waits.first_seen);
    }
    Plans placed;  // their order depends on their places
    for (auto& [shape, plans] : shard.plans.by_shape) {
        for (Plan& plan : plans) {
            plan.origin = place(files, plan.origin);
            placed.add(std::move(plan));
        }
    }
    placed.seen = shard.plans.seen;
    shard.plans = std::move(placed);
}

[[nodiscard]] std::string note_of(const Files& files) {
    std::string note = "read as one log:";
    for (const input::JoinedFile& file : files) {
        note += fmt::format(
            " {} (after {} lines)", file.path.substr(file.path.rfind('/') + 1), file.lines_before);
    }
    return note;
}

}  // namespace

std::optional<JoinedRead> read_joined(const std::vector<std::string>& files,
                                      const ReadRequest& request,
                                      const ReaderFor& reader_for,
                                      double most_unread) {
    std::optional<Files> found = input::look_at(files);
    const Reader* const reader = found ? one_reader(*found, reader_for) : nullptr;
    if (reader == nullptr) {
        return std::nullopt;
    }
    const auto joined = std::make_shared<Files>(std::move(*found));
    std::vector<Piece> heads;
    for (input::JoinedFile& file : *joined) {
        heads.push_back(read_piece(*reader, up_to_last_line(file.head), request.options));
        file.begins_entry = heads.back().whole && begins_as_others(file.head, joined->front().head);
    }
    input::Stream stream{SourceKind::bytes,
                         input::name_of(*joined),
                         joined->front().path,
                         input::pull_joined(joined, request.on_bytes)};
    if (request.hash) {
        stream.hash();
    }
    JoinedRead out;
    out.input.name = stream.name();
    out.input.reader = reader->id;
    try {
        (void)stream.sample();
        reader->read(stream, request.options, out.shard, out.input);
    } catch (const Error&) {
        return std::nullopt;  // each alone may be read, or says why not
    }
    std::string rest(input::Stream::block_size, '\0');
    while (stream.read(rest) != 0) {
    }
    out.input.bytes = std::max(out.input.bytes, stream.bytes());
    out.input.sha256 = stream.sha256();
    if (stream.damage() || out.input.unread_share() > most_unread ||
        !follow_each_other(*joined, heads, *reader, request.options)) {
        return std::nullopt;
    }
    place_all(*joined, out.shard);
    out.input.note += (out.input.note.empty() ? "" : "; ") + note_of(*joined);
    return out;
}

}  // namespace plimsoll::app
