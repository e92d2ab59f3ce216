#include "model/jinja/parser.h"

#include "core/base/format.h"
#include "model/jinja/parser_parts.h"

#include <algorithm>

namespace prunescope::model::jinja {

Parser::Level::Level(Parser& parser) : m_parser(parser) {
    if (parser.m_level >= kDeepestSyntax)
        throw UnsupportedFault("the template nests its parts more than " + std::to_string(kDeepestSyntax) + " deep");
    ++parser.m_level;
}

/// Goes on to the next token; gives the line of this one.
int Parser::next() {
    const int line = current().line;
    m_at += m_at + 1 < m_tokens.size() ? 1 : 0;
    m_line = current().line;
    return line;
}

bool Parser::isAnyName(Words names) const {
    return std::ranges::any_of(names, [this](std::string_view name) { return isName(name); });
}

bool Parser::skipName(std::string_view name) {
    const bool there = isName(name);
    if (there)
        next();
    return there;
}

bool Parser::skipSign(std::string_view sign) {
    const bool there = isSign(sign);
    if (there)
        next();
    return there;
}

void Parser::expectSign(std::string_view sign) {
    if (!skipSign(sign))
        unexpected("'" + std::string(sign) + "'");
}

void Parser::expectName(std::string_view name) {
    if (!skipName(name))
        unexpected(inQuotes(name));
}

void Parser::expect(Kind kind, std::string_view what) {
    if (!is(kind))
        unexpected(what);
    next();
}

std::string Parser::takeName(std::string_view what) {
    if (!is(Kind::Name))
        unexpected(what);
    std::string name = current().text;
    next();
    return name;
}

std::string Parser::found() const {
    switch (current().kind) {
    case Kind::End:
        return "the end of the template";
    case Kind::TagEnd:
    case Kind::ValueEnd:
        return "the end of the tag";
    case Kind::Data:
    case Kind::ValueBegin:
    case Kind::TagBegin:
        return "text outside of tags";
    default:
        return inQuotes(current().text);
    }
}

void Parser::unexpected(std::string_view expected) const {
    throw Fault("found " + found() + ", expected " + std::string(expected));
}

void Parser::refuseUnknown(std::size_t from) {
    if (m_unknown.size() <= from)
        return;
    m_line = m_unknown[from].first;
    const std::string& what = m_unknown[from].second;
    const std::size_t gap = what.find(' ');
    what.starts_with("filter") ? refuseFilter(what.substr(gap + 1)) : refuseTest(what.substr(gap + 1));
}

std::unique_ptr<const Program> parseProgram(std::string_view source, int& line) {
    if (source.size() > kLargestTemplate)
        throw UnsupportedFault("the template has " + std::to_string(source.size()) + " bytes, expected at most " +
                               std::to_string(kLargestTemplate));
    return Parser(tokenize(source, line), line).program();
}

} // namespace prunescope::model::jinja
