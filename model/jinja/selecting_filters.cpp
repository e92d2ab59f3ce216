#include "model/jinja/attributes.h"
#include "model/jinja/filter_parts.h"
#include "model/jinja/objects.h"
#include "model/jinja/operators.h"
#include "model/jinja/parameters.h"
#include "model/jinja/tests.h"

#include <algorithm>

namespace prunescope::model::jinja {

namespace {

/// The name in front, and the arguments behind it.
std::string takeName(Arguments& arguments, const char* what) {
    if (arguments.positional.empty())
        throw Fault(std::string(what) + " requires a name");
    const Value name = std::move(arguments.positional.front());
    arguments.positional.erase(arguments.positional.begin());
    if (!name.text())
        throw Fault("No " + std::string(what) + " named " + typeName(name));
    return name.text()->bytes();
}

/// What an attribute of `item` is, or the fallback on the way to it.
Value attributeOr(Run& run, const Value& item, const Value& path, const Value& fallback) {
    const bool whole = fallback.isMissing() || fallback.isNone();
    if (whole)
        return valueAtPath(run, item, path);
    const Value found = valueAtPath(run, item, path);
    return found.isUndefined() ? fallback : found;
}

std::vector<Value> attributesOf(Run& run, const Value& input, Arguments arguments, const Value& path) {
    const Value fallback = takeNamed(arguments, "default");
    if (!arguments.named.empty())
        throw Fault("Unexpected keyword argument '" + arguments.named.front().first + "'");
    std::vector<Value> results;
    for (const Value& item : itemsOf(run, input))
        results.push_back(attributeOr(run, item, path, fallback));
    return results;
}

std::vector<Value> mapped(Run& run, const Value& input, Arguments arguments) {
    if (!holds(run, input))
        return {};
    if (arguments.positional.empty())
        if (const Value path = takeNamed(arguments, "attribute"); !path.isMissing())
            return attributesOf(run, input, std::move(arguments), path);
    const std::string name = takeName(arguments, "filter");
    const Filter filter = findFilter(name);
    if (!filter)
        refuseFilter(name);
    std::vector<Value> results;
    for (const Value& item : itemsOf(run, input))
        results.push_back(filter(run, item, arguments));
    return results;
}

/// The path in front, where the filter looks at an attribute.
Value takePath(Arguments& arguments, bool byAttribute) {
    if (!byAttribute)
        return {};
    if (arguments.positional.empty())
        throw Fault("Missing parameter for attribute name");
    Value path = std::move(arguments.positional.front());
    arguments.positional.erase(arguments.positional.begin());
    return path;
}

std::vector<Value> selected(Run& run, const Value& input, Arguments arguments, bool byAttribute, bool wanted) {
    if (!holds(run, input))
        return {};
    const Value path = takePath(arguments, byAttribute);
    const std::string name = arguments.positional.empty() ? std::string() : takeName(arguments, "test");
    const Test test = name.empty() ? nullptr : findTest(name);
    if (!name.empty() && !test)
        refuseTest(name);
    std::vector<Value> chosen;
    for (const Value& item : itemsOf(run, input)) {
        const Value looked = byAttribute ? valueAtPath(run, item, path) : item;
        if ((test ? test(run, looked, arguments) : holds(run, looked)) == wanted)
            chosen.push_back(item);
    }
    return chosen;
}

/// What a filter of the list goes through later on.
std::vector<Value> sourcesOf(const Value& input, const Arguments& arguments) {
    std::vector<Value> sources = arguments.positional;
    sources.push_back(input);
    for (const auto& named : arguments.named)
        sources.push_back(named.second);
    return sources;
}

Value map(Run&, const Value& input, const Arguments& arguments) {
    return makeGenerator(sourcesOf(input, arguments),
                         [input, arguments](Run& run) { return mapped(run, input, arguments); });
}

template <bool byAttribute, bool wanted>
Value select(Run&, const Value& input, const Arguments& arguments) {
    return makeGenerator(sourcesOf(input, arguments),
                         [input, arguments](Run& run) { return selected(run, input, arguments, byAttribute, wanted); });
}

constexpr std::array kFilters{
    NamedFilter{"map", map}, NamedFilter{"select", select<false, true>}, NamedFilter{"reject", select<false, false>},
    NamedFilter{"selectattr", select<true, true>}, NamedFilter{"rejectattr", select<true, false>}};

} // namespace

std::span<const NamedFilter> selectingFilters() {
    return kFilters;
}

} // namespace prunescope::model::jinja
