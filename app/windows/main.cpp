// prunescope-windows: a set of questions about real Qt windows, for fine-tuning and for measurements on what no trainer
// drew.
#include "app/console.h"
#include "app/options/option_help.h"
#include "app/windows/window_set.h"
#include "core/base/error.h"
#include "model/eval/question_set_writer.h"

#include <QApplication>
#include <QHashSeed>
#include <QLocale>
#include <chrono>
#include <filesystem>
#include <map>

using namespace prunescope;
using namespace prunescope::app;

namespace {

constexpr const char* kProgram = "prunescope-windows";

struct Command {
    WindowOptions windows;
    std::string out;
    bool help = false;
};

void describe(Command& command, OptionTable& table) {
    addWindowOptions(table, command.windows);
    table.startGroup("Output");
    table.addText("--out", "DIR", command.out, "folder for windows.jsonl and its pictures", "none: it has to be given");
    table.addFlag("--help", command.help, "print this help");
}

void checkArguments(const Command& command, const std::vector<std::string>& words) {
    if (!words.empty())
        throw Error(ErrorKind::Usage, "found " + words.front() + ", expected options only (see --help)");
    if (command.out.empty())
        throw Error(ErrorKind::Usage, "--out: found nothing, expected a folder");
    checkStyles(command.windows);
}

/// Windows about which nothing can be asked are left out; further seeds make up for them.
void writeSet(const Command& command) {
    const auto start = std::chrono::steady_clock::now();
    const std::string file = (std::filesystem::path(command.out) / "windows.jsonl").string();
    model::QuestionSetWriter writer(file);
    std::map<std::string, int> tasks;
    ProgressLine progress;
    for (std::uint64_t seed = command.windows.seed; writer.count() < command.windows.count; ++seed) {
        const model::QuestionedPicture asked = askWindow(command.windows, seed);
        if (asked.questions.empty())
            continue;
        writer.add(asked);
        for (const model::AskedQuestion& question : asked.questions)
            ++tasks[question.task];
        progress.show(std::to_string(writer.count()) + " of " + std::to_string(command.windows.count));
    }
    progress.clear();
    const std::chrono::duration<double, std::milli> ms = std::chrono::steady_clock::now() - start;
    Facts facts{{"set", file}, {"ms a window", std::to_string(ms.count() / command.windows.count)}};
    for (const auto& [task, count] : tasks)
        facts.emplace_back(task, std::to_string(count));
    print(factsText(facts));
}

int run(const std::vector<std::string>& words) {
    Command command;
    OptionTable table;
    describe(command, table);
    const std::vector<std::string> arguments = table.parse(words);
    if (command.help) {
        print(std::string("Questions about real Qt windows.\n\nusage: ") + kProgram + " --out DIR [OPTIONS]\n" +
              optionsHelp(table));
        return 0;
    }
    checkArguments(command, arguments);
    writeSet(command);
    return 0;
}

} // namespace

int main(int argc, char** argv) {
    // Pictures of windows need no screen, and one that is there would have its own fonts and sizes.
    if (!qEnvironmentVariableIsSet("QT_QPA_PLATFORM"))
        qputenv("QT_QPA_PLATFORM", "offscreen");
    QHashSeed::setDeterministicGlobalSeed();
    QLocale::setDefault(QLocale::c());
    int count = argc > 0 ? 1 : 0; // the options are ours, not Qt's
    QApplication application(count, argv);
    try {
        return run({argv + count, argv + argc});
    } catch (const PipeClosed&) {
        return 0;
    } catch (const Error& error) {
        printNote(std::string(kProgram) + ": " + error.what());
        return exitCode(error.kind());
    } catch (const std::exception& error) {
        printNote(std::string(kProgram) + ": internal error: " + error.what());
        return exitCode(ErrorKind::Internal);
    }
}
