#include "core/base/error.h"
#include "ui/evaluation/answer_table.h"
#include "ui/evaluation/evaluation_setup.h"
#include "ui/evaluation/plan_list.h"
#include "ui/evaluation/plan_table.h"
#include "ui/evaluation/set_check.h"
#include "ui/evaluation/skipped_table.h"
#include "ui/style/theme.h"

#include <QAbstractItemModelTester>
#include <QAction>
#include <QApplication>
#include <QFile>
#include <QImage>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QLabel>
#include <QLineEdit>
#include <QMenu>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QToolButton>
#include <QtTest>

using namespace prunescope;
using namespace prunescope::ui;

namespace {

constexpr auto kStrict = QAbstractItemModelTester::FailureReportingMode::QtTest;
const std::vector<std::string> kPlans{"input:keep_all", "input:pred_2d"};

/// The answer to question `number` of a picture with two questions.
SharedRecord record(int number, const std::string& plan, double score, bool decided = true) {
    model::EvalRecord record;
    record.set = "drawn";
    record.picture = number / 2;
    record.question = number % 2;
    record.image = "folder/page " + std::to_string(number / 2) + ".png";
    record.asked = {"vqa", "What is  number\n" + std::to_string(number) + "?", "seven", {}};
    record.asked.otherAnswers = {"7"};
    record.plan = plan;
    record.answer = score >= 1 ? "seven" : "eight";
    record.scores = {{"anls", score}};
    record.decided = decided;
    record.keptBlocks = 3;
    record.blocks = 9;
    return std::make_shared<const model::EvalRecord>(record);
}

/// Four questions: both right, only the first, only the second, half right and undecided.
std::vector<SharedRecord> fourQuestions() {
    return {record(0, kPlans[0], 1), record(1, kPlans[0], 1),       record(0, kPlans[1], 1),
            record(1, kPlans[1], 0), record(2, kPlans[0], 0),       record(3, kPlans[0], 0.5),
            record(2, kPlans[1], 1), record(3, kPlans[1], 0, false)};
}

QString cell(const QAbstractItemModel& model, int row, int column) {
    return model.index(row, column).data().toString().replace(QChar(0x202f), QLatin1Char(' '));
}

} // namespace

/// The tables of the evaluation page, the plans that are typed there, and the look through a set.
class TestEvaluationTables : public QObject {
    Q_OBJECT

    QTemporaryDir m_folder;

    QString write(const QString& name, const QByteArray& text) const {
        QFile file(m_folder.filePath(name));
        [&] { QVERIFY(file.open(QIODevice::WriteOnly)); }();
        file.write(text);
        return file.fileName();
    }

private Q_SLOTS:
    void initTestCase() { applyTheme(*qApp, ThemeMode::Dark); }

    void answersStandByQuestionAndPlan() {
        AnswerTable table;
        const QAbstractItemModelTester tester(&table, kStrict);
        table.setPlans(kPlans);
        const std::vector<SharedRecord> records = fourQuestions();
        table.add({records[0], records[1]});
        QCOMPARE(table.rowCount(), 2);
        QCOMPARE(cell(table, 0, AnswerTable::FirstPlan + 1), "–"); // not asked yet
        QSignalSpy changed(&table, &QAbstractItemModel::dataChanged);
        table.add({records.begin() + 2, records.end()});
        QCOMPARE(table.rowCount(), 4);
        QCOMPARE(changed.size(), 1);
        QCOMPARE(cell(table, 1, AnswerTable::Picture), "page 0.png");
        QCOMPARE(cell(table, 1, AnswerTable::Question), "What is number 1?");
        QCOMPARE(cell(table, 1, AnswerTable::Expected), "seven / 7");
        QCOMPARE(cell(table, 1, AnswerTable::FirstPlan), "✓ seven");
        QCOMPARE(cell(table, 1, AnswerTable::FirstPlan + 1), "✗ eight");
        QCOMPARE(cell(table, 3, AnswerTable::FirstPlan), "◐ eight");
        table.add({record(9, "input:random", 1)}); // of a plan that is not asked about
        QCOMPARE(table.rowCount(), 4);
        table.setPlans({kPlans[0]});
        QCOMPARE(table.rowCount(), 0);
        QCOMPARE(table.columnCount(), 4);
    }

