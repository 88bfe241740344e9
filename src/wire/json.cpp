// The parts of JSON that know no value: compiled once.
#include "wire/json.hpp"

template class nlohmann::basic_json<nlohmann::ordered_map>;

namespace plimsoll::wire {

std::string dump(const Json& document) {
    return document.dump(2, ' ', true, Json::error_handler_t::replace) + "\n";
}

Json parse(std::string_view text) {
    return Json::parse(text);
}

}  // namespace plimsoll::wire
