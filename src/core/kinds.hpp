// The kinds of evidence, and sets of them: what a reader yields and a check needs.
#pragma once

#include "core/texts.hpp"

#include <array>
#include <cstdint>
#include <initializer_list>
#include <string_view>

namespace plimsoll {

enum class Kind : std::uint8_t {
    workload,
    plans,
    latency,
    pipelines,
    history,
    calls,
    database,
    gauges,
    events,
    incidents,
    load_tests
};
template <>
inline constexpr std::array<std::string_view, 11> texts_of<Kind>{"workload",
                                                                 "plans",
                                                                 "latency",
                                                                 "pipelines",
                                                                 "history",
                                                                 "calls",
                                                                 "database",
                                                                 "gauges",
                                                                 "events",
                                                                 "incidents",
                                                                 "load-tests"};

class Kinds {
public:
    constexpr Kinds() = default;
    constexpr Kinds(std::initializer_list<Kind> kinds) {
        for (const Kind kind : kinds) {
            add(kind);
        }
    }
    constexpr void add(Kind kind) noexcept { bits_ |= 1U << static_cast<unsigned>(kind); }
    [[nodiscard]] constexpr bool has(Kind kind) const noexcept {
        return (bits_ >> static_cast<unsigned>(kind) & 1U) != 0;
    }
    [[nodiscard]] constexpr bool covers(Kinds needed) const noexcept {
        return (bits_ | needed.bits_) == bits_;
    }
    [[nodiscard]] constexpr bool meets(Kinds any) const noexcept {
        return any.bits_ == 0 || (bits_ & any.bits_) != 0;
    }
    [[nodiscard]] constexpr bool empty() const noexcept { return bits_ == 0; }
    friend constexpr bool operator==(Kinds, Kinds) = default;

private:
    std::uint32_t bits_ = 0;
};

}  // namespace plimsoll
