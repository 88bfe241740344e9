// One of a registry by its id, or a usage error with the nearest one.
#pragma once

#include "app/config.hpp"
#include "core/error.hpp"

#include <fmt/format.h>

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace plimsoll::cli {

template <class Thing>
[[nodiscard]] const Thing& named(std::span<const Thing* const> all,
                                 std::string_view id,
                                 std::string what) {
    std::vector<std::string_view> known;
    for (const Thing* thing : all) {
        if (thing->id == id) {
            return *thing;
        }
        known.push_back(thing->id);
    }
    const std::string near = app::nearest(id, known);
    throw Error{
        {.status = Status::usage,
         .what = std::move(what),
         .where = fmt::format("--format {}", id),
         .why = fmt::format("known are: {}", fmt::join(known, ", ")),
         .remedy = near.empty() ? "choose one of them" : fmt::format("did you mean {}?", near)}};
}

}  // namespace plimsoll::cli
