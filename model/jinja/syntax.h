#pragma once

#include "model/jinja/filters.h"
#include "model/jinja/scope.h"
#include "model/jinja/tests.h"
#include "model/jinja/value.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

/// The parts of a parsed template. Immutable once the names are resolved; any thread.
namespace prunescope::model::jinja {

struct Expression;
using ExpressionPtr = std::unique_ptr<Expression>;

struct Expression {
    explicit Expression(int itsLine) : line(itsLine) {}
    virtual ~Expression() = default;
    Value evaluate(Run& run) const {
        const Run::Part part(run, line);
        return compute(run);
    }

    int line;
    int depth = 1;

protected:
    virtual Value compute(Run& run) const = 0;
    /// A part inside this one. Throws Fault where the template is nested too deep.
    ExpressionPtr own(ExpressionPtr inner);
};

struct Constant : Expression {
    Constant(int itsLine, Value itsValue) : Expression(itsLine), value(std::move(itsValue)) {}
    Value compute(Run&) const override { return value; }
    Value value;
};

struct Name : Expression {
    Name(int itsLine, std::string itsName) : Expression(itsLine), name(std::move(itsName)) {}
    Value compute(Run& run) const override;
    std::string name;
    Place place;
};

struct Sequence : Expression {
    Sequence(int itsLine, std::vector<ExpressionPtr> parts, bool isTuple);
    Value compute(Run& run) const override;
    std::vector<ExpressionPtr> items;
    bool tuple;
};

struct DictLiteral : Expression {
    DictLiteral(int itsLine, std::vector<std::pair<ExpressionPtr, ExpressionPtr>> parts);
    Value compute(Run& run) const override;
    std::vector<std::pair<ExpressionPtr, ExpressionPtr>> entries;
};

/// "+", "-" before a value, or "not".
struct Unary : Expression {
    Unary(int itsLine, std::string itsSign, ExpressionPtr inner)
        : Expression(itsLine), sign(std::move(itsSign)), operand(own(std::move(inner))) {}
    Value compute(Run& run) const override;
    std::string sign;
    ExpressionPtr operand;
};

struct Binary : Expression {
    Binary(int itsLine, std::string itsSign, ExpressionPtr first, ExpressionPtr second)
        : Expression(itsLine), sign(std::move(itsSign)), left(own(std::move(first))), right(own(std::move(second))) {}
    Value compute(Run& run) const override;
    std::string sign;
    ExpressionPtr left, right;
};

/// "and" and "or": the value that decided.
struct Logic : Expression {
    Logic(int itsLine, bool isAnd, ExpressionPtr first, ExpressionPtr second)
        : Expression(itsLine), both(isAnd), left(own(std::move(first))), right(own(std::move(second))) {}
    Value compute(Run& run) const override;
    bool both;
    ExpressionPtr left, right;
};

/// `a ~ b ~ c`.
struct Concatenation : Expression {
    Concatenation(int itsLine, std::vector<ExpressionPtr> itsParts);
    Value compute(Run& run) const override;
    std::vector<ExpressionPtr> parts;
};

/// `a < b <= c`, which holds where all do.
struct Comparison : Expression {
    Comparison(int itsLine, ExpressionPtr itsFirst, std::vector<std::pair<std::string, ExpressionPtr>> itsRest);
    Value compute(Run& run) const override;
    ExpressionPtr first;
    std::vector<std::pair<std::string, ExpressionPtr>> rest;
};

/// `then if test else otherwise`; without an else the value is undefined.
struct Conditional : Expression {
    Conditional(int itsLine, ExpressionPtr itsTest, ExpressionPtr itsThen, ExpressionPtr itsOtherwise)
        : Expression(itsLine), test(own(std::move(itsTest))), then(own(std::move(itsThen))),
          otherwise(own(std::move(itsOtherwise))) {}
    Value compute(Run& run) const override;
    ExpressionPtr test, then, otherwise;
};

struct AttributeOf : Expression {
    AttributeOf(int itsLine, ExpressionPtr itsObject, std::string itsName)
        : Expression(itsLine), object(own(std::move(itsObject))), name(std::move(itsName)) {}
    Value compute(Run& run) const override;
    ExpressionPtr object;
    std::string name;
};

struct ItemOf : Expression {
    ItemOf(int itsLine, ExpressionPtr itsObject, ExpressionPtr itsKey)
        : Expression(itsLine), object(own(std::move(itsObject))), key(own(std::move(itsKey))) {}
    Value compute(Run& run) const override;
    ExpressionPtr object, key;
};

/// `object[start:stop:step]`; each of the three may be left out.
struct SliceOf : Expression {
    SliceOf(int itsLine, ExpressionPtr itsObject, ExpressionPtr itsStart, ExpressionPtr itsStop, ExpressionPtr itsStep)
        : Expression(itsLine), object(own(std::move(itsObject))), start(own(std::move(itsStart))),
          stop(own(std::move(itsStop))), step(own(std::move(itsStep))) {}
    Value compute(Run& run) const override;
    ExpressionPtr object, start, stop, step;
};

struct CallArguments {
    Arguments evaluate(Run& run) const;

