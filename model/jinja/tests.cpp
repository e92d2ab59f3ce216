#include "model/jinja/tests.h"

#include "core/base/format.h"
#include "model/jinja/characters.h"
#include "model/jinja/filters.h"
#include "model/jinja/objects.h"
#include "model/jinja/operators.h"
#include "model/jinja/parameters.h"
#include "model/jinja/print.h"

#include <algorithm>
#include <array>
#include <utility>

namespace prunescope::model::jinja {

namespace {

/// A test without arguments, of the value alone.
template <bool (*is)(const Value&)>
bool plain(Run&, const Value& input, const Arguments& arguments) {
    const Parameters none("test", arguments, {});
    return is(input);
}

bool isDefined(const Value& input) {
    return !input.isUndefined();
}

bool isUndefined(const Value& input) {
    return input.isUndefined();
}

bool isNone(const Value& input) {
    return input.isNone();
}

bool isText(const Value& input) {
    return input.text() != nullptr;
}

bool isNumber(const Value& input) {
    return input.isNumber();
}

bool isInteger(const Value& input) {
    return input.isInteger() && !input.isBool();
}

bool isFloat(const Value& input) {
    return input.isFloat();
}

bool isBoolean(const Value& input) {
    return input.isBool();
}

template <bool wanted>
bool isTruth(const Value& input) {
    return input.isBool() && input.boolean() == wanted;
}

bool isMapping(const Value& input) {
    return input.dict() != nullptr;
}

bool isSequence(const Value& input) {
    return input.text() || input.list() || input.dict() || input.isUndefined() || input.objectOf<Range>();
}

bool isCallable(const Value& input) {
    return input.isUndefined() || (input.object() && input.object()->callable());
}

bool isEscaped(const Value& input) {
    return input.text() && input.text()->markup;
}

bool isFilter(const Value& input) {
    return input.text() && findFilter(input.text()->view());
}

bool isTest(const Value& input) {
    return input.text() && findTest(input.text()->view());
}

template <const char* sign>
bool compares(Run& run, const Value& input, const Arguments& arguments) {
    const Parameters given("test", arguments, {"other"}, 1);
    return compare(run, sign, input, given[0]);
}

constexpr char kEqual[] = "==", kUnequal[] = "!=", kLess[] = "<", kLessEqual[] = "<=", kGreater[] = ">",
               kGreaterEqual[] = ">=", kIn[] = "in";

Value remainderOf(Run& run, const Value& input, const Value& divisor) {
    return arithmetic(run, "%", input, divisor);
}

template <int rest>
bool leavesRest(Run& run, const Value& input, const Arguments& arguments) {
    const Parameters none("test", arguments, {});
    return equal(run, remainderOf(run, input, 2), rest);
}

bool isDivisible(Run& run, const Value& input, const Arguments& arguments) {
    const Parameters given("divisibleby", arguments, {"num"}, 1);
    return equal(run, remainderOf(run, input, given[0]), 0);
}

bool isSame(Run&, const Value& input, const Arguments& arguments) {
    const Parameters given("sameas", arguments, {"other"}, 1);
    return input.same(given[0]);
}

template <std::string (*change)(std::string_view), std::string (*other)(std::string_view)>
bool isCase(Run& run, const Value& input, const Arguments& arguments) {
    const Parameters none("test", arguments, {});
    const Text text = printed(run, input);
    return text.bytes() == change(text.view()) && text.bytes() != other(text.view());
}

using NamedTest = std::pair<std::string_view, Test>;
constexpr std::array kTests{NamedTest{"defined", plain<isDefined>},
                            NamedTest{"undefined", plain<isUndefined>},
                            NamedTest{"none", plain<isNone>},
                            NamedTest{"string", plain<isText>},
                            NamedTest{"number", plain<isNumber>},
                            NamedTest{"integer", plain<isInteger>},
                            NamedTest{"float", plain<isFloat>},
                            NamedTest{"boolean", plain<isBoolean>},
                            NamedTest{"true", plain<isTruth<true>>},
                            NamedTest{"false", plain<isTruth<false>>},
                            NamedTest{"mapping", plain<isMapping>},
                            NamedTest{"sequence", plain<isSequence>},
                            NamedTest{"iterable", plain<isIterable>},
                            NamedTest{"callable", plain<isCallable>},
                            NamedTest{"==", compares<kEqual>},
                            NamedTest{"eq", compares<kEqual>},
                            NamedTest{"equalto", compares<kEqual>},
                            NamedTest{"!=", compares<kUnequal>},
                            NamedTest{"ne", compares<kUnequal>},
                            NamedTest{"<", compares<kLess>},
                            NamedTest{"lt", compares<kLess>},
                            NamedTest{"lessthan", compares<kLess>},
                            NamedTest{"<=", compares<kLessEqual>},
                            NamedTest{"le", compares<kLessEqual>},
                            NamedTest{">", compares<kGreater>},
                            NamedTest{"gt", compares<kGreater>},
                            NamedTest{"greaterthan", compares<kGreater>},
                            NamedTest{">=", compares<kGreaterEqual>},
                            NamedTest{"ge", compares<kGreaterEqual>},
                            NamedTest{"in", compares<kIn>},
                            NamedTest{"even", leavesRest<0>},
                            NamedTest{"odd", leavesRest<1>},
                            NamedTest{"divisibleby", isDivisible},
                            NamedTest{"sameas", isSame},
                            NamedTest{"lower", isCase<lowerCase, upperCase>},
                            NamedTest{"upper", isCase<upperCase, lowerCase>},
                            NamedTest{"escaped", plain<isEscaped>},
                            NamedTest{"filter", plain<isFilter>},
                            NamedTest{"test", plain<isTest>}};

} // namespace

Test findTest(std::string_view name) {
    const auto found = std::ranges::find(kTests, name, &NamedTest::first);
    return found == kTests.end() ? nullptr : found->second;
}

void refuseTest(std::string_view name) {
    throw Fault("test " + inQuotes(name) + " is unknown");
}

} // namespace prunescope::model::jinja
