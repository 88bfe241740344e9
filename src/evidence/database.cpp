#include "evidence/database.hpp"

#include <algorithm>
#include <charconv>
#include <system_error>
#include <utility>

namespace plimsoll {

double DatabaseCapture::setting(const std::string& name, double otherwise) const {
    const auto found = settings.find(name);
    if (found == settings.end()) {
        return otherwise;
    }
    double value = 0;
    const char* end = found->second.data() + found->second.size();
    const auto [stop, error] = std::from_chars(found->second.data(), end, value);
    return error == std::errc{} && stop == end ? value : otherwise;
}

void Database::add(DatabaseCapture capture) {
    // Of two that claim the same key the larger stays: any rule serves that does not depend on
    // order.
    const std::string key = capture.identity + " " + to_text(capture.started);
    DatabaseCapture& ours = captures[key];
    if (capture > ours) {
        ours = std::move(capture);
    }
}

void Database::merge(const Database& other) {
    for (const auto& [key, theirs] : other.captures) {
        add(theirs);
    }
}

std::vector<const DatabaseCapture*> Database::latest() const {
    std::map<std::string, const DatabaseCapture*> newest;
    for (const auto& [key, capture] : captures) {
        const DatabaseCapture*& ours = newest[capture.identity];
        ours = ours == nullptr || capture.started > ours->started ? &capture : ours;
    }
    std::vector<const DatabaseCapture*> out;
    for (const auto& [identity, capture] : newest) {
        out.push_back(capture);
    }
    return out;
}

std::map<std::string, std::int64_t> Database::table_rows() const {
    std::map<std::string, std::int64_t> out;
    for (const DatabaseCapture* capture : latest()) {
        for (const auto& [name, table] : capture->tables) {
            if (table.rows >= 0) {
                std::int64_t& rows = out[name];
                rows = std::max(rows, static_cast<std::int64_t>(table.rows));
            }
        }
    }
    return out;
}

std::vector<const DatabaseCapture*> Database::series(const std::string& identity) const {
    std::vector<const DatabaseCapture*> out;
    for (const auto& [key, capture] : captures) {
        if (capture.identity == identity) {
            out.push_back(&capture);
        }
    }
    std::ranges::sort(out, {}, [](const DatabaseCapture* one) { return one->started; });
    return out;
}

}  // namespace plimsoll
