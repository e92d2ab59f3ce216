#include "core/pruning/pixel_options.h"
#include "tests/support/pictures.h"
#include "tests/ui/test_window.h"
#include "ui/canvas/block_picture.h"
#include "ui/panels/panel.h"
#include "ui/panels/token_model.h"
#include "ui/style/theme.h"
#include "ui/widgets/question_edit.h"

#include <QApplication>
#include <QLabel>
#include <QTableView>
#include <QTextBrowser>
#include <QToolTip>
#include <QtTest>

using namespace prunescope;
using namespace prunescope::ui;
using prunescope::test::TestWindow;

namespace {

constexpr int kLongerThanItWaitsMs = 400;

/// The panel of the prompt in a window, open and in front.
struct Opened {
    explicit Opened(TestWindow& window) : test(window), panel(*window.child<Panel>("prompt")) {
        panel.show();
        panel.raise();
    }

    QTextBrowser& text() const { return *panel.findChild<QTextBrowser*>(); }
    QTableView& table() const { return *panel.findChild<QTableView*>(); }
    TokenModel& tokens() const { return *panel.findChild<TokenModel*>(); }
    BlockPicture& picture() const { return *panel.findChild<BlockPicture*>(); }
    const std::shared_ptr<const model::PromptView>& view() const { return test.session().promptPreview().view(); }

    bool says(const QString& words) const {
        for (const auto* label : panel.findChildren<QLabel*>())
            if (label->isVisibleTo(&panel) && label->text().contains(words))
                return true;
        return false;
    }
    QString cell(int row, TokenModel::Column column) const { return tokens().index(row, column).data().toString(); }

    TestWindow& test;
    Panel& panel;
};

/// A picture of 8 x 8 blocks, which the model sees as it is: of all but the last one the first one says everything.
Picture screen() {
    std::vector<int> levels(64, 100);
    levels.back() = 140;
    return test::flatBlocks(8, 8, levels);
}

void openAndLoad(TestWindow& test) {
    test.open(screen());
    test.load();
}

void choose(TestWindow& test, const char* method) {
    test.maskView().setSettings(test.maskView().settings().withMethod(method));
}

} // namespace

