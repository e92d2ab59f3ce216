#pragma once

#include "model/jinja/run.h"
#include "model/jinja/value.h"

#include <functional>
#include <string>
#include <utility>
#include <vector>

/// Values that are more than data.
namespace prunescope::model::jinja {

struct MacroBody;

/// What is gone through once, such as what the filter `map` gives.
class Generator : public Object {
public:
    /// Makes the values; called when the first of them is wanted.
    using Make = std::function<std::vector<Value>(Run&)>;
    Generator(Make make, int itsDepth) : m_make(std::move(make)) { depth = itsDepth; }
    std::string typeName() const override { return "generator"; }
    bool iterable() const override { return true; }
    std::vector<Value> items(Run& run) override;
    /// The next of them; Missing at the end.
    Value takeFirst(Run& run);

private:
    void start(Run& run);

    Make m_make;
    std::vector<Value> m_values;
};
/// `sources` are what `make` looks at.
Value makeGenerator(const std::vector<Value>& sources, Generator::Make make);

/// Largest number that has to do with a range.
inline constexpr Int kWidestRange = Int{1} << 62;

class Range : public Object {
public:
    Range(Int start, Int stop, Int step) : m_start(start), m_stop(stop), m_step(step) {}
    std::string typeName() const override { return "range"; }
    bool holds(Run&) override { return count() > 0; }
    std::optional<Int> length(Run&) override { return count(); }
    bool iterable() const override { return true; }
    std::vector<Value> items(Run& run) override;
    Value element(Run& run, const Value& key) override;
    Text print(Run& run) override;
    Int count() const;
    /// The numbers from `first` to before `last`, both counted in numbers of this one.
    Value slice(Int first, Int last, Int step) const;

private:
    Int m_start, m_stop, m_step;
};

/// dict.keys(), dict.values(), dict.items().
class DictView : public Object {
public:
    enum class Kind { Keys, Values, Items };
    DictView(Value dict, Kind kind) : m_dict(std::move(dict)), m_kind(kind) { depth = m_dict.depth() + 1; }
    std::string typeName() const override;
    bool holds(Run&) override { return m_dict.dict()->size() > 0; }
    std::optional<Int> length(Run&) override { return static_cast<Int>(m_dict.dict()->size()); }
    bool iterable() const override { return true; }
    std::vector<Value> items(Run& run) override;
    Text print(Run& run) override;

private:
    Value m_dict;
    Kind m_kind;
};

/// A function of the language.
class Function : public Object {
public:
    using Body = Value (*)(Run& run, const Arguments& arguments);
    Function(std::string name, Body body) : m_name(std::move(name)), m_body(body) {}
    std::string typeName() const override { return "function"; }
    bool callable() const override { return true; }
    Value call(Run& run, Arguments arguments) override { return m_body(run, arguments); }
    Text print(Run&) override { return Text("<function " + m_name + ">"); }

private:
    std::string m_name;
    Body m_body;
};

/// What a method does to the value that it belongs to.
using Method = Value (*)(Run& run, const Value& self, const Arguments& arguments);

class BoundMethod : public Object {
public:
    BoundMethod(Value self, std::string name, Method method)
        : m_self(std::move(self)), m_name(std::move(name)), m_method(method) {
        depth = depthOver({m_self});
    }
    std::string typeName() const override { return "builtin_function_or_method"; }
    bool callable() const override { return true; }
    Value call(Run& run, Arguments arguments) override { return m_method(run, m_self, arguments); }
    Text print(Run&) override { return Text("<built-in method " + m_name + ">"); }

private:
    Value m_self;
    std::string m_name;
    Method m_method;
};

/// Belongs to the Run.
class Namespace : public Object {
public:
    explicit Namespace(Dict members) : m_members(std::move(members)) {}
    std::string typeName() const override { return "Namespace"; }
    Value attribute(Run& run, std::string_view name) override;
    Text print(Run& run) override;
    void set(const std::string& name, Value value) { m_members.set(Value(std::string_view(name)), std::move(value)); }

private:
    Dict m_members;
};

/// Belongs to the Run.
class Macro : public Object {
public:
    Macro(const MacroBody& body, Activation& around) : m_body(body), m_around(around) { around.captured = true; }
    std::string typeName() const override { return "Macro"; }
    bool callable() const override { return true; }
    Value attribute(Run& run, std::string_view name) override;
    Value call(Run& run, Arguments arguments) override;
    Text print(Run& run) override;

private:
    void bindParameters(Run& run, Arguments& arguments) const;
    void bindCaller(Run& run, Arguments& arguments) const;
    void bindRest(Run& run, Arguments& arguments) const;
    void applyDefaults(Run& run) const;

    const MacroBody& m_body;
    Activation& m_around;
};

/// The variable `loop`. Belongs to the Run.
class Loop : public Object {
public:
    explicit Loop(std::vector<Value> values) : m_values(std::move(values)) {}
    std::string typeName() const override { return "LoopContext"; }
    std::optional<Int> length(Run&) override { return count(); }
    bool iterable() const override { return true; }
    std::vector<Value> items(Run& run) override;
    bool callable() const override { return true; }
    Value call(Run& run, Arguments arguments) override;
    Value attribute(Run& run, std::string_view name) override;
    Text print(Run& run) override;
    void moveTo(std::size_t index) { m_index = index; }
    std::size_t index() const { return m_index; }
    /// True where the values are others than at the last call.
    bool changed(Run& run, const std::vector<Value>& values);
    Int count() const { return std::ssize(m_values); }

private:
    Value number(std::string_view name) const;

    std::vector<Value> m_values;
    std::size_t m_index = 0;
    std::optional<Value> m_last;
};

/// Belongs to the Run.
class Cycler : public Object {
public:
    explicit Cycler(std::vector<Value> values) : m_values(std::move(values)) {}
    std::string typeName() const override { return "Cycler"; }
    Value attribute(Run& run, std::string_view name) override;
    Value next();
    void reset() { m_at = 0; }

private:
    std::vector<Value> m_values;
    std::size_t m_at = 0;
};

/// Belongs to the Run.
class Joiner : public Object {
public:
    explicit Joiner(Value separator) : m_separator(std::move(separator)) {}
    std::string typeName() const override { return "Joiner"; }
    bool callable() const override { return true; }
    Value call(Run&, Arguments) override { return std::exchange(m_used, true) ? m_separator : Value(""); }

private:
    Value m_separator;
    bool m_used = false;
};

} // namespace prunescope::model::jinja
