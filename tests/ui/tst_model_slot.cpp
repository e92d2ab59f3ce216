#include "tests/support/pictures.h"
#include "tests/ui/test_window.h"
#include "ui/window/model_status.h"

#include <QtTest>

using namespace prunescope;
using namespace prunescope::ui;
using prunescope::test::TestWindow;

class TestModelSlot : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void loadingCanBeCancelledAndFail() {
        TestWindow test;
        test.script().holdLoad();
        test.window().loadModel("/models/fake");
        QCOMPARE(test.modelSlot().state(), ModelSlot::State::Loading);
        test.modelSlot().cancelLoad();
        QVERIFY(test.settle());
        QCOMPARE(test.modelSlot().state(), ModelSlot::State::None);
        test.script().release();
        QSignalSpy noticed(&test.session().notices(), &Notices::posted);
        test.script().failLoadWith("config.json: found no model_type");
        test.window().loadModel("/models/fake");
        QVERIFY(test.settle());
        QCOMPARE(noticed.size(), 1);
        test.script().failLoadWith("");
        test.load();
        QVERIFY(test.modelSlot().model());
        test.script().failLoadWith("model.safetensors: is cut off");
        test.window().loadModel("/models/other");
        QVERIFY(test.settle());
        QVERIFY(test.modelSlot().model()); // the one that works stays
    }

    void errorsAreOneLine() {
        TestWindow test;
        QSignalSpy noticed(&test.session().notices(), &Notices::posted);
        test.script().failLoadWith("\nmodel.safetensors:\tis \x1b cut off\r\nException raised from read\nframe #0");
        test.window().loadModel("/models/fake");
        QVERIFY(test.settle());
        QCOMPARE(noticed.size(), 1);
        QCOMPARE(noticed.front().front().value<Notice>().text, "model.safetensors: is   cut off");
    }

    void notesOfAFolderAreShown() {
        TestWindow test;
        QSignalSpy noticed(&test.session().notices(), &Notices::posted);
        test.script().setNotes({"a/generation_config.json: top_k is 2.5", "a: no preprocessor_config.json"});
        test.load();
        QCOMPARE(noticed.size(), 2);
        const auto notice = noticed.back().front().value<Notice>();
        QCOMPARE(notice.text, "a: no preprocessor_config.json");
        QCOMPARE(notice.level, Notice::Level::Info);
    }

    void whoSettlesHasToldEverybody() {
        TestWindow test;
        test.script().holdLoad();
        test.window().loadModel("/models/fake");
        QString seen;
        test.window().whenSettled([&] { seen = test.child<ModelStatus>()->text(); });
        QVERIFY(test.child<ModelStatus>()->text().startsWith("Loading"));
        test.script().release();
        QTRY_VERIFY(!seen.isEmpty());
        QVERIFY2(seen.contains("cpu"), qPrintable(seen));
    }
};

QTEST_MAIN(TestModelSlot)
#include "tst_model_slot.moc"
