#include "support/database_server.hpp"

#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>

namespace plimsoll::test {
namespace {

std::string printed(const std::string& command) {
    std::string out;
    FILE* pipe = popen(command.c_str(), "r");
    if (pipe == nullptr) {
        return out;
    }
    char buffer[4096];
    while (const std::size_t got = fread(buffer, 1, sizeof buffer, pipe)) {
        out.append(buffer, got);
    }
    pclose(pipe);
    return out;
}
bool succeeds(const std::string& command) {
    return std::system((command + " >/dev/null 2>&1").c_str()) == 0;
}
bool is_root() {
    return geteuid() == 0;
}

}  // namespace

// Servers refuse to run as root: there they run as the user that their package made.
MariaDbServer::MariaDbServer() {
    const std::string data = folder_.path("data");
    const std::string user = is_root() ? " --user=mysql" : "";
    if (is_root() &&
        !succeeds("chmod 755 " + folder_.path() + " && chown mysql " + folder_.path())) {
        return;
    }
    if (!succeeds("mariadb-install-db --no-defaults --auth-root-authentication-method=normal "
                  "--skip-test-db --datadir=" +
                  data + user)) {
        return;
    }
    const std::string start = "mariadbd --no-defaults --skip-networking --datadir=" + data +
                              " --socket=" + folder_.path("s.sock") +
                              " --pid-file=" + folder_.path("pid") + user + " >" +
                              folder_.path("log") + " 2>&1 &";
    if (std::system(start.c_str()) != 0) {
        return;
    }
    for (int tries = 0; tries < 300 && !running_; ++tries) {
        running_ =
            succeeds("mariadb-admin --no-defaults -uroot -S " + folder_.path("s.sock") + " ping");
        usleep(100'000);
    }
    if (running_) {
        running_ = succeeds("mariadb --no-defaults -uroot -S " + folder_.path("s.sock") +
                            " -e 'create database shop'");
    }
}

MariaDbServer::~MariaDbServer() {
    if (std::filesystem::exists(folder_.path("pid"))) {
        succeeds("kill $(cat " + folder_.path("pid") + "); while [ -e " + folder_.path("pid") +
                 " ]; do sleep 0.1; done");
    }
}

std::string MariaDbServer::ask(const std::string& script, const std::string& options) const {
    const std::string file = folder_.write("script.sql", script);
    return printed("mariadb --no-defaults -uroot -S " + folder_.path("s.sock") + " " + options +
                   " shop < " + file + " 2>&1");
}

LoggingPostgres::LoggingPostgres() {
    for (int version = 20; version >= 12 && binaries_.empty(); --version) {
        const std::string folder = "/usr/lib/postgresql/" + std::to_string(version) + "/bin";
        if (std::filesystem::exists(folder + "/initdb")) {
            binaries_ = folder;
        }
    }
    const std::string as = is_root() ? "runuser -u postgres -- " : "";
    if (binaries_.empty() || (is_root() && !succeeds("chmod 755 " + folder_.path() +
                                                     " && chown postgres " + folder_.path()))) {
        return;
    }
    if (!succeeds(as + binaries_ + "/initdb -A trust -U postgres --no-sync -D " +
                  folder_.path("data"))) {
        return;
    }
    running_ = succeeds(as + binaries_ + "/pg_ctl -w -l " + folder_.path("log") + " -D " +
                        folder_.path("data") + " -o \"-k " + folder_.path() +
                        " -c listen_addresses= -c fsync=off -c log_line_prefix='%m [%p] ' -c "
                        "lc_messages=C\" start");
}

LoggingPostgres::~LoggingPostgres() {
    if (running_) {
        const std::string as = is_root() ? "runuser -u postgres -- " : "";
        succeeds(as + binaries_ + "/pg_ctl -m immediate -w -D " + folder_.path("data") + " stop");
    }
}

std::string LoggingPostgres::ask(const std::string& script, const std::string& options) const {
    const std::string file = folder_.write("script.sql", script);
    return printed("psql -X -q -U postgres -h " + folder_.path() + " " + options +
                   " -d postgres < " + file + " 2>&1");
}

std::string LoggingPostgres::log() const {
    return slurp(folder_.path("log"));
}

}  // namespace plimsoll::test
