// Progress: what the line says, and silence where nobody looks.
#include "cli/progress.hpp"

#include "catch.hpp"
#include "input/sources.hpp"
#include "support/run_program.hpp"

#include <string>
#include <vector>

using namespace plimsoll;
using cli::progress_text;
using test::Ran;
using test::run_program;
using test::TemporaryFolder;

TEST_CASE("bytes, rate and remaining time, as far as they are known", "[progress]") {
    struct Case {
        std::uint64_t read;
        std::uint64_t total;
        double seconds;
        std::string text;
    };
    const std::vector<Case> cases{
        {0, 0, 0, "0 B"},
        {999, 1'000, 0, "999 B of 1.0 kB"},
        {1'200'000'000, 4'500'000'000, 1, "1.2 GB of 4.5 GB"},
        {1'200'000'000, 4'500'000'000, 4, "1.2 GB of 4.5 GB, 300 MB/s, 11 s left"},
        {1'000'000, 1'000'000'000, 10, "1.0 MB of 1.0 GB, 100 kB/s, 167 min left"},
        {5'000'000, 0, 10, "5.0 MB, 500 kB/s"},
        {2'000, 1'000, 10, "2.0 kB of 1.0 kB, 200 B/s"},
        {0, 1'000, 10, "0 B of 1.0 kB"},
    };
    for (const Case& one : cases) {
        CHECK(progress_text(one.read, one.total, one.seconds) == one.text);
    }
}

TEST_CASE("the bytes on disk are what is read from them", "[progress]") {
    const TemporaryFolder folder;
    folder.write("a.csv", std::string(100'000, 'a'));
    folder.write("below/b.csv", std::string(2'500, 'b'));
    folder.write(".hidden", std::string(77, 'c'));
    const std::vector<std::string> paths{folder.path()};
    std::size_t seen = 0;
    std::string sink(4096, '\0');
    input::for_each_source(
        paths,
        [&](input::Stream& stream, bool) {
            while (stream.read(sink) != 0) {
            }
        },
        [&](std::size_t bytes) { seen += bytes; });
    CHECK(seen == 102'500);
    CHECK(input::bytes_on_disk(paths) == 102'500);
    CHECK(input::bytes_on_disk(std::vector<std::string>{folder.path(), "-"}) == 0);
    CHECK(input::bytes_on_disk(std::vector<std::string>{"/nowhere"}) == 0);
}

TEST_CASE("off a terminal a short run says nothing of its progress", "[progress]") {
    const TemporaryFolder folder;
    folder.write("gauges.csv",
                 "at,name,value,limit\n"
                 "2026-11-20T08:00:00Z,pool.web.busy,4,20\n");
    const Ran ran = run_program({"audit", folder.path()});
    CHECK(ran.status == 0);
    CHECK(ran.err.empty());
}
