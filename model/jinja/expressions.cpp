#include "model/jinja/attributes.h"
#include "model/jinja/operators.h"
#include "model/jinja/print.h"
#include "model/jinja/syntax.h"

namespace prunescope::model::jinja {

namespace {

/// Deepest tree of one expression: chains of operators are trees too, and go one deeper for every link.
constexpr int kDeepestExpression = 500;

Value optional(const ExpressionPtr& expression, Run& run) {
    return expression ? expression->evaluate(run) : Value(None{});
}

} // namespace

ExpressionPtr Expression::own(ExpressionPtr inner) {
    depth = inner ? std::max(depth, inner->depth + 1) : depth;
    if (depth > kDeepestExpression)
        throw UnsupportedFault("an expression has more than " + std::to_string(kDeepestExpression) +
                               " parts inside each other");
    return inner;
}

Value Name::compute(Run& run) const {
    const Value& value = valueAt(run, place);
    return value.isMissing() ? makeUndefined("'" + name + "' is undefined") : value;
}

Sequence::Sequence(int itsLine, std::vector<ExpressionPtr> parts, bool isTuple) : Expression(itsLine), tuple(isTuple) {
    for (ExpressionPtr& part : parts)
        items.push_back(own(std::move(part)));
}

Value Sequence::compute(Run& run) const {
    std::vector<Value> values;
    for (const ExpressionPtr& item : items)
        values.push_back(item->evaluate(run));
    return tuple ? makeTuple(std::move(values)) : makeList(std::move(values));
}

DictLiteral::DictLiteral(int itsLine, std::vector<std::pair<ExpressionPtr, ExpressionPtr>> parts)
    : Expression(itsLine) {
    for (auto& [key, value] : parts) {
        ExpressionPtr ownKey = own(std::move(key));
        entries.emplace_back(std::move(ownKey), own(std::move(value)));
    }
}

Value DictLiteral::compute(Run& run) const {
    Dict dict;
    for (const auto& [key, value] : entries) {
        Value name = key->evaluate(run);
        dict.set(std::move(name), value->evaluate(run));
    }
    return dict;
}

Value Unary::compute(Run& run) const {
    const Value value = operand->evaluate(run);
    if (sign == "not")
        return !holds(run, value);
    if (sign == "-")
        return negated(value);
    requireDefined(value);
    if (!value.isNumber())
        throw Fault("bad operand type for unary +: '" + typeName(value) + "'");
    return value.isBool() ? Value(value.integer()) : value;
}

Value Binary::compute(Run& run) const {
    const Value first = left->evaluate(run);
    return arithmetic(run, sign, first, right->evaluate(run));
}

Value Logic::compute(Run& run) const {
    Value first = left->evaluate(run);
    return holds(run, first) == both ? right->evaluate(run) : first;
}

Concatenation::Concatenation(int itsLine, std::vector<ExpressionPtr> itsParts) : Expression(itsLine) {
    for (ExpressionPtr& part : itsParts)
        parts.push_back(own(std::move(part)));
}

Value Concatenation::compute(Run& run) const {
    Text text;
    for (const ExpressionPtr& part : parts) {
        text.append(printed(run, part->evaluate(run)));
        run.checkLength(text.size());
    }
    return run.text(std::move(text));
}

Comparison::Comparison(int itsLine, ExpressionPtr itsFirst, std::vector<std::pair<std::string, ExpressionPtr>> itsRest)
    : Expression(itsLine), first(own(std::move(itsFirst))) {
    for (auto& [sign, value] : itsRest)
        rest.emplace_back(sign, own(std::move(value)));
}

Value Comparison::compute(Run& run) const {
    Value before = first->evaluate(run);
    for (const auto& [sign, value] : rest) {
        Value next = value->evaluate(run);
        if (!compare(run, sign, before, next))
            return false;
        before = std::move(next);
    }
    return true;
}

Value Conditional::compute(Run& run) const {
    if (holds(run, test->evaluate(run)))
        return then->evaluate(run);
    return otherwise ? otherwise->evaluate(run)
                     : makeUndefined("the inline if-expression evaluated to false and no else section was defined");
}

Value AttributeOf::compute(Run& run) const {
    return attributeOf(run, object->evaluate(run), name);
}

Value ItemOf::compute(Run& run) const {
    const Value whole = object->evaluate(run);
    return itemOf(run, whole, key->evaluate(run));
}

Value SliceOf::compute(Run& run) const {
    const Value whole = object->evaluate(run), from = optional(start, run), to = optional(stop, run);
    return sliceOf(run, whole, from, to, optional(step, run));
}

Arguments CallArguments::evaluate(Run& run) const {
    Arguments given;
    for (const ExpressionPtr& value : positional)
        given.positional.push_back(value->evaluate(run));
    if (morePositional)
        for (Value& value : itemsOf(run, morePositional->evaluate(run)))
            given.positional.push_back(std::move(value));
    for (const auto& [name, value] : named)
        given.named.emplace_back(name, value->evaluate(run));
    if (!moreNamed)
        return given;
    const Value more = moreNamed->evaluate(run);
    if (!more.dict())
        throw Fault("argument after ** must be a mapping, not " + typeName(more));
    for (const auto& [name, value] : more.dict()->entries())
        given.named.emplace_back(name.text() ? name.text()->bytes() : throw Fault("keywords must be strings"), value);
    return given;
}

WithArguments::WithArguments(int itsLine, CallArguments itsArguments) : Expression(itsLine) {
    for (ExpressionPtr& value : itsArguments.positional)
        arguments.positional.push_back(own(std::move(value)));
    for (auto& [name, value] : itsArguments.named)
        arguments.named.emplace_back(name, own(std::move(value)));
    arguments.morePositional = own(std::move(itsArguments.morePositional));
    arguments.moreNamed = own(std::move(itsArguments.moreNamed));
}

Value Call::compute(Run& run) const {
    return call(run, {});
}

Value Call::call(Run& run, const std::optional<Value>& caller) const {
    const auto* member = dynamic_cast<const AttributeOf*>(callee.get());
    const Value object = (member ? member->object : callee)->evaluate(run);
    Arguments given = arguments.evaluate(run);
    if (caller)
        given.named.emplace_back("caller", *caller);
    if (!member)
        return callValue(run, object, std::move(given));
    requireDefined(object);
    if (const auto result = callMethod(run, object, member->name, given))
        return *result;
    return callValue(run, attributeOf(run, object, member->name), std::move(given));
}

Value FilterCall::compute(Run& run) const {
    if (!filter)
        refuseFilter(name);
    const Value value = input->evaluate(run);
    return filter(run, value, arguments.evaluate(run));
}

Value TestCall::compute(Run& run) const {
    if (!test)
        refuseTest(name);
    const Value value = input->evaluate(run);
    return test(run, value, arguments.evaluate(run));
}

} // namespace prunescope::model::jinja
