// The bundled model answers: what people see first.
#include "core/image/image_file.h"
#include "model/api/closer_look.h"
#include "model/engine/load_engine.h"
#include "model/eval/eval_run.h"

#include <QtTest>
#include <map>

using namespace prunescope;
using namespace prunescope::model;

namespace {

const std::string kFolder = PRUNESCOPE_RESOURCES "/models/prunescope-tiny";

/// Questions and right answers by task.
using Counts = std::map<std::string, std::pair<int, int>>;

Counts countsUnder(const EvalRun& run, const std::string& plan) {
    Counts counts;
    for (const EvalRecord& record : run.records)
        if (record.plan == plan) {
            ++counts[record.asked.task].first;
            counts[record.asked.task].second += record.isRight() ? 1 : 0;
        }
    return counts;
}

double share(const Counts& counts, const std::string& task) {
    const auto found = counts.find(task);
    return found == counts.end() ? 0.0 : static_cast<double>(found->second.second) / found->second.first;
}

} // namespace

class TestBundledAnswers : public QObject {
    Q_OBJECT

    std::unique_ptr<Engine> m_engine;

    Answer ask(const char* sample, const std::string& question) {
        const std::string path = std::string(PRUNESCOPE_RESOURCES "/samples/") + sample;
        Request request = makeRequest({ImageInput{readImage(path), path, {}}}, question);
        request.plan = parsePlan("input:pred_2d");
        return m_engine->answer(request, {}, {});
    }

private Q_SLOTS:
    void initTestCase() {
        LoadOptions options;
        options.folder = kFolder;
        m_engine = loadEngine(options);
    }

    void samples_data() {
        QTest::addColumn<QByteArray>("picture");
        QTest::addColumn<QByteArray>("question");
        QTest::addColumn<QByteArray>("answer");
        QTest::newRow("field") << QByteArray("drawn-form.png") << QByteArray("What is the value of \"User name\"?")
                               << QByteArray("Tina Smith");
        QTest::newRow("check box") << QByteArray("drawn-form.png") << QByteArray("Is \"Send low\" checked?")
                                   << QByteArray("yes");
        QTest::newRow("dark field") << QByteArray("drawn-dark.png") << QByteArray("What is the value of \"Medium\"?")
                                    << QByteArray("Madrid");
        QTest::newRow("title") << QByteArray("drawn-dark.png") << QByteArray("What is the window title?")
                               << QByteArray("Trash list");
        QTest::newRow("document") << QByteArray("drawn-invoice.png") << QByteArray("What is the document title?")
                                  << QByteArray("Invoice");
    }
    /// The questions that a newcomer clicks on.
    void samples() {
        QFETCH(QByteArray, picture);
        QFETCH(QByteArray, question);
        QFETCH(QByteArray, answer);
        QCOMPARE(QByteArray::fromStdString(ask(picture.constData(), question.toStdString()).text), answer);
    }

    void pointsAtThePlace() {
        const Answer answer = ask("drawn-dark.png", "Where is \"Notes update\"?");
        QCOMPARE(answer.regions.size(), std::size_t{1});
        const auto& px = answer.regions.front().px;
        const double x = (px[0] + px[2]) / 2, y = (px[1] + px[3]) / 2;
        QVERIFY2(x > 8 && x < 130 && y > 270 && y < 292, qPrintable(QString("%1, %2").arg(x).arg(y)));
    }

    /// With pruning: what it finds in the part is where it was in the whole.
    void looksCloser() {
        const std::string path = PRUNESCOPE_RESOURCES "/samples/drawn-dark.png";
        Request request = makeRequest({ImageInput{readImage(path), path, {}}}, "Where is \"Notes update\"?");
        request.plan = parsePlan("input:pred_2d");
        const Answer answer = zoomedAnswer(*m_engine, request, {}, {});
        QCOMPARE(answer.looks.size(), std::size_t{2});
        const Look &first = answer.looks[0], &second = answer.looks[1];
        QVERIFY(second.promptTokensFull < first.promptTokensFull);
        QVERIFY(second.part.width < first.part.width && second.part.height < first.part.height);
        QCOMPARE(answer.images.at(0).original, (Size{second.part.width, second.part.height})); // what the model saw
        const auto& px = answer.regions.front().px;
        const double x = (px[0] + px[2]) / 2, y = (px[1] + px[3]) / 2;
        QVERIFY2(x > 8 && x < 130 && y > 270 && y < 292, qPrintable(QString("%1, %2").arg(x).arg(y)));
    }

    /// Far below what its card says, and far above what a model that does not see would reach.
    void isRightAboutDrawnScreens() {
        const auto set =
            openQuestionSet("screens:count=24,seed=900000001,questions=6,options=" + kFolder + "/screens.json");
        EvalOptions options;
        for (const char* plan : {"input:keep_all", "input:pred_2d", "input:random"})
            options.plans.push_back(parsePlan(plan));
        const EvalRun run = runEval(*m_engine, *set, options, nullptr, {}, {});
        for (std::size_t i = 0; i < 2; ++i) {
            const Counts counts = countsUnder(run, toText(options.plans[i]));
            QVERIFY2(share(counts, "locate") > 0.8, qPrintable(QString::number(share(counts, "locate"))));
            QVERIFY2(share(counts, "read") > 0.8, qPrintable(QString::number(share(counts, "read"))));
            QVERIFY2(share(counts, "value") > 0.6, qPrintable(QString::number(share(counts, "value"))));
        }
        const Counts random = countsUnder(run, toText(options.plans[2])); // what pruning without a rule does
        QVERIFY2(share(random, "read") < 0.6, qPrintable(QString::number(share(random, "read"))));
    }
};

QTEST_GUILESS_MAIN(TestBundledAnswers)
#include "tst_bundled_answers.moc"
