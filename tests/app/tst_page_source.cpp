// Pages of documents: their number, size and pixels.
#include "app/pages/page_source.h"
#include "core/base/error.h"

#include <QBuffer>
#include <QPainter>
#include <QPdfWriter>
#include <QtTest>

using namespace prunescope;

namespace {

/// Pages of 3 x 2 inches with a red square inch in the upper left corner.
QByteArray document(int pages) {
    QByteArray bytes;
    QBuffer buffer(&bytes);
    buffer.open(QIODevice::WriteOnly);
    QPdfWriter writer(&buffer);
    writer.setResolution(72);
    writer.setPageSize(QPageSize(QSizeF(3, 2), QPageSize::Inch));
    writer.setPageMargins(QMarginsF());
    QPainter painter(&writer);
    for (int page = 0; page < pages; ++page) {
        if (page > 0)
            writer.newPage();
        painter.fillRect(0, 0, 72, 72, Qt::red);
    }
    painter.end();
    return bytes;
}

std::vector<Picture> drawn(const QByteArray& bytes) {
    return app::pageSource()({reinterpret_cast<const std::byte*>(bytes.data()), static_cast<std::size_t>(bytes.size())},
                             "book.tsv:2");
}

} // namespace

class TestPageSource : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void pagesAreDrawnAt144DotsAnInch() {
        const std::vector<Picture> pages = drawn(document(3));
        QCOMPARE(pages.size(), std::size_t{3});
        for (const Picture& page : pages) {
            QCOMPARE(page.width(), 432);
            QCOMPARE(page.height(), 288);
            const auto pixel = [&](int x, int y) {
                return QColor(page.row(y)[3 * x], page.row(y)[3 * x + 1], page.row(y)[3 * x + 2]);
            };
            QCOMPARE(pixel(20, 20), QColor(Qt::red));
            QCOMPARE(pixel(140, 140), QColor(Qt::red));
            QCOMPARE(pixel(148, 148), QColor(Qt::white));
            QCOMPARE(pixel(400, 250), QColor(Qt::white));
        }
    }

    void longDocumentsEndAt120Pages() { QCOMPARE(drawn(document(123)).size(), std::size_t{120}); }

    void whatIsNoDocumentIsRefused() {
        for (const QByteArray& bytes : {QByteArray(), QByteArray("no PDF"), document(1).left(200)})
            try {
                drawn(bytes);
                QFAIL("it was read");
            } catch (const Error& error) {
                QVERIFY(QByteArray(error.what()).startsWith("book.tsv:2: "));
            }
    }
};

QTEST_MAIN(TestPageSource)
#include "tst_page_source.moc"
