// How long a window needs to open on a log and on conversations of so many questions, to find, sort and delete in them,
// and how much memory. Not a test. usage: bench_store [QUESTIONS [LOG]]; a LOG that is there is used as it is, and one
// that is not is made, with a database of conversations beside it.
#include "core/base/format.h"
#include "core/records/record_writer.h"
#include "ui/panels/conversations_model.h"
#include "ui/panels/history_model.h"
#include "ui/panels/panel.h"
#include "ui/session/session.h"
#include "ui/session/turn_storage.h"
#include "ui/store/conversation_table.h"
#include "ui/store/database.h"
#include "ui/store/picture_encoder.h"
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

constexpr int kTurnsEach = 5;  // of a conversation
constexpr int kPictures = 200; // different ones

/// A light page with a dark spot on every hundredth pixel or so, which is about as hard to compress as text.
Picture drawnPicture(Size size, std::mt19937& random) {
    std::vector<std::uint8_t> rgb(static_cast<std::size_t>(size.area()) * 3, 240);
    for (std::size_t i = 0; i < rgb.size() / 100; ++i)
        rgb[random() % rgb.size()] = static_cast<std::uint8_t>(random() % 64);
    return Picture(size, std::move(rgb));
}

void makeConversations(const QString& path, int questions) {
    const Database database(path);
    database.run("PRAGMA synchronous = OFF"); // as long as it is made
    PictureEncoder encoder;
    std::mt19937 random(18);
    std::vector<Picture> pictures;
    for (int i = 0; i < kPictures; ++i)
        pictures.push_back(drawnPicture({320, 180}, random));
    qint64 now = 1'700'000'000'000;
    for (int asked = 0; asked < questions; asked += kTurnsEach) {
        const Picture& picture = pictures[random() % pictures.size()];
        TurnsToKeep conversation;
        for (int i = 0; i < kTurnsEach; ++i) {
            const InteractionRecord record = drawn(random);
            StoredTurn turn;
            turn.state = StoredTurn::State::Done;
            turn.question = QString::fromStdString(record.question);
            turn.answer = QString::fromStdString(record.answer["answer"].get<std::string>());
            turn.plan = "input:pred_2d,tau=0.02";
            turn.pictureName = "/home/somebody/pictures/word.png";
            turn.content = nlohmann::json{{"size", {320, 180}},
                                          {"all_blocks", 240},
                                          {"times_ms", nlohmann::json::object()},
                                          {"answer", record.answer}}
                               .dump();
            conversation.turns.push_back({turn, picture});
        }
        keepTurns(database, encoder, conversation, now += 1000);
    }
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

/// What a first question about a picture waits for.
void keepLargePicture() {
    const Database database(QString{});
    PictureEncoder encoder;
    std::mt19937 random(18);
    const Picture picture = drawnPicture({3840, 2160}, random);
    TurnsToKeep turns{0, 0, {{StoredTurn(), picture}}};
    turns.turns.front().turn.content = "{}";
    Clock clock;
    clock.restart();
    encoder.prepare(database, picture);
    clock.say("a 4K picture is made ready to be kept");
    clock.restart();
    keepTurns(database, encoder, turns, 1);
    clock.say("  and kept with a question");
    clock.restart();
    keepTurns(database, encoder, turns, 2);
    clock.say("  and the next question about it");
}

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
    /// The same of the conversations.
    void useConversations() {
        m_clock.restart();
        auto* model = m_window->findChild<ConversationsModel*>();
        m_window->findChild<Panel*>("conversations")->bringUp();
        Conversations& store = m_window->session().conversations();
        const auto isThere = [&] { return store.isIdle() && !model->isFinding(); };
        waitFor([&] { return model->rowCount() > 0 && isThere(); });
        m_clock.say("  conversations are there");
        const auto then = [&](const char* what, auto action) {
            m_clock.restart();
            action();
            QCoreApplication::processEvents();
            waitFor(isThere);
            m_clock.say(what);
        };
        then("    words are found", [&] { model->setWords("save but"); });
        then("    all again", [&] { model->setWords({}); });
        then("    sorted by title", [&] { model->sort(0, Qt::AscendingOrder); });
        then("    sorted by questions", [&] { model->sort(1, Qt::AscendingOrder); });
        auto* table = m_window->findChild<Panel*>("conversations")->findChild<QTableView*>();
        then("    scrolled to the end", [&] { table->scrollToBottom(); });
        then("    one is opened", [&] {
            m_window->session().conversationOpener().open(model->idAt(1000));
            waitFor([&] { return m_window->session().conversation().turns().size() == kTurnsEach; });
        });
        then("    one is deleted", [&] { store.remove({model->idAt(2000)}); });
        then("    and gone from the disk", [&] { store.finishRemoval(); });
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
    if (const QString database = Store::pathBeside(log); !QFileInfo::exists(database))
        makeConversations(database, questions);
    std::printf("%s questions, %.0f MB\n", formatCount(questions).c_str(),
                static_cast<double>(QFileInfo(log).size()) / 1e6);
    keepLargePicture();
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
    bench.useConversations();
    bench.close();
    return 0;
}
