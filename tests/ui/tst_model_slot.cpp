#include "tests/support/pictures.h"
#include "tests/ui/test_window.h"
#include "ui/window/message_bar.h"
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

    void notesAreToldOnceAndStayInTheTip() {
        TestWindow test;
        QSignalSpy noticed(&test.session().notices(), &Notices::posted);
        test.load();
        QCOMPARE(noticed.size(), 0); // nothing to say
        QVERIFY(test.child<ModelStatus>()->toolTip().contains("Chat template: built in"));
        test.script().setInfo([](model::ModelInfo& info) {
            info.notes = {"no preprocessor_config.json", "a < b", "no preprocessor_config.json"};
            info.weights = "q4_k, q6_k";
            info.keeping = "kept as stored";
            info.chatTemplate = "/models/fake/chat_template.jinja";
        });
        test.load();
        QCOMPARE(noticed.size(), 1);
        const Notice notice = noticed.front().front().value<Notice>();
        QCOMPARE(notice.level, Notice::Level::Info);
        QCOMPARE(notice.text, "no preprocessor_config.json\na < b");
        QCOMPARE(test.window().messages().text(), notice.text);
        const QString tip = test.child<ModelStatus>()->toolTip();
        for (const char* words : {"no preprocessor_config.json", "a &lt; b", "Weights: q4_k, q6_k, kept as stored",
                                  "Chat template: /models/fake/chat_template.jinja"})
            QVERIFY2(tip.contains(words), qPrintable(tip));
        QVERIFY(test.child<ModelStatus>()->text().contains("q4_k, q6_k"));
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
