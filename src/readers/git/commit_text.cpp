#include "readers/git/commit_text.hpp"

#include <algorithm>
#include <charconv>

namespace plimsoll::readers::git {
namespace {

// The rest of the first line when it begins with `key`; takes the line off.
[[nodiscard]] std::optional<std::string_view> line_of(std::string_view& rest,
                                                      std::string_view key) {
    if (!rest.starts_with(key)) {
        return std::nullopt;
    }
    const std::size_t end = std::min(rest.find('\n'), rest.size());
    const std::string_view line = rest.substr(key.size(), end - key.size());
    rest.remove_prefix(std::min(end + 1, rest.size()));
    return line;
}

struct Signature {
    std::string_view identity;
    std::int64_t seconds = 0;
};

// "Name <e-mail> 1700000000 +0100"; old tools left out parts of it.
[[nodiscard]] Signature signature_of(std::string_view line) {
    Signature out;
    const std::size_t end = line.rfind('>');
    out.identity = line.substr(0, end == std::string_view::npos ? line.size() : end + 1);
    if (end != std::string_view::npos) {
        std::string_view rest = line.substr(end + 1);
        rest.remove_prefix(std::min(rest.find_first_not_of(' '), rest.size()));
        std::from_chars(rest.data(), rest.data() + rest.size(), out.seconds);
    }
    out.seconds = clamp_seconds(out.seconds);
    return out;
}

[[nodiscard]] std::optional<CommitId> full_id(std::string_view hex) {
    return hex.size() == 40 ? parse_commit_id(hex) : std::nullopt;
}

}  // namespace

std::int64_t clamp_seconds(std::int64_t seconds) noexcept {
    constexpr std::int64_t year_2200 = 7'258'118'400;
    return std::clamp<std::int64_t>(seconds, 0, year_2200);
}

std::optional<CommitText> parse_commit(std::string_view bytes) {
    CommitText out;
    std::string_view rest = bytes;
    const auto tree = line_of(rest, "tree ");
    const auto tree_id = tree ? full_id(*tree) : std::nullopt;
    if (!tree_id) {
        return std::nullopt;
    }
    out.tree = *tree_id;
    while (const auto parent = line_of(rest, "parent ")) {
        const auto id = full_id(*parent);
        if (!id) {
            return std::nullopt;
        }
        out.parents.push_back(*id);
    }
    const Signature author = signature_of(line_of(rest, "author ").value_or(""));
    const Signature committer = signature_of(line_of(rest, "committer ").value_or(""));
    out.author = author.identity;
    out.authored = author.seconds;
    out.committed = committer.seconds;
    const std::size_t blank = rest.starts_with('\n') ? 0 : rest.find("\n\n");
    if (blank != std::string_view::npos) {
        rest.remove_prefix(blank);
        rest.remove_prefix(std::min(rest.find_first_not_of('\n'), rest.size()));
        out.subject = rest.substr(0, rest.find('\n'));
    }
    return out;
}

}  // namespace plimsoll::readers::git
