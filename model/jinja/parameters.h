#pragma once

#include "model/jinja/value.h"

#include <array>
#include <initializer_list>
#include <string_view>

namespace prunescope::model::jinja {

/// The arguments of a call, each under the name of its parameter.
class Parameters {
public:
    /// `names` in order. Throws Fault for arguments that there is no parameter for, and where one of the first
    /// `required` is missing; `function` stands in the message.
    Parameters(std::string_view function, const Arguments& arguments, std::initializer_list<std::string_view> names,
               std::size_t required = 0);

    /// Missing where it was not given.
    const Value& operator[](std::size_t index) const { return m_values[index]; }
    bool has(std::size_t index) const { return !m_values[index].isMissing(); }
    bool hasValue(std::size_t index) const { return has(index) && !m_values[index].isNone(); }
    Value valueOr(std::size_t index, Value fallback) const { return has(index) ? m_values[index] : fallback; }
    /// Throws Fault for a value of another kind.
    const Text& text(std::size_t index) const;
    Int integer(std::size_t index) const;
    Int integerOr(std::size_t index, Int fallback) const { return has(index) ? integer(index) : fallback; }
    bool flag(Run& run, std::size_t index) const;

private:
    void take(std::string_view name, const Value& value, std::initializer_list<std::string_view> names);

    std::string_view m_function;
    std::array<Value, 5> m_values;
};

/// Takes the argument of that name out of a call; missing where it was not given.
Value takeNamed(Arguments& arguments, std::string_view name);

} // namespace prunescope::model::jinja
