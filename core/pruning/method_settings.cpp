#include "core/pruning/method_settings.h"

#include "core/base/error.h"
#include "core/base/format.h"
#include "core/pruning/method.h"

#include <algorithm>

namespace prunescope {

namespace {

/// A value that may be of another kind than the option's.
std::string describe(const OptionValue& value) {
    if (const auto* number = std::get_if<double>(&value))
        return shortNumber(*number);
    if (const auto* text = std::get_if<std::string>(&value))
        return "'" + *text + "'";
    return "out of range";
}

/// The word that changes it: `sliding` of an option that is on unless set.
std::string wordOf(const OptionSpec& spec) {
    return std::string(spec.opposite.empty() ? spec.name : spec.opposite);
}

} // namespace

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
                    std::string(option) + " is " + describe(value) + ", expected " + expectation(*found));
    reset(option);
    if (found->standard == value)
        return *this;
    if (const auto others = rivals(*found); !others.empty())
        throw Error(ErrorKind::Usage,
                    std::string(option) + ": found with " + wordOf(*spec(others.front())) + ", expected one of them");
    const auto place = [this](std::string_view name) { return spec(name) - m_entry->options.data(); };
    const auto after = std::find_if(m_values.begin(), m_values.end(),
                                    [&](const auto& other) { return place(other.first) > place(option); });
    m_values.insert(after, {found->name, std::move(value)});
    return *this;
}

MethodSettings& MethodSettings::change(std::string_view option, OptionValue value) {
    const OptionSpec* found = spec(option);
    if (found && found->standard != value)
        for (const std::string_view other : rivals(*found))
            reset(other);
    return set(option, std::move(value));
}

std::vector<std::string_view> MethodSettings::rivals(const OptionSpec& changed) const {
    const auto excludes = [](const OptionSpec& a, const OptionSpec& b) {
        return std::find(a.excludes.begin(), a.excludes.end(), b.name) != a.excludes.end();
    };
    std::vector<std::string_view> names;
    for (const auto& [name, value] : m_values)
        if (const OptionSpec& other = *spec(name); excludes(changed, other) || excludes(other, changed))
            names.push_back(name);
    return names;
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
    for (const OptionSpec& option : m_entry->options) {
        const std::optional<OptionValue> value = find(option.name);
        if (!value || !(isSet(option.name) || option.alwaysWritten))
            continue;
        const std::string text = optionText(option, *value);
        words.push_back(option.kind == OptionKind::Flag ? text : std::string(option.name) + "=" + text);
    }
    return words;
}

bool MethodSettings::operator==(const MethodSettings& other) const {
    return m_entry == other.m_entry && m_values == other.m_values;
}

} // namespace prunescope
