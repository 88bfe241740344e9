#include "readers/workload/report.hpp"

#include "core/error.hpp"

#include <cmath>
#include <string>
#include <utility>

namespace plimsoll::readers::workload {
namespace {

constexpr double warns = 0.01;
constexpr double refuses = 0.10;

[[nodiscard]] std::string percent(double share) {
    std::string tenths = std::to_string(static_cast<int>(std::lround(share * 1000)));
    tenths.insert(tenths.begin(), tenths.size() < 2 ? 2 - tenths.size() : 0, '0');
    return tenths.insert(tenths.size() - 1, ".") + " %";
}

void add_note(Input& input, const std::string& note) {
    input.note += (input.note.empty() ? "" : "; ") + note;
}

}  // namespace

void account_for_cut(std::uint64_t cut_bytes, std::uint64_t unread_bytes, Input& input) {
    if (cut_bytes == 0) {
        return;
    }
    if (unread_bytes + 1 >= input::Stream::longest_line) {
        input.skipped_bytes += cut_bytes;
    }
    add_note(
        input,
        std::to_string(cut_bytes / 1'000'000) + " MB of lines longer than 8 MiB were passed over");
}

void report(Pass& pass,
            const Account& account,
            const input::Stream& stream,
            std::string_view how,
            Evidence& evidence,
            Input& input) {
    Workload found;
    Plans plans;
    pass.finish(found, plans);
    input.records += found.entries;
    input.skipped += account.unread.records;
    input.skipped_bytes += account.unread.bytes;
    account_for_cut(account.cut_bytes, account.unread.bytes, input);
    if (account.unread.records != 0) {
        input.first_skipped = {.line = account.unread_line, .why = std::string{account.unread.why}};
    }
    input.span.merge(found.span);
    const double share = stream.bytes() == 0 ? 0
                                             : static_cast<double>(account.unread.bytes) /
                                                   static_cast<double>(stream.bytes());
    if (share > refuses || (found.entries == 0 && account.unread.records != 0)) {
        throw Error{{.status = Status::untrusted,
                     .what = percent(share) + " of the log could not be read",
                     .where = stream.name() + ":" + std::to_string(account.unread_line),
                     .why = std::string{account.unread.why} + " (" + input.note +
                            "): " + account.unread.first,
                     .remedy = std::string{how}}};
    }
    if (share > warns) {
        add_note(input, "warning: " + percent(share) + " of the bytes could not be read");
    }
    if (!account.unknown_zone.empty()) {
        add_note(input,
                 "the time zone " + account.unknown_zone +
                     " is not known and counts as UTC: give --log-timezone, such as +02:00");
    }
    if (pass.homeless() * 2 > found.entries) {
        add_note(input,
                 "the log does not say which session a line is of (PostgreSQL: %p or %c in "
                 "log_line_prefix would): "
                 "N+1 runs, transactions and durations without text are not joined");
    }
    if (evidence.workload.empty()) {
        evidence.workload = std::move(found);  // a copy would be as large again
    } else {
        evidence.workload.merge(found);
    }
    evidence.plans.merge(plans);
}

}  // namespace plimsoll::readers::workload
