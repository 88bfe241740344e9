// A real PostgreSQL for one test: its own cluster in a temporary folder on a private socket, gone
// at the end. Runs as another user when the test runs as root, which PostgreSQL refuses.
#pragma once

#include <string>

namespace plimsoll::test {

class PostgresServer {
public:
    // `settings`: further lines of postgresql.conf.
    explicit PostgresServer(const std::string& settings = {});
    ~PostgresServer();
    PostgresServer(const PostgresServer&) = delete;
    PostgresServer& operator=(const PostgresServer&) = delete;

    // Whether PostgreSQL is installed; a test that finds it is not says so and ends.
    [[nodiscard]] static bool installed();
    // "postgresql:///postgres?host=...&user=..."
    [[nodiscard]] std::string connection(const std::string& user = "postgres",
                                         const std::string& database = "postgres") const;
    // Runs SQL as the superuser; what psql prints, unaligned and without headings.
    std::string psql(const std::string& sql) const;  // NOLINT(modernize-use-nodiscard)
    // Stops at once, as when the machine dies.
    void kill() const;

private:
    [[nodiscard]] std::string as_server_user(const std::string& command) const;
    std::string folder_;
    std::string bin_;
};

}  // namespace plimsoll::test
