#include "app/help_text.h"

#include "app/terminal/option_help.h"

#include <sstream>

namespace prunescope::app {

namespace {

constexpr std::size_t kCommandColumn = 10;

} // namespace

std::string programHelp(const OptionTable& options) {
    std::ostringstream out;
    out << "See, prune and ask screenshots with a local vision-language model.\n\n"
        << "usage: " << kProgramName << " [COMMAND] [OPTIONS] [ARGUMENTS]\n\n"
        << (hasCommand("gui") ? "Without a command the window opens. " : "") << "Commands (each has its own --help):\n";
    for (const CommandEntry& entry : commands())
        if (entry.make)
            out << helpEntry(std::string(entry.name), std::string(entry.summary), kCommandColumn);
    out << optionsHelp(options);
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
    if (!entry.standardInput.empty())
        out << "\nWith - as " << entry.standardInput << " it is read from standard input.\n";
    out << optionsHelp(options);
    return out.str();
}

} // namespace prunescope::app
