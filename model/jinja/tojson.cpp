#include "model/jinja/tojson.h"

#include "model/jinja/characters.h"
#include "model/jinja/operators.h"
#include "model/jinja/parameters.h"
#include "model/jinja/print.h"
#include "model/jinja/run.h"

#include <algorithm>
#include <cmath>
#include <cstdio>

namespace prunescope::model::jinja {

namespace {

struct Layout {
    bool onlyAscii = false;
    bool sorted = false;
    bool indented = false;
    std::string indent;
    std::string between = ", ", afterKey = ": ";
};

std::string hex(unsigned unit) {
    char text[8];
    std::snprintf(text, sizeof text, "\\u%04x", unit);
    return text;
}

std::string escapedPoint(char32_t point) {
    if (point < 0x10000)
        return hex(point);
    return hex(0xD800 + ((point - 0x10000) >> 10)) + hex(0xDC00 + ((point - 0x10000) & 0x3FF));
}

std::string_view shortEscape(char c) {
    switch (c) {
    case '"':
        return "\\\"";
    case '\\':
        return "\\\\";
    case '\n':
        return "\\n";
    case '\r':
        return "\\r";
    case '\t':
        return "\\t";
    case '\f':
        return "\\f";
    case '\b':
        return "\\b";
    default:
        return {};
    }
}

std::string numberText(const Value& value) {
    if (value.isBool())
        return value.boolean() ? "true" : "false";
    if (value.isInteger())
        return decimal(value.integer());
    const double number = value.number();
    if (std::isnan(number))
        return "NaN";
    return std::isinf(number) ? (number > 0 ? "Infinity" : "-Infinity") : printedFloat(number);
}

class JsonWriter {
public:
    JsonWriter(Run& run, Layout layout) : m_run(run), m_layout(std::move(layout)) {}

    void add(const Value& value) {
        const Run::Part part(m_run, m_run.line());
        if (value.text())
            addText(*value.text());
        else if (value.isNone())
            m_text += "null";
        else if (value.isNumber())
            m_text += numberText(value);
        else if (value.list())
            addList(*value.list());
        else if (value.dict())
            addDict(*value.dict());
        else
            throw Fault("Object of type " + typeName(value) + " is not JSON serializable");
        m_run.checkLength(m_text.size());
    }

    Text take() { return Text(std::move(m_text), m_fromPeople); }

private:
    void addText(const Text& text) {
        m_run.chargeBytes(text.size());
        m_fromPeople = m_fromPeople || text.anyFromPeople();
        m_text += '"';
        for (std::string_view rest = text.view(); !rest.empty();) {
            const std::size_t length = characterLength(rest);
            addCharacter(rest.substr(0, length));
            rest.remove_prefix(length);
        }
        m_text += '"';
    }

    void addCharacter(std::string_view character) {
        const auto byte = static_cast<unsigned char>(character.front());
        if (const std::string_view escape = shortEscape(character.front()); !escape.empty())
            m_text += escape;
        else if (byte < 0x20 || (m_layout.onlyAscii && byte >= 0x7F))
            m_text += escapedPoint(codePointOf(character));
        else
            m_text += character;
    }

    void newLine() {
        if (!m_layout.indented)
            return;
        m_run.checkLength(m_layout.indent.size(), m_level);
        m_run.chargeBytes(m_layout.indent.size() * static_cast<std::size_t>(m_level));
        m_text += '\n';
        for (int i = 0; i < m_level; ++i)
            m_text += m_layout.indent;
    }

    void addList(const List& list) {
        m_text += '[';
        ++m_level;
        for (std::size_t i = 0; i < list.items.size(); ++i) {
            m_text += i > 0 ? m_layout.between : "";
            newLine();
            add(list.items[i]);
        }
        --m_level;
        if (!list.items.empty())
            newLine();
        m_text += ']';
    }

    void addDict(const Dict& dict) {
        m_text += '{';
        ++m_level;
        bool first = true;
        for (const auto* entry : entriesOf(dict)) {
            m_text += first ? "" : m_layout.between;
            first = false;
            newLine();
            addKey(entry->first);
            m_text += m_layout.afterKey;
            add(entry->second);
        }
        --m_level;
        if (!first)
            newLine();
        m_text += '}';
    }

    std::vector<const std::pair<Value, Value>*> entriesOf(const Dict& dict) {
        std::vector<const std::pair<Value, Value>*> entries;
        for (const auto& entry : dict.entries())
            entries.push_back(&entry);
        if (m_layout.sorted)
            std::ranges::stable_sort(entries,
                                     [&](const auto* a, const auto* b) { return less(m_run, a->first, b->first); });
        return entries;
    }

    void addKey(const Value& key) {
        if (key.text())
            addText(*key.text());
        else if (key.isNone() || key.isNumber())
            m_text += '"' + (key.isNone() ? "null" : numberText(key)) + '"';
        else
            throw Fault("keys must be str, int, float, bool or None, not " + typeName(key));
    }

    Run& m_run;
    Layout m_layout;
    int m_level = 0;
    std::string m_text;
    bool m_fromPeople = false;
};

Layout layoutOf(Run& run, const Parameters& given) {
    Layout layout;
    layout.onlyAscii = given.flag(run, 0);
    layout.sorted = given.flag(run, 3);
    layout.indented = given.hasValue(1);
    if (layout.indented) {
        layout.between = ",";
        if (given[1].text()) {
            layout.indent = given.text(1).bytes();
        } else {
            run.checkLength(1, given.integer(1));
            layout.indent.assign(static_cast<std::size_t>(std::max<Int>(0, given.integer(1))), ' ');
        }
    }
    if (given.hasValue(2)) {
        const std::vector<Value> separators = itemsOf(run, given[2]);
        if (separators.size() != 2 || !separators[0].text() || !separators[1].text())
            throw Fault("the separators of tojson are no two strings");
        layout.between = separators[0].text()->bytes();
        layout.afterKey = separators[1].text()->bytes();
    }
    return layout;
}

} // namespace

Value toJson(Run& run, const Value& input, const Arguments& arguments) {
    const Parameters given("tojson", arguments, {"ensure_ascii", "indent", "separators", "sort_keys"});
    JsonWriter writer(run, layoutOf(run, given));
    writer.add(input);
    return run.text(writer.take());
}

} // namespace prunescope::model::jinja
