// Document: what JSON, YAML, XML and the indented text of a plan all say, in one form.
//
// PostgreSQL names properties alike in its four forms, so each form only has to be turned into
// this; one builder (postgres_tree.hpp) makes the plan of it.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace plimsoll::readers::plans {

struct Member;

struct Value {
    enum class Kind : unsigned char { nothing, scalar, object, list };
    Kind kind = Kind::nothing;
    std::string text;             // of a scalar, as it was written
    std::vector<Member> members;  // of an object; of a list, with empty names

    [[nodiscard]] const Value* find(std::string_view name) const noexcept;
    // The text of a scalar member, a list's scalars joined by ", "; empty when there is none.
    [[nodiscard]] std::string text_of(std::string_view name) const;
    Value& add(std::string name, Value value);
    void add_text(std::string name, std::string content);
};

struct Member {
    std::string name;
    Value value;
};

[[nodiscard]] std::string joined(const Value& value);

}  // namespace plimsoll::readers::plans
