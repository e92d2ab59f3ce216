#include "core/pruning/method_settings.h"

#include "core/base/error.h"
#include "core/base/text.h"
#include "core/pruning/method.h"

#include <algorithm>

namespace prunescope {

MethodSettings::MethodSettings() : MethodSettings(kDefaultMethod) {}

MethodSettings::MethodSettings(std::string_view method) : m_entry(&findMethod(method)) {}

std::string_view MethodSettings::method() const {
    return m_entry->name;
}

MethodSettings MethodSettings::withMethod(std::string_view method) const {
    MethodSettings other(method);
    for (const auto& [name, value] : m_values)
        if (const OptionSpec* spec = other.spec(name); spec && accepts(*spec, value))
            other.set(name, value);
    return other;
}

const OptionSpec* MethodSettings::spec(std::string_view option) const {
    return m_entry->option(option);
}

std::optional<OptionValue> MethodSettings::find(std::string_view option) const {
    const OptionSpec* found = spec(option);
    if (!found)
        return std::nullopt;
    for (const auto& [name, value] : m_values)
        if (name == option)
            return value;
    return found->standard;
}

bool MethodSettings::applies(std::string_view option) const {
    const OptionSpec* found = spec(option);
    return found && (!found->applies || found->applies(*this));
}

bool MethodSettings::isSet(std::string_view option) const {
    return std::any_of(m_values.begin(), m_values.end(), [&](const auto& value) { return value.first == option; });
}

MethodSettings& MethodSettings::set(std::string_view option, OptionValue value) {
    const OptionSpec* found = spec(option);
    if (!found)
        throw Error(ErrorKind::Usage, std::string(option) + ": found with " + std::string(m_entry->name) +
                                          ", expected " + methodsWith(option));
    if (!accepts(*found, value))
        throw Error(ErrorKind::Usage,
                    std::string(option) + " is no value of the option, expected " + expectation(*found));
    reset(option);
    if (found->standard == value)
        return *this;
    const auto place = [this](std::string_view name) { return spec(name) - m_entry->options.data(); };
    const auto after = std::find_if(m_values.begin(), m_values.end(),
                                    [&](const auto& other) { return place(other.first) > place(option); });
    m_values.insert(after, {found->name, std::move(value)});
    return *this;
}

MethodSettings& MethodSettings::reset(std::string_view option) {
    std::erase_if(m_values, [&](const auto& value) { return value.first == option; });
    return *this;
}

OptionValue MethodSettings::required(std::string_view option) const {
    const std::optional<OptionValue> value = find(option);
    check(value.has_value(), "an option that the method has");
    return *value;
}

std::vector<std::string> MethodSettings::words() const {
    std::vector<std::string> words;
    for (const auto& [name, value] : m_values) {
        const OptionSpec& option = *spec(name);
        const std::string text = optionText(option, value);
        words.push_back(option.kind == OptionKind::Flag ? text : std::string(name) + "=" + text);
    }
    return words;
}

bool MethodSettings::operator==(const MethodSettings& other) const {
    return m_entry == other.m_entry && m_values == other.m_values;
}

} // namespace prunescope
