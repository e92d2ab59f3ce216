#include "ui/canvas/area_scale.h"

#include <QtTest>
#include <array>
#include <random>

using namespace prunescope;
using namespace prunescope::ui;

namespace {

QImage noise(QSize size, unsigned seed) {
    std::mt19937 random(seed);
    QImage image(size, QImage::Format_RGB32);
    for (int y = 0; y < size.height(); ++y)
        for (int x = 0; x < size.width(); ++x)
            image.setPixel(x, y, 0xff000000 | (random() & 0xffffff));
    return image;
}

/// How much of [first, last) lies in pixel `at`.
double shareOf(int at, double first, double last) {
    return std::max(0.0, std::min(last, at + 1.0) - std::max(first, at * 1.0)) / (last - first);
}

/// The mean of what a pixel of `place` covers of `crop`.
std::array<double, 3> meanOf(const QImage& source, QRect crop, QRect place, QPoint at) {
    const double across = static_cast<double>(crop.width()) / place.width();
    const double down = static_cast<double>(crop.height()) / place.height();
    const int x = at.x() - place.left(), y = at.y() - place.top();
    std::array<double, 3> mean{};
    for (int row = 0; row < crop.height(); ++row)
        for (int col = 0; col < crop.width(); ++col) {
            const double share = shareOf(row, y * down, (y + 1) * down) * shareOf(col, x * across, (x + 1) * across);
            const QColor pixel = source.pixelColor(crop.left() + col, crop.top() + row);
            mean[0] += share * pixel.red();
            mean[1] += share * pixel.green();
            mean[2] += share * pixel.blue();
        }
    return mean;
}

} // namespace

class TestAreaScale : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void pixelsAreMeansOfWhatTheyCover_data() {
        QTest::addColumn<QRect>("crop");
        QTest::addColumn<QRect>("place");
        QTest::addRow("as it is") << QRect(0, 0, 40, 30) << QRect(0, 0, 40, 30);
        QTest::addRow("half") << QRect(0, 0, 40, 30) << QRect(0, 0, 20, 15);
        QTest::addRow("a bit smaller") << QRect(3, 2, 31, 27) << QRect(1, 2, 30, 25);
        QTest::addRow("two thirds") << QRect(7, 0, 33, 29) << QRect(5, 4, 22, 19);
        QTest::addRow("much smaller") << QRect(0, 0, 40, 30) << QRect(2, 3, 7, 4);
        QTest::addRow("one pixel") << QRect(1, 1, 38, 28) << QRect(9, 9, 1, 1);
        QTest::addRow("one across") << QRect(0, 0, 1, 30) << QRect(9, 3, 1, 17);
        QTest::addRow("over all edges") << QRect(0, 0, 40, 30) << QRect(-5, -4, 36, 28);
    }
    void pixelsAreMeansOfWhatTheyCover() {
        QFETCH(const QRect, crop);
        QFETCH(const QRect, place);
        const QImage source = noise({40, 30}, 7);
        QImage target({28, 22}, QImage::Format_RGB32);
        const QRgb before = qRgb(1, 2, 3);
        target.fill(before);
        drawScaledDown(source, crop, target, place);
        for (int y = 0; y < target.height(); ++y)
            for (int x = 0; x < target.width(); ++x) {
                const QRgb pixel = target.pixel(x, y);
                if (!place.contains(x, y)) {
                    QCOMPARE(pixel, before);
                    continue;
                }
                const auto mean = meanOf(source, crop, place, {x, y});
                const std::array<int, 3> found{qRed(pixel), qGreen(pixel), qBlue(pixel)};
                for (std::size_t c = 0; c < 3; ++c)
                    QVERIFY2(
                        std::abs(mean[c] - found[c]) <= 1.6,
                        qPrintable(QStringLiteral("%1, %2: %3, expected %4").arg(x).arg(y).arg(found[c]).arg(mean[c])));
                QCOMPARE(qAlpha(pixel), 255);
            }
    }

    void aFlatColourStaysAsItIs() {
        for (const QRgb colour : {qRgb(255, 255, 255), qRgb(0, 0, 0), qRgb(250, 1, 127)}) {
            QImage source(QSize(301, 203), QImage::Format_RGB32), target(QSize(200, 150), QImage::Format_RGB32);
            source.fill(colour);
            target.fill(Qt::gray);
            drawScaledDown(source, source.rect(), target, target.rect());
            QImage expected = target;
            expected.fill(colour);
            QCOMPARE(target, expected);
        }
    }

    /// A picture that several threads share in.
    void allThreadsDrawTheSame() {
        const QImage source = noise({3000, 2100}, 3);
        const QRect place(0, 0, 1903, 1111);
        QImage whole(place.size(), QImage::Format_RGB32);
        drawScaledDown(source, source.rect(), whole, place);
        for (int top = 0; top < place.height(); top += 97) { // strips that one thread draws
            QImage strip(QSize(place.width(), 97), QImage::Format_RGB32);
            drawScaledDown(source, source.rect(), strip, place.translated(0, -top));
            const int rows = std::min(97, place.height() - top);
            QCOMPARE(strip.copy(0, 0, place.width(), rows), whole.copy(0, top, place.width(), rows));
        }
    }
};

QTEST_GUILESS_MAIN(TestAreaScale)
#include "tst_area_scale.moc"
