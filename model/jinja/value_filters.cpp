#include "model/jinja/attributes.h"
#include "model/jinja/characters.h"
#include "model/jinja/filter_parts.h"
#include "model/jinja/format_text.h"
#include "model/jinja/literals.h"
#include "model/jinja/methods.h"
#include "model/jinja/operators.h"
#include "model/jinja/parameters.h"
#include "model/jinja/print.h"
#include "model/jinja/run.h"
#include "model/jinja/tojson.h"

#include <algorithm>
#include <charconv>
#include <cmath>

namespace prunescope::model::jinja {

namespace {

Value trim(Run& run, const Value& input, const Arguments& arguments) {
    const Parameters given("trim", arguments, {"chars"});
    return run.text(stripped(printed(run, input), given.hasValue(0) ? &given.text(0) : nullptr, true, true));
}

template <std::string (*change)(std::string_view)>
Value mapped(Run& run, const Value& input, const Arguments& arguments) {
    const Parameters none("case", arguments, {});
    return run.text(printed(run, input).mapped(change));
}

template <Text (*change)(const Text&)>
Value changed(Run& run, const Value& input, const Arguments& arguments) {
    const Parameters none("case", arguments, {});
    return run.text(change(printed(run, input)));
}

Value replace(Run& run, const Value& input, const Arguments& arguments) {
    const Parameters given("replace", arguments, {"old", "new", "count"}, 2);
    const Int most = given.hasValue(2) ? given.integer(2) : -1;
    Text text = replacedText(run, printed(run, input), printed(run, given[0]), printed(run, given[1]), most);
    text.markup = false;
    return run.text(std::move(text));
}

Value toText(Run& run, const Value& input, const Arguments& arguments) {
    const Parameters none("string", arguments, {});
    return run.text(printed(run, input));
}

Value safe(Run& run, const Value& input, const Arguments& arguments) {
    const Parameters none("safe", arguments, {});
    Text text = printed(run, input);
    text.markup = true;
    return run.text(std::move(text));
}

Value escape(Run& run, const Value& input, const Arguments& arguments) {
    const Parameters none("escape", arguments, {});
    const Text text = printed(run, input);
    return run.text(text.markup ? text : escapedHtml(text));
}

Value forceEscape(Run& run, const Value& input, const Arguments& arguments) {
    const Parameters none("forceescape", arguments, {});
    return run.text(escapedHtml(printed(run, input)));
}

Value format(Run& run, const Value& input, const Arguments& arguments) {
    if (!arguments.named.empty() && !arguments.positional.empty())
        throw Fault("can't handle positional and keyword arguments at the same time");
    const Text text = printed(run, input);
    if (arguments.named.empty())
        return percentFormatted(run, text, makeTuple(arguments.positional));
    Dict named;
    for (const auto& [name, value] : arguments.named)
        named.set(Value(std::string_view(name)), value);
    return percentFormatted(run, text, Value(std::move(named)));
}

Value center(Run& run, const Value& input, const Arguments& arguments) {
    const Parameters given("center", arguments, {"width"});
    return run.text(centeredText(run, printed(run, input), clamped(given.integerOr(0, 80)), Text(" ")));
}

/// A line, after the indent where it is not empty or blank ones are indented too.
void appendIndented(Run& run, Text& result, const Text& indent, const Text& line, bool indents) {
    if (indents)
        result.append(indent);
    result.append(line);
    run.checkLength(result.size());
    run.chargeBytes(indent.size() + line.size());
}

Value indent(Run& run, const Value& input, const Arguments& arguments) {
    const Parameters given("indent", arguments, {"width", "first", "blank"});
    requireDefined(input);
    if (!input.text())
        throw Fault("unsupported operand type(s) for +=: '" + typeName(input) + "' and 'str'");
    Text whole = *input.text();
    whole.append("\n");
    run.checkLength(1, given.has(0) && given[0].isInteger() ? given[0].integer() : 0);
    const Text width = given.has(0) && given[0].text()
                           ? given.text(0)
                           : Text(std::string(static_cast<std::size_t>(std::max<Int>(0, given.integerOr(0, 4))), ' '));
    const bool first = given.flag(run, 1), blank = given.flag(run, 2);
    Text result;
    bool isFirst = true;
    for (const Value& line : linesOf(run, whole, false)) {
        if (!isFirst)
            result.append("\n");
        appendIndented(run, result, width, *line.text(), isFirst ? first : blank || !line.text()->empty());
        isFirst = false;
    }
    return run.text(std::move(result));
}

Value defaultValue(Run& run, const Value& input, const Arguments& arguments) {
    const Parameters given("default", arguments, {"default_value", "boolean"});
    const bool replaces = input.isUndefined() || (given.flag(run, 1) && !holds(run, input));
    return replaces ? given.valueOr(0, "") : input;
}

Value integerOfFloat(double value, const Value& fallback) {
    if (!std::isfinite(value))
        return fallback;
    if (std::abs(value) > 1e37)
        throw UnsupportedFault("an integer is too large");
    return static_cast<Int>(value);
}

Value toInteger(Run&, const Value& input, const Arguments& arguments) {
    const Parameters given("int", arguments, {"default", "base"});
    requireDefined(input);
    const Value fallback = given.valueOr(0, 0);
    if (input.isInteger())
        return input.integer();
    if (input.isFloat())
        return integerOfFloat(input.number(), fallback);
    if (!input.text())
        return fallback;
    const Int base = given.integerOr(1, 10);
    if (base != 0 && (base < 2 || base > 36))
        return fallback;
    if (const auto whole = parseInteger(input.text()->view(), static_cast<int>(base)))
        return *whole;
    const auto real = parseFloat(input.text()->view());
    return real ? integerOfFloat(*real, fallback) : fallback;
}

Value toFloat(Run&, const Value& input, const Arguments& arguments) {
    const Parameters given("float", arguments, {"default"});
    requireDefined(input);
    const Value fallback = given.valueOr(0, 0.0);
    if (input.isNumber())
        return input.number();
    const auto read = input.text() ? parseFloat(input.text()->view()) : std::nullopt;
    return read ? Value(*read) : fallback;
}

Value absolute(Run&, const Value& input, const Arguments& arguments) {
    const Parameters none("abs", arguments, {});
    requireDefined(input);
    if (input.isFloat())
        return std::abs(input.number());
    if (!input.isInteger())
        throw Fault("bad operand type for abs(): '" + typeName(input) + "'");
    return input.integer() < 0 ? negated(input) : Value(input.integer());
}

/// To a decimal place, from the exact value of the number, as Python has it.
double rounded(double value, int places) {
    if (!std::isfinite(value) || places > 22)
        return value;
    if (places < 0) {
        const double unit = std::pow(10.0, -places);
        return std::nearbyint(value / unit) * unit;
    }
    std::array<char, 512> text{};
    const auto written = std::to_chars(text.data(), text.data() + text.size(), value, std::chars_format::fixed, places);
    double result = value;
    std::from_chars(text.data(), written.ptr, result);
    return result;
}

/// To so many zeros, half to even.
Int roundedInteger(Int value, Int zeros) {
    constexpr Int kLargest = Int{1} << 120;
    if (value > kLargest || value < -kLargest)
        throw UnsupportedFault("an integer is too large");
    if (zeros > 36)
        return 0;
    Int unit = 1;
    for (Int i = 0; i < zeros; ++i)
        unit *= 10;
    const Int rest = ((value % unit) + unit) % unit, below = value - rest;
    const bool up = rest > unit - rest || (rest == unit - rest && (below / unit) % 2 != 0);
    return up ? below + unit : below;
}

Value round(Run&, const Value& input, const Arguments& arguments) {
    const Parameters given("round", arguments, {"precision", "method"});
    requireDefined(input);
    if (!input.isNumber())
        throw Fault("type " + typeName(input) + " doesn't define __round__ method");
    const Int places = std::clamp<Int>(given.integerOr(0, 0), -300, 300);
    const std::string method = given.has(1) ? given.text(1).bytes() : "common";
    if (method != "common" && method != "ceil" && method != "floor")
        throw Fault("method must be common, ceil or floor");
    if (method == "common" && input.isInteger())
        return places >= 0 ? Value(input.integer()) : Value(roundedInteger(input.integer(), -places));
    if (method == "common")
        return rounded(input.number(), static_cast<int>(places));
    const double scale = std::pow(10.0, static_cast<double>(places));
    const double scaled = input.number() * scale;
    return (method == "ceil" ? std::ceil(scaled) : std::floor(scaled)) / scale;
}

Value attribute(Run& run, const Value& input, const Arguments& arguments) {
    const Parameters given("attr", arguments, {"name"}, 1);
    requireDefined(input);
    const std::string_view name = given.text(0).view();
    if (input.dict() && input.dict()->find(name) && !findMethod(input, name) && !changesObject(input, name))
        return makeUndefined("'dict object' has no attribute '" + std::string(name) + "'");
    return attributeOf(run, input, name);
}

constexpr std::array kFilters{NamedFilter{"trim", trim},
                              NamedFilter{"upper", mapped<upperCase>},
                              NamedFilter{"lower", mapped<lowerCase>},
                              NamedFilter{"capitalize", changed<capitalizedText>},
                              NamedFilter{"title", changed<titledText>},
                              NamedFilter{"replace", replace},
                              NamedFilter{"string", toText},
                              NamedFilter{"safe", safe},
                              NamedFilter{"escape", escape},
                              NamedFilter{"e", escape},
                              NamedFilter{"forceescape", forceEscape},
                              NamedFilter{"format", format},
                              NamedFilter{"center", center},
                              NamedFilter{"indent", indent},
                              NamedFilter{"default", defaultValue},
                              NamedFilter{"d", defaultValue},
                              NamedFilter{"int", toInteger},
                              NamedFilter{"float", toFloat},
                              NamedFilter{"abs", absolute},
                              NamedFilter{"round", round},
                              NamedFilter{"attr", attribute},
                              NamedFilter{"tojson", toJson}};

} // namespace

std::span<const NamedFilter> valueFilters() {
    return kFilters;
}

} // namespace prunescope::model::jinja
