#include "core/base/error.h"
#include "model/hub/published_models.h"
#include "tests/support/hub_model.h"
#include "tests/ui/test_window.h"
#include "ui/dialogs/download_dialog.h"
#include "ui/window/model_chooser.h"

#include <QLabel>
#include <QLineEdit>
#include <QProgressBar>
#include <QPushButton>
#include <QRadioButton>
#include <QtTest>
#include <filesystem>
#include <semaphore>

using namespace prunescope;
using namespace prunescope::test;
using namespace prunescope::ui;

namespace {

/// A download that does what a test says.
struct Script {
    std::atomic<bool> reported = false;
    std::binary_semaphore mayEnd{0};
    std::optional<Error> error;
    std::string name;

    ModelPuller puller() {
        return [this](const model::PullRequest& request, const model::PullSink& sink, const std::stop_token& stop) {
            name = request.name;
            model::PullProgress progress{"model.safetensors", 2, 3, 1'000'000'000, 4'000'000'000, 5e7, 60.0, {}};
            sink(progress);
            reported = true;
            while (!mayEnd.try_acquire_for(std::chrono::milliseconds(5)))
                if (stop.stop_requested())
                    throw Error(ErrorKind::Cancelled, "stopped");
            if (error)
                throw Error(*error);
            model::PullResult result;
            result.name = request.name;
            result.folder = "/models/pulled";
            return result;
        };
    }
};

/// The dialog with handles to what a user sees.
struct Shown {
    explicit Shown(ModelPuller puller) : dialog(std::move(puller), QDir::tempPath()) { dialog.show(); }

    template <typename T>
    T& child(const QString& name = {}) {
        return *dialog.findChild<T*>(name);
    }
    QPushButton& go() { return child<QPushButton>("go"); }
    QString status() { return child<QLabel>("status").text(); }

    DownloadDialog dialog;
};

} // namespace

