#include "core/pruning/method.h"

#include "core/base/error.h"
#include "core/base/format.h"

#include <algorithm>

namespace prunescope {

namespace {

std::string namesOf(bool (*chosen)(const MethodEntry&, std::string_view), std::string_view word) {
    std::vector<std::string> names;
    for (const MethodEntry& entry : methods())
        if (chosen(entry, word))
            names.emplace_back(entry.name);
    return join(names);
}

} // namespace

bool MethodEntry::standsAt(Place place) const {
    return std::find(places.begin(), places.end(), place) != places.end();
}

const OptionSpec* MethodEntry::option(std::string_view wanted) const {
    const auto found =
        std::find_if(options.begin(), options.end(), [&](const OptionSpec& spec) { return spec.name == wanted; });
    return found == options.end() ? nullptr : &*found;
}

const MethodEntry& findMethod(std::string_view name) {
    const auto list = methods();
    const auto found = std::find_if(list.begin(), list.end(), [&](const auto& entry) { return entry.name == name; });
    if (found != list.end())
        return *found;
    const std::string all = namesOf([](const MethodEntry&, std::string_view) { return true; }, name);
    throw Error(ErrorKind::Usage, "method '" + std::string(name) + "' is unknown, expected one of " + all);
}

const MethodEntry& keepAllMethod() {
    const auto list = methods();
    const auto found = std::find_if(list.begin(), list.end(), [](const auto& entry) { return !entry.drops(); });
    check(found != list.end(), "a method that drops nothing");
    return *found;
}

std::string methodsWith(std::string_view option) {
    return namesOf([](const MethodEntry& entry, std::string_view word) { return entry.option(word) != nullptr; },
                   option);
}

const std::vector<OptionSpec>& allOptions() {
    static const std::vector<OptionSpec> all = [] {
        std::vector<OptionSpec> list;
        for (const MethodEntry& entry : methods())
            for (const OptionSpec& spec : entry.options)
                if (std::none_of(list.begin(), list.end(), [&](const auto& other) { return other.name == spec.name; }))
                    list.push_back(spec);
        return list;
    }();
    return all;
}

} // namespace prunescope
