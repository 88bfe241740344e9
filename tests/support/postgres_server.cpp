#include "support/postgres_server.hpp"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <vector>

namespace plimsoll::test {
namespace {

namespace fs = std::filesystem;

// The newest that Debian installed; empty when there is none.
[[nodiscard]] std::string newest_bin() {
    std::vector<std::string> found;
    std::error_code error;
    for (const fs::directory_entry& entry : fs::directory_iterator{"/usr/lib/postgresql", error}) {
        if (fs::exists(entry.path() / "bin/initdb", error)) {
            found.push_back((entry.path() / "bin").string());
        }
    }
    return found.empty() ? std::string{} : *std::ranges::max_element(found);
}

std::string output_of(const std::string& command) {
    std::FILE* pipe = popen((command + " 2>&1").c_str(), "r");
    if (pipe == nullptr) {
        throw std::runtime_error{"cannot run " + command};
    }
    std::string out;
    std::array<char, 4096> buffer{};
    while (const std::size_t got = std::fread(buffer.data(), 1, buffer.size(), pipe)) {
        out.append(buffer.data(), got);
    }
    if (pclose(pipe) != 0) {
        throw std::runtime_error{command + " failed:\n" + out};
    }
    return out;
}

}  // namespace

bool PostgresServer::installed() {
    return !newest_bin().empty();
}

PostgresServer::PostgresServer(const std::string& settings) : bin_{newest_bin()} {
    std::string name = "/tmp/plimsoll-pg-XXXXXX";
    if (mkdtemp(name.data()) == nullptr) {
        throw std::runtime_error{"no temporary folder"};
    }
    folder_ = name;
    if (geteuid() == 0) {
        output_of("chown postgres " + folder_);
    }
    output_of(
        as_server_user(bin_ + "/initdb -U postgres -A trust --no-sync -D " + folder_ + "/data"));
    std::ofstream{folder_ + "/data/postgresql.conf", std::ios::app}
        << "listen_addresses = ''\nunix_socket_directories = '" << folder_
        << "'\nfsync = off\nshared_buffers = 32MB\n"
        << settings << "\n";
    output_of(
        as_server_user(bin_ + "/pg_ctl -w -D " + folder_ + "/data -l " + folder_ + "/log start"));
}

PostgresServer::~PostgresServer() {
    try {
        output_of(as_server_user(bin_ + "/pg_ctl -m immediate -D " + folder_ + "/data stop"));
    } catch (const std::exception&) {
        // It was killed by the test.
    }
    std::error_code ignored;
    fs::remove_all(folder_, ignored);
}

std::string PostgresServer::as_server_user(const std::string& command) const {
    return geteuid() == 0 ? "cd " + folder_ + " && setpriv --reuid=postgres --regid=postgres " +
                                "--clear-groups " + command
                          : command;
}

std::string PostgresServer::connection(const std::string& user, const std::string& database) const {
    return "postgresql:///" + database + "?host=" + folder_ + "&user=" + user;
}

std::string PostgresServer::psql(const std::string& sql) const {
    const std::string file = folder_ + "/statement.sql";
    std::ofstream{file} << sql;
    return output_of("psql -X -q -A -t -v ON_ERROR_STOP=1 -f " + file + " '" + connection() + "'");
}

void PostgresServer::kill() const {
    output_of(as_server_user(bin_ + "/pg_ctl -m immediate -D " + folder_ + "/data stop"));
}

}  // namespace plimsoll::test
