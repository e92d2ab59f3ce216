#include "core/image/image_file.h"
#include "core/pruning/make_mask.h"
#include "core/resize/resize.h"
#include "tests/support/golden.h"
#include "tests/support/pictures.h"
#include "tests/ui/test_window.h"
#include "ui/documents/page_model.h"
#include "ui/documents/page_strip.h"
#include "ui/documents/password_bar.h"
#include "ui/session/pdf_file.h"
#include "ui/session/pixels.h"
#include "ui/window/message_bar.h"
#include "ui/window/picture_input.h"

#include <QAbstractItemModelTester>
#include <QLabel>
#include <QLineEdit>
#include <QListView>
#include <QPainter>
#include <QPdfWriter>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QToolButton>
#include <QtTest>

using namespace prunescope;
using namespace prunescope::ui;
using prunescope::test::TestWindow;

namespace {

const QString kPassword = QStringLiteral("open-me");

QString sample(const QString& name) {
    return QString::fromStdString((test::dataFolder() / "documents" / name.toStdString()).string());
}

QByteArray bytesOf(const QString& path) {
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

/// A PDF of so many pages, each with its number on it.
void writePdf(const QString& path, int pages) {
    QPdfWriter writer(path);
    writer.setResolution(150);
    QPainter painter(&writer);
    for (int page = 0; page < pages; ++page) {
        if (page > 0)
            writer.newPage();
        painter.setFont(QFont(painter.font().family(), 40));
        painter.drawText(200, 300, QStringLiteral("Page %1").arg(page + 1));
        painter.fillRect(200, 400, 40 + 4 * (page % 200), 60, Qt::darkBlue);
    }
}

double keptShare(const Picture& picture) {
    const PixelLimits limits;
    const KeepMask mask = makeMask(PixelBlocks(resizeForModel(picture, limits), limits.geometry), MethodSettings());
    return 100.0 * mask.keptCount() / mask.count();
}

QString whyNot(const std::function<void()>& open) {
    try {
        open();
    } catch (const Error& error) {
        return QString::fromUtf8(error.what());
    }
    return {};
}

} // namespace

class TestDocuments : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void pagesAreDrawnOnWhite() {
        const PdfFile file(sample("report.pdf"), {});
        QCOMPARE(file.pages(), 3);
        for (int page = 0; page < file.pages(); ++page) {
            const QImage drawn = file.drawn(page, 150);
            QVERIFY(std::abs(drawn.width() - 1240) <= 1 && std::abs(drawn.height() - 1754) <= 1);
            QCOMPARE(drawn.format(), QImage::Format_RGB888);
            QCOMPARE(drawn.pixelColor(3, 3), QColor(Qt::white));
        }
        QVERIFY(file.text(1).contains("Islands"));
        const QImage small = file.thumbnail(2, {92, 120});
        QVERIFY(small.height() == 120 && small.width() <= 92);
    }

    /// The share that Pred-2D keeps is that of the page, whoever draws it.
    void pagesArePrunedAsPopplerDrawsThem() {
        const PdfFile file(sample("report.pdf"), {});
        for (int page = 0; page < file.pages(); ++page) {
            const QString theirs = sample(QStringLiteral("report-poppler-%1.png").arg(page + 1));
            const double ours = keptShare(pictureOf(file.drawn(page, 150)));
            const double expected = keptShare(loadImage(theirs.toStdString()).picture);
            QVERIFY2(
                std::abs(ours - expected) <= 0.5,
                qPrintable(QStringLiteral("page %1: %2 %, by Poppler %3 %").arg(page + 1).arg(ours).arg(expected)));
        }
    }

    void aLargePageIsDrawnCoarser() {
        const QString path = m_folder.filePath("large.pdf");
        QPdfWriter writer(path);
        writer.setPageSize(QPageSize(QSizeF(5000, 5000), QPageSize::Millimeter));
        QPainter(&writer).drawText(100, 100, "large");
        const QImage drawn = PdfFile(path, {}).drawn(0, 150);
        QVERIFY(static_cast<qint64>(drawn.width()) * drawn.height() <= kMaxPicturePixels);
        QVERIFY(drawn.width() > 4000);
    }

