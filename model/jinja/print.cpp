#include "model/jinja/print.h"

#include "core/base/python_number.h"
#include "model/jinja/characters.h"
#include "model/jinja/run.h"

#include <cmath>
#include <cstdio>

namespace prunescope::model::jinja {

namespace {

std::string escaped(char32_t point) {
    char text[16];
    const auto value = static_cast<unsigned>(point);
    std::snprintf(text, sizeof text, value < 0x100 ? "\\x%02x" : value < 0x10000 ? "\\u%04x" : "\\U%08x", value);
    return text;
}

void appendQuoted(std::string& result, std::string_view character, char quote) {
    const char c = character.front();
    if (c == '\\' || c == quote)
        result.append({'\\', c});
    else if (c == '\n')
        result += "\\n";
    else if (c == '\r')
        result += "\\r";
    else if (c == '\t')
        result += "\\t";
    else if (isPrintable(character))
        result += character;
    else
        result += escaped(codePointOf(character));
}

/// Prints containers; whoever had a part in the strings had one in the whole.
class Printer {
public:
    explicit Printer(Run& run) : m_run(run) {}

    void add(const Value& value) {
        const Run::Part part(m_run, m_run.line());
        if (const Text* text = value.text())
            addText(*text);
        else if (const List* list = value.list())
            addList(*list);
        else if (const Dict* dict = value.dict())
            addDict(*dict);
        else
            addOther(value);
        m_run.checkLength(m_text.size());
    }

    Text take() { return Text(std::move(m_text), m_fromPeople); }

private:
    void addText(const Text& text) {
        m_run.chargeBytes(text.size());
        m_fromPeople = m_fromPeople || text.anyFromPeople();
        m_text += text.markup ? "Markup(" + quoted(text.view()) + ")" : quoted(text.view());
    }

    void addList(const List& list) {
        m_text += list.tuple ? '(' : '[';
        for (std::size_t i = 0; i < list.items.size(); ++i) {
            m_text += i > 0 ? ", " : "";
            add(list.items[i]);
        }
        m_text += list.tuple ? (list.items.size() == 1 ? ",)" : ")") : "]";
    }

    void addDict(const Dict& dict) {
        m_text += '{';
        bool first = true;
        for (const auto& [key, value] : dict.entries()) {
            m_text += first ? "" : ", ";
            first = false;
            add(key);
            m_text += ": ";
            add(value);
        }
        m_text += '}';
    }

    void addOther(const Value& value) {
        const Text text = value.isUndefined() ? Text("Undefined") : printed(m_run, value);
        m_fromPeople = m_fromPeople || text.anyFromPeople();
        m_text += text.view();
    }

    Run& m_run;
    std::string m_text;
    bool m_fromPeople = false;
};

} // namespace

std::string printedFloat(double value) {
    if (std::isnan(value))
        return "nan";
    if (std::isinf(value))
        return value > 0 ? "inf" : "-inf";
    return pythonNumber(value);
}

std::string quoted(std::string_view text) {
    const bool single = text.find('\'') == std::string_view::npos || text.find('"') != std::string_view::npos;
    const char quote = single ? '\'' : '"';
    std::string result(1, quote);
    while (!text.empty()) {
        const std::size_t length = characterLength(text);
        appendQuoted(result, text.substr(0, length), quote);
        text.remove_prefix(length);
    }
    return result + quote;
}

Text printed(Run& run, const Value& value) {
    if (const Text* text = value.text())
        return *text;
    if (value.isUndefined() || value.isMissing())
        return {};
    if (value.isNone())
        return Text("None");
    if (value.isBool())
        return Text(value.boolean() ? "True" : "False");
    if (value.isInteger())
        return Text(decimal(value.integer()));
    if (value.isFloat())
        return Text(printedFloat(value.number()));
    if (Object* object = value.object())
        return object->print(run);
    return represented(run, value);
}

Text represented(Run& run, const Value& value) {
    Printer printer(run);
    printer.add(value);
    return printer.take();
}

} // namespace prunescope::model::jinja
