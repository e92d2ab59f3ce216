// The list of conversations, and what can be done with a turn.
#include "tests/support/pictures.h"
#include "tests/ui/test_window.h"
#include "ui/panels/conversations_model.h"
#include "ui/panels/panel.h"
#include "ui/panels/turn_actions.h"
#include "ui/panels/turn_view.h"
#include "ui/session/turn_storage.h"
#include "ui/store/conversation_table.h"
#include "ui/store/database.h"
#include "ui/store/picture_encoder.h"
#include "ui/widgets/question_edit.h"
#include "ui/widgets/quiet_button.h"
#include "ui/widgets/undo_strip.h"

#include <QAbstractItemModelTester>
#include <QHeaderView>
#include <QLabel>
#include <QLineEdit>
#include <QScrollArea>
#include <QStackedWidget>
#include <QTableView>
#include <QToolButton>
#include <QVBoxLayout>
#include <QtTest>

using namespace prunescope;
using namespace prunescope::ui;
using prunescope::test::TestWindow;

namespace {

/// A conversation of these questions, none of them answered; its number.
qint64 keep(const TestWindow& test, const QStringList& questions) {
    static qint64 clock = 1'000'000;
    const Database database(test.path("prunescope.db"));
    PictureEncoder encoder;
    TurnsToKeep wanted;
    for (const QString& question : questions) {
        Turn turn;
        turn.state = Turn::State::Failed;
        turn.error = "out of memory";
        turn.question = question;
        turn.pictureName = "drawn.png";
        turn.size = {64, 64};
        wanted.turns.push_back({storedTurn(turn), test::blocksFromText("01/23")});
    }
    return keepTurns(database, encoder, wanted, clock += 100'000).conversation;
}

/// A window with some conversations of one question each, and the panel in front.
class Shown {
public:
    explicit Shown(const QStringList& titles) {
        for (const QString& title : titles)
            keep(window, {title});
        panel = window.child<Panel>("conversations");
        panel->menuAction()->trigger();
        table = panel->findChild<QTableView*>();
        words = panel->findChild<QLineEdit*>();
    }
    bool shows(const QString& titles) {
        return QTest::qWaitFor([&] { return listed() == titles; }) || (qWarning() << listed(), false);
    }
    QString listed() const {
        QStringList all;
        for (int row = 0; row < table->model()->rowCount(); ++row)
            all << table->model()->index(row, 0).data().toString();
        return all.join(' ');
    }
    QToolButton* button(const QString& text) const {
        for (auto* one : panel->findChildren<QToolButton*>())
            if (one->text() == text)
                return one;
        return nullptr;
    }
    QString emptyText() const {
        const auto* label = qobject_cast<QLabel*>(panel->findChild<QStackedWidget*>()->currentWidget());
        return label ? label->text() : QString();
    }

    TestWindow window;
    Panel* panel;
    QTableView* table;
    QLineEdit* words;
};

/// The views of turns, from the first to the last.
QList<TurnView*> views(TestWindow& test) {
    QList<TurnView*> all;
    for (const Turn& turn : test.conversation().turns())
        for (auto* view : test.window().findChildren<TurnView*>())
            if (view->turn().id == turn.id)
                all << view;
    return all;
}

QToolButton* buttonOf(TurnView* view, const QString& name) {
    for (auto* button : view->findChildren<QToolButton*>())
        if (button->text() == name || button->accessibleName() == name)
            return button;
    return nullptr;
}

} // namespace

class TestConversationsPanel : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void theModelKeepsTheRules() {
        Shown shown({"b", "c", "a"});
        QAbstractItemModelTester tester(shown.table->model(), QAbstractItemModelTester::FailureReportingMode::QtTest);
        QVERIFY(shown.shows("a c b"));
        keep(shown.window, {"d"});
        shown.words->setText("nothing");
        QVERIFY(shown.shows(""));
        shown.words->clear();
        QVERIFY(shown.shows("d a c b"));
        shown.table->sortByColumn(0, Qt::AscendingOrder);
        QVERIFY(shown.shows("a b c d"));
        const QAbstractItemModel& model = *shown.table->model();
        QCOMPARE(model.index(0, static_cast<int>(ConversationColumn::Questions)).data().toString(), "1");
        QVERIFY(!model.index(0, 0).data(Qt::DecorationRole).value<QIcon>().isNull());
        QVERIFY(
            model.index(0, static_cast<int>(ConversationColumn::Changed)).data().toString().startsWith("1970-01-01"));
    }

