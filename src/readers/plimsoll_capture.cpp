// A capture of our own: what `plimsoll collect` wrote about a live PostgreSQL, as JSON that a
// person can look through before it leaves the house. Fields are only ever added, so an older
// capture stays readable; that is why it is no digest.
#include "core/error.hpp"
#include "core/reader.hpp"
#include "evidence/evidence.hpp"
#include "input/stream.hpp"
#include "readers/live/gauges.hpp"
#include "wire/json.hpp"

namespace plimsoll::readers {
namespace {

constexpr std::string_view schema = "plimsoll.capture/1";
constexpr std::size_t most_bytes = 256U * 1'048'576U;

[[nodiscard]] Sureness recognises(const Sample& sample) noexcept {
    const std::string_view start = sample.head.substr(0, 200);
    return sample.kind == SourceKind::bytes && start.starts_with('{') &&
                   start.find("\"plimsoll.capture/") != std::string_view::npos
               ? Sureness::certain
               : Sureness::no;
}

[[nodiscard]] Error refuse(const input::Stream& stream, std::string why) {
    return Error{{.status = Status::untrusted,
                  .what = "cannot trust a capture",
                  .where = stream.name(),
                  .why = std::move(why),
                  .remedy = "make it again: plimsoll collect postgresql://... -o FILE"}};
}

void read(input::Stream& stream, const ReadOptions&, Evidence& evidence, Input& input) {
    DatabaseCapture capture;
    try {
        const wire::Json document = wire::parse(stream.whole(most_bytes));
        if (document.value("schema", std::string{}) != schema) {
            throw refuse(stream, "its schema is not " + std::string{schema});
        }
        wire::from_json(document.at("capture"), capture);
    } catch (const wire::Json::exception& broken) {
        throw refuse(stream, broken.what());
    }
    if (capture.identity.empty() || capture.started == Instant{}) {
        throw refuse(stream, "it does not say of which database it is, or when it was made");
    }
    capture.origin = {.source = stream.name()};
    live::add(std::move(capture), evidence, input);
}

}  // namespace

extern constinit const Reader plimsoll_capture{
    .id = "plimsoll-capture",
    .reads = "what `plimsoll collect` wrote about a live PostgreSQL",
    .yields = {Kind::database, Kind::gauges},
    .recognises = recognises,
    .read = read,
};

}  // namespace plimsoll::readers