    void verdictsAreWords_data() {
        QTest::addColumn<double>("score");
        QTest::addColumn<bool>("decided");
        QTest::addColumn<QString>("words");
        QTest::newRow("right") << 1.0 << true << "✓ right";
        QTest::newRow("wrong") << 0.0 << true << "✗ wrong";
        QTest::newRow("in part") << 0.625 << true << "◐ 0.62";
        QTest::newRow("undecided") << 0.0 << false << "✗ undecided";
    }
    void verdictsAreWords() {
        QFETCH(double, score);
        QFETCH(bool, decided);
        QTEST(verdictText(*record(0, kPlans[0], score, decided)), "words");
    }

    void questionsAreFiltered_data() {
        using Kind = AnswerFilter::Kind;
        QTest::addColumn<int>("kind");
        QTest::addColumn<QString>("words");
        QTest::addColumn<QList<int>>("rows");
        const auto row = [](const char* name, Kind kind, const char* words, const QList<int>& rows) {
            QTest::newRow(name) << static_cast<int>(kind) << words << rows;
        };
        row("all", Kind::All, "", {0, 1, 2, 3});
        row("disagree", Kind::Disagree, "", {1, 2, 3});
        row("only left", Kind::OnlyLeft, "", {1});
        row("only right", Kind::OnlyRight, "", {2});
        row("wrong", Kind::Wrong, "", {1, 2, 3});
        row("undecided", Kind::Undecided, "", {3});
        row("words of a question", Kind::All, "NUMBER 2", {2});
        row("words of a picture", Kind::Disagree, "page 1", {2, 3});
        row("words of nothing", Kind::All, "xyz", {});
    }
    void questionsAreFiltered() {
        QFETCH(int, kind);
        QFETCH(QString, words);
        QFETCH(QList<int>, rows);
        AnswerTable table;
        AnswerFilter filter(table);
        const QAbstractItemModelTester tester(&filter, kStrict);
        table.setPlans(kPlans);
        filter.show(static_cast<AnswerFilter::Kind>(kind), 0, 1, words);
        table.add(fourQuestions()); // rows that come are filtered as well
        QList<int> shown;
        for (int row = 0; row < filter.rowCount(); ++row)
            shown << filter.mapToSource(filter.index(row, 0)).row();
        QCOMPARE(shown, rows);
    }

    void sidesMayChange() {
        AnswerTable table;
        AnswerFilter filter(table);
        table.setPlans(kPlans);
        table.add(fourQuestions());
        filter.show(AnswerFilter::Kind::OnlyLeft, 1, 0, {});
        QCOMPARE(filter.rowCount(), 1);
        QCOMPARE(filter.mapToSource(filter.index(0, 0)).row(), 2);
    }

    void plansShowWhatTheyReach() {
        PlanTable table;
        const QAbstractItemModelTester tester(&table, kStrict);
        table.setPlans(kPlans);
        QCOMPARE(cell(table, 1, PlanTable::Plan), "B  input:pred_2d");
        QCOMPARE(cell(table, 1, PlanTable::Right), "–");
        std::vector<model::EvalRecord> records;
        for (const SharedRecord& shared : fourQuestions())
            records.push_back(*shared);
        QSignalSpy reset(&table, &QAbstractItemModel::modelReset);
        table.setResults(model::summarise(records, kPlans));
        QCOMPARE(reset.size(), 0); // what is selected stays
        QCOMPARE(cell(table, 0, PlanTable::Answers), "4");
        QCOMPARE(cell(table, 0, PlanTable::Right), "50.0 %  (15.0 – 85.0 %)"); // Wilson, 2 of 4
        QCOMPARE(cell(table, 0, PlanTable::Change), "–");
        QVERIFY(cell(table, 1, PlanTable::Change).startsWith("0.0  (-"));
        QCOMPARE(cell(table, 0, PlanTable::Score), "62.5"); // 100 times the mean ANLS
        QCOMPARE(cell(table, 1, PlanTable::Kept), "33.3 %");
        for (int column = 0; column < PlanTable::ColumnCount; ++column) {
            QVERIFY(!table.headerData(column, Qt::Horizontal, Qt::DisplayRole).toString().isEmpty());
            QVERIFY(!table.headerData(column, Qt::Horizontal, Qt::ToolTipRole).toString().isEmpty());
            QVERIFY(!table.index(1, column).data(Qt::ToolTipRole).toString().isEmpty());
        }
        table.setResults(model::summarise(records, {kPlans[1]}));
        QCOMPARE(reset.size(), 1);
        QCOMPARE(table.rowCount(), 1);
    }

