#include "app/shards.hpp"

#include "core/error.hpp"
#include "evidence/evidence.hpp"
#include "input/sources.hpp"
#include "wire/bytes.hpp"
#include "wire/container.hpp"
#include "wire/json.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>

namespace plimsoll::app {
namespace {

[[nodiscard]] Error in_list(Status status, const std::string& where, std::string why) {
    return Error{{.status = status,
                  .what = "the list of sources cannot be used",
                  .where = where,
                  .why = std::move(why),
                  .remedy = "one path a line, or BYTES<tab>PATH for what is not there yet"}};
}

[[nodiscard]] WeighedSource weighed(std::string_view line, const std::string& where) {
    const std::size_t tab = line.find('\t');
    if (tab == std::string_view::npos) {
        const std::string path{line};
        std::error_code error;
        if (!std::filesystem::exists(path, error)) {
            throw in_list(Status::unreadable, where, "there is no " + path);
        }
        return {.path = path, .bytes = input::bytes_on_disk(std::vector<std::string>{path})};
    }
    WeighedSource out{.path = std::string{line.substr(tab + 1)}};
    const auto [end, problem] = std::from_chars(line.data(), line.data() + tab, out.bytes);
    if (problem != std::errc{} || end != line.data() + tab || out.path.empty()) {
        throw in_list(Status::usage, where, "a line with a tab must be BYTES<tab>PATH");
    }
    return out;
}

[[nodiscard]] bool whole(const std::string& path) {
    std::ifstream in{path, std::ios::binary};
    if (!in) {
        return false;
    }
    const std::string file{std::istreambuf_iterator<char>{in}, {}};
    try {
        (void)wire::unseal(wire::signature<Evidence>(), file, path);
        return true;
    } catch (const Error&) {
        return false;
    }
}

}  // namespace

std::vector<WeighedSource> parse_list(std::string_view list, const std::string& name) {
    std::vector<WeighedSource> sources;
    std::set<std::string> seen;
    std::size_t number = 0;
    while (!list.empty()) {
        std::string_view line = list.substr(0, list.find('\n'));
        list.remove_prefix(std::min(list.size(), line.size() + 1));
        ++number;
        if (line.ends_with('\r')) {
            line.remove_suffix(1);
        }
        if (line.empty() || line.starts_with('#')) {
            continue;
        }
        const std::string where = fmt::format("{}:{}", name, number);
        sources.push_back(weighed(line, where));
        if (!seen.insert(sources.back().path).second) {
            throw in_list(Status::usage, where, sources.back().path + " is named twice");
        }
    }
    if (sources.empty()) {
        throw in_list(Status::usage, name, "it names no source");
    }
    return sources;
}

Manifest plan_shards(std::vector<WeighedSource> sources,
                     std::size_t count,
                     const std::string& folder) {
    std::ranges::sort(sources, [](const WeighedSource& a, const WeighedSource& b) {
        return a.bytes != b.bytes ? a.bytes > b.bytes : a.path < b.path;
    });
    Manifest manifest;
    manifest.shards.resize(count);
    for (std::size_t i = 0; i < count; ++i) {
        manifest.shards[i].digest =
            (std::filesystem::path{folder} / fmt::format("shard-{:04}.pld", i)).string();
    }
    for (WeighedSource& source : sources) {
        const auto lightest =
            std::ranges::min_element(manifest.shards, [](const Shard& a, const Shard& b) {
                return a.bytes != b.bytes ? a.bytes < b.bytes : a.sources.size() < b.sources.size();
            });
        lightest->bytes += source.bytes;
        lightest->sources.push_back(std::move(source.path));
    }
    for (Shard& shard : manifest.shards) {
        std::ranges::sort(shard.sources);
    }
    return manifest;
}

std::string to_json(const Manifest& manifest) {
    return wire::dump(wire::to_json(manifest));
}

Manifest parse_manifest(std::string_view json, const std::string& name) {
    const auto refuse = [&](std::string why) {
        return Error{{.status = Status::untrusted,
                      .what = "this is not a manifest of shards",
                      .where = name,
                      .why = std::move(why),
                      .remedy = "plimsoll shard plan LIST -n N -o MANIFEST writes one"}};
    };
    try {
        Manifest manifest;
        manifest.schema.clear();
        wire::from_json(wire::parse(json), manifest);
        if (manifest.schema != Manifest{}.schema) {
            throw refuse("its schema is \"" + manifest.schema + "\", known is " +
                         Manifest{}.schema);
        }
        return manifest;
    } catch (const wire::Json::exception& error) {
        throw refuse(error.what());
    }
}

std::vector<std::size_t> missing_shards(const Manifest& manifest) {
    std::vector<std::size_t> missing;
    for (std::size_t i = 0; i < manifest.shards.size(); ++i) {
        if (!whole(manifest.shards[i].digest)) {
            missing.push_back(i);
        }
    }
    return missing;
}

std::string as_ranges(const std::vector<std::size_t>& sorted) {
    std::string out;
    for (std::size_t i = 0; i < sorted.size();) {
        std::size_t last = i;
        while (last + 1 < sorted.size() && sorted[last + 1] == sorted[last] + 1) {
            ++last;
        }
        out += out.empty() ? "" : ",";
        out += last == i ? fmt::format("{}", sorted[i])
                         : fmt::format("{}-{}", sorted[i], sorted[last]);
        i = last + 1;
    }
    return out;
}

}  // namespace plimsoll::app
