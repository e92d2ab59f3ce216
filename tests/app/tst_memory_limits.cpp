#include "tests/app/program_runner.h"
#include "tests/support/sanitizer.h"

#include <QRegularExpression>
#include <QtTest>

using namespace prunescope::test;

/// The program on a machine that is too small for a question, made so with `ulimit -v`.
class TestMemoryLimits : public QObject {
    Q_OBJECT

    ProgramRunner m_program;
    qint64 m_least = 0;

    static constexpr qint64 kMegabyte = 1 << 20;

    ProgramResult ask(qint64 limit, const QString& picture, const QStringList& more = {}) const {
        const QStringList question{"ask",
                                   picture,
                                   "Where?",
                                   "--model",
                                   dataFile("qwen3vl/model"),
                                   "--device",
                                   "cpu",
                                   "--dtype",
                                   "float32",
                                   "--threads",
                                   "1",
                                   "--json",
                                   "--no-log",
                                   "--strategy",
                                   "keep_all",
                                   "--max-tokens",
                                   "2"};
        return m_program.runWithin(limit, question + more);
    }

    /// The least address space, to 16 MB, in which the program answers a question about a small picture: what the
    /// libraries take is nobody's business here.
    qint64 leastForSmall() const {
        qint64 low = 0, high = qint64{1} << 36;
        while (high - low > 16 * kMegabyte) {
            const qint64 middle = low + (high - low) / 2;
            (ask(middle, dataFile("masks/quad_64x64.png")).exitCode == 0 ? high : low) = middle;
        }
        return high;
    }

private Q_SLOTS:
    void initTestCase() {
        if (kAddressSanitizer)
            QSKIP("the address sanitizer takes all address space for itself");
        m_least = leastForSmall();
    }

    void aQuestionThatDoesNotFit() {
        const QString picture = dataFile("real/word.png"); // 2040 blocks when nothing limits it
        const QStringList large{"--max-pixels", "16777216"};
        const qint64 limit = m_least + 64 * kMegabyte;
        const ProgramResult refused = ask(limit, picture, large);
        const QByteArray problem = refused.problemAsRefusal(4, {"not enough memory", "free", "--max-pixels"});
        QVERIFY2(problem.isEmpty(), problem);

        // What a process finds free of its address space differs by a few megabytes from start to start, so that the
        // first advice may have to be followed by another.
        ProgramResult answered = refused;
        for (int i = 0; i < 3 && answered.exitCode != 0; ++i) {
            const auto advice = QRegularExpression("--max-pixels ([0-9]+)").match(QString::fromUtf8(answered.err));
            QVERIFY2(advice.hasMatch(), answered.err);
            answered = ask(limit, picture, {"--max-pixels", advice.captured(1)});
        }
        QVERIFY2(answered.exitCode == 0, answered.err);
        const ProgramResult unlimited = ask(limit + 1024 * kMegabyte, picture, large);
        QVERIFY2(unlimited.exitCode == 0, unlimited.err);
        const nlohmann::json memory = valueAt(unlimited.json(), "memory");
        QVERIFY(valueAt(memory, "estimate_bytes").get<double>() > 0);
    }

    void aModelThatDoesNotFit() {
        const ProgramResult refused = ask(m_least - 24 * kMegabyte, dataFile("masks/quad_64x64.png"));
        const QByteArray problem = refused.problemAsRefusal(4, {});
        QVERIFY2(problem.isEmpty(), problem);
    }
};

QTEST_GUILESS_MAIN(TestMemoryLimits)
#include "tst_memory_limits.moc"
