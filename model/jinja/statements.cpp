#include "model/jinja/objects.h"
#include "model/jinja/operators.h"
#include "model/jinja/print.h"
#include "model/jinja/syntax.h"

namespace prunescope::model::jinja {

void Target::checkNamespaces(Run& run) const {
    for (const Target& part : parts)
        part.checkNamespaces(run);
    if (!member.empty() && !valueAt(run, place).objectOf<Namespace>())
        throw Fault("cannot assign attribute on non-namespace object");
}

void Target::assign(Run& run, const Value& value) const {
    if (!tuple) {
        if (member.empty())
            valueAt(run, place) = value;
        else
            valueAt(run, place).objectOf<Namespace>()->set(member, value);
        return;
    }
    if (!isIterable(value))
        throw Fault("cannot unpack non-iterable " + typeName(value) + " object");
    const std::vector<Value> values = itemsOf(run, value);
    if (values.size() != parts.size())
        throw Fault(values.size() > parts.size()
                        ? "too many values to unpack (expected " + std::to_string(parts.size()) + ")"
                        : "not enough values to unpack (expected " + std::to_string(parts.size()) + ", got " +
                              std::to_string(values.size()) + ")");
    for (std::size_t i = 0; i < parts.size(); ++i)
        parts[i].assign(run, values[i]);
}

Flow executeAll(const Statements& statements, Run& run) {
    for (const auto& statement : statements)
        if (const Flow flow = statement->execute(run); flow != Flow::Next)
            return flow;
    return Flow::Next;
}

Flow WriteText::perform(Run& run) const {
    run.write(text);
    return Flow::Next;
}

Flow WriteValue::perform(Run& run) const {
    run.write(printed(run, value->evaluate(run)));
    return Flow::Next;
}

Flow If::perform(Run& run) const {
    for (const auto& [test, body] : branches)
        if (holds(run, test->evaluate(run)))
            return executeAll(body, run);
    return executeAll(otherwise, run);
}

/// The items that the condition of the loop lets through.
std::vector<Value> For::chosen(Run& run, const Value& value) const {
    std::vector<Value> items = itemsOf(run, value);
    if (!test)
        return items;
    std::vector<Value> kept;
    testScope->enter(run);
    for (Value& item : items) {
        testTarget.assign(run, item);
        if (holds(run, test->evaluate(run)))
            kept.push_back(std::move(item));
    }
    return kept;
}

Flow For::perform(Run& run) const {
    const std::vector<Value> items = chosen(run, iterated->evaluate(run));
    Loop* loop = usesLoop && !items.empty() ? &run.keep<Loop>(items) : nullptr;
    for (std::size_t i = 0; i < items.size(); ++i) {
        run.charge(1);
        target.assign(run, items[i]);
        if (loop) {
            loop->moveTo(i);
            valueAt(run, loopPlace) = lent(*loop);
        }
        bodyScope->enter(run);
        if (executeAll(body, run) == Flow::Break)
            return Flow::Next;
    }
    if (!items.empty() || !otherwiseScope)
        return Flow::Next;
    otherwiseScope->enter(run);
    return executeAll(otherwise, run);
}

Flow Set::perform(Run& run) const {
    target.checkNamespaces(run);
    target.assign(run, value->evaluate(run));
    return Flow::Next;
}

Value Captured::capture(Run& run) const {
    Capture capture(run);
    scope->enter(run);
    const Flow flow = executeAll(body, run);
    check(flow == Flow::Next, "a captured block is left at its end");
    Value text = run.text(capture.take());
    if (!filter)
        return text;
    valueAt(run, written) = std::move(text);
    return filter->evaluate(run);
}

Flow SetBlock::perform(Run& run) const {
    target.assign(run, capture(run));
    return Flow::Next;
}

Flow FilterBlock::perform(Run& run) const {
    run.write(printed(run, capture(run)));
    return Flow::Next;
}

Flow ScopedBlock::perform(Run& run) const {
    std::vector<Value> values;
    for (const auto& variable : variables)
        values.push_back(variable.second->evaluate(run));
    for (std::size_t i = 0; i < values.size(); ++i)
        variables[i].first.assign(run, values[i]);
    scope->enter(run);
    return executeAll(body, run);
}

Flow MacroDefinition::perform(Run& run) const {
    valueAt(run, place) = lent(run.keep<Macro>(macro, run.activation()));
    return Flow::Next;
}

Flow CallBlock::perform(Run& run) const {
    const Value callerMacro = lent(run.keep<Macro>(caller, run.activation()));
    run.write(printed(run, call->call(run, callerMacro)));
    return Flow::Next;
}

} // namespace prunescope::model::jinja
