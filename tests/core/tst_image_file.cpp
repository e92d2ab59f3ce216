#include "core/base/error.h"
#include "core/image/image_file.h"
#include "tests/support/golden.h"
#include "tests/support/pictures.h"

#include <QFile>
#include <QTemporaryDir>
#include <QtTest>
#include <algorithm>

using namespace prunescope;

namespace {

std::vector<std::uint8_t> bytesOf(const QByteArray& data) {
    return {data.begin(), data.end()};
}

/// Signature and header chunk of a PNG that claims a size.
QByteArray pngClaiming(quint32 width, quint32 height) {
    QByteArray bytes("\x89PNG\r\n\x1a\n\0\0\0\rIHDR", 16);
    for (const quint32 side : {width, height})
        for (int shift = 24; shift >= 0; shift -= 8)
            bytes += static_cast<char>(side >> shift);
    return bytes + QByteArray("\x08\x02\0\0\0\0\0\0\0", 9);
}

QByteArray wholePng() {
    const auto bytes = encodePng(test::noise({20, 20}, 2));
    return QByteArray(reinterpret_cast<const char*>(bytes.data()), static_cast<qsizetype>(bytes.size()));
}

/// A whole JPEG inside the first segment of one that ends before its scan.
QByteArray jpegWithThumbnailOnly() {
    return QByteArray("\xff\xd8\xff\xe1\x00\x08\xff\xd8\x01\x02\xff\xd9", 12) +
           QByteArray("\xff\xc0\x00\x11\x08\x00\x10\x00\x10\x03\x01\x11\x00\x02\x11\x00\x03\x11\x00", 19);
}

/// An entry of a TIFF directory.
struct TiffTag {
    quint32 tag;
    quint32 type; ///< 1 byte, 3 16 bits, 4 32 bits
    quint32 count;
    quint32 value;
};

/// Header and first directory of a TIFF.
QByteArray tiffOf(const std::vector<TiffTag>& tags, bool littleEndian = true) {
    QByteArray bytes(littleEndian ? "II" : "MM", 2);
    const auto put = [&](quint32 value, int count) {
        for (int i = 0; i < count; ++i)
            bytes += static_cast<char>(value >> 8 * (littleEndian ? i : count - 1 - i));
    };
    put(42, 2);
    put(8, 4);
    put(static_cast<quint32>(tags.size()), 2);
    for (const TiffTag& tag : tags) {
        put(tag.tag, 2);
        put(tag.type, 2);
        put(tag.count, 4);
        put(tag.value, tag.type == 3 ? 2 : 4);
        put(0, tag.type == 3 ? 2 : 0);
    }
    put(0, 4);
    return bytes;
}

QByteArray tiffClaiming(bool littleEndian) {
    return tiffOf({{256, 4, 1, 60000}, {257, 4, 1, 60000}}, littleEndian);
}

QByteArray flipped(QByteArray bytes) {
    const qsizetype middle = bytes.size() / 2;
    bytes[middle] = static_cast<char>(bytes[middle] ^ 1);
    return bytes;
}

QByteArray realJpeg() {
    QFile file(QString::fromStdString((test::dataFolder() / "masks/doc.jpg").string()));
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

bool equal(const Picture& a, const Picture& b) {
    return a.size() == b.size() && std::equal(a.data(), a.data() + a.sizeBytes(), b.data());
}

} // namespace

class TestImageFile : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void roundTrips_data() {
        QTest::addColumn<QString>("ending");
        for (const char* ending : {".png", ".ppm", ".bmp", ".PNG"})
            QTest::newRow(ending) << ending;
    }

    void roundTrips() {
        QFETCH(QString, ending);
        QTemporaryDir folder;
        const std::string path = folder.filePath("picture" + ending).toStdString();
        const Picture picture = test::noise({37, 21}, 9);
        writeImage(path, picture);
        QVERIFY(equal(readImage(path), picture));
        QFile file(QString::fromStdString(path));
        QVERIFY(file.open(QIODevice::ReadOnly));
        QCOMPARE(sizeInHeader(bytesOf(file.readAll())), picture.size());
    }

    void headersOfRealPictures() {
        for (const char* name : {"real/word.png", "real/computer_use1.jpeg", "real/document_page.jpg"}) {
            const auto path = test::dataFolder() / name;
            QFile file(QString::fromStdString(path.string()));
            QVERIFY(file.open(QIODevice::ReadOnly));
            QCOMPARE(sizeInHeader(bytesOf(file.readAll())), readImage(path.string()).size());
        }
    }

