#include "model/jinja/objects.h"
#include "model/jinja/parameters.h"
#include "model/jinja/print.h"
#include "model/jinja/syntax.h"

#include <algorithm>

namespace prunescope::model::jinja {

namespace {

/// The variables of a macro while it runs.
class OwnVariables {
public:
    OwnVariables(Run& run, std::size_t count, Activation& around)
        : m_run(run), m_own(std::make_unique<Activation>(count, &around)), m_before(run.enter(m_own.get())) {}
    ~OwnVariables() {
        m_run.enter(m_before);
        if (m_own->captured)
            m_run.keep(std::move(m_own));
    }
    OwnVariables(const OwnVariables&) = delete;
    OwnVariables& operator=(const OwnVariables&) = delete;

private:
    Run& m_run;
    std::unique_ptr<Activation> m_own;
    Activation* m_before;
};

} // namespace

Value Macro::attribute(Run&, std::string_view name) {
    if (name == "name")
        return Value(std::string_view(m_body.name));
    if (name != "arguments")
        return {};
    std::vector<Value> names;
    for (const std::string& parameter : m_body.parameters)
        names.emplace_back(std::string_view(parameter));
    return makeTuple(std::move(names));
}

Text Macro::print(Run&) {
    return Text("<Macro " + quoted(m_body.name) + ">");
}

void Macro::bindParameters(Run& run, Arguments& arguments) const {
    for (std::size_t i = 0; i < m_body.parameters.size(); ++i) {
        const bool given = i < arguments.positional.size();
        valueAt(run, m_body.places[i]) = given ? arguments.positional[i] : takeNamed(arguments, m_body.parameters[i]);
    }
}

void Macro::bindCaller(Run& run, Arguments& arguments) const {
    if (!m_body.takesCaller)
        return;
    const Value caller = takeNamed(arguments, "caller");
    valueAt(run, m_body.callerPlace) = caller.isMissing() ? makeUndefined("No caller defined") : caller;
}

void Macro::bindRest(Run& run, Arguments& arguments) const {
    const std::string own = "macro " + quoted(m_body.name);
    if (m_body.takesNamed) {
        Dict named;
        for (const auto& [name, value] : arguments.named)
            named.set(Value(std::string_view(name)), value);
        valueAt(run, m_body.namedPlace) = Value(std::move(named));
    } else if (!arguments.named.empty()) {
        throw Fault(own + " takes no keyword argument " + quoted(arguments.named.front().first));
    }
    const std::size_t count = m_body.parameters.size();
    if (m_body.takesMore)
        valueAt(run, m_body.morePlace) = makeTuple(
            {arguments.positional.begin() + static_cast<std::ptrdiff_t>(std::min(count, arguments.positional.size())),
             arguments.positional.end()});
    else if (arguments.positional.size() > count)
        throw Fault(own + " takes not more than " + std::to_string(count) + " argument(s)");
}

void Macro::applyDefaults(Run& run) const {
    const std::size_t required = m_body.parameters.size() - m_body.defaults.size();
    for (std::size_t i = 0; i < m_body.parameters.size(); ++i) {
        if (!valueAt(run, m_body.places[i]).isMissing())
            continue;
        Value value = i < required ? makeUndefined("parameter " + quoted(m_body.parameters[i]) + " was not provided")
                                   : m_body.defaults[i - required]->evaluate(run);
        valueAt(run, m_body.places[i]) = std::move(value);
    }
}

Value Macro::call(Run& run, Arguments arguments) {
    const OwnVariables own(run, m_body.scope->slotCount(), m_around);
    bindParameters(run, arguments);
    bindCaller(run, arguments);
    bindRest(run, arguments);
    m_body.scope->enter(run);
    applyDefaults(run);
    Capture capture(run);
    executeAll(m_body.body, run);
    return run.text(capture.take());
}

} // namespace prunescope::model::jinja
