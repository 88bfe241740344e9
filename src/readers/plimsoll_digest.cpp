// A digest of our own: evidence that was read elsewhere. Its inputs become inputs of this audit.
#include "core/error.hpp"
#include "core/reader.hpp"
#include "evidence/evidence.hpp"
#include "input/stream.hpp"
#include "wire/bytes.hpp"
#include "wire/container.hpp"

namespace plimsoll::readers {
namespace {

[[nodiscard]] Sureness recognises(const Sample& sample) noexcept {
    return sample.head.starts_with(wire::container_magic) ? Sureness::certain : Sureness::no;
}

void read(input::Stream& stream, const ReadOptions&, Evidence& evidence, Input& input) {
    const std::string content =
        wire::unseal(wire::signature<Evidence>(), stream.whole(), stream.name());
    Evidence held;
    try {
        wire::ByteReader bytes{content};
        bytes.get(held);
        held.history.validate();
    } catch (const wire::Malformed& malformed) {
        throw Error{{.status = Status::untrusted,
                     .what = "cannot trust a digest",
                     .where = stream.name(),
                     .why = malformed.what(),
                     .remedy = "make it again with plimsoll digest"}};
    }
    input.records = held.inputs.size();
    evidence.absorb(held);
}

}  // namespace

extern constinit const Reader plimsoll_digest{
    .id = "plimsoll-digest",
    .reads = "what `plimsoll digest` or `plimsoll merge` wrote",
    .yields = {},
    .recognises = recognises,
    .read = read,
    .carries_inputs = true,
};

}  // namespace plimsoll::readers
