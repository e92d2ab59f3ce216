#pragma once

#include "app/terminal/option_table.h"

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace prunescope::app {

/// A subcommand. Made for one run of the program: its options write into its members, then `run` reads them.
class Command {
public:
    virtual ~Command() = default;
    /// Adds the command's options, bound to its members.
    virtual void describe(OptionTable& options) = 0;
    /// Does the work and returns the exit code of the program. `arguments` are the words that are no options, as many
    /// as the entry allows. Throws Error.
    virtual int run(const std::vector<std::string>& arguments) = 0;
};

/// A subcommand as the list knows it.
struct CommandEntry {
    static constexpr std::size_t kAnyNumber = static_cast<std::size_t>(-1);

    std::string_view name;
    std::string_view arguments; ///< as in the usage line: "IMAGE... QUESTION"
    std::string_view summary;   ///< one line for people
    std::size_t fewest = 0;     ///< arguments that it needs
    std::size_t most = 0;       ///< arguments that it takes
    /// Makes the command; null for one that is known but not in this build: it is refused by name and not offered.
    std::unique_ptr<Command> (*make)() = nullptr;
    std::string_view standardInput = {}; ///< the arguments that may be "-" for it: "IMAGE or QUESTION"; empty: none
};

/// All commands, also those that are not in this build, in the order in which `--help` prints them.
std::span<const CommandEntry> commands();

/// The entry named `name`, or null.
const CommandEntry* findCommand(std::string_view name);

/// Whether there is a command of that name in this build.
bool hasCommand(std::string_view name);

/// Name of the program in the usage line and before every error.
inline constexpr std::string_view kProgramName = "prunescope";

} // namespace prunescope::app
