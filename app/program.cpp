#include "app/program.h"

#include "app/commands/command.h"
#include "app/help_text.h"
#include "app/terminal/console.h"
#include "app/terminal/nearest.h"
#include "app/terminal/standard_input.h"
#include "core/base/error.h"
#include "core/base/format.h"
#include "core/base/log.h"

#include <algorithm>
#include <array>
#include <filesystem>
#include <new>
#include <system_error>

namespace prunescope::app {

namespace {

constexpr std::string_view kWindow = "gui";

/// Options that every command has, and the program without one.
struct CommonOptions {
    bool help = false;
    bool version = false;
    std::string logLevel = "warning";

    void describe(OptionTable& options) {
        options.startGroup("Common");
        options.addChoice("--log-level", {"debug", "info", "warning", "error", "off"}, logLevel,
                          "what is told on standard error");
        options.addFlag("--help", help, "print this help");
        options.addFlag("--version", version, "print the version");
    }

    void applyLogLevel() const {
        using log::Level;
        const std::array<std::pair<std::string_view, Level>, 5> levels{{{"debug", Level::Debug},
                                                                        {"info", Level::Info},
                                                                        {"warning", Level::Warning},
                                                                        {"error", Level::Error},
                                                                        {"off", Level::Off}}};
        for (const auto& [name, level] : levels)
            if (name == logLevel)
                log::setLevel(level);
    }
};

/// True when the option named by `word` takes the next word as its value in any command: the word after it is then no
/// command.
bool takesNextWord(const std::string& word) {
    CommonOptions common;
    OptionTable commonTable;
    common.describe(commonTable);
    const auto takes = [&](const OptionTable& table) {
        const Option* option = table.find(word);
        return option && option->takesValue();
    };
    if (takes(commonTable))
        return true;
    for (const CommandEntry& entry : commands()) {
        if (!entry.make)
            continue;
        OptionTable table;
        const std::unique_ptr<Command> command = entry.make();
        command->describe(table);
        if (takes(table))
            return true;
    }
    return false;
}

/// Takes the command's name out of `words`: it is the first word that is neither an option nor an option's value.
std::string takeCommandName(std::vector<std::string>& words) {
    for (auto word = words.begin(); word != words.end() && *word != "--"; ++word) {
        if (word->size() > 1 && word->front() == '-') {
            if (takesNextWord(*word) && ++word == words.end())
                break;
            continue;
        }
        if (!findCommand(*word))
            break;
        std::string name = *word;
        words.erase(word);
        return name;
    }
    return {};
}

std::string closestCommand(const std::string& word) {
    std::vector<std::string> names;
    for (const CommandEntry& entry : commands())
        if (entry.make)
            names.emplace_back(entry.name);
    return nearest(word, names);
}

/// Without a command the words are pictures for the window; a word that is neither a file nor looks like one is a
/// mistyped command.
void refuseMistypedCommand(const std::vector<std::string>& arguments) {
    std::error_code ignored; // of a name that no file can have
    if (arguments.empty() || arguments.front().find_first_of("./") != std::string::npos ||
        std::filesystem::exists(arguments.front(), ignored))
        return;
    const std::string near = closestCommand(arguments.front());
    throw Error(ErrorKind::Usage, arguments.front() + ": unknown command" +
                                      (near.empty() ? " (see --help)" : ", did you mean " + near + "?"));
}

void checkArguments(const CommandEntry& entry, const std::vector<std::string>& arguments) {
    if (arguments.size() >= entry.fewest && arguments.size() <= entry.most)
        return;
    const std::string expected = entry.most == 0 ? "no argument" : std::string(entry.arguments);
    std::string found = arguments.empty() ? "nothing" : "\"" + join(arguments, "\" \"") + "\"";
    throw Error(ErrorKind::Usage, std::string(entry.name) + ": found " + found + ", expected " + expected);
}

void checkStandardInput(const CommandEntry& entry, const std::vector<std::string>& arguments) {
    if (entry.standardInput.empty() && std::find(arguments.begin(), arguments.end(), kDash) != arguments.end())
        throw Error(ErrorKind::Usage, std::string(entry.name) + ": found \"-\", expected " +
                                          std::string(entry.arguments) + " and not standard input");
    requireOneDash(entry.name, arguments);
}

int runCommand(const CommandEntry& entry, const std::vector<std::string>& words, bool named) {
    if (named && !entry.make)
        throw Error(ErrorKind::Unsupported, std::string(entry.name) + ": not in this build");
    const std::unique_ptr<Command> command = entry.make ? entry.make() : nullptr;
    OptionTable options;
    CommonOptions common;
    if (command)
        command->describe(options);
    common.describe(options);
    const std::vector<std::string> arguments = options.parse(words);
    common.applyLogLevel();
    if (common.version) {
        print(std::string(kProgramName) + " " PRUNESCOPE_VERSION "\n");
        return 0;
    }
    if (common.help) {
        print(named ? commandHelp(entry, options) : programHelp(options));
        return 0;
    }
    if (!named)
        refuseMistypedCommand(arguments);
    if (!command)
        throw Error(ErrorKind::Unsupported,
                    std::string(entry.name) + ": the window is not in this build; see --help for the commands");
    checkArguments(entry, arguments);
    checkStandardInput(entry, arguments);
    return command->run(arguments);
}

int run(std::vector<std::string> words) {
    std::replace(words.begin(), std::find(words.begin(), words.end(), "--"), std::string("-h"), std::string("--help"));
    const std::string name = takeCommandName(words);
    const CommandEntry* entry = findCommand(name.empty() ? kWindow : std::string_view(name));
    check(entry != nullptr, "the list of commands has no window");
    return runCommand(*entry, words, !name.empty());
}

/// One line, whatever a library wrote or a file is called.
int fail(std::string message, int code) {
    std::replace_if(
        message.begin(), message.end(), [](unsigned char c) { return c < 0x20 || c == 0x7f; }, '?');
    printNote(std::string(kProgramName) + ": " + message);
    return code;
}

} // namespace

int runProgram(const std::vector<std::string>& words) noexcept {
    try {
        return run(words);
    } catch (const PipeClosed&) {
        return 0;
    } catch (const Error& error) {
        return fail(error.what(), exitCode(error.kind()));
    } catch (const std::bad_alloc&) {
        return fail("out of memory", exitCode(ErrorKind::OutOfMemory));
    } catch (const std::system_error& error) {
        if (error.code() == std::errc::resource_unavailable_try_again)
            return fail("out of memory: no room for another thread", exitCode(ErrorKind::OutOfMemory));
        return fail(std::string("internal error: ") + error.what(), exitCode(ErrorKind::Internal));
    } catch (const std::exception& error) {
        return fail(std::string("internal error: ") + error.what(), exitCode(ErrorKind::Internal));
    } catch (...) {
        return fail("internal error", exitCode(ErrorKind::Internal));
    }
}

} // namespace prunescope::app