    void whatIsNoDocumentIsRefusedInOneLine() {
        const QByteArray whole = bytesOf(sample("report.pdf"));
        const QString path = m_folder.filePath("broken.pdf");
        int refused = 0;
        for (int i = 0; i < 40; ++i) { // cut, and with a hole
            QByteArray bytes = i < 20 ? whole.left(whole.size() * i / 20) : whole;
            if (i >= 20)
                bytes.replace(whole.size() * (i - 20) / 20, whole.size() / 20, QByteArray(100 + i, ' '));
            QFile file(path);
            QVERIFY(file.open(QIODevice::WriteOnly) && file.write(bytes) == bytes.size());
            file.close();
            const QString why = whyNot([&] { // what can be repaired is
                const PdfFile pdf(path, {});
                for (int page = 0; page < pdf.pages(); ++page)
                    pdf.drawn(page, 20);
            });
            refused += !why.isEmpty();
            QVERIFY2(why.isEmpty() || (why.startsWith(path + ": ") && !why.contains('\n')), qPrintable(why));
        }
        QVERIFY2(refused >= 15, qPrintable(QString::number(refused)));
        QCOMPARE(whyNot([&] { PdfFile(m_folder.filePath("none.pdf"), {}); }),
                 m_folder.filePath("none.pdf") + ": no such file, or not readable");
    }

    void aPasswordIsNeeded() {
        const QString path = sample("locked.pdf");
        for (const QString& password : {QString(), QStringLiteral("another")}) {
            try {
                PdfFile(path, password);
                QFAIL("opened");
            } catch (const PasswordNeeded& why) {
                QCOMPARE(why.wasWrong(), !password.isEmpty());
            }
        }
        QCOMPARE(PdfFile(path, kPassword).pages(), 3);
    }

    // In the window ---------------------------------------------------------------------------------------------------

    void aDocumentIsOpenedAndTurned() {
        TestWindow test;
        auto& strip = *test.child<PageStrip>();
        QVERIFY(!strip.isVisible());
        const QString path = sample("report.pdf");
        open(test, path);
        QCOMPARE(QString::fromStdString(test.image().screenshot().name), path + "#page=1");
        QVERIFY(strip.isVisible());
        QCOMPARE(strip.findChild<QListView*>()->currentIndex().row(), 0);
        const Picture first = test.image().screenshot().picture;
        QTest::keyClick(&test.window(), Qt::Key_PageDown, Qt::ControlModifier);
        QTRY_COMPARE(QString::fromStdString(test.image().screenshot().name), path + "#page=2");
        QVERIFY(test.image().before().empty() && !test.maskView().changes()); // it is no later look at the first
        QVERIFY(!(sharedImage(test.image().screenshot().picture) == sharedImage(first)));
        QCOMPARE(strip.findChild<QListView*>()->currentIndex().row(), 1);
        strip.findChild<QListView*>()->setCurrentIndex(strip.findChild<QListView*>()->model()->index(2, 0));
        QTRY_COMPARE(QString::fromStdString(test.image().screenshot().name), path + "#page=3");
        QTest::keyClick(&test.window(), Qt::Key_PageDown, Qt::ControlModifier); // there is no other one
        QVERIFY(test.settle());
        QCOMPARE(document(test).page(), 2);
        test.open(test::blocksFromText("01/23"));
        QVERIFY(!strip.isVisible() && document(test).isEmpty());
    }

    void theTextOfThePageIsBesideIt() {
        TestWindow test;
        open(test, sample("report.pdf"));
        auto& strip = *test.child<PageStrip>();
        auto& text = *strip.findChild<QPlainTextEdit*>();
        QVERIFY(!text.isVisible());
        strip.findChild<QToolButton*>()->click();
        QTRY_VERIFY(text.isVisible() && text.toPlainText().contains("Deliveries grew"));
        document(test).show(1);
        QTRY_VERIFY(text.toPlainText().contains("Islands") && !text.toPlainText().contains("Deliveries grew"));
    }

    void aPasswordIsAskedInPlace() {
        TestWindow test;
        auto& bar = *test.child<PasswordBar>();
        const QString path = sample("locked.pdf");
        test.window().input().openFiles({path});
        QTRY_VERIFY(bar.isVisible());
        auto& password = *bar.findChild<QLineEdit*>();
        QCOMPARE(password.echoMode(), QLineEdit::Password);
        password.setText("another");
        QTest::keyClick(&password, Qt::Key_Return);
        QTRY_VERIFY(bar.findChild<QLabel*>()->text().contains("not the password"));
        QVERIFY(password.text().isEmpty() && test.image().isEmpty());
        password.setText(kPassword);
        QTest::keyClick(&password, Qt::Key_Return);
        QTRY_VERIFY(!test.image().isEmpty());
        QVERIFY(!bar.isVisible() && document(test).pages() == 3);
        document(test).show(2);
        QVERIFY(test.settle());
        QCOMPARE(QString::fromStdString(test.image().screenshot().name), path + "#page=3");
        test.window().input().openFiles({path}); // and given up
        QTRY_VERIFY(bar.isVisible());
        QTest::keyClick(&password, Qt::Key_Escape);
        QVERIFY(!bar.isVisible() && document(test).page() == 2);
    }