    void anEmptyListSaysWhatItIsFor() {
        Shown shown({});
        QTRY_VERIFY(shown.emptyText().contains("No conversations yet"));
        for (const char* name : {"Open", "Rename", "Delete"})
            QVERIFY(!shown.button(name)->isEnabled());
        shown.words->setText("x");
        QTRY_VERIFY(shown.emptyText().contains("these words"));
    }

    void theKeyboardOpensRenamesAndDeletes() {
        Shown shown({"one", "two"});
        QVERIFY(shown.shows("two one"));
        QTest::keyClick(shown.words, Qt::Key_Down);
        QVERIFY(shown.table->selectionModel()->isRowSelected(0));
        QTest::keyClick(shown.table, Qt::Key_F2);
        auto* editor = shown.table->findChild<QLineEdit*>();
        QVERIFY(editor);
        QTest::keyClicks(editor, "zwei");
        QTest::keyClick(editor, Qt::Key_Return);
        QVERIFY(shown.shows("zwei one"));
        QVERIFY(shown.window.conversation().turns().empty()); // the editor's Enter opens nothing
        QTest::keyClick(shown.table, Qt::Key_Return);
        QTRY_COMPARE(shown.window.conversation().turns().size(), 1U);
        QCOMPARE(shown.window.conversation().turns().front().question, "two");
        QTRY_COMPARE(shown.window.window().focusWidget(),
                     shown.window.child<QuestionEdit>()); // what is typed next is a question
        QVERIFY(!shown.window.maskView().changes());      // no later look at what was open before
        QTest::keyClick(shown.table, Qt::Key_Delete);
        QVERIFY(shown.shows("one"));
        QTRY_VERIFY(shown.window.conversation().turns().empty());
        auto* undo = shown.panel->findChild<UndoStrip*>();
        QVERIFY(undo->isVisible());
        undo->findChild<QToolButton*>()->click();
        QVERIFY(shown.shows("zwei one"));
        QTRY_COMPARE(shown.window.conversation().turns().size(), 1U); // it was open
    }

    void whatAnotherWindowDeletedIsSaid() {
        Shown shown({"one"});
        QVERIFY(shown.shows("one"));
        const Database database(shown.window.path("prunescope.db"));
        database.run("DELETE FROM conversations");
        QSignalSpy posted(&shown.window.session().notices(), &Notices::posted);
        shown.table->selectRow(0);
        shown.button("Open")->click();
        QTRY_COMPARE(posted.size(), 1);
        QVERIFY(posted.front().front().value<Notice>().text.contains("not there any more"));
    }

    void aLongConversationShowsItsEndFirst() {
        TestWindow test;
        QStringList questions;
        for (int i = 0; i < 100; ++i)
            questions << QString::number(i);
        test.session().conversationOpener().open(keep(test, questions));
        QVERIFY(test.settle());
        QTRY_COMPARE(views(test).size(), 40);
        QCOMPARE(views(test).front()->turn().question, "60");
        QToolButton* more = nullptr;
        for (auto* button : test.child<Panel>("conversation")->findChildren<QToolButton*>())
            if (button->text().contains("earlier"))
                more = button;
        QVERIFY(more && more->isVisible());
        more->click();
        QCOMPARE(views(test).size(), 80);
        more->click();
        QCOMPARE(views(test).size(), 100);
        QVERIFY(!more->isVisible());
        auto* scroll = test.child<Panel>("conversation")->findChild<QScrollArea*>();
        const auto* list = qobject_cast<QVBoxLayout*>(scroll->widget()->layout());
        for (int i = 1; i < 100; ++i)
            QVERIFY(list->indexOf(views(test)[i]) == list->indexOf(views(test)[i - 1]) + 1);
    }

