#include "model/jinja/format_text.h"
#include "model/jinja/operators.h"
#include "model/jinja/run.h"

#include <cmath>

namespace prunescope::model::jinja {

namespace {

[[noreturn]] void notPossible(std::string_view sign, const Value& a, const Value& b) {
    throw Fault("unsupported operand type(s) for " + std::string(sign) + ": '" + typeName(a) + "' and '" + typeName(b) +
                "'");
}

[[noreturn]] void divisionByZero() {
    throw Fault("division by zero");
}

[[noreturn]] void tooLarge() {
    throw UnsupportedFault("an integer is too large");
}

Int floorDivision(Int a, Int b) {
    if (b == 0)
        divisionByZero();
    if (b == -1) {
        Int result = 0;
        if (__builtin_sub_overflow(Int{0}, a, &result))
            tooLarge();
        return result;
    }
    const Int quotient = a / b;
    return a % b != 0 && (a < 0) != (b < 0) ? quotient - 1 : quotient;
}

Int remainder(Int a, Int b) {
    if (b == 0)
        divisionByZero();
    if (b == -1)
        return 0;
    const Int rest = a % b;
    return rest != 0 && (rest < 0) != (b < 0) ? rest + b : rest;
}

Int power(Int base, Int exponent) {
    Int result = 1;
    for (; exponent > 0; exponent /= 2) {
        if (exponent % 2 != 0 && __builtin_mul_overflow(result, base, &result))
            tooLarge();
        if (exponent > 1 && __builtin_mul_overflow(base, base, &base))
            tooLarge();
    }
    return result;
}

Value powerOf(const Value& a, const Value& b) {
    if (a.isInteger() && b.isInteger() && b.integer() >= 0)
        return power(a.integer(), b.integer());
    const double base = a.number(), exponent = b.number();
    if (base == 0 && exponent < 0)
        throw Fault("0.0 cannot be raised to a negative power");
    if (base < 0 && exponent != std::floor(exponent))
        throw UnsupportedFault("complex numbers are not supported");
    const double result = std::pow(base, exponent);
    if (std::isinf(result) && !std::isinf(base) && !std::isinf(exponent))
        throw Fault("a number is too large");
    return result;
}

double floatRemainder(double a, double b) {
    if (b == 0)
        divisionByZero();
    double rest = std::fmod(a, b);
    if (rest != 0 && (b < 0) != (rest < 0))
        rest += b;
    return rest == 0 ? std::copysign(0.0, b) : rest;
}

double floatFloorDivision(double a, double b) {
    const double rest = floatRemainder(a, b);
    const double quotient = (a - rest) / b;
    if (quotient == 0)
        return std::copysign(0.0, a / b);
    const double whole = std::floor(quotient);
    return quotient - whole > 0.5 ? whole + 1 : whole;
}

Value ofIntegers(std::string_view sign, Int a, Int b) {
    Int result = 0;
    if (sign == "//")
        return floorDivision(a, b);
    if (sign == "%")
        return remainder(a, b);
    if (sign == "/") {
        if (b == 0)
            divisionByZero();
        return static_cast<double>(a) / static_cast<double>(b);
    }
    const bool failed = sign == "+"   ? __builtin_add_overflow(a, b, &result)
                        : sign == "-" ? __builtin_sub_overflow(a, b, &result)
                                      : __builtin_mul_overflow(a, b, &result);
    if (failed)
        tooLarge();
    return result;
}

Value ofFloats(std::string_view sign, double a, double b) {
    if (sign == "+")
        return a + b;
    if (sign == "-")
        return a - b;
    if (sign == "*")
        return a * b;
    if (sign == "%")
        return floatRemainder(a, b);
    if (sign == "//")
        return floatFloorDivision(a, b);
    if (b == 0)
        divisionByZero();
    return a / b;
}

Value joinedTexts(Run& run, const Text& a, const Text& b) {
    run.checkLength(a.size() + b.size());
    const bool markup = a.markup || b.markup;
    Text result = markup && !a.markup ? escapedHtml(a) : a;
    result.append(markup && !b.markup ? escapedHtml(b) : b);
    result.markup = markup;
    return run.text(std::move(result));
}

Value joinedLists(Run& run, const Value& a, const Value& b) {
    std::vector<Value> items = a.list()->items;
    items.insert(items.end(), b.list()->items.begin(), b.list()->items.end());
    run.charge(std::ssize(items));
    return a.list()->tuple ? makeTuple(std::move(items)) : makeList(std::move(items));
}

Value sum(Run& run, const Value& a, const Value& b) {
    if (a.text() && b.text())
        return joinedTexts(run, *a.text(), *b.text());
    if (a.list() && b.list() && a.list()->tuple == b.list()->tuple)
        return joinedLists(run, a, b);
    if (a.text() || a.list())
        throw Fault("can only concatenate " + typeName(a) + " (not \"" + typeName(b) + "\") to " + typeName(a));
    notPossible("+", a, b);
}

Value repeatedText(Run& run, const Text& text, Int times) {
    run.checkLength(text.size(), times);
    Text result;
    result.markup = text.markup;
    for (Int i = 0; i < times && !text.empty(); ++i) {
        run.chargeBytes(text.size());
        result.append(text);
    }
    return Value(std::move(result));
}

Value repeatedList(Run& run, const List& list, Int times) {
    std::vector<Value> items;
    for (Int i = 0; i < times && !list.items.empty(); ++i) {
        run.charge(std::ssize(list.items));
        items.insert(items.end(), list.items.begin(), list.items.end());
    }
    return list.tuple ? makeTuple(std::move(items)) : makeList(std::move(items));
}

Value product(Run& run, const Value& a, const Value& b) {
    const bool firstIsNumber = a.isInteger();
    const Value &repeated = firstIsNumber ? b : a, &times = firstIsNumber ? a : b;
    if (!times.isInteger() || (!repeated.text() && !repeated.list()))
        notPossible("*", a, b);
    if (repeated.text())
        return repeatedText(run, *repeated.text(), times.integer());
    return repeatedList(run, *repeated.list(), times.integer());
}

} // namespace

Value arithmetic(Run& run, std::string_view sign, const Value& a, const Value& b) {
    if (sign == "%" && a.text())
        return percentFormatted(run, *a.text(), b);
    requireDefined(a);
    requireDefined(b);
    if (a.isNumber() && b.isNumber()) {
        if (sign == "**")
            return powerOf(a, b);
        return a.isInteger() && b.isInteger() ? ofIntegers(sign, a.integer(), b.integer())
                                              : ofFloats(sign, a.number(), b.number());
    }
    if (sign == "+")
        return sum(run, a, b);
    if (sign == "*")
        return product(run, a, b);
    notPossible(sign == "**" ? "** or pow()" : sign, a, b);
}

Value negated(const Value& value) {
    requireDefined(value);
    if (value.isInteger())
        return ofIntegers("-", 0, value.integer());
    if (value.isFloat())
        return -value.number();
    throw Fault("bad operand type for unary -: '" + typeName(value) + "'");
}

} // namespace prunescope::model::jinja