    std::vector<ExpressionPtr> positional;
    std::vector<std::pair<std::string, ExpressionPtr>> named;
    ExpressionPtr morePositional, moreNamed; ///< `*a` and `**b`
};

/// What has arguments.
struct WithArguments : Expression {
    WithArguments(int itsLine, CallArguments itsArguments);
    CallArguments arguments;
};

struct Call : WithArguments {
    Call(int itsLine, ExpressionPtr itsCallee, CallArguments itsArguments)
        : WithArguments(itsLine, std::move(itsArguments)), callee(own(std::move(itsCallee))) {}
    Value compute(Run& run) const override;
    /// With what stands in a call block, where it is one.
    Value call(Run& run, const std::optional<Value>& caller) const;
    ExpressionPtr callee;
};

struct FilterCall : WithArguments {
    FilterCall(int itsLine, ExpressionPtr itsInput, std::string itsName, CallArguments itsArguments)
        : WithArguments(itsLine, std::move(itsArguments)), input(own(std::move(itsInput))), name(std::move(itsName)),
          filter(findFilter(name)) {}
    Value compute(Run& run) const override;
    ExpressionPtr input;
    std::string name;
    Filter filter; ///< null: it may still be that this is never reached
};

struct TestCall : WithArguments {
    TestCall(int itsLine, ExpressionPtr itsInput, std::string itsName, CallArguments itsArguments)
        : WithArguments(itsLine, std::move(itsArguments)), input(own(std::move(itsInput))), name(std::move(itsName)),
          test(findTest(name)) {}
    Value compute(Run& run) const override;
    ExpressionPtr input;
    std::string name;
    Test test; ///< null: it may still be that this is never reached
};

/// What values are put into: a name, a member of a namespace, or several of these.
struct Target {
    void assign(Run& run, const Value& value) const;
    /// Throws Fault where a member is to be set of what is no namespace.
    void checkNamespaces(Run& run) const;

    std::string name;
    std::string member;
    std::vector<Target> parts;
    bool tuple = false;
    int line = 0;
    Place place = {};
};

/// What a statement says of how to go on.
enum class Flow { Next, Break, Continue };

struct Statement {
    explicit Statement(int itsLine) : line(itsLine) {}
    virtual ~Statement() = default;
    Flow execute(Run& run) const {
        const Run::Part part(run, line);
        return perform(run);
    }
    int line;

protected:
    virtual Flow perform(Run& run) const = 0;
};
using Statements = std::vector<std::unique_ptr<Statement>>;

Flow executeAll(const Statements& statements, Run& run);

struct WriteText : Statement {
    WriteText(int itsLine, std::string itsText) : Statement(itsLine), text(std::move(itsText)) {}
    Flow perform(Run& run) const override;
    std::string text;
};

struct WriteValue : Statement {
    using Statement::Statement;
    Flow perform(Run& run) const override;
    ExpressionPtr value;
};

struct If : Statement {
    using Statement::Statement;
    Flow perform(Run& run) const override;
    std::vector<std::pair<ExpressionPtr, Statements>> branches;
    Statements otherwise;
};

struct For : Statement {
    using Statement::Statement;
    Flow perform(Run& run) const override;
    std::vector<Value> chosen(Run& run, const Value& iterated) const;
    Target target, testTarget;
    ExpressionPtr iterated, test;
    Statements body, otherwise;
    Scope* bodyScope = nullptr;
    Scope* testScope = nullptr;
    Scope* otherwiseScope = nullptr;
    Place loopPlace;
    bool usesLoop = false;
};

struct Jump : Statement {
    Jump(int itsLine, Flow itsFlow) : Statement(itsLine), flow(itsFlow) {}
    Flow perform(Run&) const override { return flow; }
    Flow flow;
};

struct Set : Statement {
    using Statement::Statement;
    Flow perform(Run& run) const override;
    Target target;
    ExpressionPtr value;
};

/// A part that is written somewhere else than the rest, in a scope of its own.
struct Captured : Statement {
    using Statement::Statement;
    /// What it writes, through its filter.
    Value capture(Run& run) const;
    Statements body;
    Scope* scope = nullptr;
    ExpressionPtr filter; ///< null, or applied to what was written, which it finds in `written`
    Place written;
};

struct SetBlock : Captured {
    using Captured::Captured;
    Flow perform(Run& run) const override;
    Target target;
};

struct FilterBlock : Captured {
    using Captured::Captured;
    Flow perform(Run& run) const override;
};

/// `with`, and what only marks a part: a scope, written where it stands.
struct ScopedBlock : Statement {
    using Statement::Statement;
    Flow perform(Run& run) const override;
    std::vector<std::pair<Target, ExpressionPtr>> variables;
    Statements body;
    Scope* scope = nullptr;
};

/// What a macro is made of.
struct MacroBody {
    std::string name;
    std::vector<std::string> parameters;
    std::vector<Place> places;           ///< of the parameters
    std::vector<ExpressionPtr> defaults; ///< of the last parameters
    Statements body;
    Scope* scope = nullptr;
    bool takesCaller = false, takesNamed = false, takesMore = false; ///< it reads caller, kwargs, varargs
    Place callerPlace, namedPlace, morePlace;
};

struct MacroDefinition : Statement {
    using Statement::Statement;
    Flow perform(Run& run) const override;
    MacroBody macro;
    Place place;
};

struct CallBlock : Statement {
    using Statement::Statement;
    Flow perform(Run& run) const override;
    MacroBody caller;
    std::unique_ptr<Call> call;
};

/// A whole template.
struct Program {
    Statements body;
    Scope scope;
    std::set<std::string> free; ///< names that it expects from outside
};

} // namespace prunescope::model::jinja
