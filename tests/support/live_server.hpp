// A real PostgreSQL for tests: Debian's package, a cluster of its own on a private socket, always
// removed. Tests that need one call live_server(), which starts it once a program; without the
// package they are skipped with a warning.
#pragma once

#include "app/planner/link.hpp"
#include "app/planner/scratch_cluster.hpp"

#include <sys/types.h>

#include <string>

namespace plimsoll::test {

class LiveServer {
public:
    LiveServer();
    [[nodiscard]] const app::planner::ScratchCluster& cluster() const { return cluster_; }
    [[nodiscard]] std::string programs() const { return programs_; }
    // A URL for this role and database: through the socket.
    [[nodiscard]] std::string url(const std::string& role, const std::string& database) const;
    // As superuser.
    void run(const std::string& database, const std::string& sql) const;
    [[nodiscard]] std::string value(const std::string& database, const std::string& sql) const;
    // Makes a database anew.
    void create(const std::string& database) const;

private:
    std::string programs_;
    app::planner::ScratchCluster cluster_;
};

// PgBouncer in transaction mode before one database, one server session; stopped and removed at the
// end.
class Pooler {
public:
    Pooler(const LiveServer& server, const std::string& database);
    ~Pooler();
    Pooler(const Pooler&) = delete;
    Pooler& operator=(const Pooler&) = delete;
    [[nodiscard]] bool runs() const { return process_ > 0; }
    [[nodiscard]] std::string url(const std::string& role) const;

private:
    std::string folder_;
    std::string database_;
    pid_t process_ = -1;
};

// nullptr when no server is installed.
[[nodiscard]] const LiveServer* live_server();

}  // namespace plimsoll::test
