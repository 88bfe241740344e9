// What the tests of database log readers share: reading a text as a source, and comparing
// workloads.
#pragma once

#include "app/inspect_workload.hpp"
#include "core/reader.hpp"
#include "evidence/evidence.hpp"
#include "input/sources.hpp"

#include <filesystem>
#include <string>
#include <string_view>

namespace plimsoll {

struct ReadLog {
    Evidence evidence;
    Input input;
    [[nodiscard]] const Workload& workload() const { return evidence.workload; }
    [[nodiscard]] std::string inspected() const {
        std::string text;
        wire::JsonStream out{[&](std::string_view piece) { text += piece; }};
        app::inspect_workload(evidence.workload, out);
        out.finish();
        return text;
    }
};

inline void read_stream(const Reader& reader,
                        input::Stream& stream,
                        const ReadOptions& options,
                        ReadLog& log) {
    (void)reader.recognises(stream.sample());
    log.input.name = stream.name();
    reader.read(stream, options, log.evidence, log.input);
    log.input.bytes = stream.bytes();
}

inline ReadLog read_text(const Reader& reader,
                         std::string_view text,
                         const ReadOptions& options = {}) {
    ReadLog log;
    input::for_each_source_in("test.log", text, [&](input::Stream& stream, bool) {
        read_stream(reader, stream, options, log);
    });
    return log;
}

inline ReadLog read_path(const Reader& reader,
                         const std::string& path,
                         const ReadOptions& options = {}) {
    ReadLog log;
    input::for_each_source(std::vector{path}, [&](input::Stream& stream, bool) {
        read_stream(reader, stream, options, log);
    });
    return log;
}

// The larger logs are not part of the project; where they are not there, the test says so.
inline std::string shared_log(std::string_view name) {
    const std::string path = std::string{"../shared/data/slow-logs/"} + std::string{name};
    return std::filesystem::exists(path) ? path : std::string{};
}

}  // namespace plimsoll
