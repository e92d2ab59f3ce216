#include "model/jinja/objects.h"

#include "model/jinja/attributes.h"
#include "model/jinja/operators.h"
#include "model/jinja/print.h"

#include <algorithm>

namespace prunescope::model::jinja {

namespace {

Value callCycle(Run&, const Value& self, const Arguments& arguments) {
    if (arguments.positional.empty())
        throw Fault("no items for cycling given");
    return arguments.positional[self.objectOf<Loop>()->index() % arguments.positional.size()];
}

Value callChanged(Run& run, const Value& self, const Arguments& arguments) {
    return self.objectOf<Loop>()->changed(run, arguments.positional);
}

Value callNext(Run&, const Value& self, const Arguments&) {
    return self.objectOf<Cycler>()->next();
}

Value callReset(Run&, const Value& self, const Arguments&) {
    self.objectOf<Cycler>()->reset();
    return None{};
}

} // namespace

Value makeGenerator(const std::vector<Value>& sources, Generator::Make make) {
    return ObjectRef(std::make_shared<Generator>(std::move(make), depthOver(sources)));
}

void Generator::start(Run& run) {
    if (const Make make = std::exchange(m_make, nullptr))
        m_values = make(run);
    run.charge(std::ssize(m_values));
}

std::vector<Value> Generator::items(Run& run) {
    start(run);
    return std::exchange(m_values, {});
}

Value Generator::takeFirst(Run& run) {
    start(run);
    if (m_values.empty())
        return {};
    Value first = std::move(m_values.front());
    m_values.erase(m_values.begin());
    return first;
}

Int Range::count() const {
    if (m_step > 0)
        return m_stop > m_start ? (m_stop - m_start - 1) / m_step + 1 : 0;
    return m_stop < m_start ? (m_start - m_stop - 1) / -m_step + 1 : 0;
}

Value Range::slice(Int first, Int last, Int step) const {
    const Int wide = std::clamp(m_step * step, -kWidestRange, kWidestRange);
    return ObjectRef(std::make_shared<Range>(m_start + first * m_step, m_start + last * m_step, wide));
}

std::vector<Value> Range::items(Run& run) {
    std::vector<Value> numbers;
    const Int total = count();
    for (Int i = 0; i < total; ++i) {
        run.charge(1);
        numbers.emplace_back(m_start + i * m_step);
    }
    return numbers;
}

Value Range::element(Run&, const Value& key) {
    if (!key.isInteger())
        return {};
    const Int total = count(), index = key.integer() < 0 ? key.integer() + total : key.integer();
    return index >= 0 && index < total ? Value(m_start + index * m_step) : Value();
}

Text Range::print(Run&) {
    const std::string ends = decimal(m_start) + ", " + decimal(m_stop);
    return Text("range(" + ends + (m_step == 1 ? ")" : ", " + decimal(m_step) + ")"));
}

std::string DictView::typeName() const {
    return m_kind == Kind::Keys ? "dict_keys" : m_kind == Kind::Values ? "dict_values" : "dict_items";
}

std::vector<Value> DictView::items(Run& run) {
    std::vector<Value> items;
    for (const auto& [key, value] : m_dict.dict()->entries()) {
        run.charge(1);
        items.push_back(m_kind == Kind::Keys ? key : m_kind == Kind::Values ? value : makeTuple({key, value}));
    }
    return items;
}

Text DictView::print(Run& run) {
    Text text(typeName() + "(");
    text.append(represented(run, makeList(items(run))));
    text.append(")");
    return text;
}

Value Namespace::attribute(Run&, std::string_view name) {
    const Value* member = m_members.find(name);
    return member ? *member : Value();
}

Text Namespace::print(Run& run) {
    Text text("<Namespace ");
    text.append(represented(run, Value(m_members)));
    text.append(">");
    return text;
}

std::vector<Value> Loop::items(Run&) {
    throw UnsupportedFault("going through \"loop\" is not supported");
}

Value Loop::call(Run&, Arguments) {
    throw Fault("The loop must have the 'recursive' marker to be called recursively.");
}

Value Loop::number(std::string_view name) const {
    const Int index = static_cast<Int>(m_index);
    if (name == "index")
        return index + 1;
    if (name == "index0")
        return index;
    if (name == "revindex")
        return count() - index;
    if (name == "revindex0")
        return count() - index - 1;
    return name == "length" ? Value(count()) : Value();
}

Value Loop::attribute(Run&, std::string_view name) {
    if (name == "first" || name == "last")
        return name == "first" ? m_index == 0 : m_index + 1 == m_values.size();
    if (name == "previtem")
        return m_index == 0 ? makeUndefined("there is no previous item") : m_values[m_index - 1];
    if (name == "nextitem")
        return m_index + 1 < m_values.size() ? m_values[m_index + 1] : makeUndefined("there is no next item");
    if (name == "depth" || name == "depth0")
        return name == "depth" ? 1 : 0;
    if (name == "cycle" || name == "changed")
        return ObjectRef(
            std::make_shared<BoundMethod>(lent(*this), std::string(name), name == "cycle" ? callCycle : callChanged));
    return number(name);
}

bool Loop::changed(Run& run, const std::vector<Value>& values) {
    const Value now = makeTuple(values);
    if (m_last && equal(run, *m_last, now))
        return false;
    m_last = now;
    return true;
}

Text Loop::print(Run&) {
    return Text("<LoopContext " + std::to_string(m_index + 1) + "/" + std::to_string(m_values.size()) + ">");
}

Value Cycler::next() {
    const Value current = m_values[m_at];
    m_at = (m_at + 1) % m_values.size();
    return current;
}

Value Cycler::attribute(Run&, std::string_view name) {
    if (name == "current")
        return m_values[m_at];
    if (name == "next" || name == "reset")
        return ObjectRef(
            std::make_shared<BoundMethod>(lent(*this), std::string(name), name == "next" ? callNext : callReset));
    return {};
}

} // namespace prunescope::model::jinja
