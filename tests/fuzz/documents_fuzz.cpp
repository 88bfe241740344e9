// Any bytes as the documents that we read ourselves: plimsoll.toml, an audit.json to be rendered
// again, and anything that unpacks. An Error is an answer, a crash is not.
#include "app/audit.hpp"
#include "app/config.hpp"
#include "core/error.hpp"
#include "core/report.hpp"
#include "input/sources.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace {

template <typename Work>
void answered(Work work) {
    try {
        work();
    } catch (const plimsoll::Error&) {
        // Four parts: what is asked for.
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace plimsoll;
    const std::string_view bytes{reinterpret_cast<const char*>(data), size};
    answered([&] { static_cast<void>(app::parse_config(bytes, "fuzz.toml")); });
    answered([&] {
        const Audit audit = app::parse_audit(std::string{bytes}, "audit.json");
        for (const Report* report : all_reports()) {
            static_cast<void>(report->write(audit, {}));
        }
    });
    answered([&] {
        input::for_each_source_in(
            "fuzz", bytes, [](input::Stream& stream, bool) { static_cast<void>(stream.sample()); });
    });
    return 0;
}
