#include "core/image/image_file.h"
#include "core/pruning/pixel_options.h"
#include "core/report/mask_painter.h"
#include "core/report/mask_report.h"
#include "tests/support/pictures.h"
#include "tests/ui/test_window.h"
#include "ui/canvas/scene_picture.h"
#include "ui/session/pixels.h"
#include "ui/window/message_bar.h"
#include "ui/window/picture_export.h"
#include "ui/window/picture_menu.h"

#include <QApplication>
#include <QClipboard>
#include <QContextMenuEvent>
#include <QFile>
#include <QMenu>
#include <QSignalSpy>
#include <QtTest>
#include <cstring>

using namespace prunescope;
using namespace prunescope::ui;
using prunescope::test::TestWindow;
using Kind = PictureExport::Kind;

namespace {

void openScreen(TestWindow& test) {
    test.open(test::randomScreen(12, 14, 5));
    MethodSettings settings;
    settings.set(kTau, 0.02);
    test.maskView().setSettings(settings);
    QVERIFY(test.settle());
}

QString save(TestWindow& test, Kind kind, const QString& name) {
    QSignalSpy saved(&test.window().files(), &PictureExport::saved);
    test.window().files().save(kind, test.path(name));
    return saved.wait() ? test.path(name) : QString();
}

bool sameBytes(const Picture& a, const Picture& b) {
    return a.size() == b.size() && std::memcmp(a.data(), b.data(), a.sizeBytes()) == 0;
}

QStringList titles(const QMenu& menu) {
    QStringList all;
    for (const QAction* action : menu.actions())
        if (action->menu())
            for (const QString& title : titles(*action->menu()))
                all << action->text() + '>' + title;
        else if (!action->isSeparator())
            all << action->text();
    return all;
}

} // namespace

