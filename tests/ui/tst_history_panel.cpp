#include "core/image/image_file.h"
#include "core/records/log_reader.h"
#include "tests/support/pictures.h"
#include "tests/ui/log_samples.h"
#include "tests/ui/test_window.h"
#include "ui/panels/history_model.h"
#include "ui/panels/panel.h"
#include "ui/session/samples.h"
#include "ui/widgets/question_edit.h"
#include "ui/window/message_bar.h"
#include "ui/window/picture_input.h"

#include <QHeaderView>
#include <QLabel>
#include <QLineEdit>
#include <QStackedWidget>
#include <QTableView>
#include <QTextBrowser>
#include <QToolButton>
#include <QtTest>

using namespace prunescope;
using namespace prunescope::ui;
using prunescope::test::TestWindow;

namespace {

/// A window with some questions in its log, and the panel in front.
class ShownHistory {
public:
    explicit ShownHistory(const QStringList& questions) {
        test::logQuestions(window.path("log.jsonl"), questions);
        panel = window.child<Panel>("history");
        panel->menuAction()->trigger();
        table = panel->findChild<QTableView*>();
        words = panel->findChild<QLineEdit*>();
    }
    bool shows(const QString& questions) {
        return QTest::qWaitFor([&] { return listed() == questions; }) || (qWarning() << listed(), false);
    }
    QString listed() const {
        QStringList all;
        for (int row = 0; row < table->model()->rowCount(); ++row)
            all << table->model()->index(row, static_cast<int>(HistoryColumn::Question)).data().toString();
        return all.join(' ');
    }
    QToolButton* button(const QString& text) const {
        for (auto* one : panel->findChildren<QToolButton*>())
            if (one->text() == text)
                return one;
        return nullptr;
    }
    /// What stands in place of the table; empty where the table is there.
    QString emptyText() const {
        const auto* label = qobject_cast<QLabel*>(panel->findChild<QStackedWidget*>()->currentWidget());
        return label ? label->text() : QString();
    }
    QString inFile() const {
        QStringList all;
        for (const InteractionRecord& record : readRecords(window.path("log.jsonl").toStdString()))
            all << QString::fromStdString(record.question);
        return all.join(' ');
    }

    TestWindow window;
    Panel* panel;
    QTableView* table;
    QLineEdit* words;
};

} // namespace