class TestPromptPanel : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void whereTheTemplateComesFromIsSaid() {
        TestWindow test;
        const Opened prompt(test);
        openAndLoad(test);
        QTRY_VERIFY(prompt.says("built-in template"));
        test.script().setInfo([](model::ModelInfo& info) { info.chatTemplate = "/models/fake/chat_template.jinja"; });
        test.load();
        QTRY_VERIFY(prompt.says(" · chat_template.jinja"));
    }

    void whatIsMissingIsSaid() {
        TestWindow test;
        const Opened prompt(test);
        QTRY_VERIFY(prompt.says("Open a picture"));
        test.open(test::blocksFromText("01/23"));
        QTRY_VERIFY(prompt.says("Load a model"));
        QVERIFY(!prompt.text().isVisible());
        test.load();
        QTRY_VERIFY(prompt.text().isVisible());
        QVERIFY(!prompt.says("Load a model"));
    }

    void textAndTokensAreShown() {
        TestWindow test;
        openAndLoad(test);
        const Opened prompt(test);
        test.child<QuestionEdit>()->setPlainText("Where is <b>Save</b>?");
        QTRY_COMPARE(prompt.text().toPlainText().trimmed(),
                     "<|im_start|>user\n<|vision_start|> image: 2 of 64 tokens <|vision_end|>Where is <b>Save</b>?"
                     "<|im_end|>\n<|im_start|>assistant");
        QCOMPARE(prompt.tokens().rowCount(), prompt.view()->promptTokens);
        QVERIFY(prompt.says(
            QString("%1 of %2 tokens").arg(prompt.view()->promptTokens).arg(prompt.view()->promptTokensFull)));
        QVERIFY(prompt.says(QString("next position %1").arg(prompt.view()->nextPosition)));
        const std::vector<std::int64_t> ids = prompt.view()->ids();
        for (int row = 0; row < prompt.tokens().rowCount(); ++row) {
            QCOMPARE(prompt.cell(row, TokenModel::Index), QString::number(row));
            QCOMPARE(prompt.cell(row, TokenModel::Id), QString::number(ids[static_cast<std::size_t>(row)]));
        }
        QCOMPARE(prompt.cell(0, TokenModel::Text), "<|im_start|>");
        const int first = prompt.view()->images.front().firstToken;
        QCOMPARE(prompt.cell(first + 1, TokenModel::Time), QString::number(first)); // the last block
        QCOMPARE(prompt.cell(first + 1, TokenModel::Row), QString::number(first + 7));
        QCOMPARE(prompt.cell(first + 1, TokenModel::Col), QString::number(first + 7));
    }

    void spacesAreSeen() {
        TestWindow test;
        openAndLoad(test);
        const Opened prompt(test);
        test.conversation().setDraft("a b");
        QTRY_VERIFY(prompt.view() && prompt.text().toPlainText().contains("a b"));
        QString all;
        for (int row = 0; row < prompt.tokens().rowCount(); ++row)
            all += prompt.cell(row, TokenModel::Text);
        QVERIFY2(all.contains(QString("a%1b").arg(QChar(0x2423))) && all.contains("\\n"), qPrintable(all));
    }

    void blocksTellTheirTokens() {
        TestWindow test;
        openAndLoad(test);
        const Opened prompt(test);
        QTRY_VERIFY(prompt.view());
        const int first = prompt.view()->images.front().firstToken;
        BlockPicture& picture = prompt.picture();
        QCOMPARE(picture.textOf(0), QString("token %1, block row 0, column 0, position t %1, y %1, x %1").arg(first));
        QCOMPARE(picture.textOf(63), QString("token %1, block row 7, column 7, position t %2, y %3, x %3")
                                         .arg(first + 1)
                                         .arg(first)
                                         .arg(first + 7));
        QCOMPARE(picture.textOf(11), "dropped, block row 1, column 3");
        QCOMPARE(picture.textOf(64), QString());
        for (const int block : {0, 11, 63}) {
            const QPointF centre = picture.viewRect(block).center();
            QCOMPARE(picture.blockAt(centre), block);
            QTest::mouseMove(&picture, centre.toPoint());
            QTRY_COMPARE(QToolTip::text(), picture.textOf(block));
        }
        QCOMPARE(picture.blockAt(QPointF(-1, -1)), -1);
    }

    void rowsLightUpTheirBlocks() {
        TestWindow test;
        openAndLoad(test);
        const Opened prompt(test);
        QTRY_VERIFY(prompt.view());
        const int first = prompt.view()->images.front().firstToken;
        Q_EMIT prompt.table().entered(prompt.tokens().index(first + 1, 0));
        QCOMPARE(prompt.picture().lit(), 63);
        Q_EMIT prompt.table().entered(prompt.tokens().index(0, 0)); // of the text
        QCOMPARE(prompt.picture().lit(), -1);
        prompt.table().selectRow(first);
        QCOMPARE(prompt.picture().lit(), 0);
        Q_EMIT prompt.table().entered(prompt.tokens().index(first + 1, 0));
        QEvent leave(QEvent::Leave);
        QApplication::sendEvent(prompt.table().viewport(), &leave);
        QCOMPARE(prompt.picture().lit(), 0); // the chosen one again
        QTest::mouseClick(&prompt.picture(), Qt::LeftButton, {}, prompt.picture().viewRect(63).center().toPoint());
        QCOMPARE(prompt.table().currentIndex().row(), first + 1);
    }

    void theWheelZoomsAtTheCursor() {
        TestWindow test;
        openAndLoad(test);
        const Opened prompt(test);
        QTRY_VERIFY(prompt.view());
        BlockPicture& picture = prompt.picture();
        const QRectF before = picture.viewRect(0);
        const QPointF at = picture.viewRect(27).center();
        QWheelEvent turn(at, picture.mapToGlobal(at), {}, {0, 1200}, {}, {}, Qt::NoScrollPhase, false);
        QApplication::sendEvent(&picture, &turn);
        QVERIFY(picture.viewRect(0).width() > 2 * before.width());
        QCOMPARE(picture.blockAt(at), 27);
        QTest::mouseDClick(&picture, Qt::LeftButton, {}, at.toPoint());
        QCOMPARE(picture.viewRect(0), before);
    }

    void itFollowsWhatItIsMadeOf() {
        TestWindow test;
        openAndLoad(test);
        const Opened prompt(test);
        QTRY_VERIFY(prompt.text().toPlainText().contains("image: 2 of 64 tokens"));
        choose(test, "keep_all");
        QTRY_VERIFY(prompt.text().toPlainText().contains("image: 64 of 64 tokens"));
        test.conversation().setDraft("Something else?");
        QTRY_VERIFY(prompt.text().toPlainText().contains("Something else?"));
        test.maskView().setRegion({0, 0, 256, 64});
        QTRY_VERIFY(prompt.view()->images.front().grid() == test.maskView().fullGrid());
        QCOMPARE(prompt.view()->images.front().report.original, (Size{256, 64}));
        test.open(test::randomScreen(9, 11, 1));
        QTRY_COMPARE(prompt.view()->images.front().report.original, (Size{352, 288}));
        QVERIFY(prompt.view()->images.front().grid() == test.maskView().fullGrid());
        const auto before = test.script().shownPrompts().size();
        test.load();
        QTRY_VERIFY(test.script().shownPrompts().size() > before);
    }

    void quickChangesAreTakenTogether() {
        TestWindow test;
        openAndLoad(test);
        const Opened prompt(test);
        QTRY_VERIFY(prompt.view());
        QVERIFY(test.settle());
        const auto before = test.script().shownPrompts().size();
        for (const char* draft : {"W", "Wh", "Wha", "What"})
            test.conversation().setDraft(draft);
        QVERIFY(test.settle());
        QCOMPARE(test.script().shownPrompts().size(), before + 1);
        QVERIFY(prompt.text().toPlainText().contains("What<|im_end|>"));
    }

    void theLastQuestionIsShownUntilAnotherIsTyped() {
        TestWindow test;
        openAndLoad(test);
        const Opened prompt(test);
        test.ask("One?");
        QTRY_VERIFY(prompt.text().toPlainText().contains("One?<|im_end|>\n<|im_start|>assistant\n"));
        QVERIFY(!prompt.text().toPlainText().contains("A short answer."));
        test.child<QuestionEdit>()->setPlainText("Two?");
        QTRY_VERIFY(prompt.text().toPlainText().contains(
            "assistant\nA short answer.<|im_end|>\n<|im_start|>user\nTwo?<|im_end|>"));
    }

    void nothingIsMadeWhileTheModelAnswers() {
        TestWindow test;
        openAndLoad(test);
        const Opened prompt(test);
        QTRY_VERIFY(prompt.view());
        QVERIFY(test.settle());
        const auto before = test.script().shownPrompts().size();
        const auto* view = prompt.view().get();
        test.script().hold();
        QVERIFY(test.conversation().ask("What?"));
        choose(test, "keep_all");
        QTest::qWait(kLongerThanItWaitsMs);
        QCOMPARE(test.script().shownPrompts().size(), before);
        QCOMPARE(prompt.view().get(), view);
        QVERIFY(prompt.says("renewed after the answer"));
        test.script().release();
        QVERIFY(test.settle());
        QCOMPARE(test.script().shownPrompts().size(), before + 1);
        QVERIFY(prompt.text().toPlainText().contains("image: 64 of 64 tokens"));
        QVERIFY(!prompt.says("renewed after the answer"));
    }

    void nothingIsMadeWhileNobodyLooks() {
        TestWindow test;
        openAndLoad(test);
        choose(test, "keep_all");
        QTest::qWait(kLongerThanItWaitsMs);
        QVERIFY(test.script().shownPrompts().empty());
        const Opened prompt(test);
        QTRY_COMPARE(test.script().shownPrompts().size(), 1U);
        QVERIFY(test.settle());
        prompt.panel.hide();
        choose(test, "pred_2d");
        QTest::qWait(kLongerThanItWaitsMs);
        QCOMPARE(test.script().shownPrompts().size(), 1U);
    }

    void aFailureIsSaidInPlace() {
        TestWindow test;
        openAndLoad(test);
        const Opened prompt(test);
        QTRY_VERIFY(prompt.view());
        test.script().failWith("vit@9 is between two DeepStack layers");
        choose(test, "keep_all");
        QTRY_VERIFY(prompt.says("vit@9 is between two DeepStack layers"));
        QVERIFY(!prompt.view());
        test.script().failWith({});
        choose(test, "pred_2d");
        QTRY_VERIFY(prompt.view());
    }

    void coloursFollowTheTheme() {
        TestWindow test;
        openAndLoad(test);
        const Opened prompt(test);
        QTRY_VERIFY(prompt.view());
        for (const ThemeMode mode : {ThemeMode::Light, ThemeMode::Dark}) {
            applyTheme(*qApp, mode);
            QTRY_VERIFY(prompt.text().toHtml().contains(coloursOf(QApplication::palette()).muted.name()));
        }
    }
};

QTEST_MAIN(TestPromptPanel)
#include "tst_prompt_panel.moc"
