// Connection strings as text: parameters added, secrets taken out.
#include "readers/live/session.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>

namespace plimsoll::readers::live {
namespace {

[[nodiscard]] std::string decoded(std::string_view text) {
    const auto digit = [](char c) {
        return c >= '0' && c <= '9'                                ? c - '0'
               : std::isxdigit(static_cast<unsigned char>(c)) != 0 ? (c | 32) - 'a' + 10
                                                                   : -1;
    };
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '%' && i + 2 < text.size() && digit(text[i + 1]) >= 0 &&
            digit(text[i + 2]) >= 0) {
            out += static_cast<char>(digit(text[i + 1]) * 16 + digit(text[i + 2]));
            i += 2;
        } else {
            out += text[i];
        }
    }
    return out;
}

void add_secret(std::vector<std::string>& secrets, std::string_view text) {
    for (std::string one : {std::string{text}, decoded(text)}) {
        if (!one.empty()) {
            secrets.push_back(std::move(one));
        }
    }
}

// "user:password@host" of a URL: where the password is.
struct Range {
    std::size_t begin = 0;
    std::size_t end = 0;
};
[[nodiscard]] std::optional<Range> password_in(std::string_view url, std::size_t authority) {
    const std::size_t end = std::min(url.size(), url.find_first_of("/?", authority));
    // The last @: an unescaped one in a password is the user's mistake, and must not show half of
    // it.
    const std::size_t at = url.substr(0, end).rfind('@');
    const std::size_t far = url.rfind('@');
    const std::size_t last = at == std::string_view::npos || at < authority ? far : at;
    const std::size_t colon = url.find(':', authority);
    if (last == std::string_view::npos || last < authority || colon == std::string_view::npos ||
        colon > last) {
        return std::nullopt;
    }
    return Range{.begin = colon + 1, .end = last};
}

void replace_all(std::string& text, const std::string& what, std::string_view with) {
    for (std::size_t at = text.find(what); at != std::string::npos;
         at = text.find(what, at + with.size())) {
        text.replace(at, what.size(), with);
    }
}

[[nodiscard]] bool has_parameter(const std::string& connection, std::string_view name) {
    const std::size_t query = connection.find('?');
    if (query == std::string::npos) {
        return false;
    }
    const std::string key = std::string{name} + "=";
    return connection.compare(query + 1, key.size(), key) == 0 ||
           connection.find("&" + key, query) != std::string::npos;
}

}  // namespace

std::vector<std::string> secrets_of(const std::string& connection) {
    std::vector<std::string> out;
    const std::size_t scheme = connection.find("://");
    if (scheme != std::string::npos) {
        if (const std::optional<Range> range = password_in(connection, scheme + 3)) {
            add_secret(
                out, std::string_view{connection}.substr(range->begin, range->end - range->begin));
        }
    }
    for (const std::string_view key : {"password=", "sslpassword="}) {
        for (std::size_t at = connection.find(key); at != std::string::npos;
             at = connection.find(key, at + 1)) {
            const std::size_t begin = at + key.size();
            add_secret(out,
                       std::string_view{connection}.substr(
                           begin, connection.find_first_of("& ", begin) - begin));
        }
    }
    std::ranges::sort(
        out, [](const std::string& a, const std::string& b) { return a.size() > b.size(); });
    return out;
}

std::string scrub(std::string message, const std::vector<std::string>& secrets) {
    for (const std::string& secret : secrets) {
        replace_all(message, secret, "***");
    }
    for (std::size_t at = message.find("://"); at != std::string::npos;
         at = message.find("://", at + 3)) {
        if (const std::optional<Range> range = password_in(message, at + 3)) {
            message.replace(range->begin, range->end - range->begin, "***");
        }
    }
    std::ranges::replace_if(
        message, [](char c) { return static_cast<unsigned char>(c) < ' '; }, ' ');
    const auto both_blank = [](char a, char b) { return a == ' ' && b == ' '; };
    message.erase(std::unique(message.begin(), message.end(), both_blank), message.end());
    message.erase(message.find_last_not_of(' ') + 1);
    return message;
}

std::string with_parameters(std::string connection, const SessionLimits& limits, bool options) {
    const auto add = [&](std::string_view name, const std::string& value) {
        if (!has_parameter(connection, name)) {
            connection += connection.find('?') == std::string::npos ? '?' : '&';
            connection += std::string{name} + "=" + value;
        }
    };
    add("application_name", "plimsoll");
    add("connect_timeout", std::to_string(limits.connect_timeout_s));
    add("keepalives_idle", "10");
    add("keepalives_interval", "5");
    add("keepalives_count", "3");
    add("tcp_user_timeout", "30000");
    if (options) {
        add("options",
            fmt::format("-c%20default_transaction_read_only%3Don%20-c%20statement_timeout%3D{}%20-"
                        "c%20lock_timeout%3D{}"
                        "%20-c%20idle_in_transaction_session_timeout%3D60000",
                        limits.statement_timeout_ms,
                        limits.lock_timeout_ms));
    }
    return connection;
}

std::string shown(const std::string& connection) {
    std::string out = connection.substr(0, connection.find('?'));
    const std::size_t scheme = out.find("://");
    if (scheme != std::string::npos) {
        if (const std::optional<Range> range = password_in(out, scheme + 3)) {
            out.erase(range->begin - 1, range->end - range->begin + 1);
        }
    }
    return scrub(out, secrets_of(connection));
}

}  // namespace plimsoll::readers::live
