#include "core/base/error.h"
#include "model/eval/eval_log.h"
#include "tests/support/pictures.h"
#include "tests/ui/test_window.h"
#include "ui/evaluation/answer_view.h"
#include "ui/evaluation/answers_pane.h"
#include "ui/evaluation/evaluation_page.h"
#include "ui/evaluation/plan_table.h"
#include "ui/evaluation/results_pane.h"
#include "ui/evaluation/setup_form.h"
#include "ui/panels/panel.h"
#include "ui/widgets/question_edit.h"
#include "ui/window/message_bar.h"

#include <QAbstractButton>
#include <QAbstractSpinBox>
#include <QApplication>
#include <QComboBox>
#include <QLabel>
#include <QLineEdit>
#include <QStackedWidget>
#include <QTableView>
#include <QToolButton>
#include <QtTest>
#include <set>
#include <tuple>

using namespace prunescope;
using namespace prunescope::ui;
using prunescope::test::TestWindow;

namespace {

constexpr int kPatienceMs = 60000; ///< on a machine that is busy with other things
const QString kData = QStringLiteral("screens:count=6,seed=7,questions=2");

/// A window with a model, and the evaluation page in front with a set that was looked through.
struct Fixture {
    TestWindow test;

    explicit Fixture(EvaluationServices services = {}, const QString& data = kData) {
        test.setEvaluation(std::move(services));
        test.reopen();
        test.load();
        open(data);
    }
    void open(const QString& data) {
        test.window().showEvaluation(true);
        page().form().setData(data);
        QVERIFY(QTest::qWaitFor([&] { return page().form().isChecked(); }, kPatienceMs));
    }
    EvaluationPage& page() { return test.window().evaluation(); }
    qint64 questions() { return page().form().check().set->questions(); }
    /// Waits for the end of the run and of what is computed from it.
    bool ends() {
        return QTest::qWaitFor([&] { return !page().isRunning() && page().results().isIdle(); }, kPatienceMs);
    }
    bool answered(std::size_t count) {
        return QTest::qWaitFor([&] { return page().results().records().size() >= count; }, kPatienceMs);
    }
    model::EvalLogContent log() { return model::readEvalLog(page().form().check().recordsPath.toStdString()); }
    /// Whether the file holds each question under each plan once.
    bool isWhole() {
        std::set<std::tuple<std::int64_t, std::int64_t, std::string>> keys;
        const model::EvalLogContent content = log();
        for (const model::EvalRecord& record : content.records)
            keys.insert({record.picture, record.question, record.plan});
        return content.unfinished.empty() && keys.size() == content.records.size() &&
               content.records.size() == 2 * static_cast<std::size_t>(questions());
    }
    QToolButton* button(const char* name) { return page().findChild<QToolButton*>(name); }
};

} // namespace

