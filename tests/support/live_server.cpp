#include "support/live_server.hpp"

#include "core/error.hpp"

#include <memory>

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
    Link{cluster_.connection(database)}.run(sql);
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
