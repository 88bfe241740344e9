#include "shared/places.hpp"

#include "shared/figures.hpp"

#include <algorithm>

namespace plimsoll::reports::shared {

std::string common_folder(const Audit& audit) {
    std::string_view common;
    bool first = true;
    for (const Input& input : audit.inputs) {
        const std::string_view name{input.name};
        const std::string_view folder = name.substr(0, name.rfind('/') + 1);
        const auto* const end =
            std::mismatch(common.begin(), common.end(), folder.begin(), folder.end()).first;
        common = first ? folder : common.substr(0, static_cast<std::size_t>(end - common.begin()));
        common = common.substr(0, common.rfind('/') + 1);
        first = false;
    }
    // A single '/' is no folder that anybody would miss.
    return common == "/" ? std::string{} : std::string{common};
}

std::string_view without_folder(std::string_view name, std::string_view folder) {
    if (name.size() > folder.size() && name.starts_with(folder)) {
        name.remove_prefix(folder.size());
    }
    return name;
}

std::string place(const Origin& origin, std::string_view folder) {
    const std::string name = shown(without_folder(origin.source, folder), As::text);
    return origin.line == 0 ? name : name + ":" + std::to_string(origin.line);
}

std::string places(const std::vector<Origin>& all, std::string_view folder) {
    constexpr std::size_t most = 3;
    std::string out;
    for (std::size_t i = 0; i < std::min(all.size(), most); ++i) {
        out += (i == 0 ? "" : ", ") + place(all[i], folder);
    }
    if (all.size() > most) {
        out += "; " + number(static_cast<double>(all.size())) + " places in all";
    }
    return out;
}

}  // namespace plimsoll::reports::shared
