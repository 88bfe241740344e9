#include "support/written_log.hpp"

#include "support/text.hpp"

namespace plimsoll::test {
namespace {

std::string two(int number) {
    return (number < 10 ? "0" : "") + std::to_string(number);
}

std::string in_csv(const std::string& text) {
    return text.empty() ? "" : "\"" + replaced(text, "\"", "\"\"") + "\"";
}

std::string stamp(const LogEntry& entry) {
    return "2026-11-21 01:" + two(entry.hundredths / 6000) + ":" +
           two((entry.hundredths / 100) % 60) + "." + two(entry.hundredths % 100) + "0 UTC";
}

std::string stderr_lines(const LogEntry& entry) {
    const std::string prefix = stamp(entry) + " [" + std::to_string(entry.process) + "] app@shop ";
    return prefix + std::string{entry.severity} + ":  " + replaced(entry.message, "\n", "\n\t") +
           "\n" + (entry.detail.empty() ? "" : prefix + "DETAIL:  " + entry.detail + "\n");
}

std::string csv(const LogEntry& entry) {
    const std::string process = std::to_string(entry.process);
    return stamp(entry) + ",\"app\",\"shop\"," + process + ",\"[local]\",6b00eeb7.1a" + process +
           "," + std::to_string(entry.hundredths) + ",\"SELECT\",2026-11-21 01:00:00 UTC,3/4,0," +
           std::string{entry.severity} + ",00000," + in_csv(entry.message) + "," +
           in_csv(entry.detail) + ",,,,,,,,\"web\",\"client backend\",,0\n";
}

std::string json(const LogEntry& entry) {
    const std::string process = std::to_string(entry.process);
    return R"({"timestamp":")" + stamp(entry) + R"(","user":"app","dbname":"shop","pid":)" +
           process + R"(,"session_id":"6b00eeb7.1a)" + process + R"(","error_severity":")" +
           std::string{entry.severity} + R"(","message":")" + in_json(entry.message) +
           (entry.detail.empty() ? "" : R"(","detail":")" + in_json(entry.detail)) +
           R"(","backend_type":"client backend"})" + "\n";
}

std::string mysql(const LogEntry& entry) {
    return "# User@Host: app[app] @ localhost []\n# Thread_id: " + std::to_string(entry.process) +
           "  Schema: shop  QC_hit: No\n# Query_time: 0.000250  Lock_time: 0.000010  Rows_sent: 1  "
           "Rows_examined: 4\n# Rows_affected: 0  Bytes_sent: 79\nSET timestamp=" +
           std::to_string(1'795'223'383 + entry.hundredths / 100) + ";\n" + entry.message + ";\n";
}

}  // namespace

std::string written(Written form, const LogEntry& entry) {
    switch (form) {
        case Written::stderr_lines:
            return stderr_lines(entry);
        case Written::csv:
            return csv(entry);
        case Written::json:
            return json(entry);
        case Written::docker:
            return each_line(stderr_lines(entry), [](const std::string& line) {
                return R"({"log":")" + in_json(line) +
                       R"(\n","stream":"stderr","time":"2026-11-21T01:00:00.5Z"})";
            });
        case Written::cloudwatch:
            return each_line(stderr_lines(entry), [](const std::string& line) {
                return "2026-11-21T01:00:00.000Z " + line;
            });
        case Written::mysql:
            return mysql(entry);
    }
    return {};
}

std::string_view name_of(Written form) {
    switch (form) {
        case Written::stderr_lines:
            return "stderr";
        case Written::csv:
            return "csvlog";
        case Written::json:
            return "jsonlog";
        case Written::docker:
            return "Docker";
        case Written::cloudwatch:
            return "CloudWatch";
        case Written::mysql:
            return "MySQL";
    }
    return {};
}

}  // namespace plimsoll::test
