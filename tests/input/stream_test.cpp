#include "catch.hpp"
#include "core/error.hpp"
#include "input/sources.hpp"
#include "support/packing.hpp"
#include "support/run_program.hpp"

#include <map>

using namespace plimsoll;
using input::Block;
using input::Stream;

namespace {

// A stream that hands out its bytes in pieces of the given size, as pipes and decompressors do.
Stream pieces(std::string bytes, std::size_t piece) {
    return {SourceKind::bytes,
            "x",
            "x",
            [bytes = std::move(bytes), piece, at = std::size_t{0}](std::span<char> into) mutable {
                const std::size_t size = std::min({piece, into.size(), bytes.size() - at});
                bytes.copy(into.data(), size, at);
                at += size;
                return size;
            }};
}

std::string lines(int count) {
    std::string out;
    for (int i = 0; i < count; ++i) {
        out +=
            "line " + std::to_string(i) + std::string(static_cast<std::size_t>(i % 97), 'x') + "\n";
    }
    return out;
}

std::map<std::string, std::string> all_in(const std::string& name, const std::string& bytes) {
    std::map<std::string, std::string> out;
    input::for_each_source_in(
        name, bytes, [&](Stream& stream, bool) { out[stream.name()] = stream.whole(); });
    return out;
}

}  // namespace

