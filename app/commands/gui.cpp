// gui [IMAGE...]: the window. Also what the program does without a command.
#include "app/commands/make.h"

#include "app/commands/thread_policy.h"
#include "app/commands/window_door.h"
#include "app/folders/bundled_model.h"
#include "app/folders/model_folders.h"
#include "app/options/model_options.h"
#include "app/options/pruning_options.h"
#include "app/pages/page_source.h"
#include "app/reports/eval_report_file.h"
#include "core/base/error.h"
#include "core/base/format.h"
#include "core/base/log.h"
#include "core/records/record_writer.h"
#include "model/engine/load_engine.h"
#include "ui/session/comparison.h"
#include "ui/session/session.h"
#include "ui/window/main_window.h"
#include "ui/window/message_bar.h"
#include "ui/window/picture_input.h"

#include <QApplication>
#include <QFileInfo>
#include <QTemporaryDir>
#include <QTimer>
#include <algorithm>
#include <array>
#include <chrono>
#include <exception>
#include <filesystem>

namespace prunescope::app {

namespace {

/// The last door: Qt cannot carry an exception out of an event handler.
class Application final : public QApplication {
public:
    using QApplication::QApplication;

    bool notify(QObject* receiver, QEvent* event) override {
        try {
            return QApplication::notify(receiver, event);
        } catch (const std::exception& error) {
            log::error(error.what());
            return false;
        }
    }
};

/// What Qt says about its plugins and the desktop helps nobody who asked for a window; it is there with --log-level
/// debug.
void takeQtMessage(QtMsgType type, const QMessageLogContext&, const QString& message) {
    const bool isGrave = type == QtCriticalMsg || type == QtFatalMsg;
    isGrave ? log::error(message.toStdString()) : log::debug(message.toStdString());
}

QString fromUtf8(const std::string& text) {
    return QString::fromStdString(text);
}

/// Qt would end the program with a core dump.
void requireDisplay() {
    for (const char* name : {"DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"})
        if (!qEnvironmentVariableIsEmpty(name))
            return;
    throw Error(ErrorKind::Device, "gui: found no display (neither DISPLAY nor WAYLAND_DISPLAY is set), expected one; "
                                   "see --help for the commands that need none");
}

class Gui final : public Command {
public:
    void describe(OptionTable& options) override {
        m_options = &options;
        addModelOption(options, m_model);
        addAdapterOption(options, m_model);
        addDeviceOptions(options, m_model);
        addPlanOptions(options, m_pruning);
        options.startGroup("Window");
        options.addChoice("--theme", {"desktop", "light", "dark"}, m_theme, "colours; else the ones chosen last");
        options.addText("--question", "TEXT", m_question, "ask this as soon as picture and model are there", "none");
        options.addFile("--training", "RUN", m_training,
                        "open the chart of a training run: its folder or its progress.jsonl", "none");
        options.addChoice("--capture", wordsOf(ui::captureKindWords()), m_capture,
                          "capture first; a window that is open already does it");
        options.addInteger("--delay", "SECONDS", m_delayS, {0, 3600}, "before the capture");
        options.require("--delay", "--capture");
        options.addFlag("--new-window", m_newWindow,
                        "open a window of its own; pictures and captures else go to one that is open, where no option "
                        "but --capture and --delay is given");
        options.addFile("--log", "FILE", m_log, "the history that questions are appended to");
        options.addFile("--screenshot", "OUT.png", m_screenshot,
                        "draw the window into a file when nothing is left to do, and end; not where something failed",
                        "none");
    }

    int run(const std::vector<std::string>& arguments) override {
        checkAtStart();
        ensureSleepingThreads();
        if (!m_screenshot.empty() && qEnvironmentVariableIsEmpty("QT_QPA_PLATFORM"))
            qputenv("QT_QPA_PLATFORM", "offscreen");
        requireDisplay();
        ui::MainWindow::Options options = windowOptions(arguments);
        qInstallMessageHandler(&takeQtMessage);
        char name[] = "prunescope";
        std::array<char*, 2> argv{name, nullptr};
        int argc = 1;
        Application application(argc, argv.data());
        const WindowRequest request = requestOf(arguments);
        if (mayHandOver() && handOver(windowSocketPath(), request))
            return 0;
        QApplication::setApplicationName(QStringLiteral("prunescope"));
        QApplication::setDesktopFileName(QStringLiteral("prunescope"));
        const QTemporaryDir settings;
        if (!m_screenshot.empty()) // the same picture for everybody, whatever was chosen before
            options.settingsPath = settings.filePath(QStringLiteral("window.ini"));
        ui::applyTheme(application, options.theme.value_or(ui::ThemeMode::Desktop));
        ui::MainWindow window(&model::loadEngine, options);
        return m_screenshot.empty() ? useAndEnd(window, request) : drawAndEnd(window);
    }

private:
    ui::MainWindow::Options windowOptions(const std::vector<std::string>& pictures) const {
        ui::MainWindow::Options options;
        options.logPath = fromUtf8(m_log);
        std::transform(pictures.begin(), pictures.end(), std::back_inserter(options.pictures), fromUtf8);
        if (!m_model.model.empty() || !m_model.adapter.empty()) {
            const model::LoadOptions load = m_model.loadOptions();
            options.modelFolder = fromUtf8(load.folder);
            options.adapter = fromUtf8(load.adapter);
        }
        options.evaluation.pages = pageSource();
        options.evaluation.writeReport = &writeReport;
        options.bundledModel = fromUtf8(bundledModelFolder());
        options.device = fromUtf8(m_model.device);
        options.dtype = fromUtf8(m_model.dtype);
        options.weights = fromUtf8(m_model.weights);
        options.threads = m_model.threads;
        if (m_pruning.planGiven())
            takePlans(options);
        if (given({"--theme"}))
            options.theme = ui::themeModeOf(fromUtf8(m_theme));
        options.question = fromUtf8(m_question);
        options.trainingRun = fromUtf8(m_training);
        return options;
    }