/// What is copied and saved of a picture.
class TestPictureExport : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void filesAreWhatCoreMakes() {
        TestWindow test;
        openScreen(test);
        const Picture picture = test.image().screenshot().picture;
        const PixelBlocks blocks(picture); // as large as the model sees it
        const ShownMask& mask = test.maskView().mask();
        QVERIFY(sameBytes(readImage(save(test, Kind::Overlay, "o.png").toStdString()), paintMask(picture, mask.mask)));
        const auto made = restorationOf(picture, blocks, mask, RestoredView::Picture);
        QVERIFY(
            sameBytes(readImage(save(test, Kind::Restored, "r.png").toStdString()), pictureOf(made.picture.whole())));
        const auto errors = restorationOf(picture, blocks, mask, RestoredView::Error);
        QVERIFY(
            sameBytes(readImage(save(test, Kind::Error, "e.png").toStdString()), pictureOf(errors.picture.whole())));
        QVERIFY(!sameBytes(pictureOf(made.picture.whole()), picture)); // there is something to restore
    }

    void theMaskObjectReadsBack() {
        TestWindow test;
        openScreen(test);
        test.maskView().setRegion({32, 32, 200, 200});
        QVERIFY(test.settle());
        QFile file(save(test, Kind::Mask, "m.json"));
        QVERIFY(file.open(QIODevice::ReadOnly));
        const nlohmann::json object = nlohmann::json::parse(file.readAll().toStdString());
        const MaskReport report = maskReportFromJson(object);
        QVERIFY(report.mask == test.maskView().mask().mask);
        QVERIFY(report.settings == test.maskView().settings());
        QCOMPARE(report.original, (Size{200, 200}));
        QCOMPARE(object.at("region").at("px"), nlohmann::json::parse("[32, 32, 200, 200]"));
        QVERIFY(object.contains("flops"));
    }

    /// A canvas at 1:1 shows a part of the same pixels.
    void asShownIsWhatTheCanvasShows() {
        TestWindow test;
        test.open(test::randomScreen(60, 60, 5)); // larger than the canvas
        model::Region region;
        region.px = {100, 100, 260, 200};
        test.script().setRegions({region});
        test.load();
        test.maskView().setPlan(PrunePlan::none()); // the box was seen: no words, which fonts draw as they like
        test.ask("Where?");
        test.maskView().setPlan(PrunePlan());
        ScreenCanvas& canvas = test.window().canvas();
        canvas.actualSize();
        for (int i = 0; i < 40; ++i) // to the corner, where a pixel of the one is a pixel of the other
            for (const Qt::Key key : {Qt::Key_Left, Qt::Key_Up})
                QTest::keyClick(&canvas, key);
        for (auto* chip : canvas.findChildren<QWidget*>(QString(), Qt::FindDirectChildrenOnly))
            chip->hide();
        for (const MaskMode mode : {MaskMode::Mask, MaskMode::Grid, MaskMode::Off, MaskMode::Restored}) {
            test.scene().setMode(mode);
            QVERIFY(test.settle());
            for (auto* chip : canvas.findChildren<QWidget*>(QString(), Qt::FindDirectChildrenOnly))
                chip->hide();
            const QImage whole = drawnScene(test.scene().now());
            const QImage seen = canvas.grab().toImage().convertToFormat(QImage::Format_RGB32);
            const QPoint origin = canvas.transform().origin.toPoint();
            QCOMPARE(canvas.transform().origin, QPointF(origin));
            const QRect inView = QRect(origin, whole.size()) & canvas.rect();
            QVERIFY(inView.width() > 600);
            const QImage a = seen.copy(inView), b = whole.copy(inView.translated(-origin));
            int others = 0; // at the rounded corners of the box, which are smoothed as the surface allows
            for (int y = 0; y < a.height(); ++y)
                for (int x = 0; x < a.width(); ++x)
                    others += a.pixel(x, y) != b.pixel(x, y);
            QVERIFY2(others <= 16, qPrintable(QString::number(others)));
        }
    }

    void theClipboardGetsPixelsOrText() {
        TestWindow test;
        openScreen(test);
        QSignalSpy copied(&test.window().files(), &PictureExport::copied);
        QTest::keyClick(&test.window().canvas(), Qt::Key_C, Qt::ControlModifier);
        QVERIFY(copied.wait());
        QCOMPARE(QApplication::clipboard()->image().convertToFormat(QImage::Format_RGB32),
                 drawnScene(test.scene().now()));
        test.window().files().copy(Kind::Mask);
        QVERIFY(copied.wait());
        QVERIFY(parseMaskJson(QApplication::clipboard()->text().toStdString()).mask == test.maskView().mask().mask);
    }

    void whatCannotBeWrittenIsOneLine() {
        TestWindow test;
        openScreen(test);
        struct Row {
            Kind kind;
            const char* name;
            const char* word; ///< that the line has
        };
        for (const auto& [kind, name, word] :
             {Row{Kind::Overlay, "nowhere/o.png", "o.png"}, Row{Kind::Mask, "nowhere/m.json", "m.json"},
              Row{Kind::Shown, "o.unknown", "'.unknown'"}}) {
            QSignalSpy noticed(&test.session().notices(), &Notices::posted);
            test.window().files().save(kind, test.path(name));
            QVERIFY(noticed.wait());
            const QString text = test.window().messages().text();
            QVERIFY2(text.contains(word) && !text.contains('\n'), qPrintable(text));
            QVERIFY(!QFile::exists(test.path(name)));
        }
    }

    void theMenuHasThemAll() {
        TestWindow test;
        ScreenCanvas& canvas = test.window().canvas();
        openScreen(test);
        test.image().redact({0, 0, 64, 64});
        QVERIFY(test.settle());
        PictureMenu menus({test.image(), canvas, test.window().files()});
        QMenu onIt, beside;
        menus.fill(onIt, canvas.transform().toView(QPointF(20, 20)).toPoint());
        menus.fill(beside, canvas.transform().toView(QPointF(200, 200)).toPoint());
        const QStringList expected{"Copy picture as shown\tCtrl+C",
                                   "Copy>Overlay",
                                   "Copy>Restored picture",
                                   "Copy>Error map",
                                   "Copy>Mask object (JSON)",
                                   "Save picture as shown…",
                                   "Save>Overlay…",
                                   "Save>Restored picture…",
                                   "Save>Error map…",
                                   "Save>Mask object (JSON)…",
                                   "Take the last redaction back",
                                   "Take all redactions back"};
        QCOMPARE(titles(beside), expected);
        QCOMPARE(titles(onIt).size(), expected.size() + 1);
        for (QAction* action : onIt.actions())
            if (action->text() == "Take this redaction back")
                action->trigger();
        QVERIFY(test.image().redactions().empty());
    }

    void aRightClickOpensIt() {
        TestWindow test;
        ScreenCanvas& canvas = test.window().canvas();
        QSignalSpy wanted(&canvas, &ScreenCanvas::menuWanted);
        const QPoint middle = canvas.rect().center();
        QContextMenuEvent empty(QContextMenuEvent::Mouse, middle, canvas.mapToGlobal(middle));
        QCoreApplication::sendEvent(&canvas, &empty);
        QCOMPARE(wanted.size(), 0); // nothing to do it with
        openScreen(test);
        for (const auto reason : {QContextMenuEvent::Mouse, QContextMenuEvent::Keyboard}) {
            QContextMenuEvent event(reason, middle, canvas.mapToGlobal(middle));
            QCoreApplication::sendEvent(&canvas, &event);
            QTRY_VERIFY(QApplication::activePopupWidget());
            QApplication::activePopupWidget()->close();
        }
        QCOMPARE(wanted.size(), 2);
    }
};

QTEST_MAIN(TestPictureExport)
#include "tst_picture_export.moc"
