#include "core/base/error.h"
#include "tests/support/pictures.h"
#include "tests/ui/test_window.h"
#include "ui/canvas/empty_state.h"
#include "ui/canvas/example_bar.h"
#include "ui/canvas/sample_gallery.h"
#include "ui/canvas/screen_canvas.h"
#include "ui/panels/bundled_hint.h"
#include "ui/panels/panel.h"
#include "ui/session/samples.h"
#include "ui/window/message_bar.h"
#include "ui/window/model_chooser.h"
#include "ui/window/model_menu.h"
#include "ui/window/picture_input.h"

#include <QAction>
#include <QApplication>
#include <QFile>
#include <QImage>
#include <QLabel>
#include <QMenu>
#include <QToolButton>
#include <QtTest>

using namespace prunescope;
using namespace prunescope::ui;
using prunescope::test::TestWindow;

namespace {

const QString kBundled = QStringLiteral("/models/bundled");

TestWindow& bundled(TestWindow& test) {
    test.setBundledModel(kBundled);
    test.reopen();
    return test;
}

QList<QToolButton*> chipsOf(TestWindow& test) {
    return test.child<ExampleBar>()->findChildren<QToolButton*>();
}

void openSample(TestWindow& test, const Sample& sample) {
    test.window().input().openSample(sample);
    QVERIFY(test.settle());
}

} // namespace

