// The gate as one small page: no script, no request, a content policy that allows its style alone.
#include "gate/gate.hpp"
#include "html/writer.hpp"
#include "shared/safe_text.hpp"

#include <fmt/format.h>
#include <openssl/evp.h>
#include <openssl/sha.h>

#include <array>
#include <cmath>

namespace plimsoll::reports::gate {
namespace {

using page::Writer;

constexpr std::size_t most_rows = 2000;  // a page that a browser opens at once

constexpr std::string_view style_sheet = R"(
:root{color-scheme:light dark;--ink:#1b2430;--dim:#4d5a68;--paper:#fff;--rule:#d5dbe1;--red:#a3201f;--amber:#7a4b00;--green:#1c6132}
@media(prefers-color-scheme:dark){:root{--ink:#e6ebf0;--dim:#a9b4bf;--paper:#141a21;--rule:#37424d;--red:#ff9c95;--amber:#f0c073;--green:#8fd6a3}}
body{font:16px/1.5 system-ui,sans-serif;color:var(--ink);background:var(--paper);margin:2rem auto;max-width:72rem;padding:0 1rem}
h1{font-size:1.5rem}.red{color:var(--red)}.amber{color:var(--amber)}.none{color:var(--green)}.dim{color:var(--dim)}
table{border-collapse:collapse;width:100%}th,td{text-align:left;vertical-align:top;padding:.4rem .6rem;border-bottom:1px solid var(--rule);overflow-wrap:anywhere}
td.n{white-space:nowrap;text-align:right}.scroll{overflow-x:auto}
)";

[[nodiscard]] std::string policy() {
    std::array<unsigned char, SHA256_DIGEST_LENGTH> digest{};
    const std::vector<unsigned char> input(style_sheet.begin(), style_sheet.end());
    SHA256(input.data(), input.size(), digest.data());
    std::array<unsigned char, 4 * ((SHA256_DIGEST_LENGTH + 2) / 3) + 1> base64{};
    const int length = EVP_EncodeBlock(base64.data(), digest.data(), SHA256_DIGEST_LENGTH);
    return fmt::format(
        "default-src 'none'; style-src 'sha256-{}'; base-uri 'none'; form-action 'none'",
        std::string{base64.begin(), base64.begin() + length});
}

void head(Writer& w, const std::string& title) {
    w.element("head", {}, [&] {
        w.lone("meta", {{"charset", "utf-8"}});
        w.lone("meta", {{"http-equiv", "Content-Security-Policy"}, {"content", policy()}});
        w.lone("meta", {{"name", "viewport"}, {"content", "width=device-width, initial-scale=1"}});
        w.element("title", {}, title);
        w.element("style", {}, [&] { w.built_in(style_sheet); });
    });
}

void table_row(Writer& w, const GateRow& row) {
    w.element("tr", {}, [&] {
        w.element("td", {{"class", to_text(row.alarm)}}, to_text(row.change));
        w.element("td", {}, [&] {
            w.text(row.name);
            w.element("div", {{"class", "dim"}}, row.id);
        });
        w.element("td",
                  {{"class", "n"}},
                  std::isnan(row.effect.at) ? std::string{}
                                            : fmt::format("{:+.0f} %", (row.effect.at - 1) * 100));
        w.element("td", {}, [&] {
            w.text(row.says);
            for (const auto& [what, words] : {std::pair{"Accepted: ", &row.accepted},
                                              std::pair{"First step: ", &row.fix},
                                              std::pair{"More: ", &row.explain}}) {
                if (!words->empty()) {
                    w.element("div", {{"class", "dim"}}, what + *words);
                }
            }
        });
    });
}

void table(Writer& w, const GateResult& result) {
    std::size_t shown = 0;
    w.element("div", {{"class", "scroll"}, {"tabindex", "0"}}, [&] {
        w.element("table", {}, [&] {
            w.element("thead", {}, [&] {
                w.element("tr", {}, [&] {
                    for (const char* name : {"", "What", "Change", "Why"}) {
                        w.element("th", {{"scope", "col"}}, name);
                    }
                });
            });
            w.element("tbody", {}, [&] {
                for (const GateRow& row : result.rows) {
                    if (shown++ < most_rows) {
                        table_row(w, row);
                    }
                }
            });
        });
    });
    if (shown > most_rows) {
        w.element(
            "p",
            {{"class", "dim"}},
            fmt::format(
                "{} of {} rows are shown, the worst; all are in the JSON.", most_rows, shown));
    }
}

[[nodiscard]] std::string write(const GateResult& result, const GateStyle&) {
    Writer w;
    const std::string title = "plimsoll gate: " + std::string{verdict_word(result.verdict)};
    w.built_in("<!doctype html>\n");
    w.element("html", {{"lang", "en"}}, [&] {
        head(w, title);
        w.element("body", {}, [&] {
            const char* colour = result.verdict == GateVerdict::passed   ? "none"
                                 : result.verdict == GateVerdict::failed ? "red"
                                                                         : "amber";
            w.element("h1", {{"class", colour}}, title);
            w.element("p", {}, result.says + ". " + line_words(result));
            for (const std::string& note : result.notes) {
                w.element("p", {{"class", "dim"}}, note);
            }
            table(w, result);
            w.element(
                "p",
                {{"class", "dim"}},
                fmt::format("{}. {}{}plimsoll {}",
                            count_words(result),
                            result.baseline.empty() ? "" : "Baseline " + result.baseline + ". ",
                            result.system.empty() ? "" : result.system + ". ",
                            result.tool_version));
        });
    });
    return w.take();
}

}  // namespace

extern constinit const GateReport html{
    .id = "html", .writes = "a small page for people", .write = write};

}  // namespace plimsoll::reports::gate
