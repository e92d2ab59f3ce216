#include "model/bundle/bundle_file.h"
#include "model/bundle/replay.h"
#include "tests/support/golden.h"
#include "tests/support/pictures.h"
#include "tests/ui/test_window.h"
#include "ui/window/bundle_export.h"
#include "ui/window/message_bar.h"
#include "ui/window/picture_menu.h"

#include <QFile>
#include <QMenu>
#include <QSignalSpy>
#include <QtTest>

using namespace prunescope;
using namespace prunescope::ui;
using prunescope::test::TestWindow;

namespace {

const std::string kModel = (test::dataFolder() / "qwen3vl" / "model").string(); ///< has a hash, as real ones

/// A window with a model of that dtype that has answered twice about a picture with a part redacted.
void askTwice(TestWindow& test, const std::string& dtype) {
    test.script().setInfo([dtype](model::ModelInfo& info) {
        info.folder = kModel;
        info.dtype = dtype;
    });
    test.load();
    test.open(test::randomScreen(12, 14, 5));
    test.image().redact({0, 0, 64, 64});
    QVERIFY(test.settle());
    test.ask("What is this?");
    test.ask("And that?");
    QVERIFY(test.settle());
}

model::Bundle saved(TestWindow& test) {
    QSignalSpy saved(&test.window().bundles(), &BundleExport::saved);
    test.window().bundles().save(test.path("one.zip"));
    return saved.wait() ? model::readBundle(test.path("one.zip").toStdString()) : model::Bundle();
}

} // namespace

/// The last answer as a bundle.
class TestBundleExport : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void theChatUpToTheAnswer() {
        TestWindow test;
        askTwice(test, "float32");
        const int loads = test.script().loads();
        const model::Bundle bundle = saved(test);
        QCOMPARE(bundle.record.question, std::string("And that?"));
        QCOMPARE(bundle.request.messages.size(), std::size_t{3});
        QVERIFY(bundle.part.redacted == std::vector{PixelRect(0, 0, 64, 64)});
        QCOMPARE(int{bundle.request.images.front().picture.row(63)[63 * 3]}, 0);
        QVERIFY(bundle.float32.tokenIds == test.conversation().lastAnswered()->answer.tokenIds);
        QCOMPARE(test.script().loads(), loads);
        QVERIFY(model::replayMasks(bundle, "one.zip").holds());
        QVERIFY(test.modelSlot().whyLent().isEmpty());
    }

    void otherNumbersAreRunAgain() {
        TestWindow test;
        askTwice(test, "bfloat16");
        const int loads = test.script().loads();
        QVERIFY(!saved(test).float32.tokenIds.empty());
        QCOMPARE(test.script().loads(), loads + 1);
        QVERIFY(!test.script().requests().back().reuse);
    }

    void onlyOfTheModelAndThePictureThatAreHere() {
        TestWindow test;
        BundleExport& bundles = test.window().bundles();
        QVERIFY(!bundles.isPossible());
        askTwice(test, "float32");
        QVERIFY(bundles.isPossible());
        test.image().redact({64, 64, 64, 64});
        QVERIFY(test.settle());
        QVERIFY(!bundles.isPossible());
    }

    void whatGoesWrongIsSaid() {
        TestWindow test;
        askTwice(test, "float32");
        QSignalSpy noticed(&test.session().notices(), &Notices::posted);
        test.window().bundles().save("/nowhere/one.zip");
        QVERIFY(noticed.wait());
        QVERIFY2(test.window().messages().text().contains("nowhere"), qPrintable(test.window().messages().text()));
        QVERIFY(test.window().bundles().isPossible());
    }

    void itIsInTheMenu() {
        TestWindow test;
        askTwice(test, "float32");
        PictureMenu menus({test.image(), test.window().canvas(), test.window().files(), &test.window().bundles()});
        QMenu menu;
        menus.fill(menu, {0, 0});
        const auto actions = menu.actions();
        const auto found =
            std::ranges::find(actions, QStringLiteral("Save the last answer as a bundle…"), &QAction::text);
        QVERIFY(found != actions.end() && (*found)->isEnabled());
    }
};

QTEST_MAIN(TestBundleExport)
#include "tst_bundle_export.moc"
