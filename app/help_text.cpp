#include "app/help_text.h"

#include <algorithm>
#include <sstream>

namespace prunescope::app {

namespace {

constexpr std::size_t kTextWidth = 100;
constexpr std::size_t kOptionColumn = 30;
constexpr std::size_t kCommandColumn = 10;

/// `left` in a column of its own, `right` beside it, broken between words.
void writeEntry(std::ostream& out, const std::string& left, const std::string& right, std::size_t column) {
    const std::string indent(column + 2, ' ');
    std::string line = "  " + left;
    if (left.size() >= column) {
        out << line << '\n';
        line = indent;
    } else {
        line.resize(indent.size(), ' ');
    }
    std::istringstream words(right);
    for (std::string word; words >> word;) {
        if (line.size() > indent.size() && line.size() + 1 + word.size() > kTextWidth) {
            out << line << '\n';
            line = indent;
        }
        line += (line.size() > indent.size() ? " " : "") + word;
    }
    out << line << '\n';
}

void writeOptions(std::ostream& out, const OptionTable& table) {
    std::string group;
    for (const Option& option : table.options()) {
        if (option.group != group) {
            group = option.group;
            out << '\n' << group << ":\n";
        }
        const std::string left = option.name + (option.takesValue() ? " " + option.valueName : "");
        const std::string fallback = option.fallback.empty() ? "" : " (default: " + option.fallback + ")";
        writeEntry(out, left, option.help + fallback, kOptionColumn);
    }
}

} // namespace

std::string programHelp(const OptionTable& options) {
    std::ostringstream out;
    out << "See, prune and ask screenshots with a local vision-language model.\n\n"
        << "usage: " << kProgramName << " [COMMAND] [OPTIONS] [ARGUMENTS]\n\n"
        << "Without a command the window opens. Commands (each has its own --help):\n";
    for (const CommandEntry& entry : commands())
        writeEntry(out, std::string(entry.name),
                   std::string(entry.summary) + (entry.make ? "" : " (not in this build)"), kCommandColumn);
    writeOptions(out, options);
    out << "\nExit codes: 0 done, 2 wrong usage, 3 bad input (file, image, model), 4 out of memory or device error, "
           "130 interrupted.\n";
    return out.str();
}

std::string commandHelp(const CommandEntry& entry, const OptionTable& options) {
    std::ostringstream out;
    out << entry.summary << ".\n\nusage: " << kProgramName << ' ' << entry.name;
    if (!entry.arguments.empty())
        out << ' ' << entry.arguments;
    out << " [OPTIONS]\n";
    writeOptions(out, options);
    return out.str();
}

} // namespace prunescope::app
