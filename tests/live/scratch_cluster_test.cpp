// The scratch cluster when things go wrong around it: it goes away whoever is killed, whatever the
// environment says, and says why when it cannot be made.
#include "app/planner/scratch_cluster.hpp"

#include "app/planner/link.hpp"
#include "catch.hpp"
#include "core/error.hpp"
#include "support/live_server.hpp"
#include "support/run_program.hpp"

#include <fcntl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <thread>

using namespace plimsoll;
using namespace plimsoll::app::planner;
using Clock = std::chrono::steady_clock;

namespace {

const test::LiveServer* server() {
    const test::LiveServer* one = test::live_server();
    if (one == nullptr) {
        WARN("no PostgreSQL server is installed: skipped");
    }
    return one;
}

// A place for temporary files that no other program has.
class OwnPlace {
public:
    OwnPlace() {
        const char* known = std::getenv("TMPDIR");
        before_ = known == nullptr ? std::nullopt : std::optional<std::string>{known};
        std::filesystem::permissions(folder_.path(""), std::filesystem::perms{0755});
        (void)setenv("TMPDIR", folder_.path("").c_str(), 1);
    }
    ~OwnPlace() {
        if (before_) {
            (void)setenv("TMPDIR", before_->c_str(), 1);
        } else {
            (void)unsetenv("TMPDIR");
        }
    }
    OwnPlace(const OwnPlace&) = delete;
    OwnPlace& operator=(const OwnPlace&) = delete;

private:
    test::TemporaryFolder folder_;
    std::optional<std::string> before_;
};

std::set<std::string> folders() {
    std::set<std::string> out;
    for (const auto& entry :
         std::filesystem::directory_iterator{std::filesystem::temp_directory_path()}) {
        if (entry.path().filename().string().starts_with("plimsoll-pg-")) {
            out.insert(entry.path());
        }
    }
    return out;
}

bool soon(const std::function<bool()>& holds) {
    for (int tries = 0; tries < 1200; ++tries) {
        if (holds()) {
            return true;
        }
        std::this_thread::sleep_for(std::chrono::milliseconds{25});
    }
    return false;
}

pid_t postmaster_of(const ScratchCluster& cluster) {
    pid_t out = 0;
    std::ifstream{cluster.data() + "/postmaster.pid"} >> out;
    return out;
}

pid_t parent_of(pid_t process) {
    const std::string stat = test::slurp("/proc/" + std::to_string(process) + "/stat");
    return std::stoi(stat.substr(stat.rfind(')') + 4));
}

bool is_there(pid_t process) {
    const std::string stat = test::slurp("/proc/" + std::to_string(process) + "/stat");
    return !stat.empty() && stat.substr(stat.rfind(')') + 2, 1) != "Z";
}

}  // namespace

TEST_CASE(
    "the scratch cluster is removed when it goes, when we are killed, and never shows in between") {
    if (server() == nullptr) {
        return;
    }
    const OwnPlace place;
    std::string folder;
    {
        const ScratchCluster cluster{server()->programs()};
        folder = cluster.folder();
        CHECK(std::filesystem::exists(folder));
        CHECK((std::filesystem::status(folder).permissions() &
               std::filesystem::perms::others_all) == std::filesystem::perms::none);
    }
    CHECK_FALSE(std::filesystem::exists(folder));
    // A process of ours that is killed without a chance to say anything.
    const pid_t child = fork();
    if (child == 0) {
        const ScratchCluster cluster{server()->programs()};
        (void)raise(SIGKILL);
        _exit(1);
    }
    int status = 0;
    REQUIRE(waitpid(child, &status, 0) == child);
    CHECK(WIFSIGNALED(status));
    for (int tries = 0; tries < 300 && !folders().empty(); ++tries) {
        std::this_thread::sleep_for(std::chrono::milliseconds{50});
    }
    CHECK(folders().empty());
}

TEST_CASE(
    "what a killed guardian leaves behind is cleared by the next cluster, and nothing else is") {
    if (server() == nullptr) {
        return;
    }
    const OwnPlace place;
    const std::string stranger = std::filesystem::temp_directory_path() / "plimsoll-pg-mine";
    std::filesystem::create_directory(stranger);  // no lock in it: nobody's business
    auto dead = std::make_unique<ScratchCluster>(server()->programs());
    const std::string left = dead->folder();
    const pid_t orphan = postmaster_of(*dead);
    REQUIRE(orphan > 1);
    REQUIRE(kill(parent_of(orphan), SIGKILL) == 0);
    dead.reset();
    CHECK(std::filesystem::exists(left));
    {
        const ScratchCluster alive{server()->programs()};
        CHECK(soon([&] { return !is_there(orphan); }));
        CHECK_FALSE(std::filesystem::exists(left));
        const ScratchCluster next{server()->programs()};  // leaves the living alone
        CHECK(Link{alive.connection("postgres")}.rows("select 1").size() == 1);
    }
    CHECK(Link{server()->cluster().connection("postgres")}.rows("select 1").size() == 1);
    CHECK(std::filesystem::exists(stranger));
    std::filesystem::remove(stranger);
}

