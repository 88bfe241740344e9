// Bazel's JSON profile (--profile=FILE): the phases of a build and its critical path.
//
// Law: Chrome's trace format: {"otherData":{...},"traceEvents":[...]}; an event with "ph":"X" has
// its start and length in microseconds from the profile's start, which otherData dates. Phases
// follow each other ("build phase marker"); within the execution Bazel names what was on the
// critical path. Both become steps of one job, the critical path in place of the execution phase,
// so that nothing counts twice. Blind spots: what ran beside the critical path; whether the build
// succeeded is not in it.

#include "readers/ci/walk.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <utility>

namespace plimsoll::readers {
namespace {

using ci::Json;

constexpr std::int64_t longest_us = 30LL * 86'400 * 1'000'000;

struct Event {
    std::string name;
    std::int64_t start = 0;  // us
    std::int64_t length = 0;
};

struct Profile {
    std::optional<Instant> at;
    std::uint64_t line = 0;
    std::vector<Event> phases;    // a marker lasts to the next
    std::vector<Event> critical;  // components of the critical path
    std::int64_t end = 0;
};

// "Tue Jul 12 09:30:11 UTC 2022", as older versions date a profile.
[[nodiscard]] std::optional<Instant> unix_date(std::string_view text) {
    constexpr std::array<std::string_view, 12> months{
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    std::vector<std::string_view> words;
    while (!text.empty()) {
        const std::size_t blank = text.find(' ');
        if (blank != 0) {
            words.push_back(text.substr(0, blank));
        }
        text = blank == std::string_view::npos ? std::string_view{} : text.substr(blank + 1);
    }
    if (words.size() != 6) {
        return std::nullopt;
    }
    const auto* const month = std::ranges::find(months, words[1]);
    if (month == months.end() || words[2].size() > 2 || words[5].size() != 4) {
        return std::nullopt;
    }
    const auto number = static_cast<int>(month - months.begin()) + 1;
    std::string iso{words[5]};
    iso += (number < 10 ? "-0" : "-") + std::to_string(number);
    iso += (words[2].size() < 2 ? "-0" : "-") + std::string{words[2]};
    iso += "T" + std::string{words[3]} + "Z";
    return parse_instant(iso);
}

class Profiles {
public:
    [[nodiscard]] bool take(Json root, ci::Documents& documents) {
        const Json events = root["traceEvents"];
        const Json other = root["otherData"];
        if (!events.is_array() || !(other || documents.partial())) {
            return false;
        }
        std::string id = other["build_id"].text();
        id = id.empty() ? "line " + std::to_string(documents.line()) : id;
        Profile& profile = all_[id];
        profile.line = profile.line == 0 ? documents.line() : profile.line;
        if (!profile.at) {
            profile.at = other["profile_start_ts"].time_of_millis();
        }
        if (!profile.at) {
            const std::string date = other["date"].text();
            profile.at = unix_date(date) ? unix_date(date) : other["date"].time();
        }
        for (const Json event : events.items()) {
            add(event, profile);
        }
        return true;
    }

    void write(ci::Sink& sink, Input& input) {
        for (auto& [id, profile] : all_) {
            if (!profile.at || profile.end <= 0) {
                input.skip(profile.line, 0, "a profile without a date or without events");
                continue;
            }
            const std::int64_t begin = micros(*profile.at);
            Job job{.run = sink.key(id),
                    .name = "bazel",
                    .started = *profile.at,
                    .completed = instant(begin + profile.end)};
            job.result = RunResult::success;  // a build that fails writes a profile as well
            for (const Event& event : steps_of(profile)) {
                sink.add_step(job,
                              event.name,
                              {.result = RunResult::success,
                               .started = instant(begin + event.start),
                               .completed = instant(begin + event.start + event.length)});
            }
            sink.add(id,
                     Run{.pipeline = "bazel",
                         .result = RunResult::success,
                         .created = *profile.at,
                         .started = *profile.at,
                         .ended = instant(begin + profile.end)},
                     profile.line);
            sink.add(id, std::move(job), profile.line);
            sink.note("whether a Bazel build succeeded is not in its profile: taken to have");
        }
    }

private:
    static void add(Json event, Profile& profile) {
        const std::optional<std::int64_t> start = event["ts"].integer();
        const std::int64_t length = event["dur"].integer().value_or(0);
        if (!start || *start < -longest_us || *start > longest_us || length < 0 ||
            length > longest_us) {
            return;
        }
        const std::string category = event["cat"].text();
        Event one{.name = event["name"].text(),
                  .start = std::max<std::int64_t>(*start, 0),
                  .length = length};
        profile.end = std::max(profile.end, one.start + one.length);
        if (category == "build phase marker") {
            profile.phases.push_back(std::move(one));
        } else if (category == "critical path component" &&
                   profile.critical.size() < ci::Sink::most_steps) {
            profile.critical.push_back(std::move(one));
        }
    }

    [[nodiscard]] static std::vector<Event> steps_of(Profile& profile) {
        std::vector<Event> out;
        std::ranges::sort(profile.phases, {}, &Event::start);
        std::int64_t first = profile.end;  // of the critical path
        std::int64_t last = 0;
        for (const Event& event : profile.critical) {
            first = std::min(first, event.start);
            last = std::max(last, event.start + event.length);
        }
        for (std::size_t i = 0; i < profile.phases.size(); ++i) {
            Event phase = profile.phases[i];
            const std::int64_t until =
                i + 1 < profile.phases.size() ? profile.phases[i + 1].start : profile.end;
            if (phase.length == 0) {
                phase.length = until - phase.start;
            }
            const bool holds_path =
                last > 0 && phase.start <= first && phase.start + phase.length >= last;
            if (!holds_path) {
                out.push_back(std::move(phase));
            }
        }
        out.insert(out.end(), profile.critical.begin(), profile.critical.end());
        std::ranges::stable_sort(out, {}, &Event::start);
        return out;
    }

    std::map<std::string, Profile> all_;
};

[[nodiscard]] Sureness recognises(const Sample& sample) noexcept {
    const bool trace = sample.kind == SourceKind::bytes && ci::begins_as_json(sample.head) &&
                       ci::keys_in(sample.head, {"otherData", "traceEvents"}) == 2;
    const bool bazel = ci::keys_in(sample.head, {"build_id", "output_base", "bazel_version"}) >= 1;
    return trace && bazel ? Sureness::certain : Sureness::no;
}

void read(input::Stream& stream, const ReadOptions&, Evidence& evidence, Input& input) {
    ci::Documents documents{stream, input};
    ci::Sink sink{evidence, input, "bazel"};
    Profiles profiles;
    while (const Json root = documents.next()) {
        if (!profiles.take(root, documents)) {
            documents.skip("an object of another kind");
        }
    }
    profiles.write(sink, input);
}

}  // namespace

extern constinit const Reader bazel_profile{
    .id = "bazel-profile",
    .reads = "Bazel's JSON profile: phases and critical path",
    .yields = {Kind::pipelines},
    .recognises = recognises,
    .read = read,
};

}  // namespace plimsoll::readers
