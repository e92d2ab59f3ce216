#include "model/datasets/question_set.h"
#include "tests/app/program_runner.h"

#include <QtTest>
#include <map>

using namespace prunescope;
using namespace prunescope::test;

/// prunescope-windows from outside.
class TestWindowsProgram : public QObject {
    Q_OBJECT

    QTemporaryDir m_folder;

    QString file(const QString& name) const { return m_folder.filePath(name); }

    ProgramResult run(const QStringList& arguments) const {
        QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
        environment.insert("XDG_RUNTIME_DIR", m_folder.path()); // Qt speaks up where there is none
        environment.remove("QT_QPA_PLATFORM");                  // the program knows by itself
        environment.remove("DISPLAY");
        QProcess process;
        process.setProcessEnvironment(environment);
        process.start(PRUNESCOPE_WINDOWS_PROGRAM, arguments);
        return ProgramRunner::finish(process);
    }

    static QByteArray content(const QString& path) {
        QFile opened(path);
        return opened.open(QIODevice::ReadOnly) ? opened.readAll() : QByteArray();
    }

private Q_SLOTS:
    void aSetOpensAndHasAllTasks() {
        const ProgramResult result = run({"--count", "60", "--font", "DejaVu Sans,Inter", "--out", file("set")});
        QCOMPARE(result.exitCode, 0);
        QVERIFY(result.out.contains("DejaVu Sans, Inter"));
        const auto set = model::openQuestionSet(file("set/windows.jsonl").toStdString());
        QCOMPARE(set->size(), 60);
        std::map<std::string, int> tasks;
        for (std::int64_t i = 0; i < set->size(); ++i) {
            const model::QuestionGroup asked = set->at(i);
            QVERIFY(asked.picture().width() % 32 == 0 && asked.picture().height() % 32 == 0);
            QVERIFY(asked.questions.size() <= 6);
            for (const model::AskedQuestion& question : asked.questions)
                ++tasks[question.task];
        }
        for (const char* task : {"locate", "read", "value", "checked", "title", "cell", "count"})
            QVERIFY2(tasks[task] > 0, task);
    }

    void theSameCommandWritesTheSame() {
        for (const char* folder : {"first", "second"})
            QCOMPARE(run({"--count", "8", "--seed", "77", "--out", file(folder)}).exitCode, 0);
        QCOMPARE(run({"--count", "8", "--seed", "78", "--out", file("third")}).exitCode, 0);
        const QByteArray lines = content(file("first/windows.jsonl"));
        QVERIFY(lines.count('\n') == 8 && lines == content(file("second/windows.jsonl")));
        QVERIFY(lines != content(file("third/windows.jsonl")));
        for (int i = 0; i < 8; ++i) {
            const QString name = QString("/windows/00000%1.png").arg(i);
            QCOMPARE(content(file("first") + name), content(file("second") + name));
        }
    }

    void listsOfOptions() {
        const ProgramResult result = run({"--count", "4", "--size", "400x300,512x333", "--scale", "2", "--style",
                                          "fusion", "--words", "20", "--questions", "2", "--out", file("lists")});
        QCOMPARE(result.exitCode, 0);
        const auto set = model::openQuestionSet(file("lists/windows.jsonl").toStdString());
        for (std::int64_t i = 0; i < set->size(); ++i) {
            const model::QuestionGroup asked = set->at(i);
            QVERIFY(asked.picture().size() == (Size{400, 300}) || asked.picture().size() == (Size{512, 333}));
            QVERIFY(asked.questions.size() <= 2);
        }
        QVERIFY(run({"--help"}).out.contains("--scale"));
    }

    void refusals() {
        const auto problem = [&](QStringList arguments, int code, const QStringList& words) {
            if (!arguments.contains("--out"))
                arguments += {"--out", file("refused")};
            return run(arguments).problemAsRefusal(code, words);
        };
        QCOMPARE(problem({"--count", "0"}, 2, {"--count", "0", "from 1"}), QByteArray());
        QCOMPARE(problem({"--count", "many"}, 2, {"--count", "many"}), QByteArray());
        QCOMPARE(problem({"--seed", "-1"}, 2, {"--seed", "-1"}), QByteArray());
        QCOMPARE(problem({"--size", "640"}, 2, {"--size", "640", "WxH"}), QByteArray());
        QCOMPARE(problem({"--size", "640x384,20x20"}, 2, {"--size", "20", "160"}), QByteArray());
        QCOMPARE(problem({"--size", ""}, 2, {"--size", "WxH"}), QByteArray());
        QCOMPARE(problem({"--scale", "1,9"}, 2, {"--scale", "9", "4"}), QByteArray());
        QCOMPARE(problem({"--style", "Fusion,Nowhere"}, 2, {"--style", "Nowhere", "Fusion"}), QByteArray());
        QCOMPARE(problem({"--font", "Nowhere"}, 2, {"--font", "Nowhere", "installed"}), QByteArray());
        QCOMPARE(problem({"--words", "3"}, 2, {"--words", "3"}), QByteArray());
        QCOMPARE(problem({"--sizes", "640x384"}, 2, {"--sizes", "--size"}), QByteArray());
        QCOMPARE(problem({"set"}, 2, {"set", "options"}), QByteArray());
        QCOMPARE(run({}).problemAsRefusal(2, {"--out", "folder"}), QByteArray());
        QVERIFY(!QFile::exists(file("refused")));
        QFile blocker(file("a-file"));
        QVERIFY(blocker.open(QIODevice::WriteOnly));
        QCOMPARE(problem({"--out", file("a-file")}, 3, {"a-file", "cannot be created"}), QByteArray());
    }
};

QTEST_GUILESS_MAIN(TestWindowsProgram)
#include "tst_windows_program.moc"
