#include "app/digest.hpp"

#include "wire/bytes.hpp"
#include "wire/container.hpp"

namespace plimsoll::app {

std::string pack(const Evidence& evidence) {
    wire::ByteWriter bytes;
    bytes.put(evidence);
    return wire::seal(wire::signature<Evidence>(), bytes.out);
}

}  // namespace plimsoll::app