/// What somebody sees who starts the program for the first time.
class TestFirstStart : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { applyTheme(*qApp, ThemeMode::Dark); }

    // Samples: everything that resources/samples holds.

    void everySampleOpensAndAsks_data() {
        QTest::addColumn<int>("index");
        for (std::size_t i = 0; i < samples().size(); ++i)
            QTest::newRow(qPrintable(samples()[i].title)) << static_cast<int>(i);
    }
    void everySampleOpensAndAsks() {
        QFETCH(int, index);
        const Sample& sample = samples()[static_cast<std::size_t>(index)];
        QVERIFY2(sample.questions.size() >= 3, "a sample has at least three questions");
        TestWindow test;
        bundled(test).settle();
        openSample(test, sample);
        QVERIFY2(!test.image().isEmpty(), qPrintable(sample.resource));
        QVERIFY(sampleShowing(test.image().screenshot().picture) == &sample);
        const auto chips = chipsOf(test);
        QCOMPARE(chips.size(), sample.questions.size());
        for (qsizetype i = 0; i < chips.size(); ++i) {
            QVERIFY(chips[i]->isVisible());
            chips[i]->click();
            QVERIFY(test.settle());
            QCOMPARE(test.conversation().turns().size(), static_cast<std::size_t>(i) + 1);
            QCOMPARE(test.conversation().turns().back().question, sample.questions[i]);
        }
    }

    void samplesCanBeToldApart() {
        QSet<QString> titles;
        for (const Sample& sample : samples())
            titles << sample.title;
        QCOMPARE(titles.size(), static_cast<qsizetype>(samples().size()));
        QVERIFY(samples().size() >= 3);
    }

    void everyPictureOfTheFolderIsASample() {
        QStringList known;
        for (const Sample& sample : samples())
            known << sample.resource;
        for (const QString& name : QDir(QStringLiteral(":/samples")).entryList())
            if (!name.endsWith(QLatin1String(".json")))
                QVERIFY2(known.contains(QStringLiteral(":/samples/") + name), qPrintable(name));
    }

    void badSampleFilesAreRefused_data() {
        QTest::addColumn<QByteArray>("json");
        QTest::addColumn<QByteArray>("words");
        const auto row = [](const char* name, const char* json, const char* words) {
            QTest::newRow(name) << QByteArray(json).replace('\'', '"') << QByteArray(words);
        };
        row("no JSON", "[", "x.json: not valid JSON");
        row("no list", "{}", "x.json: found no list");
        row("no title", "[{'image': 'a.png', 'questions': ['?']}]", "x.json, entry 1: title");
        row("no image", "[{'title': 'A', 'questions': ['?']}]", "x.json, entry 1: image");
        row("no questions", "[{'title': 'A', 'image': 'a.png'}]", "x.json, entry 1: questions");
        row("questions", "[{'title': 'A', 'image': 'a.png', 'questions': 'one'}]", "expected a list of texts");
    }
    void badSampleFilesAreRefused() {
        QFETCH(QByteArray, json);
        QFETCH(QByteArray, words);
        try {
            readSamples(json.toStdString(), "x.json");
            QFAIL("nothing was thrown");
        } catch (const Error& error) {
            QVERIFY2(QByteArray(error.what()).contains(words), error.what());
        }
    }

    void theEmptyStateOffersThumbnails() {
        TestWindow test;
        auto* gallery = test.child<SampleGallery>();
        QVERIFY(!gallery->isVisible());
        const auto choices = test.child<EmptyState>()->findChildren<QToolButton*>("bigChoice");
        QCOMPARE(choices.size(), 3);
        choices[2]->click();
        QVERIFY(gallery->isVisible());
        const auto buttons = gallery->findChildren<QToolButton*>("thumbnail");
        QCOMPARE(buttons.size(), static_cast<qsizetype>(samples().size()));
        for (QToolButton* button : buttons) {
            QTRY_VERIFY(!button->icon().isNull());
            QVERIFY(
                gallery->widget()->rect().contains(QRect(button->mapTo(gallery->widget(), QPoint()), button->size())));
        }
        QTest::keyClick(gallery, Qt::Key_Escape);
        QVERIFY(!gallery->isVisible() && choices[2]->isVisible());
        choices[2]->click();
        buttons[1]->click();
        QVERIFY(test.settle());
        QVERIFY(test.window().canvas().isVisible());
        QCOMPARE(test.image().screenshot().name, samples()[1].name().toStdString());
    }

    void examplesBelongToSamples() {
        TestWindow test;
        QVERIFY(!test.child<ExampleBar>()->isVisible());
        openSample(test, samples()[0]);
        QVERIFY(test.child<ExampleBar>()->isVisible());
        chipsOf(test).front()->click(); // without a model
        QVERIFY(test.conversation().turns().empty());
        QVERIFY(test.window().messages().text().contains("No model"));
        test.open(test::blocksFromText("01/23"));
        QVERIFY(!test.child<ExampleBar>()->isVisible());
    }

    void anotherExampleStopsTheAnswerThatRuns() {
        TestWindow test;
        bundled(test).settle();
        openSample(test, samples()[0]);
        test.script().hold();
        chipsOf(test)[0]->click();
        chipsOf(test)[1]->click();
        QTRY_COMPARE(test.conversation().turns().size(), std::size_t{2});
        QVERIFY(test.conversation().turns()[0].wasStopped());
        QCOMPARE(test.conversation().turns()[1].question, samples()[0].questions[1]);
        chipsOf(test)[2]->click();
        openSample(test, samples()[1]); // that question was about another picture
        QTest::qWait(20);
        test.script().release();
        QVERIFY(test.settle());
        QVERIFY(test.conversation().turns().empty());
    }

    void samplesFitTheSmallestWindow() {
        TestWindow test;
        bundled(test).window().resize(1024, 700);
        for (const Sample& sample : samples()) {
            openSample(test, sample);
            QTest::qWait(50);
            const QSize size = test.window().size();
            QVERIFY2(size.width() <= 1024 && size.height() <= 700,
                     qPrintable(QString("%1: %2 x %3").arg(sample.title).arg(size.width()).arg(size.height())));
            QVERIFY(test.window().canvas().height() > 200);
            const QRect bar = test.child<ExampleBar>()->rect();
            for (const QToolButton* chip : chipsOf(test))
                QVERIFY2(bar.contains(chip->geometry()), qPrintable(chip->text()));
        }
    }

    // The model that comes along.

    void theBundledModelIsLoadedAtTheStart() {
        TestWindow test;
        test.setBundledModel(kBundled);
        test.script().holdLoad();
        test.reopen(); // does not wait for it
        QCOMPARE(test.modelSlot().state(), ModelSlot::State::Loading);
        test.script().release();
        QVERIFY(test.settle());
        QVERIFY(test.modelSlot().isBundled());
    }

    void anotherModelOfLastTimeIsRespected() {
        TestWindow test;
        QVERIFY(bundled(test).settle());
        test.load(); // another one
        QVERIFY(!test.modelSlot().isBundled());
        test.reopen();
        QVERIFY(test.settle());
        QVERIFY(!test.modelSlot().model()); // a large one is not loaded unasked
        QCOMPARE(test.modelSlot().folder(), "/models/fake");
        test.window().loadModel(kBundled);
        QVERIFY(test.settle());
        test.reopen();
        QVERIFY(test.settle());
        QVERIFY(test.modelSlot().isBundled());
        QCOMPARE(test.modelSlot().folder(), kBundled);
    }

    void theMenuHasTheBundledModelOnce() {
        TestWindow test;
        QVERIFY(bundled(test).settle());
        auto* menu = test.child<ModelMenu>();
        Q_EMIT menu->aboutToShow();
        int entries = 0;
        for (const QAction* action : menu->actions())
            entries += action->toolTip() == kBundled ? 1 : 0;
        QCOMPARE(entries, 1);
    }

    void theMenuPutsAdaptersOnTheLoadedModel() {
        TestWindow test;
        auto* menu = test.child<ModelMenu>();
        auto* adapters = test.child<QMenu>("adapters");
        QVERIFY(adapters);
        Q_EMIT menu->aboutToShow();
        QVERIFY(!adapters->isEnabled()); // no model is loaded
        test.load();
        QCOMPARE(test.script().loads(), 1);
        test.window().chooser().loadAdapter("/runs/cats/checkpoint-500");
        QVERIFY(test.settle());
        QCOMPARE(test.modelSlot().model()->folder, std::string("/models/fake"));
        QCOMPARE(test.modelSlot().model()->adapterFolder, std::string("/runs/cats/checkpoint-500"));
        Q_EMIT menu->aboutToShow();
        QVERIFY(adapters->isEnabled());
        const QList<QAction*> entries = adapters->actions();
        QVERIFY(entries.size() >= 3);
        QCOMPARE(entries[1]->text(), "cats/checkpoint-500");
        QVERIFY(entries[1]->isChecked() && !entries[0]->isChecked());
        test.script().failLoadWith("adapter_config.json: r is 0");
        test.window().chooser().loadAdapter("/runs/dogs");
        QVERIFY(test.settle());
        QCOMPARE(test.window().messages().text(), "adapter_config.json: r is 0");
        QCOMPARE(test.modelSlot().model()->adapterFolder, std::string("/runs/cats/checkpoint-500"));
        test.script().failLoadWith("");
        entries[0]->trigger(); // none
        QVERIFY(test.settle());
        QVERIFY(test.modelSlot().model()->adapterFolder.empty());
        QCOMPARE(test.script().loads(), 1); // the model was not loaded again
    }

    /// The engine that is here when its turn comes may be the other model's.
    void anAdapterThatIsChosenWhileAnotherModelLoadsBringsItsModel() {
        TestWindow test;
        test.load();
        test.script().holdLoad();
        test.window().loadModel("/models/other");
        test.window().chooser().loadAdapter("/runs/cats");
        test.script().release();
        QVERIFY(test.settle());
        QCOMPARE(test.modelSlot().model()->folder, std::string("/models/fake"));
        QCOMPARE(test.modelSlot().model()->adapterFolder, std::string("/runs/cats"));
        QCOMPARE(test.modelSlot().state(), ModelSlot::State::Ready);
    }

    /// The last choice holds, as with models.
    void adaptersMayBeChosenInARow() {
        TestWindow test;
        test.load();
        test.script().holdLoad();
        for (const char* folder : {"/runs/cats", "/runs/dogs", "/runs/birds"})
            test.window().chooser().loadAdapter(folder);
        test.script().release();
        QVERIFY(test.settle());
        QCOMPARE(test.modelSlot().model()->adapterFolder, std::string("/runs/birds"));
        QCOMPARE(test.script().loads(), 1);
    }

    void withoutAModelTheCardSaysWhatToDo() {
        TestWindow test;
        const auto shown = [&](const QString& text) {
            for (const auto* button : test.child<Panel>("conversation")->findChildren<QToolButton*>())
                if (button->text() == text && button->isVisible())
                    return true;
            return false;
        };
        QVERIFY(shown("Download a model…") && shown("Load model folder…") && !shown("Load bundled"));
        test.setBundledModel(kBundled);
        test.script().failLoadWith("model.safetensors: no such file");
        test.reopen();
        QVERIFY(test.settle());
        QVERIFY(test.window().messages().text().contains("model.safetensors"));
        QVERIFY(shown("Load bundled") && shown("Download a model…"));
    }

    void theHintIsForOtherPicturesAndIsRememberedWhenClosed() {
        TestWindow test;
        QVERIFY(bundled(test).settle());
        const auto hint = [&] { return test.child<BundledHint>(); };
        QVERIFY(!hint()->isVisible()); // nothing to ask about yet
        test.open(test::blocksFromText("01/23"));
        QVERIFY(hint()->isVisible());
        const auto known = std::ranges::find_if(samples(), [](const Sample& sample) { return sample.isForBundled; });
        if (known != samples().end()) {
            openSample(test, *known);
            QVERIFY(!hint()->isVisible());
            const QString file = test.path("as-a-file.png");
            QVERIFY(QFile::copy(known->resource, file));
            test.open(test::blocksFromText("01/23"));
            test.window().input().openFiles({file});
            QVERIFY(test.settle());
            QVERIFY(!hint()->isVisible()); // the same picture, however it was opened
            test.open(test::blocksFromText("01/23"));
        }
        test.load();
        QVERIFY(!hint()->isVisible());
        test.window().loadModel(kBundled);
        QVERIFY(test.settle());
        QVERIFY(hint()->isVisible());
        QVERIFY(hint()->findChild<QLabel*>()->text().contains("Download a model…"));
        hint()->findChild<QToolButton*>()->click();
        QVERIFY(!hint()->isVisible());
        test.reopen();
        QVERIFY(test.settle());
        test.open(test::blocksFromText("01/23"));
        QVERIFY(test.modelSlot().isBundled() && !hint()->isVisible());
    }
};

QTEST_MAIN(TestFirstStart)
#include "tst_first_start.moc"
