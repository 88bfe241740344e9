#include "support/live_server.hpp"

#include "app/planner/statements.hpp"
#include "core/error.hpp"

#include <grp.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <memory>
#include <thread>

namespace plimsoll::test {

using app::planner::find_programs;
using app::planner::Link;

LiveServer::LiveServer()
    : programs_{find_programs("auto", "/usr/bin:/usr/local/bin")},
      cluster_{programs_,
               {"shared_preload_libraries=pg_stat_statements",
                "track_io_timing=on",
                "log_statement=all",
                "track_activity_query_size=4096",
                "pg_stat_statements.track_utility=on",
                "max_connections=40"}} {
    run("postgres",
        "create role aud login password 'sesame-1'; grant pg_monitor to aud;"
        "create role plain login; create role reader login; grant pg_monitor, pg_read_all_data to "
        "reader");
}

std::string LiveServer::url(const std::string& role, const std::string& database) const {
    return "postgresql://" + role + "@/" + database + "?host=" + cluster_.folder();
}

void LiveServer::run(const std::string& database, const std::string& sql) const {
    Link link{cluster_.connection(database)};
    for (const app::planner::Asked& one : app::planner::statements_in(sql)) {  // VACUUM goes alone
        link.run(one.text);
    }
}

std::string LiveServer::value(const std::string& database, const std::string& sql) const {
    return Link{cluster_.connection(database)}.rows(sql).at(0).at(0);
}

void LiveServer::create(const std::string& database) const {
    Link link{cluster_.connection("postgres")};
    link.run("drop database if exists " + database + " with (force)");
    link.run("create database " + database);
    run(database, "create extension pg_stat_statements");
}

Pooler::Pooler(const LiveServer& server, const std::string& database)
    : folder_{server.cluster().folder() + "/pooler"}, database_{database} {
    constexpr const char* program = "/usr/sbin/pgbouncer";
    if (access(program, X_OK) != 0) {
        return;
    }
    std::filesystem::create_directory(folder_);
    std::ofstream{folder_ + "/users"} << "\"aud\" \"sesame-1\"\n";
    std::ofstream{folder_ + "/config"}
        << "[databases]\n"
        << database << " = host=" << server.cluster().folder() << " port=5432\n"
        << "[pgbouncer]\npool_mode = transaction\nlisten_port = 6432\nunix_socket_dir = " << folder_
        << "\nauth_type = trust\nauth_file = " << folder_ << "/users\ndefault_pool_size = 1\n"
        << "logfile = " << folder_ << "/log\npidfile = " << folder_ << "/pid\n";
    const uid_t user = server.cluster().user();
    const gid_t group = server.cluster().group();
    for (const char* name : {"", "/users", "/config"}) {
        (void)!chown((folder_ + name).c_str(), user, group);
    }
    const std::string config = folder_ + "/config";
    process_ = fork();
    if (process_ == 0) {
        if (geteuid() == 0 &&
            (setgroups(0, nullptr) != 0 || setgid(group) != 0 || setuid(user) != 0)) {
            _exit(126);
        }
        (void)execl(program, program, "-q", config.c_str(), static_cast<char*>(nullptr));
        _exit(127);
    }
    for (int tries = 0; tries < 500 && access((folder_ + "/.s.PGSQL.6432").c_str(), F_OK) != 0;
         ++tries) {
        std::this_thread::sleep_for(std::chrono::milliseconds{20});
    }
}

Pooler::~Pooler() {
    if (process_ > 0) {
        (void)kill(process_, SIGKILL);
        (void)waitpid(process_, nullptr, 0);
        std::error_code ignored;
        std::filesystem::remove_all(folder_, ignored);
    }
}

std::string Pooler::url(const std::string& role) const {
    return "postgresql://" + role + "@/" + database_ + "?host=" + folder_ + "&port=6432";
}

const LiveServer* live_server() {
    static const std::unique_ptr<LiveServer> one = [] {
        try {
            return std::make_unique<LiveServer>();
        } catch (const Error& error) {
            if (error.parts().status == Status::usage) {
                return std::unique_ptr<LiveServer>{};
            }
            throw;
        }
    }();
    return one.get();
}

}  // namespace plimsoll::test