class TestHistoryPanel : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void wordsAreSearchedWhileTheyAreTyped() {
        ShownHistory history({"one", "two", "twenty"});
        QVERIFY(history.shows("twenty two one"));
        QTest::keyClicks(history.words, "tw");
        QVERIFY(history.shows("twenty two"));
        QTest::keyClicks(history.words, "x(");
        QVERIFY(history.shows(""));
        QTRY_VERIFY(history.emptyText().contains("these words"));
        QTest::keyClick(history.words, Qt::Key_Escape);
        QVERIFY(history.shows("twenty two one"));
        QVERIFY(history.emptyText().isEmpty());
    }

    void everyHeaderSorts() {
        ShownHistory history({"b", "c", "a"});
        QVERIFY(history.shows("a c b"));
        QHeaderView* header = history.table->horizontalHeader();
        const int x = header->sectionViewportPosition(static_cast<int>(HistoryColumn::Question)) + 10;
        QTest::mouseClick(header->viewport(), Qt::LeftButton, {}, {x, header->height() / 2});
        QVERIFY(history.shows("a b c"));
        QTest::mouseClick(header->viewport(), Qt::LeftButton, {}, {x, header->height() / 2});
        QVERIFY(history.shows("c b a"));
    }

    void theChosenOneStaysChosenWhenItIsSorted() {
        ShownHistory history({"b", "c", "a"});
        QVERIFY(history.shows("a c b"));
        history.table->selectRow(1);
        auto* detail = history.panel->findChild<QTextBrowser*>();
        QTRY_VERIFY(detail->toPlainText().contains("Qwen3-VL-2B"));
        history.table->sortByColumn(static_cast<int>(HistoryColumn::Question), Qt::DescendingOrder);
        QVERIFY(history.shows("c b a"));
        QTRY_COMPARE(history.table->currentIndex().row(), 0);
        history.words->setText("b");
        QVERIFY(history.shows("b"));
        QTRY_VERIFY(detail->toPlainText().isEmpty());
    }

    void anEmptyHistorySaysWhatItIsFor() {
        ShownHistory history({});
        QTRY_VERIFY(history.emptyText().contains("No questions yet"));
        QVERIFY(!history.button("Open again")->isEnabled() && !history.button("Delete")->isEnabled());
    }

    void deletedQuestionsComeBack() {
        ShownHistory history({"one", "two", "three"});
        QVERIFY(history.shows("three two one"));
        QVERIFY(!history.button("Undo")->isVisible());
        history.table->selectRow(1);
        QTest::keyClick(history.table, Qt::Key_Delete);
        QVERIFY(history.shows("three one"));
        QVERIFY(history.button("Undo")->isVisible());
        QCOMPARE(history.inFile(), "one two three"); // for as long as it can be taken back
        history.button("Undo")->click();
        QVERIFY(history.shows("three two one"));
        QVERIFY(!history.button("Undo")->isVisible());
    }

    void deletedQuestionsAreGoneFromTheLog() {
        ShownHistory history({"one", "two", "three"});
        QVERIFY(history.shows("three two one"));
        history.table->selectRow(1);
        history.button("Delete")->click();
        history.table->selectRow(0);
        QVERIFY(history.shows("three one"));
        history.table->selectRow(0);
        history.button("Delete")->click(); // the first can't be taken back any more
        QTRY_COMPARE(history.inFile(), "one three");
        QVERIFY(history.shows("one"));
        history.window.close();
        QCOMPARE(history.inFile(), "one");
    }

    void questionsAreOpenedAgain() {
        ShownHistory history({});
        TestWindow& test = history.window;
        const QString file = test.path("drawn.png");
        writeImage(file.toStdString(), test::randomScreen(8, 12, 1));
        test.image().openFile(file);
        QVERIFY(test.settle());
        test.load();
        const PrunePlan plan = parsePlan("input:raster,tau=0.03");
        test.maskView().setPlan(plan);
        test.maskView().setRegion({32, 64, 128, 96});
        QVERIFY(test.settle());
        test.ask("Where?");
        test.open(test::blocksFromText("01/23"));
        test.maskView().setPlan(PrunePlan::none());
        QVERIFY(history.shows("Where?"));
        history.table->selectRow(0);
        QTest::keyClick(history.table, Qt::Key_Return);
        QTRY_COMPARE(QString::fromStdString(test.image().screenshot().name), file);
        QCOMPARE(test.maskView().region(), (PixelRect{32, 64, 128, 96}));
        QVERIFY(test.maskView().plan() == plan);
        QCOMPARE(test.child<QuestionEdit>()->toPlainText(), "Where?");
        test.maskView().setRegion({});
        QTest::keyClick(history.table, Qt::Key_Return); // the picture is open: it is not read again
        QTRY_COMPARE(test.maskView().region(), (PixelRect{32, 64, 128, 96}));
    }

    /// A marked part may be narrower than one that is cropped.
    void markedPartsAndRedactionsComeBack() {
        ShownHistory history({});
        TestWindow& test = history.window;
        const QString file = test.path("drawn.png");
        writeImage(file.toStdString(), test::randomScreen(8, 12, 1));
        test.image().openFile(file);
        QVERIFY(test.settle());
        test.load();
        const std::vector<PixelRect> redacted{{32, 64, 20, 10}, {200, 8, 40, 90}};
        test.image().redact(redacted);
        test.maskView().setRegionUse(model::RegionUse::Marked);
        const PixelRect line{5, 0, 1, 256};
        test.maskView().setRegion(line);
        QCOMPARE(test.maskView().region(), line);
        QVERIFY(test.settle());
        test.ask("Where?");
        test.open(test::blocksFromText("01/23"));
        test.maskView().setRegionUse(model::RegionUse::Crop);
        QVERIFY(history.shows("Where?"));
        history.table->selectRow(0);
        QTest::keyClick(history.table, Qt::Key_Return);
        QTRY_COMPARE(QString::fromStdString(test.image().screenshot().name), file);
        QCOMPARE(test.image().redactions(), redacted);
        QCOMPARE(test.maskView().regionUse(), model::RegionUse::Marked);
        QCOMPARE(test.maskView().region(), line);
    }

    void samplesAreOpenedAgain() {
        ShownHistory history({});
        TestWindow& test = history.window;
        const Sample& sample = samples().front();
        test.window().input().openSample(sample);
        QVERIFY(test.settle());
        test.load();
        test.ask("Where?");
        test.open(test::blocksFromText("01/23"));
        QVERIFY(history.shows("Where?"));
        history.table->selectRow(0);
        history.button("Open again")->click();
        QTRY_COMPARE(QString::fromStdString(test.image().screenshot().name), sample.name());
    }

    void aPictureThatIsGoneIsSaid() {
        ShownHistory history({"Where?"}); // in /home/me/word.png
        QVERIFY(history.shows("Where?"));
        history.table->selectRow(0);
        history.button("Open again")->click();
        QTRY_VERIFY(history.window.window().messages().text().contains("/home/me/word.png"));
        QTRY_COMPARE(history.window.child<QuestionEdit>()->toPlainText(), "Where?");
        QCOMPARE(toText(history.window.maskView().plan()), std::string("input:pred_2d,tau=0.02"));
    }

    void theMenuBringsItUpFromBehindAnotherTab() {
        ShownHistory history({"one"});
        QVERIFY(history.panel->menuAction()->isChecked());
        history.window.child<Panel>("latency")->bringUp();
        QTRY_VERIFY(!history.panel->menuAction()->isChecked());
        history.panel->menuAction()->trigger();
        QTRY_VERIFY(history.panel->menuAction()->isChecked());
        QVERIFY(!history.panel->visibleRegion().isEmpty());
        QCOMPARE(history.window.window().focusWidget(), history.words);
        history.panel->menuAction()->trigger();
        QVERIFY(history.panel->isHidden());
    }

    void nothingIsCutOffInANarrowWindow() {
        ShownHistory history({"one"});
        QVERIFY(history.shows("one"));
        history.table->selectRow(0);
        history.button("Delete")->click(); // the line with Undo, too
        history.window.window().resize(1024, 700);
        QTest::qWait(50);
        QVERIFY(history.window.window().minimumSizeHint().width() <= 1024);
        QVERIFY(history.window.window().minimumSizeHint().height() <= 700);
        for (auto* button : history.panel->findChildren<QToolButton*>())
            if (button->isVisible())
                QVERIFY2(
                    button->width() >= button->minimumSizeHint().width() &&
                        history.panel->rect().contains(QRect(button->mapTo(history.panel, QPoint()), button->size())),
                    qPrintable(button->text()));
    }
};

QTEST_MAIN(TestHistoryPanel)
#include "tst_history_panel.moc"