    void turnsAreAskedAgainAndEdited() {
        TestWindow test;
        test.open(test::blocksFromText("0123/4567/8901"));
        test.load();
        test.ask("One?");
        test.ask("Two?");
        QTRY_COMPARE(views(test).size(), 2);
        QToolButton* again = buttonOf(views(test)[0], "Ask again");
        QVERIFY(again && again->focusPolicy() & Qt::TabFocus);
        again->click();
        QVERIFY(test.settle());
        QTRY_COMPARE(views(test).size(), 1);
        QVERIFY(views(test)[0]->findChild<TurnActions*>()->isVisible());
        QToolButton* before = buttonOf(views(test)[0], "The branch before this one");
        QTRY_VERIFY(before->isVisible() && before->isEnabled());
        QVERIFY(!buttonOf(views(test)[0], "The branch after this one")->isEnabled());
        before->click();
        QTRY_COMPARE(views(test).size(), 2);
        buttonOf(views(test)[0], "Edit")->click();
        auto* edit = test.child<QuestionEdit>();
        QCOMPARE(edit->toPlainText(), "One?");
        QTest::keyClicks(edit, "!");
        QTest::keyClick(edit, Qt::Key_Return);
        QVERIFY(test.settle());
        QTRY_COMPARE(views(test).size(), 1);
        QCOMPARE(views(test)[0]->turn().question, "One?!");
        QCOMPARE(views(test)[0]->turn().stored.branches, 3);
    }

    void quietButtonsAreSeenNearTheMouseOrTheKeyboard() {
        QWidget window;
        QuietButton button("Edit", "tip", &window);
        window.resize(300, 200);
        button.setGeometry(200, 100, 60, 24);
        QLineEdit other(&window);
        window.show();
        QVERIFY(QTest::qWaitForWindowActive(&window));
        other.setFocus();
        const auto isDrawn = [&] {
            QImage drawn(button.size(), QImage::Format_ARGB32);
            drawn.fill(Qt::transparent);
            button.render(&drawn, {}, {}, {});
            return drawn != [&] {
                QImage clear(drawn.size(), drawn.format());
                clear.fill(Qt::transparent);
                return clear;
            }();
        };
        QVERIFY(!isDrawn());
        button.setNear(true);
        QVERIFY(isDrawn());
        button.setNear(false);
        button.setFocus();
        QVERIFY(isDrawn());
    }

    void thePartOfAQuestionIsAChipThatShowsIt() {
        TestWindow test;
        test.open(test::blocksFromText("0123/4567/8901"));
        test.load();
        const PixelRect region{32, 32, 64, 64};
        test.maskView().setRegion(region);
        QVERIFY(test.settle());
        test.ask("What is here?");
        test.maskView().setRegion({});
        QVERIFY(test.settle());
        auto* chip = views(test)[0]->findChild<QToolButton*>("partChip");
        QVERIFY(chip && chip->isVisible() && chip->text().contains("64"));
        chip->click();
        QVERIFY(test.maskView().region() == region);
    }

    void newBeginsAnother() {
        TestWindow test;
        test.open(test::blocksFromText("0123/4567/8901"));
        test.load();
        test.ask("One?");
        QVERIFY(QTest::qWaitForWindowActive(&test.window()));
        QTest::keyClick(&test.window(), Qt::Key_N, Qt::ControlModifier);
        QTRY_VERIFY(test.conversation().turns().empty()); // a button that is pressed for a moment
        QVERIFY(!test.image().isEmpty());
        test.ask("Two?");
        QCOMPARE(Database(test.path("prunescope.db")).value("SELECT count(*) FROM conversations").toInt(), 2);
    }
};

QTEST_MAIN(TestConversationsPanel)
#include "tst_conversations_panel.moc"
