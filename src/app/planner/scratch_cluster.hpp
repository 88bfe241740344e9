// A throw-away PostgreSQL: a cluster of our own in a temporary folder, on a private socket, without
// network.
//
// Law: it is always removed. A guardian process, in a session of its own so that Ctrl-C does not
// reach it, is the parent of the server and holds one end of a pipe; when the other end closes,
// because the cluster goes out of scope, the program ends, crashes or is killed, the guardian stops
// the server and removes the folder. No signal handler has a part in it, and no other cluster is
// ever looked for, let alone touched, and nothing of libpq's environment has a say. PostgreSQL
// refuses to run as root; for root another user is taken (postgres, else nobody). A guardian that
// is itself killed with SIGKILL leaves its folder and server behind, until the next cluster of the
// same user is made: that finds its lock free.
#pragma once

#include <sys/types.h>

#include <string>
#include <vector>

namespace plimsoll::app::planner {

// The folder with initdb and postgres: as given, else the newest that Debian, Red Hat or PATH have.
// Throws Error (usage) when there is none.
[[nodiscard]] std::string find_programs(const std::string& given, const std::string& search_path);

class ScratchCluster {
public:
    // Throws Error (internal) when it does not start.
    // `settings` as "name=value", on top of our own.
    explicit ScratchCluster(const std::string& programs,
                            const std::vector<std::string>& settings = {});
    ~ScratchCluster();
    ScratchCluster(const ScratchCluster&) = delete;
    ScratchCluster& operator=(const ScratchCluster&) = delete;

    [[nodiscard]] const std::string& folder() const noexcept { return folder_; }
    [[nodiscard]] std::string data() const { return folder_ + "/data"; }
    // The whole conninfo for a database in it.
    [[nodiscard]] std::string connection(const std::string& database) const;
    // Who owns its files.
    [[nodiscard]] uid_t user() const noexcept { return user_; }
    [[nodiscard]] gid_t group() const noexcept { return group_; }

private:
    void wait_until_it_answers();

    std::string folder_;
    std::string user_name_ = "plimsoll";
    uid_t user_ = 0;
    gid_t group_ = 0;
    int leash_ = -1;   // closed: the guardian cleans up
    int report_ = -1;  // what went wrong in the guardian
    pid_t guardian_ = -1;
};

}  // namespace plimsoll::app::planner
