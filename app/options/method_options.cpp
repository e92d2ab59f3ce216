#include "app/options/method_options.h"

#include "app/terminal/values.h"
#include "core/base/error.h"
#include "core/base/format.h"
#include "core/pruning/pixel_options.h"

#include <algorithm>

namespace prunescope::app {

namespace {

constexpr const char* kMethodOption = "--strategy";

/// Names of the methods at the input, of all or of those with an option.
std::string namesOfMethods(const char* separator, std::string_view option = {}) {
    std::vector<std::string> names;
    for (const MethodEntry& entry : pixelMethods())
        if (option.empty() || entry.option(option))
            names.emplace_back(entry.name);
    return join(names, separator);
}

/// Other methods have places of their own, which only a plan can name.
const MethodEntry& methodNamed(std::string_view name) {
    for (const MethodEntry& entry : pixelMethods())
        if (entry.name == name)
            return entry;
    const auto list = methods();
    const bool inPlans = std::any_of(list.begin(), list.end(), [&](const auto& entry) { return entry.name == name; });
    throw Error(ErrorKind::Usage, "method '" + std::string(name) + "' is " +
                                      (inPlans ? "placed by --plan alone, as it chooses among tokens" : "unknown") +
                                      ", expected one of " + namesOfMethods(", "));
}

/// A flag that is on unless given goes by the word that switches it off.
std::string optionName(const OptionSpec& spec) {
    return "--" + std::string(spec.opposite.empty() ? spec.name : spec.opposite);
}

std::string valueName(const OptionSpec& spec) {
    if (spec.kind == OptionKind::Choice)
        return join(std::vector<std::string>(spec.choices.begin(), spec.choices.end()), "|");
    return std::string(spec.valueName);
}

/// With the names of the methods in front, where not all have the option.
std::string helpOf(const OptionSpec& spec) {
    const auto list = pixelMethods();
    const bool everywhere =
        std::all_of(list.begin(), list.end(), [&](const auto& entry) { return entry.option(spec.name); });
    return (everywhere ? "" : namesOfMethods(", ", spec.name) + ": ") + std::string(spec.help);
}

std::string fallbackOf(const OptionSpec& spec) {
    if (spec.kind == OptionKind::Flag)
        return "off";
    return spec.standard ? optionText(spec, *spec.standard) : std::string(spec.whenUnset);
}

} // namespace

void MethodOptions::addTo(OptionTable& table) {
    table.startGroup("Pruning");
    table.add(
        {kMethodOption,
         namesOfMethods("|"),
         "which blocks to keep",
         m_method,
         [this](const std::string& text) { withOptionName(kMethodOption, [&] { m_method = methodNamed(text).name; }); },
         {}});
    for (const OptionSpec& spec : pixelMethodOptions())
        addOption(table, spec);
}

void MethodOptions::addOption(OptionTable& table, const OptionSpec& spec) {
    const std::string name = optionName(spec);
    const auto apply = [this, &spec, name](const std::string& text) {
        if (spec.kind == OptionKind::Flag)
            return take(spec, spec.opposite.empty());
        const std::optional<OptionValue> value = parseOption(spec, text);
        if (!value)
            throw Error(ErrorKind::Usage, name + ": found \"" + text + "\", expected " + expectation(spec));
        take(spec, *value);
    };
    table.add({name, valueName(spec), helpOf(spec), fallbackOf(spec), apply, {}});
}

void MethodOptions::take(const OptionSpec& spec, OptionValue value) {
    std::erase_if(m_values, [&](const auto& other) { return other.first == spec.name; });
    m_values.emplace_back(spec.name, std::move(value));
}

MethodSettings MethodOptions::settings() const {
    MethodSettings settings(m_method);
    for (const auto& [name, value] : m_values) {
        const OptionSpec* spec = settings.spec(name);
        if (!spec && name == kSeed.name)
            continue;
        if (!spec)
            throw Error(ErrorKind::Usage, "--" + std::string(name) + ": found with " + kMethodOption + " " + m_method +
                                              ", expected " + namesOfMethods(", ", name));
        settings.set(name, value);
    }
    return settings;
}

std::optional<std::uint64_t> MethodOptions::seed() const {
    for (const auto& [name, value] : m_values)
        if (name == kSeed.name)
            return std::get<std::uint64_t>(value);
    return std::nullopt;
}

std::string MethodOptions::firstGiven() const {
    return m_values.empty() ? std::string(kMethodOption) : "--" + std::string(m_values.front().first);
}

std::vector<std::string> MethodOptions::names() {
    std::vector<std::string> names{kMethodOption};
    for (const OptionSpec& spec : pixelMethodOptions())
        if (spec.name != kSeed.name)
            names.push_back(optionName(spec));
    return names;
}

} // namespace prunescope::app
