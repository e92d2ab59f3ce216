#include "core/records/log_reader.h"
#include "tests/support/pictures.h"
#include "tests/ui/test_window.h"
#include "ui/panels/thought_view.h"
#include "ui/panels/turn_view.h"

#include <QCheckBox>
#include <QDockWidget>
#include <QToolButton>
#include <QtTest>

using namespace prunescope;
using namespace prunescope::ui;
using prunescope::model::Thinking;
using prunescope::test::TestWindow;

namespace {

void load(TestWindow& test, Thinking thinking) {
    test.script().setInfo([thinking](model::ModelInfo& info) { info.thinking = thinking; });
    test.load();
}

QCheckBox& thinkFirst(TestWindow& test) {
    return *test.child<QCheckBox>("thinkFirst");
}

/// What the last question asked of the engine.
std::optional<bool> asked(TestWindow& test) {
    test.ask("What?");
    return test.script().requests().back().thinking;
}

} // namespace

/// Thinking in the window: the switch, the thought while it is written, and the record.
class TestThinking : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void theSwitchIsThereForModelsThatCan() {
        TestWindow test;
        test.open(test::blocksFromText("01/23"));
        QVERIFY(thinkFirst(test).isHidden()); // no model
        load(test, Thinking::Never);
        QVERIFY(thinkFirst(test).isHidden());
        QVERIFY(!asked(test).has_value());
        load(test, Thinking::Always);
        QVERIFY(thinkFirst(test).isVisible() && !thinkFirst(test).isEnabled() && thinkFirst(test).isChecked());
        QVERIFY(thinkFirst(test).toolTip().contains("always"));
        QVERIFY(asked(test) == true);
        load(test, Thinking::Optional);
        QVERIFY(thinkFirst(test).isVisible() && thinkFirst(test).isEnabled() && !thinkFirst(test).isChecked());
        QVERIFY(asked(test) == false);
        QTest::mouseClick(&thinkFirst(test), Qt::LeftButton, {}, {8, thinkFirst(test).height() / 2});
        QVERIFY(thinkFirst(test).isChecked());
        QVERIFY(asked(test) == true);
    }

    void theChoiceIsRemembered() {
        TestWindow test;
        load(test, Thinking::Optional);
        thinkFirst(test).click();
        load(test, Thinking::Never); // which changes nobody's mind
        test.reopen();
        load(test, Thinking::Optional);
        QVERIFY(thinkFirst(test).isChecked());
        thinkFirst(test).click();
        test.reopen();
        load(test, Thinking::Optional);
        QVERIFY(!thinkFirst(test).isChecked());
    }

    void thePromptIsShownWithIt() {
        TestWindow test;
        test.open(test::blocksFromText("01/23"));
        load(test, Thinking::Optional);
        test.child<QDockWidget>("prompt")->show();
        test.child<QDockWidget>("prompt")->raise();
        const auto last = [&] { return test.script().shownPrompts().back().thinking; };
        QTRY_VERIFY(!test.script().shownPrompts().empty() && last() == false);
        thinkFirst(test).click();
        QTRY_VERIFY(last() == true);
    }

    void theThoughtIsNoAnswer() {
        TestWindow test;
        test.open(test::blocksFromText("01/23"));
        load(test, Thinking::Always);
        test.script().setPieces({"so", " it is", "</think>", "\n\n4", "2"});
        test.script().hold();
        QVERIFY(test.conversation().ask("What?"));
        QTRY_COMPARE(test.conversation().turns().back().thought, "so");
        QVERIFY(test.conversation().turns().back().text.isEmpty());
        auto& thought = *test.child<ThoughtView>();
        QVERIFY(thought.isVisible() && thought.isOpen());
        QCOMPARE(thought.title(), "Thinking…");
        QCOMPARE(thought.text(), "so");
        test.script().release();
        QVERIFY(test.settle());
        const Turn& turn = test.conversation().turns().back();
        QCOMPARE(turn.thought, "so it is");
        QCOMPARE(turn.text, "42");
        QVERIFY2(thought.title().startsWith("Thought for "), qPrintable(thought.title()));
        QVERIFY(!thought.isOpen());
        QVERIFY(!test.child<TurnView>()->answerText().contains("so it is"));
        QTest::mouseClick(thought.findChild<QToolButton*>(), Qt::LeftButton);
        QVERIFY(thought.isOpen());
        QCOMPARE(thought.text(), "so it is");
        const auto record = readRecords(test.path("log.jsonl").toStdString()).back().answer;
        QCOMPARE(record["answer"].get<std::string>(), std::string("42"));
        QCOMPARE(record["thought"].get<std::string>(), std::string("so it is"));
        QVERIFY(record["thinking"] == true);
    }

    void aThoughtWithoutAnEndIsSaid() {
        TestWindow test;
        test.open(test::blocksFromText("01/23"));
        load(test, Thinking::Always);
        test.script().setPieces({"so ", "it is"});
        test.ask("What?");
        QVERIFY(test.conversation().turns().back().text.isEmpty());
        QCOMPARE(test.child<TurnView>()->answerText(), "There is no answer: the thought has no end.");
        QVERIFY(test.child<ThoughtView>()->isOpen());
        test.ask("Again?"); // a turn without an answer is not in the next prompt
        QCOMPARE(test.script().requests().back().messages.size(), std::size_t{1});
    }

    void anAnswerWithoutAThoughtHasNone() {
        TestWindow test;
        test.open(test::blocksFromText("01/23"));
        load(test, Thinking::Optional);
        test.ask("What?");
        QVERIFY(test.child<ThoughtView>()->isHidden());
        const auto record = readRecords(test.path("log.jsonl").toStdString()).back().answer;
        QVERIFY(record["thinking"] == false && !record.contains("thought"));
    }
};

QTEST_MAIN(TestThinking)
#include "tst_thinking.moc"