    void refuses_data() {
        QTest::addColumn<QByteArray>("content");
        QTest::addColumn<QString>("said");
        QTest::newRow("0 bytes") << QByteArray() << "0 bytes";
        QTest::newRow("60,000 x 60,000") << pngClaiming(60000, 60000) << "60000x60000";
        QTest::newRow("2^31 wide") << pngClaiming(0x80000000u, 1) << "limit";
        QTest::newRow("text") << QByteArray("this is no picture") << "no readable picture";
        QTest::newRow("damaged PNG") << pngClaiming(64, 64) << "damaged PNG";
        QTest::newRow("truncated PNG") << wholePng().left(wholePng().size() / 2) << "truncated PNG";
        QTest::newRow("PNG with a flipped bit") << flipped(wholePng()) << "damaged PNG";
        QTest::newRow("truncated JPEG") << realJpeg().left(realJpeg().size() / 2) << "truncated JPEG";
        QTest::newRow("truncated PPM") << QByteArray("P6\n8 8\n255\nxx") << "truncated PPM";
        QTest::newRow("16-bit PPM") << QByteArray("P6 1 1 65535 xxxxxx") << "65535";
        QTest::newRow("PPM without a maximum") << QByteArray("P6 1 1 x") << "unreadable maximum";
        QTest::newRow("PGM, comment at a number") << QByteArray("P5 1#60000\n1 255 x") << "no readable picture";
        QTest::newRow("PGM, comment with a CR") << QByteArray("P5 1 #\r60000 \n1 255 x") << "no readable picture";
        QTest::newRow("JPEG cut after a thumbnail") << jpegWithThumbnailOnly() << "truncated JPEG";
        QTest::newRow("JPEG with a stray byte, huge")
            << QByteArray("\xff\xd8\x00\xff\xc0\x00\x11\x08\xff\xff\xff\xff", 12) << "limit";
        QTest::newRow("huge TIFF, little-endian") << tiffClaiming(true) << "60000x60000";
        QTest::newRow("huge TIFF, big-endian") << tiffClaiming(false) << "60000x60000";
        QTest::newRow("TIFF with two widths")
            << tiffOf({{256, 3, 1, 30000}, {256, 3, 1, 4}, {257, 3, 1, 3}}) << "no readable picture";
        QTest::newRow("TIFF with two heights")
            << tiffOf({{256, 3, 1, 4}, {257, 3, 1, 3}, {257, 4, 1, 30000}}) << "no readable picture";
        QTest::newRow("TIFF with a width in a byte")
            << tiffOf({{256, 1, 1, 4}, {257, 3, 1, 3}}) << "no readable picture";
        QTest::newRow("TIFF with a list of widths")
            << tiffOf({{256, 3, 2, 4}, {257, 3, 1, 3}}) << "no readable picture";
        QTest::newRow("small TIFF in a huge tile")
            << tiffOf({{256, 3, 1, 20}, {257, 3, 1, 20}, {322, 4, 1, 16384}, {323, 4, 1, 32752}}) << "16384x32752";
        QTest::newRow("TIFF with tiles of an odd type")
            << tiffOf({{256, 3, 1, 20}, {257, 3, 1, 20}, {322, 1, 1, 16}, {323, 4, 1, 16}}) << "tiles";
        QTest::newRow("GIF") << QByteArray("GIF89a\x10\0\x10\0\0\0\0", 13) << "no readable picture";
        QTest::newRow("JPEG start only") << QByteArray("\xff\xd8\xff\xc0\x00\x11\x08\xff\xff\xff\xff", 11) << "limit";
    }

    void refuses() {
        QFETCH(QByteArray, content);
        QFETCH(QString, said);
        try {
            decodeImage(bytesOf(content), "shot.png");
            QFAIL("accepted");
        } catch (const Error& e) {
            const QString message = QString::fromUtf8(e.what());
            QVERIFY2(message.startsWith("shot.png: ") && message.contains(said), e.what());
            QVERIFY(!message.contains('\n'));
            QCOMPARE(exitCode(e.kind()), 3);
        }
    }

    void missingFileAndFolder() {
        QVERIFY_EXCEPTION_THROWN(readImage("/nowhere/picture.png"), Error);
        QVERIFY_EXCEPTION_THROWN(readImage("/"), Error);
        QVERIFY_EXCEPTION_THROWN(writeImage("/nowhere/picture.png", test::noise({2, 2}, 1)), Error);
        QVERIFY_EXCEPTION_THROWN(writeImage("picture.unknown", test::noise({2, 2}, 1)), Error);
    }
};

QTEST_APPLESS_MAIN(TestImageFile)
#include "tst_image_file.moc"
