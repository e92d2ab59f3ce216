#pragma once

#include "model/jinja/lexer.h"
#include "model/jinja/syntax.h"

#include <algorithm>
#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace prunescope::model::jinja {

/// Recursive descent over the tokens of one template. Expressions and statements have a file each.
class Parser {
public:
    Parser(std::vector<Token> tokens, int& line) : m_tokens(std::move(tokens)), m_line(line) {}

    std::unique_ptr<const Program> program();

private:
    using Kind = Token::Kind;
    using Words = std::initializer_list<std::string_view>;

    /// One step of recursion. Throws Fault when there are too many inside each other.
    class Level {
    public:
        explicit Level(Parser& parser);
        ~Level() { --m_parser.m_level; }
        Level(const Level&) = delete;
        Level& operator=(const Level&) = delete;

    private:
        Parser& m_parser;
    };

    /// Notes names down in a scope while it lives.
    class InScope {
    public:
        InScope(Parser& parser, Scope& scope)
            : m_parser(parser), m_before(parser.m_scope), m_loops(parser.m_loops), m_unknown(parser.m_unknown.size()) {
            parser.m_scope = &scope;
        }
        ~InScope() {
            m_parser.m_scope = m_before;
            m_parser.m_loops = m_loops;
        }
        InScope(const InScope&) = delete;
        InScope& operator=(const InScope&) = delete;
        /// Throws Fault for a filter or test in it that is none, and is reached whenever the scope is.
        void end() const { m_parser.refuseUnknown(m_unknown); }

    private:
        Parser& m_parser;
        Scope* m_before;
        int m_loops;
        std::size_t m_unknown;
    };

    // Tokens.
    const Token& current() const { return m_tokens[m_at]; }
    const Token& ahead() const { return m_tokens[std::min(m_at + 1, m_tokens.size() - 1)]; }
    int next();
    bool is(Kind kind) const { return current().kind == kind; }
    bool isName(std::string_view name) const { return is(Kind::Name) && current().text == name; }
    bool isAnyName(Words names) const;
    bool isSign(std::string_view sign) const { return is(Kind::Sign) && current().text == sign; }
    bool skipName(std::string_view name);
    bool skipSign(std::string_view sign);
    void expectSign(std::string_view sign);
    void expectName(std::string_view name);
    void expect(Kind kind, std::string_view what);
    std::string takeName(std::string_view what);
    std::string found() const;
    [[noreturn]] void unexpected(std::string_view expected) const;

    // Expressions.
    ExpressionPtr expression() { return conditional(); }
    ExpressionPtr conditional();
    ExpressionPtr disjunction();
    ExpressionPtr conjunction();
    ExpressionPtr negation();
    ExpressionPtr comparison();
    bool comparisonSign(std::string& sign);
    ExpressionPtr sum();
    ExpressionPtr concatenation();
    ExpressionPtr product();
    ExpressionPtr power();
    ExpressionPtr unary(bool withFilters);
    ExpressionPtr primary();
    ExpressionPtr nameOrConstant();
    ExpressionPtr joinedText();
    ExpressionPtr number();
    ExpressionPtr inParentheses();
    ExpressionPtr listLiteral();
    ExpressionPtr dictLiteral();
    ExpressionPtr postfix(ExpressionPtr expression);
    ExpressionPtr filtersAndTests(ExpressionPtr expression);
    ExpressionPtr member(ExpressionPtr object);
    ExpressionPtr subscript(ExpressionPtr object);
    ExpressionPtr slice(ExpressionPtr object, ExpressionPtr start, int line);
    ExpressionPtr filter(ExpressionPtr input);
    ExpressionPtr filterChain(ExpressionPtr input);
    ExpressionPtr test(ExpressionPtr input);
    bool testHasArgument() const;
    std::string dottedName(std::string_view what);
    CallArguments arguments();
    void argument(CallArguments& arguments);
    /// Expressions with commas between them are a tuple.
    ExpressionPtr tuple(bool withConditional, std::string_view endName = {}, bool mayBeEmpty = false);
    bool tupleEnds(std::string_view endName) const;
    template <typename T>
    ExpressionPtr known(std::unique_ptr<T> call, bool found, const char* what);

    // Statements.
    Statements statementsUntil(Words ends);
    void parseInto(Statements& body, Words ends);
    std::unique_ptr<Statement> statement();
    std::unique_ptr<Statement> ifStatement();
    std::unique_ptr<Statement> forStatement();
    std::unique_ptr<Statement> setStatement();
    std::unique_ptr<Statement> setBlock(Target target, int line);
    std::unique_ptr<Statement> filterBlock();
    std::unique_ptr<Statement> withStatement();
    std::unique_ptr<Statement> generationBlock();
    std::unique_ptr<Statement> macroStatement();
    std::unique_ptr<Statement> callBlock();
    std::unique_ptr<Statement> printStatement(Statements& body);
    std::unique_ptr<Statement> jump(Flow flow);
    void loopBody(For& loop);
    void captured(Captured& block, bool filterFirst, std::string_view end);
    void signature(MacroBody& macro);
    void macroBody(MacroBody& macro, std::string_view end);
    Target target(bool withMembers, std::string_view endName = {});
    Target singleTarget(bool withMembers);
    void noteTargets(Scope& scope, Target& target, bool arguments);
    void body(Statements& statements, Words ends, Scope& inner);
    void refuseUnknown(std::size_t from);

    std::vector<Token> m_tokens;
    std::size_t m_at = 0;
    int& m_line;
    int m_level = 0;
    int m_loops = 0; ///< that a `break` could leave
    Scope* m_scope = nullptr;
    std::vector<std::pair<int, std::string>> m_unknown; ///< filters and tests that are none, and their lines
};

template <typename T>
ExpressionPtr Parser::known(std::unique_ptr<T> call, bool found, const char* what) {
    if (!found)
        m_unknown.emplace_back(call->line, what + call->name);
    return call;
}

} // namespace prunescope::model::jinja
