#include "model/jinja/attributes.h"
#include "model/jinja/filter_parts.h"
#include "model/jinja/objects.h"
#include "model/jinja/operators.h"
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

Value takeNamed(Arguments& arguments, std::string_view name) {
    const auto found = std::ranges::find(arguments.named, name, &std::pair<std::string, Value>::first);
    if (found == arguments.named.end())
        return {};
    Value value = std::move(found->second);
    arguments.named.erase(found);
    return value;
}

/// What an attribute of `item` is, or the fallback on the way to it.
Value attributeOr(Run& run, const Value& item, const Value& path, const Value& fallback) {
    const bool whole = fallback.isMissing() || fallback.isNone();
    if (whole)
        return valueAtPath(run, item, path);
    const Value found = valueAtPath(run, item, path);
    return found.isUndefined() ? fallback : found;
}

Value mapAttribute(Run& run, const Value& input, Arguments arguments, const Value& path) {
    const Value fallback = takeNamed(arguments, "default");
    if (!arguments.named.empty())
        throw Fault("Unexpected keyword argument '" + arguments.named.front().first + "'");
    std::vector<Value> results;
    for (const Value& item : itemsOf(run, input))
        results.push_back(attributeOr(run, item, path, fallback));
    return makeGenerator(run, std::move(results));
}

Value map(Run& run, const Value& input, const Arguments& given) {
    if (!holds(run, input))
        return makeGenerator(run, {});
    Arguments arguments = given;
    if (arguments.positional.empty())
        if (const Value path = takeNamed(arguments, "attribute"); !path.isMissing())
            return mapAttribute(run, input, std::move(arguments), path);
    const std::string name = takeName(arguments, "filter");
    const Filter filter = findFilter(name);
    if (!filter)
        refuseFilter(name);
    std::vector<Value> results;
    for (const Value& item : itemsOf(run, input))
        results.push_back(filter(run, item, arguments));
    return makeGenerator(run, std::move(results));
}

template <bool byAttribute, bool wanted>
Value select(Run& run, const Value& input, const Arguments& given) {
    if (!holds(run, input))
        return makeGenerator(run, {});
    Arguments arguments = given;
    Value path;
    if (byAttribute) {
        if (arguments.positional.empty())
            throw Fault("Missing parameter for attribute name");
        path = arguments.positional.front();
        arguments.positional.erase(arguments.positional.begin());
    }
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
    return makeGenerator(run, std::move(chosen));
}

constexpr std::array kFilters{
    NamedFilter{"map", map}, NamedFilter{"select", select<false, true>}, NamedFilter{"reject", select<false, false>},
    NamedFilter{"selectattr", select<true, true>}, NamedFilter{"rejectattr", select<true, false>}};

} // namespace

std::span<const NamedFilter> selectingFilters() {
    return kFilters;
}

} // namespace prunescope::model::jinja
