#include "evidence/change_sets.hpp"

#include <algorithm>
#include <numeric>

namespace plimsoll {
namespace {

// Files in order of names, so that what one folder holds lies together.
struct Splitter {
    std::span<const std::string> files;
    std::span<const std::uint64_t> touches;
    std::vector<std::uint32_t> order;
    std::vector<std::string> out;
    double most = 0;  // touches

    static constexpr int deepest = 8;

    [[nodiscard]] std::uint64_t weight(std::size_t from, std::size_t to) const {
        std::uint64_t sum = 0;
        for (std::size_t i = from; i < to; ++i) {
            sum += touches[order[i]];
        }
        return sum;
    }

    // The part of the path up to and with the slash after `prefix`; `prefix` itself for a file in
    // it.
    [[nodiscard]] std::string_view group_of(std::string_view file, std::size_t prefix) const {
        const std::size_t slash = file.find('/', prefix);
        return file.substr(0, slash == std::string_view::npos ? prefix : slash + 1);
    }

    void split(std::size_t from, std::size_t to, std::size_t prefix, int depth) {
        const std::string name = files[order[from]].substr(0, prefix);
        if (depth >= deepest || (prefix != 0 && static_cast<double>(weight(from, to)) <= most)) {
            name_all(from, to, name);
            return;
        }
        for (std::size_t i = from; i < to;) {
            const std::string_view group = group_of(files[order[i]], prefix);
            std::size_t end = i;
            while (end < to && group_of(files[order[end]], prefix) == group) {
                ++end;
            }
            if (group.size() == prefix) {
                name_all(i, end, name);
            } else {
                // A chain of folders with one folder each is no division.
                split(i, end, group.size(), depth + (i == from && end == to ? 0 : 1));
            }
            i = end;
        }
    }

    void name_all(std::size_t from, std::size_t to, const std::string& name) {
        for (std::size_t i = from; i < to; ++i) {
            out[order[i]] = name.empty() ? "(top)" : name.substr(0, name.size() - 1);
        }
    }
};

}  // namespace

std::vector<std::string> folder_modules(std::span<const std::string> files,
                                        std::span<const std::uint64_t> touches,
                                        double largest) {
    Splitter splitter{.files = files, .touches = touches, .order = {}, .out = {}};
    splitter.order.resize(files.size());
    splitter.out.resize(files.size());
    std::iota(splitter.order.begin(), splitter.order.end(), 0U);
    std::ranges::sort(
        splitter.order, {}, [&](std::uint32_t file) -> const std::string& { return files[file]; });
    if (!files.empty()) {
        splitter.most = largest * static_cast<double>(splitter.weight(0, files.size()));
        splitter.split(0, files.size(), 0, 0);
    }
    return std::move(splitter.out);
}

}  // namespace plimsoll
