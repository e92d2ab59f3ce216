// prunescope-windows: a set of questions about real Qt windows, for fine-tuning and for measurements on what no trainer
// drew.
#include "app/terminal/console.h"
#include "app/terminal/option_help.h"
#include "app/window_sets/window_look.h"
#include "app/window_sets/window_set.h"
#include "core/base/error.h"
#include "core/base/format.h"
#include "model/datasets/question_set_writer.h"

#include <QApplication>
#include <QHashSeed>
#include <QLocale>
#include <algorithm>
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
        throw Error(ErrorKind::Usage, "found " + inQuotes(words.front()) + ", expected options only (see --help)");
    if (command.out.empty())
        throw Error(ErrorKind::Usage, "--out: found nothing, expected a folder");
}

void printSummary(const std::string& file, const std::string& fonts, double msPerWindow,
                  const std::map<std::string, int>& tasks) {
    Facts facts{{"set", file}, {"fonts", fonts}, {"a window", formatMs(msPerWindow)}};
    for (const auto& [task, count] : tasks)
        facts.emplace_back(task, formatCount(count));
    print(factsText(facts));
}

/// Windows about which nothing can be asked are left out; further seeds make up for them.
void writeSet(const Command& command) {
    const auto start = std::chrono::steady_clock::now();
    const std::string file = (std::filesystem::path(command.out) / "windows.jsonl").string();
    model::QuestionSetWriter writer(file);
    std::map<std::string, int> tasks;
    ProgressLine progress;
    for (std::uint64_t seed = command.windows.seed; writer.count() < command.windows.count; ++seed) {
        const model::QuestionGroup asked = askWindow(command.windows, seed);
        if (asked.questions.empty())
            continue;
        writer.add(asked);
        for (const model::AskedQuestion& question : asked.questions)
            ++tasks[question.task];
        progress.show(std::to_string(writer.count()) + " of " + std::to_string(command.windows.count));
    }
    progress.clear();
    const std::chrono::duration<double, std::milli> ms = std::chrono::steady_clock::now() - start;
    printSummary(file, windowFonts(command.windows).join(", ").toStdString(), ms.count() / command.windows.count,
                 tasks);
}

/// The same windows each time, without a screen: one that is there would have its own fonts and sizes.
void prepareQt() {
    if (!qEnvironmentVariableIsSet("QT_QPA_PLATFORM"))
        qputenv("QT_QPA_PLATFORM", "offscreen");
    QHashSeed::setDeterministicGlobalSeed();
    QLocale::setDefault(QLocale::c());
}

void run(const std::vector<std::string>& words, char* program) {
    Command command;
    OptionTable table;
    describe(command, table);
    const std::vector<std::string> arguments = table.parse(words);
    if (command.help)
        return print(std::string("Questions about real Qt windows.\n\nusage: ") + kProgram + " --out DIR [OPTIONS]\n" +
                     optionsHelp(table));
    checkArguments(command, arguments);
    prepareQt();
    int count = 1; // Qt gets none of the options
    QApplication application(count, &program);
    checkOptions(command.windows);
    writeSet(command);
}

int fail(const std::string& message, ErrorKind kind) {
    printNote(std::string(kProgram) + ": " + message);
    return exitCode(kind);
}

} // namespace

int main(int argc, char** argv) {
    makeWritesFail();
    try {
        run({argv + std::min(argc, 1), argv + argc}, argv[0]);
        return 0;
    } catch (const PipeClosed&) {
        return 0;
    } catch (const Error& error) {
        return fail(error.what(), error.kind());
    } catch (const std::exception& error) {
        return fail(std::string("internal error: ") + error.what(), ErrorKind::Internal);
    }
}
