#include "core/base/error.h"
#include "core/pruning/pixel_options.h"
#include "tests/support/pictures.h"
#include "tests/ui/test_window.h"
#include "ui/canvas/screen_canvas.h"
#include "ui/capture/screen_grabber.h"
#include "ui/panels/history_model.h"
#include "ui/panels/panel.h"
#include "ui/window/message_bar.h"
#include "ui/window/picture_input.h"

#include <QAbstractButton>
#include <QAction>
#include <QApplication>
#include <QClipboard>
#include <QDropEvent>
#include <QFile>
#include <QFileInfo>
#include <QLabel>
#include <QMenu>
#include <QMimeData>
#include <QShortcut>
#include <QTableView>
#include <QToolBar>
#include <QToolButton>
#include <QtTest>

using namespace prunescope;
using namespace prunescope::ui;
using prunescope::test::TestWindow;

namespace {

void drop(QWidget& target, const QMimeData& data) {
    QDragEnterEvent enter(QPoint(9, 9), Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
    QCoreApplication::sendEvent(&target, &enter);
    if (!enter.isAccepted())
        return;
    QDropEvent event(QPointF(9, 9), Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
    QCoreApplication::sendEvent(&target, &event);
}

QImage red() {
    QImage image(64, 96, QImage::Format_RGB32);
    image.fill(Qt::red);
    return image;
}

// Contrast of two colours as WCAG defines it.
double contrast(QColor a, QColor b) {
    const auto luminance = [](QColor c) {
        const auto linear = [](double v) { return v <= 0.04045 ? v / 12.92 : std::pow((v + 0.055) / 1.055, 2.4); };
        return 0.2126 * linear(c.redF()) + 0.7152 * linear(c.greenF()) + 0.0722 * linear(c.blueF());
    };
    const double high = std::max(luminance(a), luminance(b)), low = std::min(luminance(a), luminance(b));
    return (high + 0.05) / (low + 0.05);
}

} // namespace

class TestMainWindow : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { applyTheme(*qApp, ThemeMode::Dark); }

    /// Two of the same would both do nothing.
    void everyShortcutIsThereOnce() {
        TestWindow test;
        test.open(test::randomScreen(4, 6, 1));
        QMap<QString, QStringList> owners;
        const auto add = [&owners](const QKeySequence& keys, const QObject* owner) {
            if (!keys.isEmpty())
                owners[keys.toString()] << owner->metaObject()->className() + QStringLiteral(" ") +
                                               owner->property("text").toString();
        };
        for (const QAction* action : test.window().findChildren<QAction*>())
            if (action->shortcutContext() == Qt::WindowShortcut)
                for (const QKeySequence& keys : action->shortcuts())
                    add(keys, action);
        for (const QAbstractButton* button : test.window().findChildren<QAbstractButton*>())
            add(button->shortcut(), button);
        for (const QShortcut* shortcut : test.window().findChildren<QShortcut*>())
            if (shortcut->context() == Qt::WindowShortcut)
                add(shortcut->key(), shortcut);
        QVERIFY(owners.size() > 8);
        for (auto it = owners.cbegin(); it != owners.cend(); ++it)
            QVERIFY2(it.value().size() == 1, qPrintable(it.key() + ": " + it.value().join(", ")));
    }

    void aDroppedFileIsOpened() {
        TestWindow test;
        const QString path = test.path("red.png");
        QVERIFY(red().save(path));
        QMimeData data;
        data.setUrls({QUrl::fromLocalFile(path)});
        drop(test.window(), data);
        QVERIFY(test.settle());
        QCOMPARE(test.image().screenshot().picture.height(), 96);
        QVERIFY(test.window().windowTitle().startsWith("red.png"));
        QMenu recent;
        test.window().input().fillRecentMenu(recent);
        QVERIFY(std::ranges::any_of(recent.actions(), [](const QAction* a) { return a->text() == "red.png"; }));
    }

    void aDroppedPictureIsOpened() {
        TestWindow test;
        QMimeData data;
        data.setImageData(red());
        drop(test.window(), data);
        QVERIFY(test.settle());
        QCOMPARE(static_cast<int>(test.image().screenshot().picture.row(0)[0]), 255);
    }

    void aBadFileGivesALineAndKeepsThePicture() {
        TestWindow test;
        test.open(test::blocksFromText("01/23"));
        const quint64 before = test.image().id();
        QFile bad(test.path("broken.png"));
        QVERIFY(bad.open(QIODevice::WriteOnly));
        bad.close();
        QMimeData data;
        data.setUrls({QUrl::fromLocalFile(bad.fileName())});
        drop(test.window(), data);
        QVERIFY(test.settle());
        QVERIFY(test.window().messages().isVisible());
        QVERIFY2(test.window().messages().text().contains("broken.png"), qPrintable(test.window().messages().text()));
        QCOMPARE(test.image().id(), before);
        QVERIFY(!test.image().levels().whole().isNull());
    }

    void theClipboardIsPasted() {
        TestWindow test;
        QApplication::clipboard()->setImage(red());
        test.window().input().paste();
        QVERIFY(test.settle());
        QCOMPARE(test.image().screenshot().picture.width(), 64);
        QApplication::clipboard()->setText("only words");
        test.window().input().paste();
        QVERIFY(test.window().messages().text().contains("no picture"));
    }

    void everySampleOpens() {
        TestWindow test;
        QMenu samples;
        test.window().input().fillSampleMenu(samples);
        QVERIFY(samples.actions().size() >= 2);
        for (QAction* action : samples.actions()) {
            const quint64 before = test.image().id();
            action->trigger();
            QVERIFY(test.settle());
            QCOMPARE(test.image().id(), before + 1);
            QVERIFY(test.maskView().mask().mask.keptShare() < 0.8);
        }
    }

    void withoutAScreenCaptureSaysSo() {
        TestWindow test;
        test.window().input().capture(); // the offscreen platform has none
        QVERIFY(test.window().isVisible());
        QVERIFY(test.window().messages().text().contains("capture"));
        for (const GrabberEntry& entry : grabbers())
            QVERIFY(entry.make() != nullptr);
    }

    void settingsAreRemembered() {
        TestWindow test;
        MethodSettings settings;
        settings = settings.withMethod("conncomp");
        settings.set(kTau, 0.05);
        settings.set(kAnchored, false);
        settings.set(kSeed, 18446744073709551557ULL);
        settings.set("skip-ratio", OptionValue(0.25));
        settings.set("even", OptionValue(true));
        const PrunePlan plan = PrunePlan::of(settings, Place::VisionLayer, 8);
        test.maskView().setPlan(plan);
        test.scene().setMode(MaskMode::Grid);
        test.scene().setShowsChanges(false);
        test.child<Panel>("latency")->hide();
        test.child<Panel>("history")->show();
        test.reopen();
        QVERIFY(test.maskView().plan() == plan);
        QCOMPARE(test.scene().now().mode, MaskMode::Grid);
        QVERIFY(!test.scene().now().showsChanges);
        QVERIFY(!test.child<QAction>("changes")->isChecked());
        QVERIFY(!test.child<Panel>("latency")->isVisible());
        QVERIFY(test.child<Panel>("history")->isVisible());
    }

    /// As versions wrote them that knew no plans: a key an option.
    void olderSettingsAreRead() {
        const QTemporaryDir folder;
        const QString path = folder.filePath("old.ini");
        QFile file(path);
        QVERIFY(file.open(QFile::WriteOnly));
        file.write("[pruning]\nstrategy=conncomp\nmetric=mae\ntau=0.02\nanchored=false\nseed=18446744073709551557\n"
                   "skipRatio=0.25\neven=true\n");
        file.close();
        QCOMPARE(
            toText(WindowSettings(path).plan()),
            std::string("input:conncomp,tau=0.02,metric=mae,sliding,seed=18446744073709551557,skip-ratio=0.25,even"));
        QVERIFY(file.open(QFile::WriteOnly));
        file.write("[pruning]\nstrategy=no such method\ntau=7\n");
        file.close();
        QVERIFY(WindowSettings(path).plan() == PrunePlan());
    }

    void settingsAreForNobodyElse() {
        const QTemporaryDir folder;
        const QString path = folder.filePath("config/prunescope.ini");
        WindowSettings(path).addRecentPicture("/home/somebody/secret.png");
        constexpr QFile::Permissions kOthers = QFile::ReadGroup | QFile::WriteGroup | QFile::ExeGroup |
                                               QFile::ReadOther | QFile::WriteOther | QFile::ExeOther;
        QVERIFY(QFileInfo(path).isFile());
        QVERIFY(!(QFile::permissions(path) & kOthers));
        QVERIFY(!(QFile::permissions(folder.filePath("config")) & kOthers));
    }

    void anAlignedSkipIsRememberedAfterARatio() {
        TestWindow test;
        MethodSettings settings("conncomp");
        settings.set("skip-ratio", OptionValue(0.25));
        test.maskView().setSettings(settings);
        test.reopen();
        settings.reset("skip-ratio");
        test.maskView().setSettings(settings);
        test.reopen();
        QVERIFY(test.maskView().settings() == settings);
    }

    void everyViewIsRemembered() {
        TestWindow test;
        for (const MaskMode mode :
             {MaskMode::Mask, MaskMode::Grid, MaskMode::Restored, MaskMode::Error, MaskMode::Off}) {
            test.scene().setMode(mode);
            test.reopen();
            QCOMPARE(test.scene().now().mode, mode);
        }
    }

    void settingsAreNotWrittenForEachStepOfASlider() {
        TestWindow test;
        const QString path = test.path("settings.ini");
        MethodSettings settings;
        settings.set(kTau, 0.01);
        test.maskView().setSettings(settings);
        QCoreApplication::processEvents();
        QCOMPARE(WindowSettings(path).plan().pixelStage().settings.value(kTau), 0.0); // not yet
        QTRY_COMPARE(WindowSettings(path).plan().pixelStage().settings.value(kTau), 0.01);
    }

    void theModelFolderIsRemembered() {
        TestWindow test;
        test.load();
        test.reopen();
        QVERIFY(!test.modelSlot().model()); // not loaded unasked
        QCOMPARE(test.modelSlot().folder(), "/models/fake");
    }

    void historyShowsEarlierAndNewQuestions() {
        TestWindow test;
        test.open(test::blocksFromText("01/23"));
        test.load();
        test.ask("One?");
        test.reopen();
        test.child<Panel>("history")->show();
        auto* model = test.child<HistoryModel>();
        QTRY_COMPARE(model->rowCount(), 1);
        test.open(test::blocksFromText("01/23"));
        test.load();
        test.ask("Two?");
        QTRY_COMPARE(model->rowCount(), 2);
        QTRY_COMPARE(model->index(0, static_cast<int>(HistoryColumn::Question)).data().toString(), "Two?");
    }

    void aHistoryThatCannotBeReadIsReadLater() {
        TestWindow test;
        QVERIFY(QDir().mkpath(test.path("log.jsonl"))); // a folder where the log should be
        auto* history = test.child<Panel>("history");
        history->show();
        QTRY_VERIFY(test.window().messages().text().contains("log.jsonl"));
        const auto labels = history->findChildren<QLabel*>();
        QVERIFY(std::ranges::none_of(labels, [](const QLabel* label) { return label->text().startsWith("Reading"); }));
        QVERIFY(QDir().rmdir(test.path("log.jsonl")));
        test.open(test::blocksFromText("01/23"));
        test.load();
        test.ask("One?"); // tries again
        QTRY_COMPARE(test.child<HistoryModel>()->rowCount(), 1);
    }

    void whatUsesTheSessionGoesBeforeIt() {
        TestWindow test;
        QList<const QObject*> gone;
        const auto watch = [&](const QObject* object) {
            connect(object, &QObject::destroyed, this, [&gone, object] { gone << object; });
        };
        QList<const QObject*> widgets{&test.window().canvas(), &test.window().messages(), test.child<QToolBar>()};
        for (const auto* panel : test.window().findChildren<Panel*>())
            widgets << panel;
        for (const QObject* widget : widgets)
            watch(widget);
        const QObject* session = &test.session();
        watch(session);
        test.reopen();
        QCOMPARE(gone.size(), widgets.size() + 1);
        QCOMPARE(gone.back(), session);
    }

    void anUnwritableLogIsShownAndNothingIsLost() {
        TestWindow test;
        QVERIFY(QDir().mkpath(test.path("log.jsonl"))); // a folder where the log should be
        test.open(test::blocksFromText("01/23"));
        test.load();
        test.ask("One?");
        QVERIFY(test.window().messages().text().contains("log.jsonl"));
        QCOMPARE(test.session().log().unsaved().size(), 1U);
        QVERIFY(test.conversation().turns().back().isDone());
        QVERIFY(!test.window().close()); // says so once
        QVERIFY(test.window().messages().text().contains("1 question is not in the log"));
        QVERIFY(QDir().rmdir(test.path("log.jsonl")));
        test.session().log().retry();
        QVERIFY(test.settle());
        QVERIFY(test.session().log().unsaved().empty());
        QVERIFY(test.window().close());
    }

    // What is told by an icon alone still has a name and a tip.
    void toolsLoseTheirTextsInNarrowWindows() {
        TestWindow test;
        auto* compare = test.child<QToolButton>("compareButton");
        test.window().resize(1440, 900);
        QTest::qWait(50);
        QCOMPARE(compare->toolButtonStyle(), Qt::ToolButtonTextBesideIcon);
        const int wide = compare->width();
        test.window().resize(1024, 700);
        QTest::qWait(50);
        QCOMPARE(test.window().width(), 1024);
        QCOMPARE(compare->toolButtonStyle(), Qt::ToolButtonIconOnly);
        QVERIFY(compare->width() < wide && compare->width() >= compare->sizeHint().width());
        QVERIFY(compare->text() == "Compare" && !compare->toolTip().isEmpty());
        test.window().resize(1440, 900);
        QTest::qWait(50);
        QCOMPARE(compare->width(), wide);
    }

    void nothingIsCutOffAtTheSmallestSize() {
        TestWindow test;
        test.open(test::randomScreen(34, 60, 1));
        QVERIFY2(test.window().minimumSizeHint().width() <= 1024 && test.window().minimumSizeHint().height() <= 700,
                 qPrintable(QString("%1 x %2")
                                .arg(test.window().minimumSizeHint().width())
                                .arg(test.window().minimumSizeHint().height())));
        test.window().resize(1024, 700);
        QTest::qWait(50);
        for (const PanelEntry& entry : panels()) {
            auto* panel = test.child<Panel>(entry.name);
            if (!panel->isVisible())
                continue;
            QVERIFY2(panel->widget()->height() >= panel->widget()->minimumSizeHint().height(), entry.name);
            QVERIFY2(test.window().rect().contains(panel->geometry()), entry.name);
        }
    }

    void everyControlHasANameAndIsReachable() {
        TestWindow test;
        test.child<Panel>("history")->show();
        for (auto* button : test.window().findChildren<QAbstractButton*>()) {
            if (!button->isVisible() || button->inherits("QTabBar"))
                continue;
            const bool named = !button->text().isEmpty() || !button->accessibleName().isEmpty();
            QVERIFY2(named, qPrintable(button->objectName() + " in " + button->parentWidget()->objectName()));
        }
    }

    void textHasContrast_data() {
        QTest::addColumn<int>("mode");
        QTest::newRow("dark") << static_cast<int>(ThemeMode::Dark);
        QTest::newRow("light") << static_cast<int>(ThemeMode::Light);
    }
    void textHasContrast() {
        QFETCH(int, mode);
        applyTheme(*qApp, static_cast<ThemeMode>(mode));
        const Colours& c = coloursOf(QApplication::palette());
        QCOMPARE(c.dark, static_cast<ThemeMode>(mode) == ThemeMode::Dark);
        for (const QColor& text : {c.text, c.muted, c.accent, c.good, c.warning, c.error})
            for (const QColor& background : {c.panel, c.field})
                QVERIFY2(contrast(text, background) >= 4.5, qPrintable(text.name() + " on " + background.name()));
        QVERIFY(contrast(Qt::white, c.accentFill) >= 4.5);
    }

    void theWindowDrawsItselfIntoAFile() {
        TestWindow test;
        test.open(test::blocksFromText("01/23"));
        test.window().renderTo(test.path("window.png"));
        QCOMPARE(QImage(test.path("window.png")).size(), test.window().size());
        QVERIFY_EXCEPTION_THROWN(test.window().renderTo(test.path("no/folder/window.png")), Error);
    }

    void settledActionsRunOnce() {
        TestWindow test;
        int ran = 0;
        test.script().holdLoad();
        test.window().loadModel("/models/fake");
        test.window().whenSettled([&] { ++ran; });
        QCOMPARE(ran, 0);
        test.script().release();
        QTRY_COMPARE(ran, 1);
        test.window().whenSettled([&] { ++ran; });
        QCOMPARE(ran, 2);
    }
};

QTEST_MAIN(TestMainWindow)
#include "tst_main_window.moc"