    /// Several are compared.
    void takePlans(ui::MainWindow::Options& options) const {
        std::vector<PrunePlan> plans = m_pruning.allPlans();
        if (plans.size() > ui::Comparison::kMostPlans)
            throw Error(ErrorKind::Usage, "--plan: found " + std::to_string(plans.size()) + " plans, expected " +
                                              std::to_string(ui::Comparison::kMostPlans) + " at most");
        options.plan = plans.front();
        options.others.assign(plans.begin() + 1, plans.end());
    }

    /// What the window would show as an empty place, and a picture of it must not.
    void checkAtStart() const {
        if (m_options->given("--question") && trimmed(m_question).empty())
            throw Error(ErrorKind::Usage, "--question: found nothing but blanks, expected some words");
        std::error_code ignored;
        if (!m_screenshot.empty() && !m_training.empty() && !std::filesystem::exists(m_training, ignored))
            throw Error(ErrorKind::NotFound,
                        "--training: " + m_training + " does not exist, expected a run folder or its progress.jsonl");
    }

    bool given(std::initializer_list<const char*> names) const {
        return std::any_of(names.begin(), names.end(), [this](const char* name) { return m_options->given(name); });
    }

    static std::vector<std::string> wordsOf(const QStringList& words) {
        std::vector<std::string> texts;
        std::transform(words.begin(), words.end(), std::back_inserter(texts),
                       [](const QString& word) { return word.toStdString(); });
        return texts;
    }

    WindowRequest requestOf(const std::vector<std::string>& pictures) const {
        WindowRequest request;
        for (const std::string& path : pictures)
            request.pictures << QFileInfo(fromUtf8(path)).absoluteFilePath();
        request.capture = ui::captureKindOf(fromUtf8(m_capture));
        request.delay = std::chrono::seconds(m_delayS);
        return request;
    }

    /// A window that is open has its own model, plan and theme.
    bool mayHandOver() const {
        return std::none_of(m_options->options().begin(), m_options->options().end(), [this](const Option& option) {
            return option.name != "--capture" && option.name != "--delay" && given({option.name.c_str()});
        });
    }

    int useAndEnd(ui::MainWindow& window, const WindowRequest& first) const {
        WindowDoor door;
        QObject::connect(&door, &WindowDoor::requested, &window, [&](const WindowRequest& request) {
            window.input().openFiles(request.pictures);
            show(window, request);
        });
        if (!m_newWindow)
            door.listen(windowSocketPath()); // where it can't, each start has a window of its own
        show(window, first);
        return QApplication::exec();
    }

    /// Brings the window to the front, or what it captures into it.
    static void show(ui::MainWindow& window, const WindowRequest& request) {
        if (request.capture)
            window.input().capturer().capture({*request.capture}, request.delay);
        if (request.capture && !window.input().capturer().isIdle())
            return; // it comes back with what it captured
        window.show();
        window.raise();
        window.activateWindow();
    }

    int drawAndEnd(ui::MainWindow& window) const {
        window.show();
        std::exception_ptr failure;
        const auto draw = [&] {
            try {
                requireNoError(window);
                window.renderTo(fromUtf8(m_screenshot));
            } catch (...) {
                failure = std::current_exception();
            }
            QApplication::quit();
        };
        QTimer::singleShot(0, &window, [&] { window.whenSettled(draw); });
        const int code = QApplication::exec();
        if (failure)
            std::rethrow_exception(failure);
        return code;
    }

    /// A picture of a message is not the picture that was asked for.
    static void requireNoError(ui::MainWindow& window) {
        QString problem = window.messages().firstError();
        for (const ui::Turn& turn : window.session().conversation().turns())
            if (problem.isEmpty())
                problem = turn.error;
        if (!problem.isEmpty())
            throw Error(ErrorKind::BadInput, problem.toStdString());
    }

    const OptionTable* m_options = nullptr;
    ModelOptions m_model;
    PruningOptions m_pruning;
    std::string m_theme = "desktop";
    std::string m_question;
    std::string m_training;
    std::string m_capture = "none"; ///< no kind of it
    int m_delayS = 0;
    bool m_newWindow = false;
    std::string m_log = defaultLogPath();
    std::string m_screenshot;
};

} // namespace

std::unique_ptr<Command> makeGuiCommand() {
    return std::make_unique<Gui>();
}

} // namespace prunescope::app
