#include "app/planner/scratch_cluster.hpp"

#include "core/error.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <grp.h>
#include <pqxx/pqxx>
#include <pwd.h>
#include <sys/file.h>
#include <sys/poll.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <optional>
#include <thread>
#include <vector>

namespace plimsoll::app::planner {
namespace {

namespace fs = std::filesystem;

[[nodiscard]] bool has_programs(const fs::path& folder) {
    return access((folder / "initdb").c_str(), X_OK) == 0 &&
           access((folder / "postgres").c_str(), X_OK) == 0;
}

[[nodiscard]] Error broken(std::string what, std::string where, std::string why) {
    return Error{
        {.status = Status::internal,
         .what = std::move(what),
         .where = std::move(where),
         .why = std::move(why),
         .remedy =
             "try another installation with --pg-bindir, or leave the option out: the offline "
             "projection needs no server"}};
}

struct Owner {
    uid_t user;
    gid_t group;
    bool drop;  // we are root, and must become another for the server
};

[[nodiscard]] Owner owner_of_server() {
    if (geteuid() != 0) {
        return {.user = geteuid(), .group = getegid(), .drop = false};
    }
    for (const char* name : {"postgres", "nobody"}) {
        if (const passwd* entry = getpwnam(name)) {
            return {.user = entry->pw_uid, .group = entry->pw_gid, .drop = true};
        }
    }
    throw broken("cannot start a scratch server",
                 {},
                 "PostgreSQL refuses to run as root, and there is no other user");
}

// Only calls that are safe after fork in the child: the parent had no threads by then.
[[nodiscard]] pid_t start(const std::vector<std::string>& command, const Owner& owner, int output) {
    std::vector<char*> words;
    for (const std::string& word : command) {
        words.push_back(const_cast<char*>(word.c_str()));
    }
    words.push_back(nullptr);
    const pid_t child = fork();
    if (child != 0) {
        return child;
    }
    if (owner.drop &&
        (setgroups(0, nullptr) != 0 || setgid(owner.group) != 0 || setuid(owner.user) != 0)) {
        _exit(126);
    }
    const int nothing = open("/dev/null", O_RDWR);
    (void)dup2(nothing, STDIN_FILENO);
    (void)dup2(output, STDOUT_FILENO);
    (void)dup2(output, STDERR_FILENO);
    (void)close_range(3, ~0U, 0);  // the leash and the lock must not live on in the server
    for (const char* name : {"PGDATA", "PGHOST", "PGPORT", "PGUSER", "PGDATABASE", "PGOPTIONS"}) {
        (void)unsetenv(name);
    }
    (void)execv(words.front(), words.data());
    _exit(127);
}

[[nodiscard]] int wait_for(pid_t child) noexcept {
    int status = 0;
    while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
    }
    return status;
}

constexpr char initdb_failed = 'i';
constexpr char server_ended = 's';

// The guardian's whole life. Never returns.
[[noreturn]] void guard(const std::string& folder,
                        const std::vector<std::string>& initdb,
                        const std::vector<std::string>& server,
                        const Owner& owner,
                        int leash,
                        int report) {
    (void)setsid();
    for (const int name : {SIGINT, SIGTERM, SIGHUP, SIGPIPE}) {
        (void)std::signal(name, SIG_IGN);
    }
    const std::string log = folder + "/log";
    const int output = open(log.c_str(), O_CREAT | O_WRONLY | O_APPEND | O_CLOEXEC, 0600);
    pid_t running = -1;
    const pid_t first = start(initdb, owner, output);
    if (first > 0 && wait_for(first) == 0) {
        running = start(server, owner, output);
    } else {
        (void)!write(report, &initdb_failed, 1);
    }
    pollfd end{.fd = leash, .events = POLLIN, .revents = 0};
    while (poll(&end, 1, 100) <= 0 || end.revents == 0) {
        if (running > 0 && waitpid(running, nullptr, WNOHANG) == running) {
            running = -1;
            (void)!write(report, &server_ended, 1);
        }
    }
    if (running > 0) {
        (void)kill(running, SIGQUIT);  // immediate: nothing in it is worth a checkpoint
        (void)wait_for(running);
    }
    std::error_code ignored;
    fs::remove_all(folder, ignored);
    _exit(0);
}

// No network, no durability, nothing that runs by itself.
[[nodiscard]] std::vector<std::string> server_command(const std::string& programs,
                                                      const std::string& folder,
                                                      const std::vector<std::string>& settings) {
    std::vector<std::string> out{programs + "/postgres", "-D", folder + "/data", "-k", folder};
    const auto add = [&](const std::string& setting) { out.insert(out.end(), {"-c", setting}); };
    for (const char* own : {"listen_addresses=",
                            "port=5432",
                            "fsync=off",
                            "full_page_writes=off",
                            "synchronous_commit=off",
                            "autovacuum=off",
                            "shared_buffers=32MB",
                            "max_connections=20",
                            "wal_level=minimal",
                            "max_wal_senders=0",
                            "unix_socket_permissions=0700"}) {
        add(own);
    }
    std::ranges::for_each(settings, add);
    return out;
}

// A guardian holds a lock on this file for as long as it lives.
[[nodiscard]] std::string lock_of(const fs::path& folder) {
    return (folder / "guarded").string();
}

// Of a folder whose guardian was killed, and of nothing else: the lock is free, the folder ours or
// that of the user we take, and the server's own working folder is in it.
void clear(const fs::path& folder, uid_t server_user) {
    struct stat found {};
    if (lstat(folder.c_str(), &found) != 0 || !S_ISDIR(found.st_mode) ||
        (found.st_uid != geteuid() && found.st_uid != server_user)) {
        return;
    }
    const int lock = open(lock_of(folder).c_str(), O_RDWR | O_CLOEXEC | O_NOFOLLOW);
    if (lock < 0) {
        return;
    }
    if (flock(lock, LOCK_EX | LOCK_NB) == 0) {
        std::ifstream pids{folder / "data" / "postmaster.pid"};
        pid_t server = 0;
        pids >> server;
        const auto runs = [&] {
            std::error_code gone;
            return server > 1 && fs::read_symlink("/proc/" + std::to_string(server) + "/cwd",
                                                  gone) == folder / "data";
        };
        if (runs()) {
            (void)kill(server, SIGQUIT);
        }
        for (int tries = 0; tries < 500 && runs(); ++tries) {  // it writes as it goes
            std::this_thread::sleep_for(std::chrono::milliseconds{10});
        }
        std::error_code error;
        fs::remove_all(folder, error);
    }
    (void)close(lock);
}

// What killed guardians left behind, of this user's.
void clear_leftovers(uid_t server_user) {
    std::error_code error;
    for (const fs::directory_entry& entry :
         fs::directory_iterator{fs::temp_directory_path(), error}) {
        if (entry.path().filename().string().starts_with("plimsoll-pg-")) {
            clear(entry.path(), server_user);
        }
    }
}

[[nodiscard]] std::string last_lines(const std::string& path) {
    std::string out;
    const int file = open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (file >= 0) {
        out.resize(4096);
        (void)lseek(file, -static_cast<off_t>(out.size()), SEEK_END);  // refused of a shorter one
        const ssize_t got = read(file, out.data(), out.size());
        out.resize(got > 0 ? static_cast<std::size_t>(got) : 0);
        (void)close(file);
    }
    std::ranges::replace(out, '\n', ' ');
    return out.size() > 300 ? out.substr(out.size() - 300) : out;
}

}  // namespace

