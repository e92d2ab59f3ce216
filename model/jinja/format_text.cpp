#include "model/jinja/format_text.h"

#include "model/jinja/attributes.h"
#include "model/jinja/characters.h"
#include "model/jinja/format_spec.h"
#include "model/jinja/literals.h"
#include "model/jinja/operators.h"
#include "model/jinja/print.h"
#include "model/jinja/run.h"

#include <algorithm>
#include <cmath>

namespace prunescope::model::jinja {

namespace {

Int wholePart(const Value& value) {
    if (value.isInteger())
        return value.integer();
    if (!std::isfinite(value.number()) || std::abs(value.number()) > 1e30)
        throw Fault("cannot convert float " + printedFloat(value.number()) + " to integer");
    return static_cast<Int>(value.number());
}

/// One `format % values`.
class PercentFormat {
public:
    PercentFormat(Run& run, const Text& format, const Value& values) : m_run(run), m_format(format), m_values(values) {
        m_many = values.list() && values.list()->tuple ? &values.list()->items : nullptr;
    }

    Text write() {
        while (m_at < m_format.size()) {
            const std::size_t next = std::min(m_format.view().find('%', m_at), m_format.size());
            m_text.append(m_format, m_at, next);
            m_at = next;
            if (m_at < m_format.size())
                conversion();
            m_run.checkLength(m_text.size());
            m_run.chargeBytes(m_text.size() / 16);
        }
        const std::size_t given = m_many ? m_many->size() : 1;
        if (m_used < given && !(m_values.dict() && m_used == 0))
            throw Fault("not all arguments converted during string formatting");
        return std::move(m_text);
    }

private:
    void conversion() {
        std::string_view rest = m_format.view().substr(m_at + 1);
        const std::optional<Value> named = name(rest);
        FormatSpec spec = flags(rest);
        if (rest.empty())
            throw Fault("incomplete format");
        spec.type = rest.front();
        rest.remove_prefix(1);
        m_at = m_format.size() - rest.size();
        if (spec.type == '%')
            m_text.append("%");
        else
            m_text.append(converted(named ? *named : nextValue(), spec));
    }

    std::optional<Value> name(std::string_view& rest) {
        if (!rest.starts_with('('))
            return std::nullopt;
        const std::size_t end = rest.find(')');
        if (end == std::string_view::npos || !m_values.dict())
            throw Fault(m_values.dict() ? "incomplete format key" : "format requires a mapping");
        const Value* value = m_values.dict()->find(rest.substr(1, end - 1));
        if (!value)
            throw Fault("the format names " + quoted(rest.substr(1, end - 1)) + ", which is not given");
        rest.remove_prefix(end + 1);
        return *value;
    }

    FormatSpec flags(std::string_view& rest) {
        FormatSpec spec;
        spec.align = '>';
        bool zeros = false;
        for (; !rest.empty() && std::string_view("-+ 0#").find(rest.front()) != std::string_view::npos;
             rest.remove_prefix(1)) {
            zeros = zeros || rest.front() == '0';
            if (rest.front() == '-')
                spec.align = '<';
            else if (rest.front() == '+' || (rest.front() == ' ' && spec.sign != '+'))
                spec.sign = rest.front();
            spec.prefix = spec.prefix || rest.front() == '#';
        }
        spec.width = count(rest);
        if (rest.starts_with('.')) {
            rest.remove_prefix(1);
            spec.precision = static_cast<int>(count(rest));
        }
        while (rest.starts_with('l') || rest.starts_with('h') || rest.starts_with('L'))
            rest.remove_prefix(1);
        m_zeros = zeros && spec.align == '>';
        return spec;
    }

    Int count(std::string_view& rest) {
        if (!rest.starts_with('*'))
            return takeCount(rest);
        throw UnsupportedFault("a width that is an argument is not supported");
    }

    Value nextValue() {
        if (m_used >= (m_many ? m_many->size() : 1))
            throw Fault("not enough arguments for format string");
        ++m_used;
        return m_many ? (*m_many)[m_used - 1] : m_values;
    }

    Text converted(const Value& value, FormatSpec spec) {
        if (spec.type == 's' || spec.type == 'r')
            return formattedText(m_run, spec.type == 's' ? printed(m_run, value) : represented(m_run, value), spec);
        if (m_zeros) {
            spec.fill = "0";
            spec.align = '=';
        }
        requireDefined(value);
        if (std::string_view("diuxXoeEfFgG").find(spec.type) == std::string_view::npos)
            throw UnsupportedFault("the format \"%" + std::string(1, spec.type) + "\" is not supported");
        if (!value.isNumber())
            throw Fault("%" + std::string(1, spec.type) + " format: a real number is required, not " + typeName(value));
        if (std::string_view("eEfFgG").find(spec.type) != std::string_view::npos)
            return formattedFloat(m_run, value.number(), spec);
        if (value.isFloat() && (spec.type == 'x' || spec.type == 'X' || spec.type == 'o'))
            throw Fault("%" + std::string(1, spec.type) + " format: an integer is required, not float");
        return formattedInteger(m_run, wholePart(value), spec);
    }

    Run& m_run;
    const Text& m_format;
    const Value& m_values;
    const std::vector<Value>* m_many;
    std::size_t m_at = 0, m_used = 0;
    bool m_zeros = false;
    Text m_text;
};

/// One format.format(arguments).
class BraceFormat {
public:
    BraceFormat(Run& run, const Text& format, const Arguments& arguments)
        : m_run(run), m_format(format), m_arguments(arguments) {}

