#include "readers/git/bundle.hpp"

#include "core/error.hpp"

#include <array>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <optional>
#include <system_error>
#include <vector>

namespace plimsoll::readers::git {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t longest_header = 16U << 20U;

struct Ref {
    std::string name;
    git_oid oid{};
};

struct Header {
    std::vector<Ref> refs;
    bool needs_more = false;
    std::string object_format;
};

[[nodiscard]] Error damaged(const input::Stream& stream, std::string why) {
    return Error{{.status = Status::untrusted,
                  .what = "cannot read the git bundle",
                  .where = stream.name(),
                  .why = std::move(why),
                  .remedy = "check it with `git bundle verify`; make a whole one with "
                            "`git bundle create history.bundle --all`"}};
}

void take_line(Header& header, std::string_view line) {
    constexpr std::size_t hex = 40;
    constexpr std::string_view format = "@object-format=";
    if (line.starts_with('-')) {
        header.needs_more = true;
    } else if (line.starts_with(format)) {
        header.object_format = line.substr(format.size());
    } else if (line.size() > hex + 1 && line[hex] == ' ') {
        Ref ref;
        ref.name = line.substr(hex + 1);
        if (git_oid_fromstrn(&ref.oid, line.data(), hex) == 0) {
            header.refs.push_back(std::move(ref));
        }
    }
}

// Reads up to the blank line; what was read beyond it is the pack's beginning, left in `rest`.
[[nodiscard]] Header read_header(input::Stream& stream, std::string& rest) {
    Header header;
    std::string text;
    std::array<char, 16'384> buffer{};
    std::size_t from = 0;
    while (true) {
        const std::size_t feed = text.find('\n', from);
        if (feed != std::string::npos) {
            const std::string_view line = std::string_view{text}.substr(from, feed - from);
            from = feed + 1;
            if (line.empty()) {
                rest = text.substr(from);
                return header;
            }
            take_line(header, line);
            continue;
        }
        const std::size_t got = text.size() < longest_header ? stream.read(buffer) : 0;
        if (got == 0) {
            throw damaged(stream, "its header has no end");
        }
        text.append(buffer.data(), got);
    }
}

void index_pack(git_repository* repository, input::Stream& stream, std::string_view begin) {
    git_odb* odb = nullptr;
    git_odb_writepack* raw = nullptr;
    if (git_repository_odb(&odb, repository) < 0) {
        throw damaged(stream, last_error());
    }
    const Odb keep{odb};
    if (git_odb_write_pack(&raw, odb, nullptr, nullptr) < 0) {
        throw damaged(stream, last_error());
    }
    const auto free_pack = [](git_odb_writepack* pack) { pack->free(pack); };
    const std::unique_ptr<git_odb_writepack, decltype(free_pack)> pack{raw, free_pack};
    git_indexer_progress progress{};
    std::vector<char> buffer(input::Stream::block_size);
    int result =
        begin.empty() ? 0 : pack->append(pack.get(), begin.data(), begin.size(), &progress);
    while (result == 0) {
        const std::size_t got = stream.read(buffer);
        if (got == 0) {
            break;
        }
        result = pack->append(pack.get(), buffer.data(), got, &progress);
    }
    if (result < 0 || pack->commit(pack.get(), &progress) < 0) {
        throw damaged(stream, last_error());
    }
}

// HEAD of the bundle when it names one, else a main branch, else the first reference.
void set_references(git_repository* repository, const Header& header) {
    const Ref* head = nullptr;
    for (const std::string_view wanted : {"HEAD", "refs/heads/main", "refs/heads/master"}) {
        for (const Ref& ref : header.refs) {
            head = head == nullptr && ref.name == wanted ? &ref : head;
        }
    }
    for (const Ref& ref : header.refs) {
        git_reference* made = nullptr;
        if (ref.name.starts_with("refs/") &&
            git_reference_create(&made, repository, ref.name.c_str(), &ref.oid, 1, nullptr) == 0) {
            git_reference_free(made);
        }
    }
    git_repository_set_head_detached(repository,
                                     head == nullptr ? &header.refs.front().oid : &head->oid);
}

}  // namespace

bool is_bundle(std::string_view head) noexcept {
    return head.starts_with("# v2 git bundle\n") || head.starts_with("# v3 git bundle\n");
}

// Where scratch files lie is no evidence, so the environment may choose it (TMPDIR).
TemporaryFolder::TemporaryFolder() {
    std::error_code ignored;
    fs::path base = fs::temp_directory_path(ignored);
    std::string pattern = ((base.empty() ? fs::path{"/tmp"} : base) / "plimsoll-XXXXXX").string();
    if (mkdtemp(pattern.data()) == nullptr) {
        throw Error{{.status = Status::unwritable,
                     .what = "cannot make a temporary folder to unpack a git bundle in",
                     .where = pattern,
                     .why = std::strerror(errno),
                     .remedy = "set TMPDIR to a folder that can be written"}};
    }
    path_ = pattern;
}

TemporaryFolder::~TemporaryFolder() {
    std::error_code ignored;
    fs::remove_all(path_, ignored);
}

Repository unpack_bundle(input::Stream& stream, const fs::path& folder) {
    std::string begin;
    const Header header = read_header(stream, begin);
    if (!header.object_format.empty() && header.object_format != "sha1") {
        throw damaged(stream,
                      "its object ids are " + header.object_format + "; only SHA-1 can be read");
    }
    if (header.needs_more) {
        throw damaged(stream,
                      "it continues another bundle: it lists commits that it does not hold");
    }
    if (header.refs.empty()) {
        throw damaged(stream, "it names no branch");
    }
    git_repository* made = nullptr;
    if (git_repository_init(&made, folder.c_str(), 1) < 0) {
        throw damaged(stream, last_error());
    }
    Repository repository{made};
    index_pack(made, stream, begin);
    set_references(made, header);
    return repository;
}

}  // namespace plimsoll::readers::git
