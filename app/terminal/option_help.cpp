#include "app/terminal/option_help.h"

#include <sstream>

namespace prunescope::app {

namespace {

constexpr std::size_t kTextWidth = 100;
constexpr std::size_t kOptionColumn = 30;

} // namespace

std::string helpEntry(const std::string& left, const std::string& right, std::size_t column) {
    const std::string indent(column + 2, ' ');
    std::string text, line = "  " + left;
    if (left.size() >= column) {
        text = line + '\n';
        line = indent;
    } else {
        line.resize(indent.size(), ' ');
    }
    std::istringstream words(right);
    for (std::string word; words >> word;) {
        if (line.size() > indent.size() && line.size() + 1 + word.size() > kTextWidth) {
            text += line + '\n';
            line = indent;
        }
        line += (line.size() > indent.size() ? " " : "") + word;
    }
    return text + line + '\n';
}

std::string optionsHelp(const OptionTable& table) {
    std::string text, group;
    for (const Option& option : table.options()) {
        if (option.group != group) {
            group = option.group;
            text += '\n' + group + ":\n";
        }
        const std::string left = option.name + (option.takesValue() ? " " + option.valueName : "");
        const std::string fallback = option.fallback.empty() ? "" : " (default: " + option.fallback + ")";
        text += helpEntry(left, option.help + fallback, kOptionColumn);
    }
    return text;
}

} // namespace prunescope::app
