#include "app/collect.hpp"

#include "wire/json.hpp"

namespace plimsoll::app {

std::string capture_text(const DatabaseCapture& capture) {
    wire::Json document = wire::Json::object();
    document["schema"] = "plimsoll.capture/1";
    document["capture"] = wire::to_json(capture);
    return wire::dump(document);
}

}  // namespace plimsoll::app
