// Walk: the loop that every reader of CI exports has: each object to a function that says whether
// it was understood. Pages ({"items":[...]}, {"values":[...]}) are opened by the caller, who knows
// their names.
#pragma once

#include "readers/ci/sink.hpp"

namespace plimsoll::readers::ci {

// `take(root, documents, sink)` returns false for an object that is nothing it knows.
template <class Take>
void each_object(input::Stream& stream,
                 Evidence& evidence,
                 Input& input,
                 std::string provider,
                 const Take& take) {
    Documents documents{stream, input};
    Sink sink{evidence, input, std::move(provider)};
    while (const Json root = documents.next()) {
        if (!take(root, documents, sink)) {
            documents.skip(documents.partial() ? "a part of an object"
                                               : "an object of another kind");
        }
    }
}

// The list under the first of the names that there is; not there: nothing.
[[nodiscard]] inline Json list_in(Json root, std::initializer_list<std::string_view> names) {
    for (const std::string_view name : names) {
        if (const Json list = root[name]; list.is_array()) {
            return list;
        }
    }
    return {};
}

}  // namespace plimsoll::readers::ci
