// A real PostgreSQL for tests: Debian's package, a cluster of its own on a private socket, always
// removed. Tests that need one call live_server(), which starts it once a program; without the
// package they are skipped with a warning.
#pragma once

#include "app/planner/link.hpp"
#include "app/planner/scratch_cluster.hpp"

#include <optional>
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

// nullptr when no server is installed.
[[nodiscard]] const LiveServer* live_server();

}  // namespace plimsoll::test
