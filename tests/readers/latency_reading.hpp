// Reads a text with one reader, as the pipeline does, for the tests of latency and its neighbours.
#pragma once

#include "core/error.hpp"
#include "core/reader.hpp"
#include "evidence/evidence.hpp"
#include "input/sources.hpp"

#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>

namespace plimsoll::testing {

struct ReadText {
    Evidence evidence;
    Input input;
    Sureness sureness = Sureness::no;
};

inline ReadText read_text(const Reader& reader,
                          std::string_view text,
                          const ReadOptions& options = {}) {
    ReadText out;
    input::for_each_source_in("sample", text, [&](input::Stream& stream, bool) {
        out.input.name = stream.name();
        out.sureness = reader.recognises(stream.sample());
        reader.read(stream, options, out.evidence, out.input);
        out.input.bytes = stream.bytes();
    });
    return out;
}

// Of a load test of one step, recognised for sure.
inline const LoadStep& only_step(const ReadText& read) {
    if (read.sureness != Sureness::certain || read.evidence.load_tests.steps.size() != 1) {
        throw std::runtime_error{"not one step of a load test"};
    }
    return *read.evidence.load_tests.steps.begin();
}

// The parts of the Error that reading throws; nothing when it throws none.
inline std::optional<Error::Parts> error_of(const Reader& reader,
                                            std::string_view text,
                                            const ReadOptions& options = {}) {
    try {
        (void)read_text(reader, text, options);
    } catch (const Error& error) {
        return error.parts();
    }
    return std::nullopt;
}

inline ReadOptions with_unit(std::string unit) {
    ReadOptions options;
    options.latency_unit = std::move(unit);
    return options;
}

// Every prefix, and every byte in turn replaced by a few that hurt: nothing may crash.
inline void read_damaged(const Reader& reader,
                         std::string_view text,
                         const ReadOptions& options = {}) {
    const auto survive = [&](std::string_view damaged) {
        (void)error_of(reader, damaged, options);
    };
    for (std::size_t length = 0; length < text.size(); length += 1 + text.size() / 60) {
        survive(text.substr(0, length));
    }
    for (std::size_t at = 0; at < text.size(); at += 1 + text.size() / 60) {
        for (const char hurt : {'\0', '\n', '"', '\xFF', ',', '9'}) {
            std::string damaged{text};
            damaged[at] = hurt;
            survive(damaged);
        }
    }
}

}  // namespace plimsoll::testing
