#include "app/collect.hpp"

#include "readers/live/session.hpp"
#include "wire/json.hpp"

namespace plimsoll::app {

std::string capture_text(const DatabaseCapture& capture) {
    wire::Json document = wire::Json::object();
    document["schema"] = "plimsoll.capture/1";
    document["capture"] = wire::to_json(capture);
    return wire::dump(document);
}

std::vector<std::string> secrets_in(const std::string& connection) {
    return readers::live::secrets_of(connection);
}

}  // namespace plimsoll::app
