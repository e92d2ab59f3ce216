#include "model/jinja/parameters.h"

#include "model/jinja/fault.h"
#include "model/jinja/operators.h"

#include <algorithm>
#include <string>

namespace prunescope::model::jinja {

Parameters::Parameters(std::string_view function, const Arguments& arguments,
                       std::initializer_list<std::string_view> names, std::size_t required)
    : m_function(function) {
    if (arguments.positional.size() > names.size())
        throw Fault(std::string(function) + "() takes at most " + std::to_string(names.size()) + " arguments (" +
                    std::to_string(arguments.positional.size()) + " given)");
    std::ranges::copy(arguments.positional, m_values.begin());
    for (const auto& [name, value] : arguments.named)
        take(name, value, names);
    for (std::size_t i = 0; i < required; ++i)
        if (!has(i))
            throw Fault(std::string(function) + "() misses the argument '" + std::string(std::data(names)[i]) + "'");
}

void Parameters::take(std::string_view name, const Value& value, std::initializer_list<std::string_view> names) {
    const auto place = std::ranges::find(names, name);
    if (place == names.end())
        throw Fault(std::string(m_function) + "() got an unexpected keyword argument '" + std::string(name) + "'");
    Value& own = m_values[static_cast<std::size_t>(place - names.begin())];
    if (!own.isMissing())
        throw Fault(std::string(m_function) + "() got multiple values for argument '" + std::string(name) + "'");
    own = value;
}

const Text& Parameters::text(std::size_t index) const {
    requireDefined(m_values[index]);
    if (!m_values[index].text())
        throw Fault(std::string(m_function) + "() got " + typeName(m_values[index]) + ", expected str");
    return *m_values[index].text();
}

Int Parameters::integer(std::size_t index) const {
    requireDefined(m_values[index]);
    if (!m_values[index].isInteger())
        throw Fault("'" + typeName(m_values[index]) + "' object cannot be interpreted as an integer");
    return m_values[index].integer();
}

bool Parameters::flag(Run& run, std::size_t index) const {
    return has(index) && jinja::holds(run, m_values[index]);
}

Value takeNamed(Arguments& arguments, std::string_view name) {
    const auto found = std::ranges::find(arguments.named, name, &std::pair<std::string, Value>::first);
    if (found == arguments.named.end())
        return {};
    Value value = std::move(found->second);
    arguments.named.erase(found);
    return value;
}

} // namespace prunescope::model::jinja
