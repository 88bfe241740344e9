// Shell: what every page of ours has around its content: style and script inside, and a content
// policy that allows those two by their hash and nothing else, so that no request leaves.
#pragma once

#include "html/writer.hpp"

#include <concepts>
#include <string>
#include <string_view>
#include <utility>

namespace plimsoll::reports::page {

// The head element with the style sheet; run-time text in `title` is escaped.
void head(Writer& w, std::string_view title);
// The script that the policy allows; last in the body.
void script(Writer& w);

// A whole document around `content`, for pages that are no report of one audit.
template <std::invocable Content>
[[nodiscard]] std::string document(Writer& w, std::string_view title, Content&& content) {
    w.built_in("<!doctype html>\n");
    w.element("html", {{"lang", "en"}}, [&] {
        head(w, title);
        w.element("body", {}, [&] {
            w.element("div", {{"class", "shell one"}}, [&] {
                w.element("header", {{"class", "top"}}, [&] {
                    w.element("span", {{"class", "brand"}}, "plimsoll");
                });
                w.element("main", {}, std::forward<Content>(content));
            });
        });
    });
    return w.take() + "\n";
}

}  // namespace plimsoll::reports::page