TEST_CASE("nothing of libpq's environment reaches it") {
    if (server() == nullptr) {
        return;
    }
    struct Setting {
        const char* name;
        const char* value;
    };
    const auto settings = {Setting{"PGDATA", "/nowhere"},
                           Setting{"PGHOST", "/nowhere"},
                           Setting{"PGPORT", "1"},
                           Setting{"PGUSER", "nobody-of-ours"},
                           Setting{"PGDATABASE", "nothing-of-ours"},
                           Setting{"PGOPTIONS", "-c default_transaction_read_only=on"},
                           Setting{"PGSSLMODE", "verify-full"},
                           Setting{"PGCHANNELBINDING", "require"},
                           Setting{"PGTARGETSESSIONATTRS", "standby"},
                           Setting{"PGREQUIREPEER", "nobody-of-ours"},
                           Setting{"PGDATESTYLE", "German"},
                           Setting{"PGTZ", "Asia/Tokyo"}};
    for (const Setting& one : settings) {
        (void)setenv(one.name, one.value, 1);
    }
    std::vector<std::vector<std::string>> rows;
    std::string why;
    try {
        const ScratchCluster cluster{server()->programs()};
        Link link{cluster.connection("postgres")};
        link.run("create table t as select timestamptz '2026-03-04 05:06:07+00' as at");
        rows = link.rows("select at::text from t");
    } catch (const std::exception& error) {
        why = error.what();
    }
    for (const Setting& one : settings) {
        (void)unsetenv(one.name);
    }
    INFO(why);
    REQUIRE(rows.size() == 1);
    CHECK(rows[0][0] == "2026-03-04 05:06:07+00");
}

TEST_CASE("a server that cannot start is said at once, with its own words, and leaves nothing") {
    if (server() == nullptr) {
        return;
    }
    const OwnPlace place;
    const std::set<std::string> before = folders();
    const Clock::time_point begun = Clock::now();
    try {
        const ScratchCluster cluster{server()->programs(), {"shared_buffers=notanumber"}};
        FAIL("it started");
    } catch (const Error& error) {
        CHECK(error.parts().status == Status::internal);
        CHECK(error.parts().why.find("the server ended") != std::string::npos);
        CHECK(error.parts().why.find("shared_buffers") != std::string::npos);
        CHECK(error.parts().remedy.find("--pg-bindir") != std::string::npos);
    }
    CHECK(Clock::now() - begun < std::chrono::seconds{30});
    CHECK(folders() == before);
}

TEST_CASE("a disk that takes no more is an error in four parts, and nothing is left on it") {
    if (server() == nullptr) {
        return;
    }
    const OwnPlace place;
    const std::set<std::string> before = folders();
    const pid_t child = fork();
    if (child == 0) {  // no file may grow beyond this: what a full disk does, to us alone
        (void)std::signal(SIGXFSZ, SIG_IGN);
        const rlimit small{.rlim_cur = 200'000, .rlim_max = 200'000};
        (void)setrlimit(RLIMIT_FSIZE, &small);
        try {
            const ScratchCluster cluster{server()->programs()};
        } catch (const Error& error) {
            const Error::Parts& parts = error.parts();
            _exit(parts.why.find("initdb failed") != std::string::npos && !parts.where.empty() &&
                          !parts.remedy.empty()
                      ? 0
                      : 2);
        }
        _exit(1);
    }
    int status = 0;
    REQUIRE(waitpid(child, &status, 0) == child);
    CHECK(WIFEXITED(status));
    CHECK(WEXITSTATUS(status) == 0);
    CHECK(soon([&] { return folders() == before; }));
}

TEST_CASE("Ctrl-C and SIGTERM while it plans leave neither folder nor server") {
    if (server() == nullptr) {
        return;
    }
    const OwnPlace place;
    const test::TemporaryFolder folder;
    server()->create("stopped");
    server()->run("stopped",
                  "create table t as select g as i from generate_series(1, 5000) g; analyze t");
    const std::string capture = folder.path("capture.json");
    REQUIRE(test::run_program(
                {"collect", server()->url("reader", "stopped"), "--interval", "0", "-o", capture})
                .status == 0);
    const std::string asked = folder.write("q.sql", "select * from t where i < 10;");
    for (const int name : {SIGINT, SIGTERM}) {
        const std::set<std::string> before = folders();
        const pid_t child = fork();
        if (child == 0) {
            const int nothing = open("/dev/null", O_RDWR);
            (void)dup2(nothing, STDOUT_FILENO);
            (void)dup2(nothing, STDERR_FILENO);
            (void)setpgid(0, 0);
            (void)execl(PLIMSOLL_PROGRAM,
                        PLIMSOLL_PROGRAM,
                        "inspect",
                        "--capture",
                        capture.c_str(),
                        "--statements",
                        asked.c_str(),
                        "--pg-bindir",
                        server()->programs().c_str(),
                        "--project",
                        "1000000",
                        static_cast<char*>(nullptr));
            _exit(127);
        }
        REQUIRE(soon([&] { return folders().size() > before.size(); }));
        std::this_thread::sleep_for(std::chrono::milliseconds{300});
        (void)kill(-child, name);  // to the whole group, as a terminal does
        int status = 0;
        REQUIRE(waitpid(child, &status, 0) == child);
        const int code = WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
        CHECK(code == 130);  // interrupted
        CHECK(soon([&] { return folders() == before; }));
    }
}