std::string find_programs(const std::string& given, const std::string& search_path) {
    if (!given.empty() && given != "auto") {
        if (!has_programs(given)) {
            throw Error{
                {.status = Status::usage,
                 .what = "there is no PostgreSQL server in this folder",
                 .where = given,
                 .why = "it has no initdb and postgres that can be run",
                 .remedy =
                     "give the folder of the server's programs, as /usr/lib/postgresql/15/bin"}};
        }
        return given;
    }
    std::vector<std::pair<int, std::string>> found;
    std::error_code error;
    for (const fs::directory_entry& entry : fs::directory_iterator{"/usr/lib/postgresql", error}) {
        if (has_programs(entry.path() / "bin")) {
            found.emplace_back(std::atoi(entry.path().filename().c_str()),
                               (entry.path() / "bin").string());
        }
    }
    if (!found.empty()) {
        return std::ranges::max_element(found)->second;
    }
    for (std::size_t at = 0; at < search_path.size();) {
        const std::size_t end = std::min(search_path.size(), search_path.find(':', at));
        const std::string folder = search_path.substr(at, end - at);
        if (!folder.empty() && has_programs(folder)) {
            return folder;
        }
        at = end + 1;
    }
    throw Error{
        {.status = Status::usage,
         .what = "no PostgreSQL server is installed here",
         .where = {},
         .why = "neither /usr/lib/postgresql nor PATH has initdb and postgres",
         .remedy = "install the server's package (it need not run), or say --pg-bindir DIR"}};
}

