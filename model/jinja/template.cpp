#include "model/jinja/template.h"

#include "core/base/error.h"
#include "model/jinja/clock_text.h"
#include "model/jinja/input.h"
#include "model/jinja/parser.h"
#include "model/jinja/syntax.h"

namespace prunescope::model::jinja {

namespace {

/// A message is one line, however the template wrote it.
std::string oneLine(std::string text) {
    constexpr std::size_t kLongest = 400;
    for (char& c : text)
        if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F)
            c = ' ';
    return text.size() > kLongest ? text.substr(0, kLongest) + "..." : text;
}

[[noreturn]] void fail(const Fault& fault, const std::string& where, int line) {
    throw Error(fault.kind(), where + ": line " + std::to_string(line) + ": " + oneLine(fault.what()));
}

std::vector<MarkedPiece> piecesOf(const Text& text) {
    std::vector<MarkedPiece> pieces;
    text.forEachRun([&](std::string_view run, bool fromPeople) { pieces.push_back({std::string(run), !fromPeople}); });
    return pieces;
}

std::vector<MarkedPiece> rendered(const Program& program, Run& run) {
    Activation activation(program.scope.slotCount());
    run.enter(&activation);
    Capture capture(run);
    program.scope.enter(run);
    executeAll(program.body, run);
    return piecesOf(capture.take());
}

} // namespace

std::string joined(const std::vector<MarkedPiece>& pieces) {
    std::string text;
    for (const MarkedPiece& piece : pieces)
        text += piece.text;
    return text;
}

Template Template::parse(std::string_view text, const std::string& where) {
    int line = 1;
    try {
        return Template(parseProgram(text, line), where);
    } catch (const Fault& fault) {
        fail(fault, where, line);
    }
}

std::vector<MarkedPiece> Template::render(const Context& context, const Limits& limits) const {
    int line = 1;
    try {
        Run run(limits, variablesOf(context), context.now.value_or(localTime()));
        try {
            return rendered(*m_program, run);
        } catch (const Fault&) {
            line = run.line();
            throw;
        }
    } catch (const Fault& fault) {
        fail(fault, m_where, line);
    }
}

bool Template::uses(const std::string& variable) const {
    return m_program->free.contains(variable);
}

} // namespace prunescope::model::jinja
