#include "core/pruning/method.h"

#include "core/base/error.h"
#include "core/base/format.h"

#include <algorithm>

namespace prunescope {

namespace {

template <typename Chosen>
std::string namesOf(const Chosen& chosen) {
    std::vector<std::string> names;
    for (const MethodEntry& entry : methods())
        if (chosen(entry))
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
    throw Error(ErrorKind::Usage, "method '" + std::string(name) + "' is unknown, expected one of " +
                                      namesOf([](const MethodEntry&) { return true; }));
}

const MethodEntry& keepAllMethod() {
    const auto list = methods();
    const auto found = std::find_if(list.begin(), list.end(), [](const auto& entry) { return !entry.drops(); });
    check(found != list.end(), "a method that drops nothing");
    return *found;
}

std::string methodsWith(std::string_view option) {
    return namesOf([&](const MethodEntry& entry) { return entry.option(option) != nullptr; });
}

std::string methodsAt(Place place) {
    return namesOf([&](const MethodEntry& entry) { return entry.standsAt(place); });
}

std::span<const MethodEntry> pixelMethods() {
    const auto list = methods();
    const auto isPixels = [](const MethodEntry& entry) { return entry.pixels != nullptr; };
    const auto end = std::partition_point(list.begin(), list.end(), isPixels);
    return {list.begin(), end};
}

const std::vector<OptionSpec>& pixelMethodOptions() {
    static const std::vector<OptionSpec> all = [] {
        std::vector<OptionSpec> list;
        for (const MethodEntry& entry : pixelMethods())
            for (const OptionSpec& spec : entry.options)
                if (std::none_of(list.begin(), list.end(), [&](const auto& other) { return other.name == spec.name; }))
                    list.push_back(spec);
        return list;
    }();
    return all;
}

} // namespace prunescope
