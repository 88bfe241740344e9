#include "app/baseline.hpp"

#include "app/gate_snapshot.hpp"
#include "core/error.hpp"
#include "wire/json.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>
#include <map>
#include <set>
#include <span>
#include <system_error>
#include <utility>
#include <vector>

namespace plimsoll::app {
namespace {

namespace fs = std::filesystem;
using wire::Json;

constexpr std::string_view schema_family = "plimsoll.baseline/";

[[nodiscard]] Error refused(const std::string& name,
                            std::string what,
                            std::string why,
                            std::string remedy) {
    return Error{{.status = Status::untrusted,
                  .what = std::move(what),
                  .where = name,
                  .why = std::move(why),
                  .remedy = std::move(remedy)}};
}

[[nodiscard]] Error damaged(const std::string& name, std::string why) {
    return refused(name,
                   "this baseline is damaged",
                   std::move(why),
                   "write it again from the evidence: plimsoll gate PATH... --baseline none "
                   "--write-baseline FILE");
}

[[nodiscard]] std::string text_of(const Json& value) {
    return value.dump(-1, ' ', false, Json::error_handler_t::replace);
}

// One element a line for lists of objects, everything else on the line of its key.
[[nodiscard]] std::string lay_out(const Json& document) {
    std::string out = "{\n";
    std::size_t left = document.size();
    for (const auto& [key, value] : document.items()) {
        const std::string comma = --left == 0 ? "\n" : ",\n";
        const bool list = value.is_array() && !value.empty() && value.front().is_object();
        out += text_of(Json(key)) + ": ";
        if (!list) {
            out += text_of(value) + comma;
            continue;
        }
        out += "[\n";
        for (std::size_t i = 0; i < value.size(); ++i) {
            out += "  " + text_of(value[i]) + (i + 1 == value.size() ? "\n" : ",\n");
        }
        out += "]" + comma;
    }
    return out + "}\n";
}

[[nodiscard]] std::string checksum_of(Json document) {
    document.erase("checksum");
    document.erase("accepted");
    std::uint64_t hash = 0xCBF29CE484222325ULL;  // FNV-1a: against accidents, not against people
    for (const char c : text_of(document)) {
        hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001B3ULL;
    }
    return fmt::format("{:016x}", hash);
}

[[nodiscard]] std::string file_of(const Snapshot& snapshot) {
    Json document = wire::to_json(snapshot);
    document["checksum"] = checksum_of(document);
    return lay_out(document);
}

// The latest `most` samples; how many went.
std::size_t keep_latest(Series& series, std::size_t most) {
    if (series.values.size() <= most) {
        return 0;
    }
    std::vector<Point> points = points_of(series);
    const std::size_t gone = points.size() - most;
    points.erase(points.begin(), points.begin() + static_cast<std::ptrdiff_t>(gone));
    set_points(series, std::move(points));
    return gone;
}

[[nodiscard]] double time_in(const Series& series) {
    double sum = 0;
    for (const std::int64_t value : series.values) {
        sum += static_cast<double>(value) * (series.unit == "ms" ? 1000 : 1);
    }
    return sum;
}

// What the lines of these series take in the file.
[[nodiscard]] std::size_t bytes_of(const std::vector<Series>& series) {
    std::size_t sum = 0;
    for (const Series& one : series) {
        sum += text_of(wire::to_json(one)).size() + 4;
    }
    return sum;
}

// Pipelines come first: CI is where a gate has its runs.
[[nodiscard]] std::pair<int, double> weight_of(const Series& series) {
    return {series.kind == "pipelines" ? 1 : 0, time_in(series)};
}

// What holds within a file that was written here; empty when it does.
[[nodiscard]] std::string contradiction(const Snapshot& snapshot) {
    std::set<std::string> ids;
    for (const Series& series : snapshot.series) {
        const std::size_t steps = series.values.empty() ? 0 : series.values.size() - 1;
        if (series.steps.size() != steps) {
            return fmt::format("series {} has {} values and {} steps between them",
                               series.id,
                               series.values.size(),
                               series.steps.size());
        }
        if (!ids.insert(series.id).second) {
            return fmt::format("series {} is in it twice", series.id);
        }
        const auto sound = [](std::int64_t step) { return step >= 0 && step < 10'000'000'000; };
        if (!std::ranges::all_of(series.values, [](std::int64_t v) { return v >= 1; }) ||
            !std::ranges::all_of(series.steps, sound) || series.begins < 0 ||
            series.begins > 1'000'000'000'000) {
            return fmt::format("series {} has a value or a step that cannot be", series.id);
        }
    }
    return {};
}

[[nodiscard]] std::string content_of(const fs::path& path) {
    std::ifstream in{path, std::ios::binary};
    if (!in) {
        throw Error{{.status = Status::unreadable,
                     .what = "cannot open the baseline",
                     .where = path.string(),
                     .why = "no right to read it",
                     .remedy = "check its rights"}};
    }
    return {std::istreambuf_iterator<char>{in}, {}};
}

void refuse_other_system(const Snapshot& a, const Snapshot& b, const std::string& name) {
    if (a.system != b.system) {
        throw refused(name,
                      "the folder holds baselines of two systems",
                      fmt::format("\"{}\" and \"{}\"", a.system, b.system),
                      "keep one system in a folder, or name one file");
    }
}

// Samples of all, the state of the latest.
[[nodiscard]] Snapshot joined(std::vector<Snapshot> all, const std::string& name) {
    std::ranges::stable_sort(all, {}, [](const Snapshot& one) { return one.span.to; });
    std::map<std::string, std::pair<Series, std::set<Point>>> series;
    for (const Snapshot& one : all) {
        refuse_other_system(one, all.front(), name);
        for (const Series& each : one.series) {
            auto& [head, points] = series[each.id];
            head = each;
            for (const Point& point : points_of(each)) {
                points.insert(point);
            }
        }
    }
    Snapshot out = std::move(all.back());
    out.series.clear();
    for (auto& [id, entry] : series) {
        set_points(entry.first, {entry.second.begin(), entry.second.end()});
        keep_latest(entry.first, most_samples);
        out.series.push_back(std::move(entry.first));
    }
    return out;
}

[[nodiscard]] FoundBaseline in_folder(const fs::path& folder) {
    std::vector<fs::path> files;
    for (const fs::directory_entry& entry : fs::directory_iterator{folder}) {
        if (entry.is_regular_file() && entry.path().extension() == ".json") {
            files.push_back(entry.path());
        }
    }
    std::ranges::sort(files);
    std::vector<Snapshot> all;
    for (const fs::path& file : files) {
        all.push_back(parse_baseline(content_of(file), file.string()));
    }
    FoundBaseline out{.name = folder.string()};
    if (!all.empty()) {
        out.name += fmt::format(" ({} baselines)", all.size());
        out.snapshot = joined(std::move(all), folder.string());
        out.found = true;
    }
    return out;
}

// A branch accepts in the commit that needs it, where its reviewers see it; in the merge base
// nobody could have.
void accept_as_here(const std::string& path, Snapshot& snapshot) {
    std::error_code error;
    if (fs::is_regular_file(path, error)) {
        snapshot.accepted = parse_baseline(content_of(path), path).accepted;
    }
}

}  // namespace

WrittenBaseline write_baseline(Snapshot snapshot, std::size_t most_bytes) {
    WrittenBaseline out;
    std::vector<Series> series = std::move(snapshot.series);
    snapshot.series.clear();
    const std::size_t rest = file_of(snapshot).size() + 8;  // the list's own brackets
    for (const std::size_t most : std::array<std::size_t, 5>{most_samples, 150, 100, 70, 50}) {
        for (Series& one : series) {
            out.samples_left_out += keep_latest(one, most);
        }
        if (bytes_of(series) + rest <= most_bytes) {
            break;
        }
    }
    // What is left out then is what weighs least.
    std::ranges::stable_sort(series, std::greater{}, weight_of);
    std::size_t bytes = rest;
    for (Series& one : series) {
        bytes += bytes_of({one});
        if (bytes > most_bytes) {
            break;
        }
        snapshot.series.push_back(one);
    }
    out.series_left_out = series.size() - snapshot.series.size();
    std::ranges::sort(snapshot.series, {}, &Series::id);
    out.text = file_of(snapshot);
    return out;
}

Snapshot parse_baseline(std::string_view text, const std::string& name) {
    try {
        const Json document = wire::parse(text);
        const std::string schema =
            document.is_object() ? document.value("schema", std::string{}) : std::string{};
        if (!schema.starts_with(schema_family)) {
            throw refused(name,
                          "this is not a baseline",
                          schema.empty() ? "it has no schema" : "its schema is \"" + schema + "\"",
                          "plimsoll gate PATH... --write-baseline FILE writes one");
        }
        if (schema != Snapshot{}.schema) {
            throw refused(
                name,
                "this baseline was written by another version",
                fmt::format("its schema is \"{}\", known is {}", schema, Snapshot{}.schema),
                "write it again with this version: plimsoll gate PATH... --baseline none "
                "--write-baseline FILE");
        }
        if (document.value("checksum", std::string{}) != checksum_of(document)) {
            throw damaged(name, "its checksum does not fit: cut, edited, or merged from two");
        }
        Snapshot out;
        wire::from_json(document, out);
        if (const std::string why = contradiction(out); !why.empty()) {
            throw damaged(name, why);
        }
        return out;
    } catch (const Json::exception& error) {
        throw damaged(name, error.what());
    }
}

FoundBaseline find_baseline(const std::string& source) {
    constexpr std::string_view git = "git:";
    if (source.empty() || source == "none") {
        return {};
    }
    if (source.starts_with(git)) {
        const std::string rest = source.substr(git.size());
        const std::size_t colon = rest.find(':');
        const std::string path =
            colon == std::string::npos ? std::string{baseline_file_name} : rest.substr(colon + 1);
        const GitContent content = content_in_git(".", rest.substr(0, colon), path);
        FoundBaseline out{.name = content.name, .found = content.found};
        if (content.found) {
            out.snapshot = parse_baseline(content.text, content.name);
            accept_as_here(path, out.snapshot);
        }
        return out;
    }
    std::error_code error;
    if (fs::is_directory(source, error)) {
        return in_folder(source);
    }
    FoundBaseline out{.name = source};
    if (fs::exists(source, error)) {
        out.snapshot = parse_baseline(content_of(source), source);
        out.found = true;
    }
    return out;
}

}  // namespace plimsoll::app