    void skippedRowsAreListed() {
        SkippedTable table;
        const QAbstractItemModelTester tester(&table, kStrict);
        table.setRows({{"sets/a.tsv:7", "answer: found nothing"}});
        table.add({{"sets/a.tsv:9", "image: no picture"}});
        table.add({});
        QCOMPARE(table.rowCount(), 2);
        QCOMPARE(cell(table, 1, SkippedTable::Where), "a.tsv:9");
        QCOMPARE(cell(table, 0, SkippedTable::Reason), "answer: found nothing");
    }

    void setupsAreRemembered() {
        EvaluationSetup setup;
        setup.data = "/sets/DocVQA \"VAL\".tsv";
        setup.setName = "DocVQA_VAL";
        setup.style = "qwen2vl";
        setup.limit = 12;
        setup.maxTokens = 7;
        setup.plans = {"input:keep_all", "post:divprune,keep=1/3"};
        setup.records = "/tmp/r.jsonl";
        QCOMPARE(EvaluationSetup::ofText(setup.toText()), setup);
        for (const char* damaged : {"", "{", "[]", "{\"plans\":7,\"limit\":\"x\",\"max_tokens\":-3}"})
            QCOMPARE(EvaluationSetup::ofText(damaged).plans, EvaluationSetup().plans);
        QCOMPARE(EvaluationSetup::ofText("{\"max_tokens\":-3}").maxTokens, 1);
    }

    void recordsAreCalledAfterTheSet_data() {
        QTest::addColumn<QString>("data");
        QTest::addColumn<QString>("name");
        QTest::addColumn<QString>("records");
        QTest::addColumn<QString>("path");
        QTest::newRow("a table") << "/sets/MME.tsv"
                                 << ""
                                 << ""
                                 << "/r/MME.jsonl";
        QTest::newRow("a folder") << "/sets/pro/"
                                  << ""
                                  << ""
                                  << "/r/pro.jsonl";
        QTest::newRow("under another name") << "a b.tsv"
                                            << "MME"
                                            << ""
                                            << "/r/a-b-MME.jsonl";
        QTest::newRow("drawn") << "screens:count=5,seed=1"
                               << ""
                               << ""
                               << "/r/screens-count-5-seed-1.jsonl";
        QTest::newRow("named") << "a.tsv"
                               << ""
                               << " /x/y.jsonl "
                               << "/x/y.jsonl";
    }
    void recordsAreCalledAfterTheSet() {
        EvaluationSetup setup;
        QFETCH(QString, data);
        QFETCH(QString, name);
        QFETCH(QString, records);
        setup.data = data;
        setup.setName = name;
        setup.records = records;
        QTEST(setup.recordsIn("/r"), "path");
    }

    void wrongPlansAreNamed_data() {
        QTest::addColumn<QStringList>("plans");
        QTest::addColumn<QString>("words"); ///< about the last of them; empty: it is right
        QTest::newRow("right") << QStringList{"input:keep_all", "post:divprune,keep=1/3"} << "";
        QTest::newRow("no method") << QStringList{"input:keep_all", "input:nothing"} << "nothing";
        QTest::newRow("empty") << QStringList{""} << "plan A";
        QTest::newRow("twice") << QStringList{"input:pred_2d", "input:pred_2d,tau=0"} << "the same as plan A";
        QTest::newRow("a wrong one above") << QStringList{"x", "input:keep_all"} << "";
    }
    void wrongPlansAreNamed() {
        QFETCH(QStringList, plans);
        QFETCH(QString, words);
        const QString problem = planProblem(plans, plans.size() - 1);
        QCOMPARE(problem.isEmpty(), words.isEmpty());
        QVERIFY2(problem.contains(words), qPrintable(problem));
        EvaluationSetup setup;
        setup.plans = plans;
        if (words.isEmpty() && plans.front() != "x")
            QCOMPARE(setup.options().plans.size(), static_cast<std::size_t>(plans.size()));
        else
            QVERIFY_THROWS_EXCEPTION(prunescope::Error, setup.options());
    }

