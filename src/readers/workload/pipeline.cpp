#include "readers/workload/pipeline.hpp"

#include <algorithm>

namespace plimsoll::readers::workload {

void add_unread(Account& account, const BlockEvents& events, std::uint64_t lines_before) {
    const Unread& unread = events.unread;
    if (unread.records != 0 && account.unread.records == 0) {
        account.unread_line = lines_before + unread.first_line;
        account.unread.why = unread.why;
        account.unread.first = unread.first;
    }
    account.unknown_zone = std::max(account.unknown_zone, events.unknown_zone);
    account.unread.records += unread.records;
    account.unread.bytes += unread.bytes;
}

}  // namespace plimsoll::readers::workload
