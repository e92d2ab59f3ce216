#include "tests/support/pictures.h"
#include "tests/ui/test_window.h"
#include "ui/session/passed_data.h"
#include "ui/training/training_window.h"
#include "ui/widgets/question_edit.h"
#include "ui/window/message_bar.h"
#include "ui/window/picture_input.h"

#include <QApplication>
#include <QClipboard>
#include <QDropEvent>
#include <QMimeData>
#include <QSignalSpy>
#include <QUrl>
#include <QtTest>

using namespace prunescope;
using namespace prunescope::ui;
using prunescope::test::TestWindow;

namespace {

/// With the handlers that Qt calls.
class OpenEdit final : public QuestionEdit {
public:
    using QuestionEdit::canInsertFromMimeData;
    using QuestionEdit::insertFromMimeData;
};

QImage red() {
    QImage image(64, 96, QImage::Format_RGB32);
    image.fill(Qt::red);
    return image;
}

/// Null: what a clipboard gives whose owner has gone.
std::unique_ptr<QMimeData> data(const QString& kind) {
    if (kind == "null")
        return nullptr;
    auto made = std::make_unique<QMimeData>();
    if (kind == "words")
        made->setText("What is this?");
    else if (kind == "a picture")
        made->setImageData(red());
    else if (kind == "an image that is none")
        made->setImageData(QImage());
    else if (kind == "a picture with words")
        made->setText("its name"), made->setImageData(red());
    else if (kind == "files")
        made->setUrls({QUrl("https://example.org/x.png"), QUrl::fromLocalFile("/a.png"), QUrl::fromLocalFile("/b")});
    else if (kind == "addresses elsewhere")
        made->setUrls({QUrl("https://example.org/x.png")});
    else if (kind == "an empty list of addresses")
        made->setData("text/uri-list", "");
    else if (kind == "a format without data")
        made->setData("application/x-something", "");
    return made;
}

/// The windows with the handlers that Qt calls.
struct OpenWindow : MainWindow {
    using MainWindow::dragEnterEvent;
    using MainWindow::dropEvent;
};
struct OpenTraining : TrainingWindow {
    using TrainingWindow::dragEnterEvent;
    using TrainingWindow::dropEvent;
};

/// Whether it was welcome; it is dropped in any case.
template <typename Open, typename Window>
bool drop(Window& window, const QMimeData* data) {
    QDragEnterEvent enter(QPoint(9, 9), Qt::CopyAction, data, Qt::LeftButton, Qt::NoModifier);
    enter.ignore();
    (window.*&Open::dragEnterEvent)(&enter);
    QDropEvent event(QPointF(9, 9), Qt::CopyAction, data, Qt::LeftButton, Qt::NoModifier);
    (window.*&Open::dropEvent)(&event);
    return enter.isAccepted();
}

class TestPassedData : public QObject {
    Q_OBJECT

    static void rows() {
        QTest::addColumn<bool>("anything");
        QTest::addColumn<bool>("picture");
        QTest::addColumn<bool>("words"); // for a question
        QTest::addColumn<QStringList>("files");
        QTest::newRow("null") << false << false << false << QStringList();
        QTest::newRow("nothing") << false << false << false << QStringList();
        QTest::newRow("words") << true << false << true << QStringList();
        QTest::newRow("a picture") << true << true << false << QStringList();
        QTest::newRow("an image that is none") << true << true << false << QStringList();
        QTest::newRow("a picture with words") << true << false << true << QStringList();
        QTest::newRow("files") << true << false << true << QStringList{"/a.png", "/b"};
        QTest::newRow("addresses elsewhere") << true << false << true << QStringList();
        QTest::newRow("an empty list of addresses") << true << false << false << QStringList();
        QTest::newRow("a format without data") << true << false << false << QStringList();
    }

private Q_SLOTS:
    void whatItHolds_data() { rows(); }
    void whatItHolds() {
        const auto passed = data(QTest::currentDataTag());
        QFETCH(bool, anything);
        QFETCH(bool, picture);
        QFETCH(QStringList, files);
        QCOMPARE(holdsAnything(passed.get()), anything);
        QCOMPARE(holdsOnlyPicture(passed.get()), picture);
        QCOMPARE(localFiles(passed.get()), files);
    }

    void aQuestionTakesWordsAndPassesPicturesOn_data() { rows(); }
    void aQuestionTakesWordsAndPassesPicturesOn() {
        const auto passed = data(QTest::currentDataTag());
        QFETCH(bool, picture);
        QFETCH(bool, words);
        OpenEdit edit;
        QSignalSpy pictures(&edit, &QuestionEdit::picturePasted);
        QCOMPARE(edit.canInsertFromMimeData(passed.get()), picture || words);
        edit.insertFromMimeData(passed.get());
        QCOMPARE(pictures.size(), picture ? 1 : 0);
        QCOMPARE(!edit.toPlainText().isEmpty(), words);
    }

    void theWindowsLiveThroughEveryDrop_data() { rows(); }
    void theWindowsLiveThroughEveryDrop() {
        const auto passed = data(QTest::currentDataTag());
        QFETCH(QStringList, files);
        QFETCH(bool, picture);
        TestWindow test;
        const bool opened = QByteArray(QTest::currentDataTag()).startsWith("a picture");
        QCOMPARE(drop<OpenWindow>(test.window(), passed.get()), picture || opened || !files.isEmpty());
        QCOMPARE(drop<OpenTraining>(test.window().showTraining(), passed.get()), !files.isEmpty());
        QCOMPARE(test.window().showTraining().follower().isFollowing(), !files.isEmpty());
        QVERIFY(test.settle());
        QCOMPARE(test.window().messages().firstError().isEmpty(), opened);
    }

    void theWindowLivesThroughEveryPaste_data() { rows(); }
    void theWindowLivesThroughEveryPaste() {
        auto passed = data(QTest::currentDataTag());
        TestWindow test;
        passed ? QApplication::clipboard()->setMimeData(passed.release()) : QApplication::clipboard()->clear();
        test.window().input().paste();
        auto* edit = test.child<QuestionEdit>();
        edit->paste();
        QVERIFY(test.settle());
        test.open(test::noise({64, 64}, 1)); // it still does what it is for
        QVERIFY(test.settle());
    }
};

} // namespace

QTEST_MAIN(TestPassedData)
#include "tst_passed_data.moc"