    Text write() {
        const std::string_view format = m_format.view();
        for (std::size_t at = 0; at < format.size();) {
            const std::size_t next = std::min(format.find_first_of("{}", at), format.size());
            m_text.append(m_format, at, next);
            if (next == format.size())
                break;
            if (next + 1 < format.size() && format[next + 1] == format[next]) {
                m_text.append(m_format, next, next + 1);
                at = next + 2;
            } else {
                at = field(next);
            }
            m_run.checkLength(m_text.size());
            m_run.chargeBytes(m_text.size() / 16);
        }
        return std::move(m_text);
    }

private:
    /// The field that opens at byte `at`; gives the byte after it.
    std::size_t field(std::size_t at) {
        if (m_format.view()[at] == '}')
            throw Fault("Single '}' encountered in format string");
        const std::size_t end = m_format.view().find('}', at);
        if (end == std::string_view::npos)
            throw Fault("expected '}' before end of string");
        const std::string_view inside = m_format.view().substr(at + 1, end - at - 1);
        if (inside.find('{') != std::string_view::npos)
            throw UnsupportedFault("a format inside a format is not supported");
        const std::size_t colon = inside.find(':'), mark = inside.substr(0, colon).find('!');
        Value value = valueOf(inside.substr(0, std::min(colon, mark)));
        if (mark != std::string_view::npos)
            value = inside.substr(mark, 2) == "!r" ? represented(m_run, value) : printed(m_run, value);
        m_text.append(
            formatted(value, colon == std::string_view::npos ? std::string_view() : inside.substr(colon + 1)));
        return end + 1;
    }

    Value valueOf(std::string_view name) {
        const std::size_t end = std::min(name.find_first_of(".["), name.size());
        Value value = argument(name.substr(0, end));
        for (std::string_view rest = name.substr(end); !rest.empty();) {
            const bool item = rest.front() == '[';
            const std::size_t stop = item ? rest.find(']') : std::min(rest.find_first_of(".[", 1), rest.size());
            if (stop == std::string_view::npos || (!item && rest.front() != '.'))
                throw Fault("a field of a format does not end");
            const std::string_view part = rest.substr(1, stop - 1);
            const bool number = !part.empty() && part.find_first_not_of("0123456789") == std::string_view::npos;
            value = !item ? attributeOf(m_run, value, part)
                          : itemOf(m_run, value, number ? Value(parseInteger(part, 10).value_or(0)) : Value(part));
            rest.remove_prefix(stop + (item ? 1 : 0));
        }
        return value;
    }

    Value argument(std::string_view name) {
        std::string_view digits = name;
        const Int index = name.empty() ? static_cast<Int>(m_next++) : takeCount(digits);
        if (!digits.empty()) {
            const auto given = std::ranges::find(m_arguments.named, name, &std::pair<std::string, Value>::first);
            if (given == m_arguments.named.end())
                throw Fault("the format names " + quoted(name) + ", which is not given");
            return given->second;
        }
        if (index >= std::ssize(m_arguments.positional))
            throw Fault("Replacement index " + decimal(index) + " out of range for positional args tuple");
        return m_arguments.positional[static_cast<std::size_t>(index)];
    }

    static FormatSpec specOf(std::string_view text) {
        FormatSpec spec;
        const auto isAlign = [](char c) { return c == '<' || c == '>' || c == '^' || c == '='; };
        const std::size_t fill = text.empty() ? 0 : characterLength(text);
        if (fill > 0 && text.size() > fill && isAlign(text[fill])) {
            spec.fill = text.substr(0, fill);
            spec.align = text[fill];
            text.remove_prefix(fill + 1);
        } else if (!text.empty() && isAlign(text.front())) {
            spec.align = text.front();
            text.remove_prefix(1);
        }
        if (!text.empty() && (text.front() == '+' || text.front() == '-' || text.front() == ' ')) {
            spec.sign = text.front();
            text.remove_prefix(1);
        }
        return numbersOf(spec, text);
    }

    static FormatSpec numbersOf(FormatSpec spec, std::string_view text) {
        const auto skip = [&](char c) {
            const bool there = text.starts_with(c);
            text.remove_prefix(there ? 1 : 0);
            return there;
        };
        spec.prefix = skip('#');
        if (skip('0') && !spec.align) {
            spec.fill = "0";
            spec.align = '=';
        }
        spec.width = takeCount(text);
        spec.grouped = skip(',');
        if (skip('.'))
            spec.precision = static_cast<int>(takeCount(text));
        spec.type = text.empty() ? '\0' : text.front();
        if (text.size() > 1)
            throw Fault("Invalid format specifier");
        return spec;
    }

    Text formatted(const Value& value, std::string_view how) {
        const FormatSpec spec = specOf(how);
        if (how.empty())
            return printed(m_run, value);
        if (value.isInteger() && !(value.isBool() && !spec.type))
            return formattedInteger(m_run, value.integer(), spec);
        if (value.isFloat())
            return formattedFloat(m_run, value.number(), spec);
        if (!value.text())
            throw Fault("unsupported format string passed to " + typeName(value) + ".__format__");
        if (spec.type && spec.type != 's')
            throw Fault("Unknown format code '" + std::string(1, spec.type) + "' for object of type 'str'");
        return formattedText(m_run, *value.text(), spec);
    }

    Run& m_run;
    const Text& m_format;
    const Arguments& m_arguments;
    std::size_t m_next = 0;
    Text m_text;
};

} // namespace

Value percentFormatted(Run& run, const Text& format, const Value& values) {
    return run.text(PercentFormat(run, format, values).write());
}

Value braceFormatted(Run& run, const Text& format, const Arguments& arguments) {
    return run.text(BraceFormat(run, format, arguments).write());
}

} // namespace prunescope::model::jinja
