// `collect` as its user meets it: secrets in the process list, Ctrl-C, servers that die, freeze or
// never answer, TLS, names and bytes of any kind, objects that pose as the catalogue.
#include "app/collect.hpp"
#include "app/planner/loop.hpp"
#include "catch.hpp"
#include "core/error.hpp"
#include "readers/live/capture.hpp"
#include "readers/live/session.hpp"
#include "support/live_server.hpp"
#include "support/run_program.hpp"
#include "wire/json.hpp"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <filesystem>
#include <optional>
#include <thread>

using namespace plimsoll;
using namespace plimsoll::readers::live;
using test::LiveServer;
using Clock = std::chrono::steady_clock;

namespace {

CaptureOptions quick() {
    CaptureOptions options{.interval_s = 0};
    options.limits.connect_timeout_s = 3;
    return options;
}

bool has_gap(const DatabaseCapture& capture, const std::string& id) {
    return std::ranges::any_of(capture.gaps, [&](const DbGap& gap) { return gap.id == id; });
}

const LiveServer* server() {
    const LiveServer* one = test::live_server();
    if (one == nullptr) {
        WARN("no PostgreSQL server is installed: skipped");
    }
    return one;
}

// The program, running.
pid_t start(const std::vector<std::string>& arguments) {
    std::vector<char*> words{const_cast<char*>(PLIMSOLL_PROGRAM)};
    for (const std::string& word : arguments) {
        words.push_back(const_cast<char*>(word.c_str()));
    }
    words.push_back(nullptr);
    const pid_t child = fork();
    if (child == 0) {
        const int nothing = open("/dev/null", O_RDWR);
        (void)dup2(nothing, STDOUT_FILENO);
        (void)dup2(nothing, STDERR_FILENO);
        (void)unsetenv("HOME");  // no key is made
        (void)execv(words.front(), words.data());
        _exit(127);
    }
    return child;
}

int status_of(pid_t child) {
    int status = 0;
    (void)waitpid(child, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

// Waits until the program watches sessions: its first snapshot is then behind it.
bool watches(const std::string& connection) {
    app::planner::Link link{connection};
    for (int tries = 0; tries < 6000; ++tries) {  // a minute: the machine may be busy
        if (!link.rows("select 1 from pg_stat_activity where application_name = 'plimsoll' and "
                       "usename = 'aud' and query like '%waiting_lock%'")
                 .empty()) {
            return true;
        }
        std::this_thread::sleep_for(std::chrono::milliseconds{10});
    }
    return false;
}

std::string with_password(std::string url, const std::string& password) {
    return url.insert(url.find('@'), ":" + password);
}

Error::Parts error_of(const std::string& connection, const CaptureOptions& options = quick()) {
    try {
        (void)capture(connection, options);
    } catch (const Error& error) {
        return error.parts();
    }
    return {};
}

}  // namespace

TEST_CASE(
    "a password given on the command line is not in the process list; Ctrl-C leaves nothing") {
    if (server() == nullptr) {
        return;
    }
    const test::TemporaryFolder folder;
    server()->create("titled");
    const pid_t child = start({"collect",
                               with_password(server()->url("aud", "titled"), "hush-hush"),
                               "--interval",
                               "30",
                               "-o",
                               folder.path("capture.json")});
    REQUIRE(watches(server()->cluster().connection("titled")));
    const std::string title = test::slurp("/proc/" + std::to_string(child) + "/cmdline");
    CHECK(title.find("postgresql://aud:***") != std::string::npos);
    CHECK(title.find("hush") == std::string::npos);
    CHECK(server()->value("titled",
                          "select count(*) from pg_stat_activity where query like '%hush%' and pid "
                          "<> pg_backend_pid()") == "0");
    (void)kill(child, SIGINT);
    CHECK(status_of(child) == 130);
    CHECK(std::filesystem::is_empty(folder.path("")));
}

TEST_CASE("a server that is killed in the middle leaves what was gathered, and status 4") {
    if (server() == nullptr) {
        return;
    }
    const test::TemporaryFolder folder;
    std::optional<app::planner::ScratchCluster> dying{std::in_place, server()->programs()};
    app::planner::Link{dying->connection("postgres")}.run(
        "create role aud login; grant pg_monitor to aud; create table kept(i int)");
    const pid_t child = start({"collect",
                               "postgresql://aud@/postgres?host=" + dying->folder(),
                               "--interval",
                               "30",
                               "-o",
                               folder.path("capture.json")});
    REQUIRE(watches(dying->connection("postgres")));
    dying.reset();
    CHECK(status_of(child) == 4);
    const wire::Json kept = wire::parse(test::slurp(folder.path("capture.json")));
    CHECK(kept.at("capture").at("tables").contains("public.kept"));
    CHECK(kept.dump().find("collect.lost") != std::string::npos);
}

TEST_CASE("a server that freezes is given up by our own clock") {
    if (server() == nullptr) {
        return;
    }
    server()->create("frozen");
    CaptureOptions options = quick();
    options.interval_s = 20;
    options.sample_every_s = 0.05;
    options.limits.statement_timeout_ms = 300;
    options.limits.silence_ms = 500;
    pid_t backend = 0;
    std::thread freezer{[&] {
        (void)watches(server()->cluster().connection("frozen"));
        backend = std::stoi(server()->value(
            "frozen",
            "select pid from pg_stat_activity where usename = 'aud' and datname = 'frozen'"));
        (void)kill(backend, SIGSTOP);
    }};
    const Clock::time_point begun = Clock::now();
    const DatabaseCapture taken = capture(server()->url("aud", "frozen"), options);
    freezer.join();
    (void)kill(backend, SIGCONT);
    CHECK(Clock::now() - begun < std::chrono::seconds{15});
    CHECK_FALSE(taken.complete);
    CHECK(taken.snapshots.size() == 1);
    CHECK(has_gap(taken, "collect.lost"));
}

TEST_CASE("a host that takes connections and never answers holds us no longer than the time-out") {
    const int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    REQUIRE(bind(listener, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0);
    socklen_t size = sizeof address;
    REQUIRE(getsockname(listener, reinterpret_cast<sockaddr*>(&address), &size) == 0);
    REQUIRE(listen(listener, 4) == 0);
    const std::string url =
        "postgresql://me:hush@127.0.0.1:" + std::to_string(ntohs(address.sin_port)) +
        "/shop?connect_timeout=2";
    const Clock::time_point begun = Clock::now();
    const test::TemporaryFolder folder;
    const test::Ran ran =
        test::run_program({"collect", url, "--interval", "0", "-o", folder.path("x")});
    (void)close(listener);
    CHECK(Clock::now() - begun < std::chrono::seconds{12});
    CHECK(ran.status == 3);
    for (const char* part : {"error: ", "where", "why", "try"}) {
        CHECK(ran.err.find(part) != std::string::npos);
    }
    CHECK((ran.out + ran.err).find("hush") == std::string::npos);
    CHECK_FALSE(std::filesystem::exists(folder.path("x")));
}

TEST_CASE("TLS is libpq's: encrypted when asked, refused with a way out when not trusted") {
    if (server() == nullptr || access("/usr/bin/openssl", X_OK) != 0) {
        WARN("no openssl to make a certificate with: skipped");
        return;
    }
    const app::planner::ScratchCluster cluster{server()->programs(),
                                               {"listen_addresses=127.0.0.77"}};
    const std::string certificate = cluster.data() + "/server.crt";
    const std::string key = cluster.data() + "/server.key";
    REQUIRE(std::system(("openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=localhost "
                         "-keyout " +
                         key + " -out " + certificate + " 2>/dev/null")
                            .c_str()) == 0);
    for (const std::string& file : {certificate, key}) {
        (void)chmod(file.c_str(), 0600);
        (void)!chown(file.c_str(), cluster.user(), cluster.group());
    }
    app::planner::Link link{cluster.connection("postgres")};
    link.run("create role aud login; grant pg_monitor to aud");
    link.run("alter system set ssl = on");
    link.run("select pg_reload_conf()");
    std::this_thread::sleep_for(std::chrono::milliseconds{500});
    const test::TemporaryFolder folder;
    const std::string trusted = folder.write("ca.crt", test::slurp(certificate));
    const std::string url = "postgresql://aud@127.0.0.77:5432/postgres?sslmode=";
    CHECK(capture(url + "require", quick()).complete);
    CHECK(capture(url + "verify-ca&sslrootcert=" + trusted, quick()).complete);
    const Error::Parts unknown = error_of(url + "verify-full&sslrootcert=/nowhere.crt");
    CHECK(unknown.status == Status::unreadable);
    CHECK(unknown.why.find("nowhere.crt") != std::string::npos);
    CHECK(unknown.remedy.find("sslrootcert") != std::string::npos);
    const Error::Parts other = error_of(url + "verify-full&sslrootcert=" + trusted);
    CHECK(other.status == Status::unreadable);
    CHECK(other.why.find("localhost") != std::string::npos);  // the certificate is another host's
    CHECK(other.remedy.find("sslmode") != std::string::npos);
}

TEST_CASE("names of any kind and bytes of no encoding are captured, and planned over") {
    if (server() == nullptr) {
        return;
    }
    for (const std::string encoding : {"SQL_ASCII", "LATIN1"}) {
        INFO(encoding);
        app::planner::Link{server()->cluster().connection("postgres")}.run(
            "create database odd_" + encoding + " encoding '" + encoding +
            "' template template0 lc_collate 'C' lc_ctype 'C'");
        const std::string database = encoding == "LATIN1" ? "odd_latin1" : "odd_sql_ascii";
        app::planner::Link link{server()->cluster().connection(database)};
        link.run("set client_encoding = '" + encoding + "'");
        link.run("create table \"b\xE9\xFF\"(id int, \"c\xE9\" text)");
        link.run("create table \"q'u\"\"o\nte\\x\"(\"a'b\" int, \"n\nl\" text)");
        link.run("insert into \"q'u\"\"o\nte\\x\" select g, 'x' from generate_series(1, 2000) g");
        link.run("create index \"i'\"\"x\" on \"q'u\"\"o\nte\\x\"(\"a'b\")");
        link.run("create type \"e'n\" as enum ('a''b', E'c\\nd')");
        link.run("create table kinds(x \"e'n\", \x22;drop table kinds--\x22 text)");
        link.run("analyze");
        const DatabaseCapture taken = capture(server()->url("reader", database), quick());
        CHECK(taken.complete);
        CHECK(taken.tables.contains("public.q'u\"o\nte\\x"));
        CHECK(taken.tables.contains(encoding == "LATIN1" ? "public.b\xC3\xA9\xC3\xBF"
                                                         : "public.b\\xe9\\xff"));
        CHECK_FALSE(app::capture_text(taken).empty());  // it is JSON, so it is UTF-8
        std::vector<std::string> notes;
        const app::planner::ScratchCluster cluster{server()->programs()};
        const std::vector<app::planner::Planned> answers = app::planner::ask_planner(
            cluster,
            taken,
            app::planner::growth_of(taken, {}),
            {{.name = "odd", .text = "select * from \"q'u\"\"o\nte\\x\" where \"a'b\" = 77"}},
            {.scales = {1, 10}, .cliffs = false},
            notes);
        CHECK(notes.empty());
        REQUIRE(answers.front().at.size() == 2);
        CHECK(answers.front().at[1].plan.shape().find("i'\"x") != std::string::npos);
    }
}

TEST_CASE("what is no UTF-8 is written so that it can be read") {
    struct Row {
        std::string bytes;
        std::string text;
    };
    for (const Row& row :
         {Row{"plain", "plain"},
          Row{"\xC3\xA9 \xE2\x82\xAC \xF0\x9F\x98\x80", "\xC3\xA9 \xE2\x82\xAC \xF0\x9F\x98\x80"},
          Row{"\xE9", "\\xe9"},
          Row{"a\xC3", "a\\xc3"},
          Row{"\xC0\xAF", "\\xc0\\xaf"},                    // overlong
          Row{"\xED\xA0\x80", "\\xed\\xa0\\x80"},           // a surrogate
          Row{"\xF4\x90\x80\x80", "\\xf4\\x90\\x80\\x80"},  // beyond Unicode
          Row{"\xE0\x80\x80", "\\xe0\\x80\\x80"},
          Row{"", ""}}) {
        CHECK(as_utf8(row.bytes) == row.text);
    }
}

TEST_CASE(
    "objects that pose as the catalogue are passed by, and locked statistics not waited for") {
    if (server() == nullptr) {
        return;
    }
    server()->create("posing");
    // Texts in no encoding, of other databases: the server cannot show them in this one.
    server()->run("posing", "select pg_stat_statements_reset()");
    server()->run("posing",
                  "create schema evil; grant usage on schema evil to public;"
                  "create view evil.pg_class as select 1/0 as oid;"
                  "create view evil.pg_settings as select 1/0 as name;"
                  "create function evil.pg_database_size(oid) returns bigint language plpgsql as $$"
                  "begin raise exception 'called'; end $$;"
                  "create function evil.same(name, name) returns bool language plpgsql as $$"
                  "begin raise exception 'called'; end $$;"
                  "create operator evil.= (leftarg = name, rightarg = name, function = evil.same);"
                  "alter database posing set search_path = evil, pg_catalog;"
                  "create table public.t as select g as i from generate_series(1, 100) g; analyze");
    const DatabaseCapture taken = capture(server()->url("reader", "posing"), quick());
    std::string gaps;
    for (const DbGap& gap : taken.gaps) {
        gaps += gap.missing + "\n";
    }
    INFO(gaps);
    CHECK(taken.complete);
    CHECK(taken.tables.contains("public.t"));
    CHECK(app::capture_text(taken).find("called") == std::string::npos);
    // Without a plan there is no answer, and none without the statistics of the catalogue itself.
    app::planner::Link holder{server()->cluster().connection("posing")};
    holder.run("begin; lock table pg_catalog.pg_statistic in access exclusive mode");
    const Clock::time_point begun = Clock::now();
    const Error::Parts locked = error_of(server()->url("reader", "posing"));
    holder.run("rollback");
    CHECK(Clock::now() - begun < std::chrono::seconds{20});
    CHECK((locked.what.empty() || locked.remedy.find("locked") != std::string::npos));
    // Columns are there without their statistics as well.
    server()->run("posing", "revoke select on pg_catalog.pg_stats from public");
    const DatabaseCapture blind = capture(server()->url("plain", "posing"), quick());
    CHECK(has_gap(blind, "collect.columns"));
    REQUIRE(blind.tables.at("public.t").columns.size() == 1);
    CHECK(blind.tables.at("public.t").columns[0].type == "integer");
    CHECK_FALSE(blind.tables.at("public.t").columns[0].analyzed);
}