ScratchCluster::ScratchCluster(const std::string& programs,
                               const std::vector<std::string>& settings) {
    const Owner owner = owner_of_server();
    user_ = owner.user;
    group_ = owner.group;
    clear_leftovers(owner.user);
    std::string pattern = (fs::temp_directory_path() / "plimsoll-pg-XXXXXX").string();
    if (mkdtemp(pattern.data()) == nullptr) {
        throw broken("cannot start a scratch server", pattern, "no temporary folder can be made");
    }
    folder_ = pattern;
    const int lock =
        open(lock_of(folder_).c_str(), O_CREAT | O_EXCL | O_RDWR | O_CLOEXEC | O_NOFOLLOW, 0600);
    std::array<int, 2> leash{};
    std::array<int, 2> report{};
    if (lock < 0 || flock(lock, LOCK_EX | LOCK_NB) != 0 ||
        (owner.drop && chown(folder_.c_str(), user_, group_) != 0) ||
        pipe2(leash.data(), O_CLOEXEC) != 0 || pipe2(report.data(), O_CLOEXEC | O_NONBLOCK) != 0) {
        std::error_code ignored;
        fs::remove_all(folder_, ignored);
        throw broken("cannot start a scratch server",
                     folder_,
                     "the system refuses a pipe or the folder's owner");
    }
    const std::vector<std::string> initdb{programs + "/initdb",
                                          "-D",
                                          data(),
                                          "-U",
                                          user_name_,
                                          "-A",
                                          "trust",
                                          "-N",
                                          "-E",
                                          "UTF8",
                                          "--locale=C"};  // options that PostgreSQL 12 knows, too
    const std::vector<std::string> server = server_command(programs, folder_, settings);
    guardian_ = fork();
    if (guardian_ == 0) {
        (void)close(leash[1]);
        (void)close(report[0]);
        guard(folder_, initdb, server, owner, leash[0], report[1]);
    }
    (void)close(lock);  // the guardian has it now, and it alone
    (void)close(leash[0]);
    (void)close(report[1]);
    leash_ = leash[1];
    report_ = report[0];
    try {
        wait_until_it_answers();
    } catch (...) {
        (void)close(leash_);
        (void)close(report_);
        (void)wait_for(guardian_);
        throw;
    }
}

ScratchCluster::~ScratchCluster() {
    (void)close(leash_);
    (void)close(report_);
    (void)wait_for(guardian_);
}

std::string ScratchCluster::connection(const std::string& database) const {
    return fmt::format("host={} port=5432 user={} dbname={} application_name=plimsoll "
                       "connect_timeout=5 sslmode=disable gssencmode=disable options='' "
                       "requirepeer='' target_session_attrs=any channel_binding=disable",
                       folder_,
                       user_name_,
                       database);
}

void ScratchCluster::wait_until_it_answers() {
    using Clock = std::chrono::steady_clock;
    constexpr auto patience = std::chrono::seconds{60};
    std::string why = "it does not answer";
    for (const Clock::time_point end = Clock::now() + patience; Clock::now() < end;) {
        char byte = 0;
        if (read(report_, &byte, 1) == 1) {
            why = byte == initdb_failed ? "initdb failed" : "the server ended";
            break;
        }
        if (access((folder_ + "/.s.PGSQL.5432").c_str(), F_OK) == 0) {
            try {
                const pqxx::connection probe{connection("postgres")};
                return;
            } catch (const std::exception& error) {
                why = error.what();
            }
        }
        std::this_thread::sleep_for(std::chrono::milliseconds{10});
    }
    throw broken(
        "cannot start a scratch server", folder_, why + ": " + last_lines(folder_ + "/log"));
}

}  // namespace plimsoll::app::planner
