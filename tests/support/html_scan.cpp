#include "support/html_scan.hpp"

#include <array>
#include <stdexcept>
#include <utility>

namespace plimsoll::testing {
namespace {

[[nodiscard]] std::string decoded(std::string_view text) {
    using Pair = std::pair<std::string_view, char>;
    static constexpr std::array<Pair, 6> entities{Pair{"&amp;", '&'},
                                                  Pair{"&lt;", '<'},
                                                  Pair{"&gt;", '>'},
                                                  Pair{"&quot;", '"'},
                                                  Pair{"&#39;", '\''},
                                                  Pair{"&#96;", '`'}};
    std::string out;
    while (!text.empty()) {
        bool taken = false;
        for (const auto& [entity, letter] : entities) {
            if (text.starts_with(entity)) {
                out += letter;
                text.remove_prefix(entity.size());
                taken = true;
                break;
            }
        }
        if (!taken) {
            if (text.front() == '&' || text.front() == '"') {
                throw std::runtime_error{"an unescaped " + std::string{text.substr(0, 20)}};
            }
            out += text.front();
            text.remove_prefix(1);
        }
    }
    return out;
}

class Scanner {
public:
    explicit Scanner(std::string_view html) : html_{html} {}

    void content(Element& parent) {
        while (at_ < html_.size()) {
            if (html_.substr(at_, 2) == "</") {
                return;
            }
            if (html_[at_] == '<') {
                parent.inside.push_back(element());
            } else {
                const std::size_t end = std::min(html_.find('<', at_), html_.size());
                Element piece;
                piece.text = decoded(html_.substr(at_, end - at_));
                parent.inside.push_back(std::move(piece));
                at_ = end;
            }
        }
    }

private:
    [[nodiscard]] Element element() {
        const std::size_t start = at_++;
        Element made;
        made.tag = word(" >");
        while (html_.at(at_) == ' ') {
            ++at_;
            const std::string name = word("=");
            if (html_.substr(at_, 2) != "=\"") {
                fail(start, "an attribute without quotes");
            }
            at_ += 2;
            const std::size_t end = html_.find('"', at_);
            made.attributes[name] = decoded(html_.substr(at_, end - at_));
            at_ = end + 1;
        }
        if (html_.substr(at_, 2) == "/>") {  // shapes of a drawing only
            if (made.tag != "rect" && made.tag != "line" && made.tag != "circle" &&
                made.tag != "path" && made.tag != "use") {
                fail(start, "an element of HTML that closes itself");
            }
            at_ += 2;
            return made;
        }
        if (html_.at(at_++) != '>') {
            fail(start, "a tag without an end");
        }
        if (made.tag == "meta" || made.tag == "input") {
            return made;
        }
        const std::string close = "</" + made.tag + ">";
        if (made.tag == "td" || made.tag == "th" || made.tag == "tr" || made.tag == "li") {
            cell(made);
            return made;
        }
        if (made.tag == "style" || made.tag == "script") {
            const std::size_t end = html_.find(close, at_);
            Element raw;
            raw.text = std::string{html_.substr(at_, end - at_)};
            made.inside.push_back(std::move(raw));
            at_ = end;
        } else {
            content(made);
        }
        if (html_.substr(at_, close.size()) != close) {
            fail(start, "not closed");
        }
        at_ += close.size();
        return made;
    }

    // What HTML ends by itself: at the next of its kind, or with what it is in.
    void cell(Element& made) {
        while (at_ < html_.size() && html_.substr(at_, 2) != "</" && !ends(made.tag)) {
            if (html_[at_] == '<') {
                made.inside.push_back(element());
            } else {
                const std::size_t end = std::min(html_.find('<', at_), html_.size());
                Element piece;
                piece.text = decoded(html_.substr(at_, end - at_));
                made.inside.push_back(std::move(piece));
                at_ = end;
            }
        }
    }

    // Does an element begin here that ends an open `tag`?
    [[nodiscard]] bool ends(std::string_view tag) const {
        const auto begins = [&](std::string_view next) {
            const std::string_view rest = html_.substr(at_);
            return rest.size() > next.size() + 1 && rest.front() == '<' &&
                   rest.substr(1).starts_with(next) &&
                   (rest[next.size() + 1] == ' ' || rest[next.size() + 1] == '>');
        };
        return tag == "li"   ? begins("li")
               : tag == "tr" ? begins("tr")
                             : begins("td") || begins("th") || begins("tr");
    }

    [[nodiscard]] std::string word(std::string_view until) {
        const std::size_t start = at_;
        at_ = html_.find_first_of(until, at_);
        return std::string{html_.substr(start, at_ - start)};
    }

    [[noreturn]] void fail(std::size_t start, const std::string& why) const {
        throw std::runtime_error{why + ": " + std::string{html_.substr(start, 80)}};
    }

    std::string_view html_;
    std::size_t at_ = 0;
};

}  // namespace

std::string Element::all_text() const {
    std::string all = text;
    for (const Element& piece : inside) {
        all += piece.all_text();
    }
    return all;
}

std::string Element::tree() const {
    std::string all = tag + "(";
    for (const Element& piece : inside) {
        all += piece.tag.empty() ? "" : piece.tree();
    }
    return all + ")";
}

void Element::each(const std::function<void(const Element&)>& visit) const {
    visit(*this);
    for (const Element& piece : inside) {
        if (!piece.tag.empty()) {
            piece.each(visit);
        }
    }
}

Element scan_html(std::string_view html) {
    constexpr std::string_view type = "<!doctype html>\n";
    if (!html.starts_with(type)) {
        throw std::runtime_error{"no document type"};
    }
    Element all;
    all.tag = "document";
    Scanner{html.substr(type.size())}.content(all);
    return all;
}

}  // namespace plimsoll::testing
