#include "input/rotation.hpp"

#include "input/unpack.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <map>
#include <string_view>
#include <utility>

namespace plimsoll::input {
namespace {

constexpr std::size_t sample_size = Stream::head_size;

[[nodiscard]] bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

// What a file is called within its set: what all share, and what tells its age.
struct Label {
    std::string set{};
    std::string order{};       // of two files the older has the smaller one
    std::uint64_t number = 0;  // "log.3": the larger the older; 0 for the log that is written to
    bool numbered = false;
};

[[nodiscard]] std::string_view unpacked_name(std::string_view path) {
    for (const std::string_view ending : {".gz", ".zst", ".xz", ".bz2", ".lz4"}) {
        if (path.ends_with(ending)) {
            path.remove_suffix(ending.size());
        }
    }
    return path;
}

// "20261121", "2026-11-21", perhaps with a time behind it, at the front of the text; its size.
[[nodiscard]] std::size_t date_size(std::string_view text) {
    std::size_t digits = 0;
    std::size_t size = 0;
    std::size_t used = 0;
    for (; size < text.size(); ++size) {
        const char c = text[size];
        if (is_digit(c)) {
            ++digits;
            used = size + 1;
        } else if (c != '-' && c != '_' && c != 'T' && c != ':') {
            break;
        }
    }
    return digits >= 8 && text.starts_with("20") ? used : 0;
}

[[nodiscard]] Label label_of(const std::string& path) {
    const std::string_view name = unpacked_name(path);
    const std::size_t slash = name.rfind('/');
    const std::size_t begin = slash == std::string_view::npos ? 0 : slash + 1;
    const std::size_t dot = name.rfind('.');
    const std::string_view behind =
        dot == std::string_view::npos || dot < begin ? std::string_view{} : name.substr(dot + 1);
    if (!behind.empty() && behind.size() < 5 && std::ranges::all_of(behind, is_digit)) {
        std::uint64_t number = 0;
        for (const char c : behind) {
            number = number * 10 + static_cast<std::uint64_t>(c - '0');
        }
        return {.set = std::string{name.substr(0, dot)}, .number = number, .numbered = true};
    }
    for (std::size_t at = begin; at < name.size(); ++at) {
        const bool fresh = at == begin || !is_digit(name[at - 1]);
        const std::size_t size = fresh ? date_size(name.substr(at)) : 0;
        if (size != 0) {
            std::string set{name.substr(0, at)};
            const std::string_view rest = name.substr(at + size);
            // "slow.log-20261120" is an older part of "slow.log".
            if (rest.empty() && at > begin + 1) {
                set.pop_back();
            } else {
                set += '*';
                set += rest;
            }
            return {.set = std::move(set), .order = std::string{name.substr(at, size)}};
        }
    }
    return {.set = std::string{name}, .order = "~"};  // behind every date
}

// The files of one set in order of age; the first of them stays where it was found.
[[nodiscard]] std::vector<std::string> in_order(std::vector<std::pair<Label, std::string>> files) {
    const bool numbered =
        std::ranges::any_of(files, [](const auto& file) { return file.first.numbered; });
    if (numbered) {
        std::ranges::sort(
            files, [](const auto& a, const auto& b) { return a.first.number > b.first.number; });
    } else {
        std::ranges::sort(
            files, [](const auto& a, const auto& b) { return a.first.order < b.first.order; });
    }
    for (std::size_t i = 1; i < files.size(); ++i) {
        const Label& older = files[i - 1].first;
        const Label& newer = files[i].first;
        // Dates and numbers in one set, a number that is missing, the same one twice.
        const bool follows = numbered ? older.number == newer.number + 1 && older.numbered &&
                                            (newer.numbered || newer.order == "~")
                                      : older.order < newer.order;
        if (!follows) {
            return {};
        }
    }
    std::vector<std::string> paths;
    for (auto& [label, path] : files) {
        paths.push_back(std::move(path));
    }
    return paths;
}

struct Joining {
    std::shared_ptr<std::vector<JoinedFile>> files;
    OnBytes on_bytes;
    std::size_t at = 0;
    Pull pull;
    std::uint64_t lines = 0;
    char last = '\n';
};

void keep_tail(std::string& tail, std::string_view more) {
    if (more.size() >= sample_size) {
        tail = more.substr(more.size() - sample_size);
        return;
    }
    tail += more;
    tail.erase(0, tail.size() - std::min(tail.size(), sample_size));
}

[[nodiscard]] std::uint64_t lines_in(std::string_view text) {
    std::uint64_t lines = 0;
    for (std::size_t at = text.find('\n'); at != std::string_view::npos;
         at = text.find('\n', at + 1)) {
        ++lines;
    }
    return lines;
}

[[nodiscard]] std::size_t pull_next(Joining& joining, std::span<char> into) {
    std::vector<JoinedFile>& files = *joining.files;
    while (joining.at < files.size()) {
        JoinedFile& file = files[joining.at];
        if (!joining.pull) {
            if (file.begins_entry && joining.last != '\n') {
                joining.last = into[0] = '\n';
                ++joining.lines;
                return 1;
            }
            std::optional<Pull> opened = unpacked(open_file(file.path, joining.on_bytes));
            if (!opened) {
                throw Damage{file.path + " is not what it was a moment ago"};
            }
            joining.pull = std::move(*opened);
            file.lines_before = joining.lines;
        }
        const std::size_t got = joining.pull(into);
        if (got != 0) {
            const std::string_view text{into.data(), got};
            keep_tail(file.tail, text);
            joining.lines += lines_in(text);
            joining.last = text.back();
            return got;
        }
        joining.pull = {};
        ++joining.at;
    }
    return 0;
}

}  // namespace

std::vector<std::vector<std::string>> rotated_sets(const std::vector<std::string>& paths) {
    std::map<std::string, std::vector<std::pair<Label, std::string>>> by_set;
    for (const std::string& path : paths) {
        Label label = label_of(path);
        std::string set = label.set;
        by_set[std::move(set)].emplace_back(std::move(label), path);
    }
    std::map<std::string, std::vector<std::string>> joined;  // by the first of them to come
    std::map<std::string, std::string> member_of;
    for (auto& [set, files] : by_set) {
        const std::string first = files.front().second;
        std::vector<std::string> ordered =
            files.size() < 2 ? std::vector<std::string>{} : in_order(files);
        for (const std::string& path : ordered) {
            member_of[path] = first;
        }
        joined[first] = std::move(ordered);
    }
    std::vector<std::vector<std::string>> sets;
    for (const std::string& path : paths) {
        const auto member = member_of.find(path);
        if (member == member_of.end()) {
            sets.push_back({path});
        } else if (member->second == path) {
            sets.push_back(joined[path]);
        }
    }
    return sets;
}

std::optional<std::vector<JoinedFile>> look_at(const std::vector<std::string>& files) {
    std::vector<JoinedFile> found;
    try {
        for (const std::string& path : files) {
            std::optional<Pull> pull = unpacked(open_file(path, {}));
            if (!pull) {
                return std::nullopt;
            }
            std::string head(sample_size, '\0');
            std::size_t had = 0;
            for (std::size_t got = 1; got != 0 && had < head.size(); had += got) {
                got = (*pull)(std::span{head}.subspan(had));
            }
            head.resize(had);
            found.push_back({.path = path, .head = std::move(head)});
        }
    } catch (const Damage&) {
        return std::nullopt;
    }
    return found;
}

Pull pull_joined(const std::shared_ptr<std::vector<JoinedFile>>& files, const OnBytes& on_bytes) {
    const auto joining = std::make_shared<Joining>();
    joining->files = files;
    joining->on_bytes = on_bytes;
    return [joining](std::span<char> into) { return pull_next(*joining, into); };
}

std::string name_of(const std::vector<JoinedFile>& files) {
    const std::string& last = files.back().path;
    const std::size_t slash = last.rfind('/');
    return files.front().path + " to " + last.substr(slash == std::string::npos ? 0 : slash + 1);
}

}  // namespace plimsoll::input