    void aBrokenDocumentIsANotice() {
        TestWindow test;
        test.open(test::blocksFromText("01/23"));
        const QString path = m_folder.filePath("cut.pdf");
        QFile file(path);
        QVERIFY(file.open(QIODevice::WriteOnly) && file.write(bytesOf(sample("report.pdf")).left(3000)) == 3000);
        file.close();
        test.window().input().openFiles({path});
        QTRY_VERIFY2(test.window().messages().text().contains("no readable PDF"),
                     qPrintable(test.window().messages().text()));
        QVERIFY(!test.image().isEmpty() && document(test).isEmpty());
    }

    void aQuestionAboutAPageIsOpenedAgain() {
        TestWindow test;
        const QString path = sample("report.pdf");
        open(test, path);
        document(test).show(1);
        QVERIFY(test.settle());
        test.load();
        InteractionRecord record;
        connect(&test.session().log(), &RecordLog::appended, this, [&](const InteractionRecord& one) { record = one; });
        test.ask("How many?");
        QCOMPARE(record.question, std::string("How many?"));
        test.open(test::blocksFromText("01/23"));
        test.session().recordOpener().open(record);
        QTRY_COMPARE(QString::fromStdString(test.image().screenshot().name), path + "#page=2");
        QCOMPARE(document(test).page(), 1);
    }

    void aConversationAboutAPageBringsItsDocumentBack() {
        TestWindow test;
        const QString path = sample("report.pdf");
        open(test, path);
        document(test).show(1);
        QVERIFY(test.settle());
        test.load();
        test.ask("How many?");
        const qint64 kept = test.conversation().storedId();
        QVERIFY(kept != 0);
        test.open(test::blocksFromText("01/23"));
        QVERIFY(document(test).isEmpty());
        test.session().conversationOpener().open(kept);
        QTRY_COMPARE(document(test).page(), 1);
        QVERIFY(test.settle());
        QCOMPARE(document(test).path(), path);
        QCOMPARE(test.conversation().turns().size(), 1U);
        QVERIFY(test.child<PageStrip>()->isVisible());
        document(test).show(2);
        QVERIFY(test.settle());
        QCOMPARE(QString::fromStdString(test.image().screenshot().name), path + "#page=3");
    }

    void manyPagesAreListedAndFewKept() {
        const QString path = m_folder.filePath("many.pdf");
        writePdf(path, 200);
        TestWindow test;
        open(test, path);
        QCOMPARE(document(test).pages(), 200);
        auto& list = *test.child<PageStrip>()->findChild<QListView*>();
        QAbstractItemModelTester tester(list.model(), QAbstractItemModelTester::FailureReportingMode::QtTest);
        const QModelIndex last = list.model()->index(199, 0), first = list.model()->index(0, 0);
        const auto blank = [](const QModelIndex& index) {
            return index.data(Qt::DecorationRole).value<QPixmap>().toImage().pixelColor(46, 100).alpha() < 255;
        };
        QTRY_VERIFY(!blank(first));
        QVERIFY(blank(last)); // nobody has seen it
        list.scrollTo(last);
        QTRY_VERIFY(!blank(last));
        QCOMPARE(last.data(Qt::AccessibleTextRole).toString(), QStringLiteral("Page 200 of 200"));
    }

    void namesOfPagesAreReadBack() {
        const PageName name{QStringLiteral("/a/b#page=2.pdf"), 6};
        QCOMPARE(name.text(), QStringLiteral("/a/b#page=2.pdf#page=7"));
        QCOMPARE(PageName::of(name.text())->path, name.path);
        QCOMPARE(PageName::of(name.text())->page, 6);
        for (const char* none : {"/a/b.pdf", "/a/b.pdf#page=0", "#page=3", "/a/b.pdf#page=x", "/a/b.pdf#page=99999999"})
            QVERIFY(!PageName::of(none));
    }

private:
    static OpenDocument& document(TestWindow& test) { return test.session().document(); }
    static void open(TestWindow& test, const QString& path) {
        test.window().input().openFiles({path});
        QTRY_VERIFY(!test.image().isEmpty());
        QVERIFY(test.settle());
    }

    QTemporaryDir m_folder;
};

QTEST_MAIN(TestDocuments)
#include "tst_documents.moc"
