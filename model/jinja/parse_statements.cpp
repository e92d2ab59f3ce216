#include "core/base/format.h"
#include "model/jinja/parser_parts.h"

#include <algorithm>
#include <array>

namespace prunescope::model::jinja {

namespace {

/// Tags that the language has, and no chat template uses.
constexpr std::array<std::string_view, 8> kOtherTags{"extends", "include", "import",     "from",
                                                     "block",   "trans",   "autoescape", "do"};
constexpr std::array<std::string_view, 6> kConstants{"true", "True", "false", "False", "none", "None"};

} // namespace

std::unique_ptr<const Program> Parser::program() {
    auto program = std::make_unique<Program>();
    {
        const InScope scope(*this, program->scope);
        parseInto(program->body, {});
        scope.end();
    }
    program->scope.resolve(program->free);
    return program;
}

/// The body of a block, up to the tag that ends it, whose name is then the current token.
Statements Parser::statementsUntil(Words ends) {
    skipSign(":");
    expect(Kind::TagEnd, "the end of the tag");
    const Level level(*this);
    Statements body;
    parseInto(body, ends);
    if (is(Kind::End))
        unexpected("\"{% " + std::string(std::data(ends)[ends.size() - 1]) + " %}\"");
    return body;
}

void Parser::parseInto(Statements& body, Words ends) {
    while (!is(Kind::End)) {
        const int line = current().line;
        if (is(Kind::Data)) {
            body.push_back(std::make_unique<WriteText>(line, current().text));
            next();
        } else if (is(Kind::ValueBegin)) {
            next();
            auto write = std::make_unique<WriteValue>(line);
            write->value = tuple(true);
            body.push_back(std::move(write));
            expect(Kind::ValueEnd, "\"}}\"");
        } else {
            next();
            if (isAnyName(ends))
                return;
            body.push_back(isName("print") ? printStatement(body) : statement());
            expect(Kind::TagEnd, "\"%}\"");
        }
    }
}

std::unique_ptr<Statement> Parser::statement() {
    if (!is(Kind::Name))
        unexpected("the name of a tag");
    if (isName("if"))
        return ifStatement();
    if (isName("for"))
        return forStatement();
    if (isName("set"))
        return setStatement();
    if (isName("macro"))
        return macroStatement();
    if (isName("call"))
        return callBlock();
    if (isName("filter"))
        return filterBlock();
    if (isName("with"))
        return withStatement();
    if (isName("generation"))
        return generationBlock();
    if (isName("break") || isName("continue"))
        return jump(isName("break") ? Flow::Break : Flow::Continue);
    if (std::ranges::find(kOtherTags, current().text) != kOtherTags.end())
        throw UnsupportedFault("the tag " + inQuotes(current().text) + " is not supported");
    throw Fault("the tag " + inQuotes(current().text) + " is unknown or stands in the wrong place");
}

std::unique_ptr<Statement> Parser::ifStatement() {
    const std::size_t unknown = m_unknown.size();
    auto statement = std::make_unique<If>(current().line);
    bool more = true;
    while (more) {
        next();
        ExpressionPtr test = tuple(false);
        m_scope->enterBranch();
        statement->branches.emplace_back(std::move(test), statementsUntil({"elif", "else", "endif"}));
        m_scope->leaveBranch();
        more = isName("elif");
    }
    if (skipName("else")) {
        m_scope->enterBranch();
        statement->otherwise = statementsUntil({"endif"});
        m_scope->leaveBranch();
    }
    next();
    m_unknown.resize(unknown); // which of them are reached is seen while rendering
    return statement;
}

std::unique_ptr<Statement> Parser::forStatement() {
    const int line = next();
    auto loop = std::make_unique<For>(line);
    loop->target = target(false, "in");
    expectName("in");
    loop->iterated = tuple(false, "recursive");
    if (skipName("if")) {
        loop->testScope = &m_scope->addInner(false);
        loop->testTarget = loop->target;
        noteTargets(*loop->testScope, loop->testTarget, true);
        const InScope scope(*this, *loop->testScope);
        loop->test = expression();
        scope.end();
    }
    if (isName("recursive"))
        throw UnsupportedFault("loops that are \"recursive\" are not supported");
    loopBody(*loop);
    if (skipName("else")) {
        loop->otherwiseScope = &m_scope->addInner(false);
        body(loop->otherwise, {"endfor"}, *loop->otherwiseScope);
    }
    next();
    return loop;
}

void Parser::loopBody(For& loop) {
    loop.bodyScope = &m_scope->addInner(false);
    noteTargets(*loop.bodyScope, loop.target, true);
    const InScope scope(*this, *loop.bodyScope);
    ++m_loops;
    loop.body = statementsUntil({"endfor", "else"});
    scope.end();
    loop.usesLoop = loop.bodyScope->reads("loop");
    if (loop.usesLoop)
        loop.bodyScope->noteArgument("loop", &loop.loopPlace);
}

std::unique_ptr<Statement> Parser::setStatement() {
    const int line = next();
    Target into = target(true);
    if (!skipSign("="))
        return setBlock(std::move(into), line);
    auto set = std::make_unique<Set>(line);
    set->value = tuple(true);
    set->target = std::move(into);
    noteTargets(*m_scope, set->target, false);
    return set;
}

std::unique_ptr<Statement> Parser::setBlock(Target into, int line) {
    auto block = std::make_unique<SetBlock>(line);
    block->target = std::move(into);
    captured(*block, false, "endset");
    noteTargets(*m_scope, block->target, false);
    return block;
}

std::unique_ptr<Statement> Parser::filterBlock() {
    auto block = std::make_unique<FilterBlock>(next());
    captured(*block, true, "endfilter");
    return block;
}

/// From the filters in the tag to the end of the block.
void Parser::captured(Captured& block, bool filterFirst, std::string_view end) {
    block.scope = &m_scope->addInner(false);
    const std::string hidden = " written"; // no name of a template has a space
    block.scope->noteArgument(hidden, &block.written);
    const InScope scope(*this, *block.scope);
    if (filterFirst || isSign("|")) {
        auto written = std::make_unique<Name>(block.line, hidden);
        m_scope->noteRead(hidden, &written->place);
        block.filter = filterFirst ? filterChain(filter(std::move(written))) : filterChain(std::move(written));
    }
    block.body = statementsUntil({end});
    next();
    scope.end();
}

std::unique_ptr<Statement> Parser::withStatement() {
    auto block = std::make_unique<ScopedBlock>(next());
    while (!is(Kind::TagEnd)) {
        if (!block->variables.empty())
            expectSign(",");
        Target variable = target(false);
        expectSign("=");
        block->variables.emplace_back(std::move(variable), expression());
    }
    block->scope = &m_scope->addInner(false);
    for (auto& [variable, value] : block->variables)
        noteTargets(*block->scope, variable, true);
    body(block->body, {"endwith"}, *block->scope);
    next();
    return block;
}

/// Marks what a model is trained on: written as it is.
std::unique_ptr<Statement> Parser::generationBlock() {
    auto block = std::make_unique<ScopedBlock>(next());
    block->scope = &m_scope->addInner(false);
    const int loops = std::exchange(m_loops, 0);
    body(block->body, {"endgeneration"}, *block->scope);
    m_loops = loops;
    next();
    return block;
}

std::unique_ptr<Statement> Parser::macroStatement() {
    const int line = next();
    auto definition = std::make_unique<MacroDefinition>(line);
    definition->macro.name = takeName("the name of a macro");
    definition->macro.scope = &m_scope->addInner(true);
    {
        const InScope scope(*this, *definition->macro.scope);
        m_loops = 0;
        signature(definition->macro);
        macroBody(definition->macro, "endmacro");
        scope.end();
    }
    m_scope->noteSet(definition->macro.name, &definition->place);
    return definition;
}

std::unique_ptr<Statement> Parser::callBlock() {
    const int line = next();
    auto block = std::make_unique<CallBlock>(line);
    block->caller.name = "caller";
    block->caller.scope = &m_scope->addInner(true);
    if (isSign("(")) {
        const InScope scope(*this, *block->caller.scope);
        signature(block->caller);
    }
    ExpressionPtr called = expression();
    if (!dynamic_cast<Call*>(called.get()))
        throw Fault("a call block has no call");
    block->call.reset(static_cast<Call*>(called.release()));
    const InScope scope(*this, *block->caller.scope);
    m_loops = 0;
    macroBody(block->caller, "endcall");
    scope.end();
    return block;
}

/// Parameters with their defaults, in parentheses.
void Parser::signature(MacroBody& macro) {
    expectSign("(");
    while (!isSign(")")) {
        if (!macro.parameters.empty())
            expectSign(",");
        macro.parameters.push_back(takeName("the name of a parameter"));
        if (skipSign("="))
            macro.defaults.push_back(expression());
        else if (!macro.defaults.empty())
            throw Fault("a parameter without a default follows one that has one");
    }
    next();
}

void Parser::macroBody(MacroBody& macro, std::string_view end) {
    macro.body = statementsUntil({end});
    next();
    macro.places.resize(macro.parameters.size());
    for (std::size_t i = 0; i < macro.parameters.size(); ++i)
        macro.scope->noteArgument(macro.parameters[i], &macro.places[i]);
    const auto takes = [&](const char* name, Place& place) {
        const bool explicitly = std::ranges::find(macro.parameters, name) != macro.parameters.end();
        const bool read = !explicitly && macro.scope->reads(name);
        if (read)
            macro.scope->noteArgument(name, &place);
        return read;
    };
    macro.takesCaller = takes("caller", macro.callerPlace);
    macro.takesNamed = takes("kwargs", macro.namedPlace);
    macro.takesMore = takes("varargs", macro.morePlace);
}

/// The last value is for the caller to add.
std::unique_ptr<Statement> Parser::printStatement(Statements& body) {
    next();
    auto write = std::make_unique<WriteValue>(current().line);
    write->value = expression();
    while (skipSign(",")) {
        body.push_back(std::move(write));
        write = std::make_unique<WriteValue>(current().line);
        write->value = expression();
    }
    return write;
}

std::unique_ptr<Statement> Parser::jump(Flow flow) {
    if (m_loops == 0)
        throw Fault("found " + inQuotes(current().text) + ", expected it in a loop");
    return std::make_unique<Jump>(next(), flow);
}

Target Parser::target(bool withMembers, std::string_view endName) {
    Target whole;
    whole.line = current().line;
    bool comma = false;
    for (;;) {
        if (tupleEnds(endName) || isSign("="))
            break;
        whole.parts.push_back(singleTarget(withMembers));
        if (!skipSign(","))
            break;
        comma = true;
    }
    if (whole.parts.empty())
        unexpected("a name to set");
    if (!comma) {
        Target single = std::move(whole.parts.front());
        return single;
    }
    whole.tuple = true;
    return whole;
}

Target Parser::singleTarget(bool withMembers) {
    Target single;
    single.line = current().line;
    if (skipSign("(")) {
        const Level level(*this);
        single = target(withMembers);
        expectSign(")");
        return single;
    }
    single.name = takeName("a name to set");
    if (std::ranges::find(kConstants, single.name) != kConstants.end() || (m_loops > 0 && single.name == "loop"))
        throw Fault("the name " + inQuotes(single.name) + " cannot be set");
    if (withMembers && skipSign("."))
        single.member = takeName("the name of a member");
    return single;
}

/// The places of names are written when the scopes are resolved: `target` must be where it stays.
void Parser::noteTargets(Scope& scope, Target& target, bool arguments) {
    for (Target& part : target.parts)
        noteTargets(scope, part, arguments);
    if (target.tuple)
        return;
    if (!target.member.empty())
        scope.noteRead(target.name, &target.place);
    else if (arguments)
        scope.noteArgument(target.name, &target.place);
    else
        scope.noteSet(target.name, &target.place);
}

/// A body with a scope.
void Parser::body(Statements& statements, Words ends, Scope& inner) {
    const InScope scope(*this, inner);
    statements = statementsUntil(ends);
    scope.end();
}

} // namespace prunescope::model::jinja