TEST_CASE("blocks are whole lines and together the source, however it comes", "[stream]") {
    const std::string text = lines(60'000) + "no line feed at the end";
    for (const std::size_t piece :
         {std::size_t{1'000}, std::size_t{4'096}, std::size_t{70'000}, text.size()}) {
        for (const bool sample : {false, true}) {
            Stream stream = pieces(text, piece);
            if (sample) {
                CHECK(stream.sample().head == std::string_view{text}.substr(0, Stream::head_size));
            }
            std::string joined;
            Block block;
            while (stream.next(block)) {
                REQUIRE(block.offset() == joined.size());
                joined += block.text();
                if (joined.size() < text.size()) {
                    REQUIRE(block.text().back() == '\n');
                }
            }
            CHECK(joined == text);
            CHECK(stream.bytes() == text.size());
        }
    }
}

TEST_CASE("a line longer than can be held is cut, counted, and the next line is whole",
          "[stream]") {
    const std::string text = "before\n" + std::string(3 * Stream::longest_line, 'x') + "\nafter\n";
    Stream stream = pieces(text, 100'000);
    std::string joined;
    std::uint64_t cut = 0;
    Block block;
    while (stream.next(block)) {
        joined += block.text();
        cut += block.cut_bytes();
        CHECK(block.text().size() <= 2 * Stream::longest_line);
    }
    CHECK(joined.starts_with("before\nxxx"));
    CHECK(joined.ends_with("x\nafter\n"));
    CHECK(joined.size() + cut == text.size());
}

TEST_CASE("lines lose their ends, carriage returns included", "[stream]") {
    Stream stream = pieces("a\r\n\nb", 2);
    input::Lines reader{stream};
    CHECK(reader.next() == "a");
    CHECK(reader.next() == "");
    CHECK(reader.number() == 2);
    CHECK(reader.next() == "b");
    CHECK_FALSE(reader.next().has_value());
}

TEST_CASE("whole documents have a largest size", "[stream]") {
    Stream stream = pieces(std::string(10'000, 'x'), 999);
    try {
        (void)stream.whole(9'999);
        FAIL("it was read");
    } catch (const Error& error) {
        CHECK(error.parts().status == Status::untrusted);
    }
}

TEST_CASE("SHA-256 is that of the decompressed bytes", "[stream]") {
    Stream stream = pieces("abc", 2);
    stream.hash();
    (void)stream.sample();
    CHECK(stream.whole() == "abc");
    CHECK(stream.sha256() == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

TEST_CASE("every container gives the same bytes, by content and not by name", "[sources]") {
    const std::string text = lines(3'000);
    for (const std::string filter : {"gzip", "zstd", "xz", "bzip2", "lz4"}) {
        CAPTURE(filter);
        CHECK(all_in("log.txt", test::pack(filter, "raw", {{"ignored", text}})) ==
              std::map<std::string, std::string>{{"log.txt", text}});
    }
    const std::vector<std::pair<std::string, std::string>> members{{"a/b.log", text},
                                                                   {"c.json", "{}"}};
    const std::map<std::string, std::string> expected{{"set!a/b.log", text}, {"set!c.json", "{}"}};
    CHECK(all_in("set", test::pack("none", "tar", members)) == expected);
    CHECK(all_in("set", test::pack("zstd", "tar", members)) == expected);
    CHECK(all_in("set", test::pack("none", "zip", members)) == expected);
    const std::string inner = test::pack("gzip", "raw", {{"x", text}});
    CHECK(all_in("set", test::pack("none", "tar", {{"a.gz", inner}})) ==
          std::map<std::string, std::string>{{"set!a.gz", text}});
    const std::string twice = inner + test::pack("gzip", "raw", {{"x", "more\n"}});
    CHECK(all_in("log.gz", twice) ==
          std::map<std::string, std::string>{{"log.gz", text + "more\n"}});
}

TEST_CASE("a cut archive gives what came before, and says that it is damaged", "[sources]") {
    std::string text;
    for (std::uint64_t i = 0, state = 1; i < 300'000; ++i) {
        state = state * 6364136223846793005ULL + 1;
        text += static_cast<char>('a' + (state >> 40U) % 26);
    }
    for (const std::string filter : {"gzip", "zstd", "xz", "bzip2"}) {
        CAPTURE(filter);
        const std::string packed = test::pack(filter, "raw", {{"x", text}});
        bool used = false;
        input::for_each_source_in(
            "log", packed.substr(0, packed.size() / 2), [&](Stream& stream, bool) {
                const std::string got = stream.whole();
                CHECK(text.starts_with(got));
                REQUIRE(stream.damage().has_value());
                CHECK_FALSE(stream.damage()->empty());
                used = true;
            });
        CHECK(used);
    }
}

TEST_CASE("a decompression bomb ends, in bounded memory", "[sources]") {
    // 2.5 GiB of one letter in members of 64 MiB, packed twice. (Zeros would be an empty tar.)
    std::string piece(1U << 20U, '\0');
    const std::string packed = test::pack("gzip", "raw", {{"x", std::string(64U << 20U, 'a')}});
    std::string repeated;
    for (int i = 0; i < 40; ++i) {
        repeated += packed;
    }
    const std::string bomb = test::pack("gzip", "tar", {{"x.gz", repeated}});
    std::uint64_t size = 0;
    std::string damage;
    input::for_each_source_in("bomb", bomb, [&](Stream& stream, bool) {
        while (const std::size_t got = stream.read(piece)) {
            size += got;
        }
        damage += stream.damage().value_or("");
    });
    CHECK(damage.find("bomb") != std::string::npos);
    CHECK(size > 0);
    CHECK(size < (3ULL << 30U));
}

TEST_CASE("folders are walked in order, without hidden entries; repositories are one source",
          "[sources]") {
    const test::TemporaryFolder folder;
    folder.write("b.log", "b");
    folder.write("a/z.log", "z");
    folder.write(".hidden/x", "x");
    folder.write("plimsoll.toml", "");
    folder.write("repo/.git/HEAD", "ref: refs/heads/main");
    folder.write("bare/HEAD", "x");
    folder.write("bare/objects/x", "x");
    folder.write("bare/refs/x", "x");
    std::vector<std::string> names;
    std::vector<SourceKind> kinds;
    const std::vector<std::string> paths{folder.path()};
    input::for_each_source(paths, [&](Stream& stream, bool named) {
        names.push_back(stream.name().substr(folder.path().size() + 1));
        kinds.push_back(stream.kind());
        CHECK_FALSE(named);
    });
    CHECK(names == std::vector<std::string>{"a/z.log", "b.log", "bare", "repo"});
    CHECK(kinds == std::vector{SourceKind::bytes,
                               SourceKind::bytes,
                               SourceKind::git_repository,
                               SourceKind::git_repository});
}

TEST_CASE("a connection string is a source whose password is never shown", "[sources]") {
    const std::vector<std::string> paths{"postgresql://me:secret@db.example/shop?sslmode=require"};
    input::for_each_source(paths, [&](Stream& stream, bool named) {
        CHECK(stream.kind() == SourceKind::database);
        CHECK(stream.name() == "postgresql://me@db.example/shop");
        CHECK(stream.path() == paths.front());
        CHECK(named);
    });
}

TEST_CASE("a path that is not there is an error with the path", "[sources]") {
    const std::vector<std::string> paths{"/nowhere/at/all"};
    try {
        input::for_each_source(paths, [](Stream&, bool) {});
        FAIL("it was opened");
    } catch (const Error& error) {
        CHECK(error.parts().status == Status::unreadable);
        CHECK(error.parts().where == "/nowhere/at/all");
    }
}

TEST_CASE("an archive without a file in it is named, not passed over") {
    // Two blocks of zeros are the end of a tar that holds nothing.
    const std::string zeros = test::pack("gzip", "raw", {{"zeros", std::string(1 << 16, '\0')}});
    std::vector<std::string> seen;
    input::for_each_source_in("zeros.gz", zeros, [&](Stream& stream, bool) {
        CHECK(stream.sample().head.empty());
        seen.push_back(stream.name());
    });
    CHECK(seen == std::vector<std::string>{"zeros.gz"});
}
