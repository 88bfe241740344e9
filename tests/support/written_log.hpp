// The same entry as the servers and relays write it: stderr, csvlog, jsonlog, Docker's JSON,
// CloudWatch, a MySQL record.
#pragma once

#include <string>
#include <string_view>

namespace plimsoll::test {

enum class Written { stderr_lines, csv, json, docker, cloudwatch, mysql };

struct LogEntry {
    int hundredths = 0;  // of a second behind one o'clock of 2026-11-21, less than an hour of them
    int process = 20;
    std::string_view severity = "LOG";
    std::string message{};  // of a MySQL record: the statement alone
    std::string detail{};
};

[[nodiscard]] std::string written(Written form, const LogEntry& entry);

// For messages of a test.
[[nodiscard]] std::string_view name_of(Written form);

}  // namespace plimsoll::test
