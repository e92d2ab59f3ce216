#include "app/terminal/option_table.h"

#include "app/terminal/nearest.h"
#include "app/terminal/standard_input.h"
#include "app/terminal/values.h"
#include "core/base/error.h"
#include "core/base/format.h"

#include <algorithm>

namespace prunescope::app {

namespace {

[[noreturn]] void refuse(const std::string& name, const std::string& what) {
    throw Error(ErrorKind::Usage, name + ": " + what);
}

bool looksLikeOption(const std::string& word) {
    return word.size() > 1 && word[0] == '-';
}

/// "--tau=0.1" in its two parts.
struct Word {
    std::string name;
    std::optional<std::string> value;

    explicit Word(const std::string& word) : name(word.substr(0, word.find('='))) {
        if (name.size() < word.size())
            value = word.substr(name.size() + 1);
    }
};

} // namespace

void OptionTable::add(Option option) {
    check(find(option.name) == nullptr, "an option is in the table twice");
    option.group = m_group;
    m_options.push_back(std::move(option));
}

void OptionTable::addFlag(std::string name, bool& target, std::string help, bool value) {
    add({std::move(name), {}, std::move(help), "off", [&target, value](const std::string&) { target = value; }, {}});
}

void OptionTable::addText(std::string name, std::string valueName, std::string& target, std::string help,
                          std::optional<std::string> fallback) {
    add({name,
         std::move(valueName),
         std::move(help),
         fallback.value_or(target),
         [&target, name](const std::string& text) {
             if (text.empty())
                 refuse(name, "found an empty value, expected some text");
             target = text;
         },
         {}});
}

void OptionTable::addFile(std::string name, std::string valueName, std::string& target, std::string help,
                          std::optional<std::string> fallback) {
    addText(name, std::move(valueName), target, std::move(help), std::move(fallback));
    m_options.back().apply = [name, apply = m_options.back().apply](const std::string& text) {
        if (text == kDash)
            refuse(name, "found \"-\", expected a file (./- is one of that name)");
        apply(text);
    };
}

void OptionTable::addChoice(std::string name, std::vector<std::string> names, std::string& target, std::string help) {
    std::string valueName = join(names, "|");
    add({name,
         std::move(valueName),
         std::move(help),
         target,
         [&target, name, names = std::move(names)](const std::string& text) {
             if (std::find(names.begin(), names.end(), text) == names.end())
                 refuse(name, "found \"" + text + "\", expected one of " + join(names));
             target = text;
         },
         {}});
}

void OptionTable::addNumber(std::string name, std::string valueName, double& target, Range<double> range,
                            std::string help) {
    add({name,
         std::move(valueName),
         std::move(help),
         shortNumber(target),
         [&target, name, range](const std::string& text) { target = parseNumber(name, text, range); },
         {}});
}

void OptionTable::addNumber(std::string name, std::string valueName, std::optional<double>& target, Range<double> range,
                            std::string fallback, std::string help) {
    add({name,
         std::move(valueName),
         std::move(help),
         std::move(fallback),
         [&target, name, range](const std::string& text) { target = parseNumber(name, text, range); },
         {}});
}

void OptionTable::addInteger(std::string name, std::string valueName, int& target, Range<int> range, std::string help) {
    const Range<std::int64_t> wide{range.least, range.most};
    add({name,
         std::move(valueName),
         std::move(help),
         std::to_string(target),
         [&target, name, wide](const std::string& text) { target = static_cast<int>(parseInteger(name, text, wide)); },
         {}});
}

void OptionTable::addInteger(std::string name, std::string valueName, std::optional<std::int64_t>& target,
                             Range<std::int64_t> range, std::string fallback, std::string help) {
    add({name,
         std::move(valueName),
         std::move(help),
         std::move(fallback),
         [&target, name, range](const std::string& text) { target = parseInteger(name, text, range); },
         {}});
}

void OptionTable::addInteger(std::string name, std::string valueName, std::optional<std::uint64_t>& target,
                             std::string fallback, std::string help) {
    add({name,
         std::move(valueName),
         std::move(help),
         std::move(fallback),
         [&target, name](const std::string& text) { target = parseUnsigned(name, text); },
         {}});
}

void OptionTable::exclude(std::string name, std::vector<std::string> others) {
    m_rules.push_back({std::move(name), std::move(others), true});
}

void OptionTable::require(std::string name, std::string other) {
    m_rules.push_back({std::move(name), {std::move(other)}, false});
}

std::vector<std::string> OptionTable::parse(const std::vector<std::string>& words) {
    std::vector<std::string> arguments;
    for (std::size_t i = 0; i < words.size(); ++i) {
        if (words[i] == "--") {
            arguments.insert(arguments.end(), words.begin() + static_cast<std::ptrdiff_t>(i) + 1, words.end());
            break;
        }
        if (!looksLikeOption(words[i])) {
            arguments.push_back(words[i]);
            continue;
        }
        Word word(words[i]);
        const Option& option = known(word.name);
        if (!option.takesValue() && word.value)
            refuse(option.name, "found the value \"" + *word.value + "\", expected none");
        if (option.takesValue() && !word.value) {
            if (i + 1 == words.size() || words[i + 1].starts_with("--"))
                refuse(option.name, "found no value, expected " + option.valueName);
            word.value = words[++i];
        }
        m_given.insert(option.name);
        option.apply(word.value.value_or(""));
    }
    applyRules();
    return arguments;
}

const Option* OptionTable::find(std::string_view name) const {
    const auto found =
        std::find_if(m_options.begin(), m_options.end(), [&](const Option& option) { return option.name == name; });
    return found == m_options.end() ? nullptr : &*found;
}

const Option& OptionTable::known(const std::string& name) const {
    if (const Option* option = find(name))
        return *option;
    std::vector<std::string> names;
    for (const Option& option : m_options)
        names.push_back(option.name);
    const std::string near = nearest(name, names);
    refuse(name, "unknown option" + (near.empty() ? " (see --help)" : ", did you mean " + near + "?"));
}

void OptionTable::applyRules() const {
    for (const Rule& rule : m_rules) {
        if (!given(rule.name))
            continue;
        for (const std::string& other : rule.others) {
            if (rule.excludes && given(other))
                refuse(rule.name, "cannot be combined with " + other);
            if (!rule.excludes && !given(other))
                refuse(rule.name, "needs " + other);
        }
    }
}

} // namespace prunescope::app
