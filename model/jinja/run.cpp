#include "model/jinja/run.h"

#include "model/jinja/globals.h"

namespace prunescope::model::jinja {

Run::~Run() = default;

void Run::charge(std::int64_t steps) {
    if (steps > m_limits.steps - m_steps)
        throw UnsupportedFault("the template takes more than " + std::to_string(m_limits.steps) + " steps");
    m_steps += steps;
}

void Run::checkLength(std::size_t bytes) const {
    if (bytes > m_limits.textBytes)
        throw UnsupportedFault("the template makes a text of more than " + std::to_string(m_limits.textBytes) +
                               " bytes");
}

void Run::checkLength(std::size_t bytes, Int times) const {
    if (times > 0 && static_cast<Int>(bytes) > static_cast<Int>(m_limits.textBytes) / times)
        checkLength(m_limits.textBytes + 1);
}

Value Run::text(Text text) {
    checkLength(text.size());
    chargeBytes(text.size());
    return Value(std::move(text));
}

Value Run::list(std::vector<Value> items) {
    charge(std::ssize(items));
    return makeList(std::move(items));
}

Value Run::lookUp(std::string_view name) const {
    if (const Value* value = m_variables.find(name))
        return *value;
    return globalFunction(name);
}

void Run::write(const Text& text) {
    checkLength(m_out->size() + text.size());
    chargeBytes(text.size());
    m_out->append(text);
}

void Run::write(std::string_view text) {
    checkLength(m_out->size() + text.size());
    chargeBytes(text.size());
    m_out->append(text);
}

void Run::Part::tooDeep(Run& run) {
    --run.m_nesting;
    throw UnsupportedFault("the template nests its parts more than " + std::to_string(run.m_limits.nesting) + " deep");
}

} // namespace prunescope::model::jinja