/// The evaluation page of a window with a fake engine.
class TestEvaluation : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { applyTheme(*qApp, ThemeMode::Dark); }

    void everyQuestionIsAskedUnderEveryPlan() {
        Fixture fixture;
        QVERIFY2(fixture.page().whyNotStart().isEmpty(), qPrintable(fixture.page().whyNotStart()));
        QVERIFY(fixture.page().start());
        QVERIFY(fixture.ends());
        QVERIFY(fixture.isWhole());
        QVERIFY2(fixture.page().stateText().startsWith("Done"), qPrintable(fixture.page().stateText()));
        const auto& plans = fixture.page().results().plans().results();
        QCOMPARE(plans.size(), std::size_t{2});
        for (const model::PlanResult& plan : plans)
            QCOMPARE(plan.all.questions, fixture.questions());
        QVERIFY(plans[1].keptShare < plans[0].keptShare);
        QCOMPARE(fixture.page().results().answers().answers().rowCount(), static_cast<int>(fixture.questions()));
        QVERIFY(!fixture.button("primary")->isEnabled()); // everything is answered
    }

    void whatIsMissingIsSaid() {
        TestWindow test;
        EvaluationPage& page = test.window().evaluation();
        test.window().showEvaluation(true);
        QVERIFY(page.whyNotStart().contains("set"));
        QVERIFY(!page.start());
        page.form().setData("/no/such.tsv");
        QTRY_VERIFY(page.form().isChecked());
        QVERIFY2(page.stateText().contains("such.tsv"), qPrintable(page.stateText()));
        page.form().setData(kData);
        QTRY_VERIFY(page.form().isChecked());
        QVERIFY2(page.stateText().contains("No model"), qPrintable(page.stateText()));
        EvaluationSetup setup = page.form().setup();
        setup.plans = {"input:keep_all", "nonsense"};
        page.form().setSetup(setup);
        QVERIFY2(page.whyNotStart().contains("plan B"), qPrintable(page.whyNotStart()));
        QVERIFY(!page.start());
        QVERIFY(!test.modelSlot().model());
    }

    void nothingElseIsAskedMeanwhile() {
        Fixture fixture;
        fixture.test.open(test::randomScreen(10, 10, 1));
        fixture.test.window().showEvaluation(true);
        fixture.test.script().hold();
        QVERIFY(fixture.page().start());
        QVERIFY(fixture.test.conversation().whyNotAsk().contains("evaluation", Qt::CaseInsensitive));
        QVERIFY(!fixture.test.conversation().ask("What?"));
        QVERIFY(!fixture.test.child<QuestionEdit>()->isEnabled());
        const int loads = fixture.test.script().loads();
        fixture.test.window().loadModel("/models/other");
        QVERIFY(fixture.test.window().messages().text().contains("pause it"));
        QCOMPARE(fixture.test.script().loads(), loads);
        QVERIFY(!fixture.test.modelSlot().isLoading());
        fixture.page().pause();
        fixture.test.script().release();
        QVERIFY(fixture.ends());
        QVERIFY(fixture.test.child<QuestionEdit>()->isEnabled());
        fixture.test.ask("What?");
    }

    void aPausedRunGoesOn() {
        Fixture fixture;
        fixture.test.script().holdFrom(6);
        QVERIFY(fixture.page().start());
        QVERIFY(fixture.answered(5));
        fixture.page().pause();
        QVERIFY(fixture.ends());
        QVERIFY2(fixture.page().stateText().startsWith("Paused"), qPrintable(fixture.page().stateText()));
        const std::size_t before = fixture.log().records.size();
        QCOMPARE(before, fixture.page().results().records().size());
        QCOMPARE(before, std::size_t{5});
        fixture.test.script().release();
        QCOMPARE(fixture.button("primary")->text(), "Go on");
        fixture.button("primary")->click();
        QVERIFY(fixture.ends());
        QVERIFY(fixture.isWhole());
        QCOMPARE(fixture.page().results().records().size(), 2 * static_cast<std::size_t>(fixture.questions()));
        const std::size_t asked = fixture.test.script().requests().size();
        QVERIFY(asked <= fixture.log().records.size() + 1); // at most the one that was being answered
    }

    void closingKeepsEveryRecord_data() {
        QTest::addColumn<int>("after");
        for (const int after : {1, 4, 9})
            QTest::addRow("after %d answers", after) << after;
    }
    void closingKeepsEveryRecord() {
        QFETCH(int, after);
        Fixture fixture;
        fixture.test.script().holdFrom(static_cast<std::size_t>(after) + 1); // one is being answered
        QVERIFY(fixture.page().start());
        QVERIFY(fixture.answered(static_cast<std::size_t>(after)));
        const QString records = fixture.page().form().check().recordsPath;
        QVERIFY(!fixture.test.window().close()); // says so once
        QVERIFY(fixture.test.window().messages().text().contains("evaluation", Qt::CaseInsensitive));
        fixture.test.reopen();
        const std::size_t kept = model::readEvalLog(records.toStdString()).records.size();
        QCOMPARE(kept, static_cast<std::size_t>(after));
        fixture.test.script().release();
        fixture.test.load();
        fixture.test.window().showEvaluation(true); // the set of the last time stands there
        QTRY_VERIFY_WITH_TIMEOUT(fixture.page().form().isChecked(), kPatienceMs);
        QCOMPARE(fixture.page().form().setup().data, kData);
        QCOMPARE(fixture.page().form().check().recorded, static_cast<qint64>(kept));
        QCOMPARE(fixture.button("primary")->text(), "Go on");
        QVERIFY(fixture.page().start());
        QVERIFY(fixture.ends());
        QVERIFY(fixture.isWhole());
    }

    void furtherPlansJoin() {
        Fixture fixture;
        QVERIFY(fixture.page().start());
        QVERIFY(fixture.ends());
        const std::size_t asked = fixture.test.script().requests().size();
        EvaluationSetup setup = fixture.page().form().setup();
        setup.plans << "input:random";
        fixture.page().form().setSetup(setup);
        QVERIFY(fixture.page().form().isChecked()); // plans change nothing of the set
        QVERIFY(fixture.page().start());
        QVERIFY(fixture.ends());
        QCOMPARE(fixture.test.script().requests().size(), asked + static_cast<std::size_t>(fixture.questions()));
        QCOMPARE(fixture.page().results().plans().rowCount(), 3);
    }

    void whatTheEngineThrowsIsSaid() {
        Fixture fixture;
        fixture.test.script().failWith("the device is gone");
        QVERIFY(fixture.page().start());
        QVERIFY(fixture.ends());
        QVERIFY2(fixture.page().stateText().contains("the device is gone"), qPrintable(fixture.page().stateText()));
        QVERIFY(fixture.test.modelSlot().whyLent().isEmpty());
        fixture.test.script().failWith({});
        QVERIFY(fixture.page().start());
        QVERIFY(fixture.ends());
        QVERIFY(fixture.isWhole());
    }

    void anotherRunsFileIsRefused() {
        Fixture fixture;
        QVERIFY(fixture.page().start());
        QVERIFY(fixture.ends());
        EvaluationSetup setup = fixture.page().form().setup();
        setup.maxTokens = 3;
        fixture.page().form().setSetup(setup);
        QVERIFY(fixture.page().start());
        QVERIFY(fixture.ends());
        QVERIFY2(fixture.page().stateText().contains("max_tokens"), qPrintable(fixture.page().stateText()));
        QVERIFY(fixture.isWhole());
    }

    void aQuestionShowsBothAnswers() {
        Fixture fixture;
        QVERIFY(fixture.page().start());
        QVERIFY(fixture.ends());
        auto* list = fixture.page().findChild<QTableView*>("answers");
        auto* left = fixture.page().findChild<AnswerView*>("leftAnswer");
        auto* right = fixture.page().findChild<AnswerView*>("rightAnswer");
        QVERIFY(!left->record());
        list->selectRow(1);
        QVERIFY(left->record() && right->record());
        QCOMPARE(left->record()->plan, "input:keep_all");
        QCOMPARE(right->record()->plan, "input:pred_2d");
        QCOMPARE(left->record()->question, right->record()->question);
        QVERIFY(left->text().contains("A short answer."));
        QTRY_VERIFY(fixture.page().results().answers().isIdle());
        QImage shown[2];
        for (const auto& [view, image] : {std::pair(left, &shown[0]), std::pair(right, &shown[1])}) {
            auto* picture = view->findChild<QWidget*>("picture");
            *image = picture->grab().toImage();
        }
        QVERIFY(shown[0] != shown[1]); // what was dropped is dimmed on the right
        fixture.page().findChild<QComboBox*>("filter")->setCurrentIndex(static_cast<int>(AnswerFilter::Kind::Disagree));
        QCOMPARE(list->model()->rowCount(), 0); // the fake engine says the same under every plan
    }

    void reportsAreWritten() {
        std::vector<model::SetReport> written;
        std::size_t pictures = 0;
        EvaluationServices services;
        services.writeReport = [&](const std::string&, const std::vector<model::SetReport>& sets,
                                   const EvaluationServices::Pictures& picturesOf) {
            written = sets;
            pictures = picturesOf(0, 0).size();
        };
        Fixture fixture(services);
        QVERIFY(!fixture.button("saveReport")->isEnabled());
        QVERIFY(fixture.page().start());
        QVERIFY(fixture.ends());
        QVERIFY(fixture.button("saveReport")->isEnabled() && fixture.button("openReport")->isEnabled());
        bool done = false;
        fixture.page().writeReport(fixture.test.path("r.html"), [&] { done = true; });
        QTRY_VERIFY(done);
        QCOMPARE(written.size(), std::size_t{1});
        QCOMPARE(written[0].plans.size(), std::size_t{2});
        QCOMPARE(written[0].records.size(), fixture.log().records.size());
        QVERIFY(!written[0].interrupted);
        QCOMPARE(pictures, std::size_t{1});
    }

    void aReportThatCantBeWrittenIsSaid() {
        EvaluationServices services;
        services.writeReport = [](auto&&...) { throw Error(ErrorKind::WriteFailed, "r.html: the disk is full"); };
        Fixture fixture(services);
        QVERIFY(fixture.page().start());
        QVERIFY(fixture.ends());
        fixture.page().writeReport(fixture.test.path("r.html"), [] { QFAIL("written"); });
        QTRY_VERIFY(fixture.test.window().messages().text().contains("the disk is full"));
    }

    void thePageTakesThePlaceOfThePanels() {
        TestWindow test;
        test.open(test::randomScreen(10, 10, 1));
        auto* conversation = test.child<Panel>("conversation");
        auto* history = test.child<Panel>("history");
        QVERIFY(conversation->isVisible() && !history->isVisible());
        test.window().showEvaluation(true);
        QVERIFY(test.window().evaluation().isVisible() && !conversation->isVisible());
        test.window().showEvaluation(false);
        QVERIFY(conversation->isVisible() && !history->isVisible() && !test.window().evaluation().isVisible());
        test.window().showEvaluation(true);
        test.reopen(); // closed with the page in front
        QVERIFY(test.child<Panel>("conversation")->isVisible());
        test.window().showEvaluation(true);
        test.open(test::randomScreen(10, 10, 1)); // somebody wants to see a picture
        QVERIFY(!test.window().evaluation().isVisible());
    }

    void everyControlHasANameAndIsReachable_data() {
        QTest::addColumn<bool>("results");
        QTest::newRow("set up") << false;
        QTest::newRow("results") << true;
    }
    void everyControlHasANameAndIsReachable() {
        QFETCH(bool, results);
        Fixture fixture;
        if (results) {
            QVERIFY(fixture.page().start());
            QVERIFY(fixture.ends());
        }
        std::set<QWidget*> chain;
        for (QWidget* next = fixture.page().nextInFocusChain(); chain.insert(next).second;)
            next = next->nextInFocusChain();
        int controls = 0;
        for (auto* widget : fixture.page().findChildren<QWidget*>()) {
            const bool control = qobject_cast<QAbstractButton*>(widget) || qobject_cast<QLineEdit*>(widget) ||
                                 qobject_cast<QComboBox*>(widget) || qobject_cast<QAbstractSpinBox*>(widget) ||
                                 qobject_cast<QTableView*>(widget);
            const bool inner = qobject_cast<QAbstractSpinBox*>(widget->parentWidget()) ||
                               qobject_cast<QLineEdit*>(widget->parentWidget()) ||
                               qobject_cast<QTableView*>(widget->parentWidget());
            if (!control || inner || !widget->isVisible())
                continue;
            ++controls;
            const auto* button = qobject_cast<QAbstractButton*>(widget);
            const QByteArray who = widget->metaObject()->className() + QByteArray(" ") + widget->objectName().toUtf8();
            QVERIFY2(!widget->accessibleName().isEmpty() || (button && !button->text().isEmpty()), who);
            QVERIFY2(widget->focusPolicy() & Qt::TabFocus, who);
            QVERIFY2(chain.contains(widget), who);
        }
        QVERIFY(controls > 8);
    }

    void nothingIsCutOff_data() {
        QTest::addColumn<QSize>("size");
        QTest::newRow("as at first") << QSize(1440, 900);
        QTest::newRow("the smallest") << QSize(1024, 700);
    }
    void nothingIsCutOff() {
        QFETCH(QSize, size);
        Fixture fixture;
        const QSize least = fixture.test.window().minimumSizeHint();
        QVERIFY2(least.width() <= 1024 && least.height() <= 700,
                 qPrintable(QString("%1 x %2").arg(least.width()).arg(least.height())));
        fixture.test.window().resize(size);
        QVERIFY(fixture.page().start());
        QVERIFY(fixture.ends());
        for (QWidget* tab :
             {static_cast<QWidget*>(&fixture.page().form()), fixture.page().findChild<QWidget*>("results")}) {
            static_cast<QStackedWidget*>(tab->parentWidget())->setCurrentWidget(tab);
            QTest::qWait(50);
            for (auto* button : fixture.page().findChildren<QAbstractButton*>())
                if (button->isVisible() && !button->text().isEmpty())
                    QVERIFY2(button->width() >= button->minimumSizeHint().width(), qPrintable(button->text()));
            for (auto* label : fixture.page().findChildren<QLabel*>())
                if (label->isVisible() && !label->wordWrap())
                    QVERIFY2(label->width() >= label->sizeHint().width(), qPrintable(label->text()));
        }
    }
};

QTEST_MAIN(TestEvaluation)
#include "tst_evaluation.moc"