/// The dialog that downloads models, with a download that a test directs, and with a real one.
class TestDownloadDialog : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void publishedModelsAreOffered() {
        Script script;
        Shown shown(script.puller());
        for (const model::PublishedModel& published : model::kPublishedModels) {
            const auto* choice = shown.dialog.findChild<QRadioButton*>(
                QString::fromUtf8(published.name.data(), static_cast<qsizetype>(published.name.size())));
            QVERIFY(choice);
            QVERIFY2(choice->text().contains("GB"), qPrintable(choice->text()));
        }
        QVERIFY(shown.child<QLabel>("space").text().contains("free in " + QDir::tempPath()));
        QVERIFY(!shown.child<QLabel>("space").text().startsWith("0 B"));
    }

    void aDownloadEndsWithAModelToLoad() {
        Script script;
        Shown shown(script.puller());
        QSignalSpy chosen(&shown.dialog, &DownloadDialog::modelChosen);
        shown.child<QRadioButton>("Qwen/Qwen3-VL-4B-Instruct").click();
        shown.go().click();
        QTRY_COMPARE(shown.child<QProgressBar>().value(), 250);
        QCOMPARE(shown.status(), QStringLiteral("1.00 GB of 4.00 GB, 50.0 MB/s, 1 min 0 s left (model.safetensors, 2 "
                                                "of 3)"));
        QVERIFY(!shown.child<QRadioButton>("Qwen/Qwen3-VL-2B-Instruct").isEnabled());
        script.mayEnd.release();
        QTRY_VERIFY(shown.status().contains("complete"));
        QCOMPARE(script.name, std::string("Qwen/Qwen3-VL-4B-Instruct"));
        QCOMPARE(chosen.count(), 0);
        shown.go().click();
        QCOMPARE(chosen.count(), 1);
        QCOMPARE(chosen[0][0].toString(), QStringLiteral("/models/pulled"));
        QVERIFY(!shown.dialog.isVisible());
    }

    void anotherNameCanBeTyped() {
        Script script;
        script.mayEnd.release();
        Shown shown(script.puller());
        auto& name = shown.child<QLineEdit>();
        QTest::keyClicks(&name, " a/b ");
        QVERIFY(shown.go().isEnabled());
        shown.go().click();
        QTRY_VERIFY(shown.status().contains("complete"));
        QCOMPARE(script.name, std::string("a/b"));
        QTest::keyClick(&name, Qt::Key_A, Qt::ControlModifier);
        QTest::keyClick(&name, Qt::Key_Delete);
        QVERIFY(!shown.go().isEnabled()); // nothing is chosen, and what was downloaded is not it
    }

    void aStopIsNoError() {
        Script script;
        Shown shown(script.puller());
        shown.go().click();
        QTRY_VERIFY(script.reported);
        QCOMPARE(shown.go().text(), QStringLiteral("Stop"));
        shown.go().click();
        QTRY_VERIFY(shown.status().startsWith("Stopped. What has come is kept"));
        QCOMPARE(shown.go().text(), QStringLiteral("Download"));
    }

    void closingStops() {
        Script script;
        Shown shown(script.puller());
        shown.go().click();
        QTRY_VERIFY(script.reported);
        shown.dialog.close();
        QTRY_VERIFY(shown.status().startsWith("Stopped"));
    }

    void anErrorIsShownAndTriedAgain() {
        Script script;
        script.error.emplace(ErrorKind::Network, "no connection to <b>huggingface.co</b>");
        script.mayEnd.release();
        Shown shown(script.puller());
        shown.go().click();
        QTRY_COMPARE(shown.status(), QStringLiteral("no connection to <b>huggingface.co</b>"));
        QCOMPARE(shown.child<QLabel>("status").textFormat(), Qt::PlainText);
        script.error.reset();
        script.mayEnd.release();
        shown.go().click();
        QTRY_VERIFY(shown.status().contains("complete"));
    }

    void theDialogMayGoWhileADownloadRuns() {
        Script script;
        {
            Shown shown(script.puller());
            shown.go().click();
            QTRY_VERIFY(script.reported);
        }
        QCoreApplication::processEvents(); // what was on its way to the dialog
        QVERIFY(!script.mayEnd.try_acquire());
    }

    void aRealDownload() {
        WebServer hub, storage;
        HubModel published;
        published.set("config.json", "{}");
        published.set("model.safetensors", std::string(3'000'000, 'x'));
        published.publish(hub, storage);
        storage.add(Fault{.path = "/storage/", .times = 1, .pauseMs = 20});
        const QTemporaryDir folder;
        model::HubSettings settings;
        settings.endpoint = hub.address();
        settings.cache = folder.path().toStdString();
        Shown shown([&](const auto& request, const auto& sink, const auto& stop) {
            return model::pullModel(settings, request, sink, stop);
        });
        shown.go().click();
        QTRY_VERIFY(shown.child<QProgressBar>().value() > 300);
        shown.go().click();
        QTRY_VERIFY(shown.status().startsWith("Stopped"));
        shown.go().click();
        QTRY_VERIFY(shown.status().contains("complete"));
        const std::vector<WebServer::Request> requests = storage.requests();
        QCOMPARE(requests.size(), std::size_t{2});
        QVERIFY(requests[1].headers.contains("range"));
    }

    void thereIsOneDialog() {
        TestWindow test;
        auto* chooser = test.child<ModelChooser>();
        chooser->chooseDownload();
        chooser->chooseDownload();
        const auto dialogs = test.window().findChildren<DownloadDialog*>();
        QCOMPARE(dialogs.size(), 1);
        QVERIFY(dialogs[0]->isVisible() && !dialogs[0]->isModal());
        Q_EMIT dialogs[0]->modelChosen("/models/fake");
        QVERIFY(test.settle());
        QVERIFY(test.modelSlot().model().has_value());
    }
};

QTEST_MAIN(TestDownloadDialog)
#include "tst_download_dialog.moc"
