#include "readers/plans/document.hpp"

#include <utility>

namespace plimsoll::readers::plans {

const Value* Value::find(std::string_view name) const noexcept {
    for (const Member& member : members) {
        if (member.name == name) {
            return &member.value;
        }
    }
    return nullptr;
}

std::string joined(const Value& value) {
    if (value.kind == Value::Kind::scalar) {
        return value.text;
    }
    std::string out;
    if (value.kind == Value::Kind::list) {
        for (const Member& member : value.members) {
            if (member.value.kind == Value::Kind::scalar) {
                out += (out.empty() ? "" : ", ") + member.value.text;
            }
        }
    }
    return out;
}

std::string Value::text_of(std::string_view name) const {
    const Value* found = find(name);
    return found == nullptr ? std::string{} : joined(*found);
}

Value& Value::add(std::string name, Value value) {
    members.push_back({.name = std::move(name), .value = std::move(value)});
    return members.back().value;
}

void Value::add_text(std::string name, std::string content) {
    Value scalar;
    scalar.kind = Kind::scalar;
    scalar.text = std::move(content);
    add(std::move(name), std::move(scalar));
}

}  // namespace plimsoll::readers::plans