    void everyPresetIsAPlan() {
        PlanList list([] { return QStringLiteral("input:pred_2d,tau=0.02"); });
        list.setPlans({});
        QList<QAction*> actions = list.findChild<QToolButton*>("addPlan")->menu()->actions();
        int presets = 0;
        while (!actions.isEmpty()) {
            QAction* action = actions.takeFirst();
            if (action->menu()) {
                actions << action->menu()->actions();
                continue;
            }
            if (action->isSeparator() || action->text() == PlanList::tr("An empty line"))
                continue;
            list.setPlans({});
            action->trigger();
            QCOMPARE(list.plans().size(), 1);
            QVERIFY2(list.problem().isEmpty(), qPrintable(action->text() + ": " + list.problem()));
            ++presets;
        }
        QVERIFY(presets > 10);
    }

    void plansAreAddedAndRemoved() {
        PlanList list([] { return QString(); });
        QSignalSpy changed(&list, &PlanList::changed);
        list.setPlans({"input:keep_all", "wrong"});
        QVERIFY(list.problem().contains("plan B"));
        QCOMPARE(changed.size(), 0);
        auto edits = list.findChildren<QLineEdit*>();
        QVERIFY(edits.last()->accessibleDescription().contains("plan B"));
        edits.last()->setText("input:pred_2d");
        QVERIFY(list.problem().isEmpty());
        QCOMPARE(changed.size(), 1);
        for (auto* button : list.findChildren<QToolButton*>())
            if (button->accessibleName() == PlanList::tr("Remove plan %1").arg("A"))
                button->click();
        QCOMPARE(list.plans(), QStringList{"input:pred_2d"});
        QVERIFY(!edits.last()->parentWidget()->findChild<QToolButton*>()->isEnabled()); // one has to stay
    }

    void rowsThatCantBeAskedAreCounted() {
        QImage picture(64, 64, QImage::Format_RGB32);
        picture.fill(Qt::darkGreen);
        QVERIFY(picture.save(m_folder.filePath("a.png")));
        EvaluationSetup setup;
        const auto line = [](const char* image) {
            const QJsonObject question{{"task", "vqa"}, {"question", "What?"}, {"answer", "green"}};
            const QJsonObject whole{{"image", image}, {"questions", QJsonArray{question}}};
            return QJsonDocument(whole).toJson(QJsonDocument::Compact) + '\n';
        };
        setup.data = write("set.jsonl", line("a.png") + line("gone.png") + line("a.png"));
        const SetCheck check = checkSet(setup, {}, m_folder.filePath("records"));
        QVERIFY2(check.set, qPrintable(check.problem));
        QCOMPARE(check.skipped.size(), std::size_t{1});
        QVERIFY(QString::fromStdString(check.skipped.front().where).endsWith("set.jsonl:2"));
        QVERIFY(check.text({}).contains("2 questions"));
        QVERIFY(check.text("llava15").contains("llava15"));
        QCOMPARE(check.recorded, 0);
        QVERIFY(check.recordsProblem.isEmpty());
    }

    void whatIsNoSetIsSaid_data() {
        QTest::addColumn<QString>("data");
        QTest::addColumn<QString>("words");
        QTest::newRow("not there") << "/no/such/file.tsv"
                                   << "file.tsv";
        QTest::newRow("of no kind") << "screens:count=0"
                                    << "count";
    }
    void whatIsNoSetIsSaid() {
        EvaluationSetup setup;
        QFETCH(QString, data);
        QFETCH(QString, words);
        setup.data = data;
        const SetCheck check = checkSet(setup, {}, m_folder.filePath("records"));
        QVERIFY(!check.set);
        QVERIFY2(check.problem.contains(words), qPrintable(check.problem));
        QCOMPARE(check.text({}), check.problem);
    }

    void aFileThatIsNoneOfOursIsRefused() {
        EvaluationSetup setup;
        setup.data = "screens:count=1";
        setup.records = write("other.jsonl", "{\"a\": 1}\n");
        const SetCheck check = checkSet(setup, {}, m_folder.filePath("records"));
        QVERIFY(check.set);
        QVERIFY2(check.recordsProblem.contains("other.jsonl:1"), qPrintable(check.recordsProblem));
    }
};

QTEST_MAIN(TestEvaluationTables)
#include "tst_evaluation_tables.moc"
