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

bool isDefined(Run&, const Value& input, const Arguments&) {
    return !input.isUndefined();
}

bool isUndefined(Run&, const Value& input, const Arguments&) {
    return input.isUndefined();
}

bool isNone(Run&, const Value& input, const Arguments&) {
    return input.isNone();
}

bool isText(Run&, const Value& input, const Arguments&) {
    return input.text() != nullptr;
}

bool isNumber(Run&, const Value& input, const Arguments&) {
    return input.isNumber();
}

bool isInteger(Run&, const Value& input, const Arguments&) {
    return input.isInteger() && !input.isBool();
}

bool isFloat(Run&, const Value& input, const Arguments&) {
    return input.isFloat();
}

bool isBoolean(Run&, const Value& input, const Arguments&) {
    return input.isBool();
}

template <bool wanted>
bool isTruth(Run&, const Value& input, const Arguments&) {
    return input.isBool() && input.boolean() == wanted;
}

bool isMapping(Run&, const Value& input, const Arguments&) {
    return input.dict() != nullptr;
}

bool isSequence(Run&, const Value& input, const Arguments&) {
    return input.text() || input.list() || input.dict() || input.objectOf<Range>();
}

bool isIterableTest(Run&, const Value& input, const Arguments&) {
    return isIterable(input);
}

bool isCallable(Run&, const Value& input, const Arguments&) {
    return input.isUndefined() || (input.object() && input.object()->callable());
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
bool leavesRest(Run& run, const Value& input, const Arguments&) {
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
bool isCase(Run& run, const Value& input, const Arguments&) {
    const Text text = printed(run, input);
    return text.bytes() == change(text.view()) && text.bytes() != other(text.view());
}

bool isEscaped(Run&, const Value& input, const Arguments&) {
    return input.text() && input.text()->markup;
}

bool isFilter(Run&, const Value& input, const Arguments&) {
    return input.text() && findFilter(input.text()->view());
}

bool isTest(Run&, const Value& input, const Arguments&) {
    return input.text() && findTest(input.text()->view());
}

using NamedTest = std::pair<std::string_view, Test>;
constexpr std::array kTests{NamedTest{"defined", isDefined},
                            NamedTest{"undefined", isUndefined},
                            NamedTest{"none", isNone},
                            NamedTest{"string", isText},
                            NamedTest{"number", isNumber},
                            NamedTest{"integer", isInteger},
                            NamedTest{"float", isFloat},
                            NamedTest{"boolean", isBoolean},
                            NamedTest{"true", isTruth<true>},
                            NamedTest{"false", isTruth<false>},
                            NamedTest{"mapping", isMapping},
                            NamedTest{"sequence", isSequence},
                            NamedTest{"iterable", isIterableTest},
                            NamedTest{"callable", isCallable},
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
                            NamedTest{"escaped", isEscaped},
                            NamedTest{"filter", isFilter},
                            NamedTest{"test", isTest}};

} // namespace

Test findTest(std::string_view name) {
    const auto found = std::ranges::find(kTests, name, &NamedTest::first);
    return found == kTests.end() ? nullptr : found->second;
}

void refuseTest(std::string_view name) {
    throw Fault("test " + inQuotes(name) + " is unknown");
}

} // namespace prunescope::model::jinja
