// How long a window needs to open on a log of so many questions, to find, sort and delete in it, and how much memory.
// Not a test. usage: bench_store [QUESTIONS [LOG]]; a LOG that is there is used as it is, and one that is not is made.
#include "core/base/format.h"
#include "core/records/record_writer.h"
#include "ui/panels/history_model.h"
#include "ui/panels/panel.h"
#include "ui/session/session.h"
#include "ui/window/main_window.h"

#include <QApplication>
#include <QElapsedTimer>
#include <QFileInfo>
#include <QTableView>
#include <QTemporaryDir>
#include <QtTest>
#include <cstdio>
#include <fstream>
#include <random>
#include <stdexcept>

using namespace prunescope;
using namespace prunescope::ui;

namespace {

constexpr int kMaskBytes = 340; // of a full-HD screenshot

double residentMb() {
    std::ifstream statm("/proc/self/statm");
    long pages = 0;
    statm >> pages >> pages;
    return static_cast<double>(pages) * 4096 / 1e6;
}

/// A record like those of the window: a mask, times, figures, some dozens of words.
InteractionRecord drawn(std::mt19937& random) {
    static const char* words[]{"where", "is", "the", "save", "button", "row", "total", "price", "menu", "open", "file"};
    const auto some = [&](int count) {
        std::string text;
        for (int i = 0; i < count; ++i)
            text += (i ? " " : "") + std::string(words[random() % std::size(words)]) + std::to_string(random() % 997);
        return text;
    };
    nlohmann::json ids = nlohmann::json::array();
    for (int i = 0; i < 60; ++i)
        ids.push_back(random() % 150'000);
    const int kept = static_cast<int>(random() % 2040);
    return makeRecord(
        "session", some(8),
        {{"answer", some(40)},
         {"token_ids", ids},
         {"finish_reason", "stop"},
         {"regions", nlohmann::json::array()},
         {"plan", "input:pred_2d,tau=0.02"},
         {"prompt_tokens", 500},
         {"prompt_tokens_full", 2100},
         {"images",
          {{{"image", "/home/somebody/pictures/" + some(1) + ".png"},
            {"width", 1919},
            {"height", 1079},
            {"rows", 34},
            {"cols", 60},
            {"blocks", 2040},
            {"kept", kept},
            {"kept_share", kept / 2040.0},
            {"strategy", "pred_2d"},
            {"metric", "max"},
            {"tau", 0.02},
            {"mask", std::string(kMaskBytes, 'A')}}}},
         {"times_ms",
          {{"preprocess", 5.1},
           {"select", 0.6},
           {"vit", 400.2},
           {"prefill", 900.9},
           {"sample", 0.2},
           {"ttft", 500.0 + static_cast<double>(random() % 1000)},
           {"decode_per_token", 60.1},
           {"total", 4000.0}}},
         {"memory", {{"peak_bytes", 5'000'000'000}, {"kv_bytes", 30'000'000}, {"estimate_bytes", 5'100'000'000}}},
         {"model", "Qwen3-VL-2B-Instruct"},
         {"device", "cpu"},
         {"dtype", "bfloat16"},
         {"weights", "native"}});
}

void makeLog(const QString& path, int questions) {
    std::ofstream out(path.toStdString(), std::ios::binary);
    std::mt19937 random(18);
    for (int i = 0; i < questions; ++i)
        out << toJsonLine(drawn(random)) << '\n';
}

class Clock {
public:
    void say(const char* what) {
        std::printf("%-46s %8.0f ms   %6.0f MB resident\n", what, static_cast<double>(m_timer.nsecsElapsed()) / 1e6,
                    residentMb());
        std::fflush(stdout);
    }
    void restart() { m_timer.start(); }

private:
    QElapsedTimer m_timer;
};

class Bench {
public:
    explicit Bench(const QString& log) {
        m_options.logPath = log;
        m_options.settingsPath = m_folder.filePath("settings.ini");
    }

    /// Opens the window, and the history in it.
    void open(const char* what) {
        m_clock.restart();
        m_window = std::make_unique<MainWindow>(EngineLoader(), m_options);
        m_window->show();
        QCoreApplication::processEvents();
        m_clock.say(what);
        m_model = m_window->findChild<HistoryModel*>();
        m_window->findChild<Panel*>("history")->bringUp();
        waitFor([&] { return m_model->rowCount() > 0 && history().isIdle() && !history().isUpdating(); });
        m_clock.say("  and the history is there");
    }
    void use() {
        measure("  words are found", [&] { m_model->setWords("save but"); });
        measure("  all again", [&] { m_model->setWords({}); });
        for (int column = 0; column < HistoryModel::kColumns; ++column) {
            const QByteArray what = "  sorted by " + m_model->headerData(column, Qt::Horizontal, 0).toByteArray();
            measure(what.constData(), [&] { m_model->sort(column, Qt::AscendingOrder); });
        }
        auto* table = m_window->findChild<Panel*>("history")->findChild<QTableView*>();
        measure("  scrolled to the end", [&] { table->scrollToBottom(); });
        measure("  a question is deleted", [&] { history().remove({m_model->lineAt(1000)}); });
        measure("  and taken out of the file", [&] { history().finishRemoval(); });
    }
    void close() {
        m_clock.restart();
        m_window.reset();
        m_clock.say("  closed");
    }

private:
    History& history() { return m_window->session().history(); }
    template <typename Condition>
    void waitFor(Condition condition) {
        if (!QTest::qWaitFor(condition, 600'000))
            throw std::runtime_error("it takes too long");
    }
    template <typename Action>
    void measure(const char* what, Action action) {
        m_clock.restart();
        action();
        QCoreApplication::processEvents();
        waitFor([&] { return history().isIdle() && !m_model->isFinding(); });
        m_clock.say(what);
    }

    QTemporaryDir m_folder;
    MainWindow::Options m_options;
    std::unique_ptr<MainWindow> m_window;
    HistoryModel* m_model = nullptr;
    Clock m_clock;
};

} // namespace

int main(int argc, char** argv) {
    QApplication application(argc, argv);
    applyTheme(application);
    const int questions = argc > 1 ? std::atoi(argv[1]) : 200'000;
    const QTemporaryDir folder;
    const QString log = argc > 2 ? QString::fromLocal8Bit(argv[2]) : folder.filePath("log.jsonl");
    if (!QFileInfo::exists(log))
        makeLog(log, questions);
    std::printf("%s questions, %.0f MB\n", formatCount(questions).c_str(),
                static_cast<double>(QFileInfo(log).size()) / 1e6);
    QTemporaryDir empty;
    {
        makeLog(empty.filePath("log.jsonl"), 1);
        Bench bench(empty.filePath("log.jsonl"));
        bench.open("a window on one question");
    }
    Bench bench(log);
    bench.open("a window on the log, no index yet");
    bench.close();
    bench.open("a window on the log");
    bench.use();
    bench.close();
    return 0;
}
