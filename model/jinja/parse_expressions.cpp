#include "model/jinja/literals.h"
#include "model/jinja/parser_parts.h"

#include <array>

namespace prunescope::model::jinja {

ExpressionPtr Parser::conditional() {
    const Level level(*this);
    const std::size_t unknown = m_unknown.size();
    int line = current().line;
    ExpressionPtr then = disjunction();
    while (skipName("if")) {
        ExpressionPtr test = disjunction();
        ExpressionPtr otherwise = skipName("else") ? conditional() : nullptr;
        then = std::make_unique<Conditional>(line, std::move(test), std::move(then), std::move(otherwise));
        line = current().line;
        m_unknown.resize(unknown); // which of them are reached is seen while rendering
    }
    return then;
}

ExpressionPtr Parser::disjunction() {
    int line = current().line;
    ExpressionPtr left = conjunction();
    while (skipName("or")) {
        left = std::make_unique<Logic>(line, false, std::move(left), conjunction());
        line = current().line;
    }
    return left;
}

ExpressionPtr Parser::conjunction() {
    int line = current().line;
    ExpressionPtr left = negation();
    while (skipName("and")) {
        left = std::make_unique<Logic>(line, true, std::move(left), negation());
        line = current().line;
    }
    return left;
}

ExpressionPtr Parser::negation() {
    if (!isName("not"))
        return comparison();
    const Level level(*this);
    const int line = next();
    return std::make_unique<Unary>(line, "not", negation());
}

bool Parser::comparisonSign(std::string& sign) {
    for (const std::string_view known : {"==", "!=", "<", "<=", ">", ">="})
        if (skipSign(known)) {
            sign = known;
            return true;
        }
    if (isName("not") && ahead().kind == Kind::Name && ahead().text == "in") {
        next();
        next();
        sign = "not in";
        return true;
    }
    sign = "in";
    return skipName("in");
}

ExpressionPtr Parser::comparison() {
    const int line = current().line;
    ExpressionPtr first = sum();
    std::vector<std::pair<std::string, ExpressionPtr>> rest;
    for (std::string sign; comparisonSign(sign);)
        rest.emplace_back(sign, sum());
    if (rest.empty())
        return first;
    return std::make_unique<Comparison>(line, std::move(first), std::move(rest));
}

ExpressionPtr Parser::sum() {
    int line = current().line;
    ExpressionPtr left = concatenation();
    while (isSign("+") || isSign("-")) {
        const std::string sign = current().text;
        next();
        left = std::make_unique<Binary>(line, sign, std::move(left), concatenation());
        line = current().line;
    }
    return left;
}

ExpressionPtr Parser::concatenation() {
    const int line = current().line;
    std::vector<ExpressionPtr> parts;
    parts.push_back(product());
    while (skipSign("~"))
        parts.push_back(product());
    if (parts.size() == 1)
        return std::move(parts.front());
    return std::make_unique<Concatenation>(line, std::move(parts));
}

ExpressionPtr Parser::product() {
    int line = current().line;
    ExpressionPtr left = power();
    while (isSign("*") || isSign("/") || isSign("//") || isSign("%")) {
        const std::string sign = current().text;
        next();
        left = std::make_unique<Binary>(line, sign, std::move(left), power());
        line = current().line;
    }
    return left;
}

ExpressionPtr Parser::power() {
    int line = current().line;
    ExpressionPtr left = unary(true);
    while (skipSign("**")) {
        left = std::make_unique<Binary>(line, "**", std::move(left), unary(true));
        line = current().line;
    }
    return left;
}

ExpressionPtr Parser::unary(bool withFilters) {
    const Level level(*this);
    ExpressionPtr value;
    if (isSign("-") || isSign("+")) {
        const std::string sign = current().text;
        const int line = next();
        value = std::make_unique<Unary>(line, sign, unary(false));
    } else {
        value = primary();
    }
    value = postfix(std::move(value));
    return withFilters ? filtersAndTests(std::move(value)) : std::move(value);
}

ExpressionPtr Parser::primary() {
    if (is(Kind::Name))
        return nameOrConstant();
    if (is(Kind::Text))
        return joinedText();
    if (is(Kind::Integer) || is(Kind::Float))
        return number();
    if (isSign("("))
        return inParentheses();
    if (isSign("["))
        return listLiteral();
    if (isSign("{"))
        return dictLiteral();
    unexpected("a value");
}

ExpressionPtr Parser::nameOrConstant() {
    const int line = current().line;
    std::string name = takeName("a name");
    if (name == "true" || name == "True" || name == "false" || name == "False")
        return std::make_unique<Constant>(line, name == "true" || name == "True");
    if (name == "none" || name == "None")
        return std::make_unique<Constant>(line, None{});
    auto read = std::make_unique<Name>(line, std::move(name));
    m_scope->noteRead(read->name, &read->place);
    return read;
}

/// Texts one behind the other are one.
ExpressionPtr Parser::joinedText() {
    const int line = current().line;
    std::string text;
    for (; is(Kind::Text); next())
        text += current().text;
    return std::make_unique<Constant>(line, Text(std::move(text)));
}

ExpressionPtr Parser::number() {
    const bool whole = is(Kind::Integer);
    const std::string text = current().text;
    const Value value = whole ? Value(parseInteger(text, 0).value_or(0)) : Value(parseFloat(text).value_or(0.0));
    return std::make_unique<Constant>(next(), value);
}

ExpressionPtr Parser::inParentheses() {
    next();
    ExpressionPtr inside = tuple(true, {}, true);
    expectSign(")");
    return inside;
}

ExpressionPtr Parser::listLiteral() {
    const int line = next();
    std::vector<ExpressionPtr> items;
    while (!isSign("]")) {
        if (!items.empty())
            expectSign(",");
        if (isSign("]"))
            break;
        items.push_back(expression());
    }
    next();
    return std::make_unique<Sequence>(line, std::move(items), false);
}

ExpressionPtr Parser::dictLiteral() {
    const int line = next();
    std::vector<std::pair<ExpressionPtr, ExpressionPtr>> entries;
    while (!isSign("}")) {
        if (!entries.empty())
            expectSign(",");
        if (isSign("}"))
            break;
        ExpressionPtr key = expression();
        expectSign(":");
        entries.emplace_back(std::move(key), expression());
    }
    next();
    return std::make_unique<DictLiteral>(line, std::move(entries));
}

ExpressionPtr Parser::tuple(bool withConditional, std::string_view endName, bool mayBeEmpty) {
    const Level level(*this);
    const int line = current().line;
    std::vector<ExpressionPtr> items;
    bool comma = false;
    while (!tupleEnds(endName)) {
        items.push_back(withConditional ? conditional() : disjunction());
        if (!skipSign(","))
            break;
        comma = true;
    }
    if (!comma && !items.empty())
        return std::move(items.front());
    if (items.empty() && !mayBeEmpty)
        unexpected("a value");
    return std::make_unique<Sequence>(line, std::move(items), true);
}

bool Parser::tupleEnds(std::string_view endName) const {
    return is(Kind::ValueEnd) || is(Kind::TagEnd) || isSign(")") || (!endName.empty() && isName(endName));
}

ExpressionPtr Parser::postfix(ExpressionPtr value) {
    for (;;) {
        if (isSign("."))
            value = member(std::move(value));
        else if (isSign("["))
            value = subscript(std::move(value));
        else if (isSign("(")) {
            const int line = current().line;
            value = std::make_unique<Call>(line, std::move(value), arguments());
        } else
            return value;
    }
}

ExpressionPtr Parser::filtersAndTests(ExpressionPtr value) {
    for (;;) {
        if (skipSign("|"))
            value = filter(std::move(value));
        else if (isName("is"))
            value = test(std::move(value));
        else if (isSign("(")) {
            const int line = current().line;
            value = std::make_unique<Call>(line, std::move(value), arguments());
        } else
            return value;
    }
}

ExpressionPtr Parser::member(ExpressionPtr object) {
    const int line = next();
    if (is(Kind::Integer))
        return std::make_unique<ItemOf>(line, std::move(object), number());
    return std::make_unique<AttributeOf>(line, std::move(object), takeName("a name or number"));
}

ExpressionPtr Parser::subscript(ExpressionPtr object) {
    const int line = next();
    if (isSign(":"))
        return slice(std::move(object), nullptr, line);
    std::vector<ExpressionPtr> keys;
    while (!isSign("]")) {
        if (!keys.empty())
            expectSign(",");
        keys.push_back(expression());
        if (isSign(":") && keys.size() == 1)
            return slice(std::move(object), std::move(keys.front()), line);
    }
    next();
    ExpressionPtr key =
        keys.size() == 1 ? std::move(keys.front()) : std::make_unique<Sequence>(line, std::move(keys), true);
    return std::make_unique<ItemOf>(line, std::move(object), std::move(key));
}

/// At the first colon.
ExpressionPtr Parser::slice(ExpressionPtr object, ExpressionPtr start, int line) {
    std::array<ExpressionPtr, 2> ends; // stop and step
    for (ExpressionPtr& end : ends)
        if (skipSign(":") && !isSign(":") && !isSign("]"))
            end = expression();
    expectSign("]");
    return std::make_unique<SliceOf>(line, std::move(object), std::move(start), std::move(ends[0]), std::move(ends[1]));
}

std::string Parser::dottedName(std::string_view what) {
    std::string name = takeName(what);
    while (skipSign("."))
        name += "." + takeName(what);
    return name;
}

/// Behind the sign.
ExpressionPtr Parser::filter(ExpressionPtr input) {
    const int line = current().line;
    std::string name = dottedName("the name of a filter");
    CallArguments given = isSign("(") ? arguments() : CallArguments();
    auto call = std::make_unique<FilterCall>(line, std::move(input), std::move(name), std::move(given));
    const bool found = call->filter != nullptr;
    return known(std::move(call), found, "filter ");
}

ExpressionPtr Parser::filterChain(ExpressionPtr input) {
    while (skipSign("|"))
        input = filter(std::move(input));
    return input;
}

bool Parser::testHasArgument() const {
    if (is(Kind::Name))
        return !isAnyName({"else", "or", "and"});
    return is(Kind::Text) || is(Kind::Integer) || is(Kind::Float) || isSign("[") || isSign("{");
}

ExpressionPtr Parser::test(ExpressionPtr input) {
    const int line = next();
    const bool negated = skipName("not");
    std::string name = dottedName("the name of a test");
    CallArguments given;
    if (isSign("(")) {
        given = arguments();
    } else if (testHasArgument()) {
        if (isName("is"))
            throw Fault("two tests follow each other, expected \"and\" between them");
        given.positional.push_back(postfix(primary()));
    }
    auto call = std::make_unique<TestCall>(line, std::move(input), std::move(name), std::move(given));
    const bool found = call->test != nullptr;
    ExpressionPtr tested = known(std::move(call), found, "test ");
    return negated ? std::make_unique<Unary>(line, "not", std::move(tested)) : std::move(tested);
}

CallArguments Parser::arguments() {
    const Level level(*this);
    next();
    CallArguments given;
    for (bool first = true; !isSign(")"); first = false) {
        if (!first)
            expectSign(",");
        if (isSign(")"))
            break;
        argument(given);
    }
    next();
    return given;
}

void Parser::argument(CallArguments& given) {
    const bool named = is(Kind::Name) && ahead().kind == Kind::Sign && ahead().text == "=";
    const bool more = isSign("*"), moreNamed = isSign("**");
    const bool late = given.moreNamed || (more && given.morePositional) ||
                      (!named && !more && !moreNamed && (given.morePositional || !given.named.empty()));
    if (late)
        throw Fault("the arguments of a call stand in the wrong order");
    if (named) {
        std::string name = takeName("a name");
        next();
        given.named.emplace_back(std::move(name), expression());
        return;
    }
    if (more || moreNamed)
        next();
    (more ? given.morePositional : moreNamed ? given.moreNamed : given.positional.emplace_back()) = expression();
}

} // namespace prunescope::model::jinja
