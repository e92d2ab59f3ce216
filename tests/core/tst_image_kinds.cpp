#include "core/base/error.h"
#include "core/image/image_file.h"
#include "core/image/on_white.h"
#include "tests/support/golden.h"
#include "tests/support/pictures.h"

#include <QCryptographicHash>
#include <QTemporaryDir>
#include <QtTest>
#include <algorithm>
#include <cmath>
#include <fstream>
#include <nlohmann/json.hpp>

using namespace prunescope;
namespace fs = std::filesystem;

namespace {

constexpr int kLossyRounding = 2; // levels by which decoders of lossy formats differ

fs::path folder() {
    return test::dataFolder() / "images";
}

const nlohmann::json& expectations() {
    static const nlohmann::json all = nlohmann::json::parse(std::ifstream(folder() / "expected.json"));
    return all;
}

std::vector<std::uint8_t> bytesOf(const fs::path& path) {
    std::ifstream in(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

std::vector<std::uint8_t> bytesOf(const QByteArray& data) {
    return {data.begin(), data.end()};
}

QByteArray sha1(const Picture& picture) {
    const QByteArray bytes(reinterpret_cast<const char*>(picture.data()), static_cast<qsizetype>(picture.sizeBytes()));
    return QCryptographicHash::hash(bytes, QCryptographicHash::Sha1).toHex();
}

int largestDifference(const Picture& a, const Picture& b) {
    int largest = a.size() == b.size() ? 0 : 256;
    for (std::size_t i = 0; largest < 256 && i < a.sizeBytes(); ++i)
        largest = std::max(largest, std::abs(a.data()[i] - b.data()[i]));
    return largest;
}

/// What decoding says, "" when it is accepted.
QByteArray complaint(const std::vector<std::uint8_t>& bytes) {
    try {
        loadImage(bytes, "shot");
    } catch (const Error& error) {
        return (error.kind() == ErrorKind::BadFile ? QByteArray() : QByteArray("another kind: ")) + error.what();
    }
    return {};
}

void addFiles() {
    QTest::addColumn<QString>("file");
    for (const auto& [file, expected] : expectations().items())
        QTest::newRow(file.c_str()) << QString::fromStdString(file);
}

/// In a build without the library of a format.
bool isNotRead(const QString& file) {
    return complaint(bytesOf(folder() / file.toStdString())).contains(" is not read: ");
}

} // namespace

/// A file of each kind that is read, and the first bytes of many that are not.
class TestImageKinds : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void pixels_data() { addFiles(); }
    void pixels() {
        QFETCH(QString, file);
        if (isNotRead(file))
            QSKIP("not read by this build");
        const nlohmann::json& expected = expectations().at(file.toStdString());
        const LoadedImage image = loadImage((folder() / file.toStdString()).string());
        const Size size{expected.at("size").at(0), expected.at("size").at(1)};
        QVERIFY(image.picture.size() == size);
        QCOMPARE(image.notes.onWhite, expected.at("on_white").get<bool>());
        QCOMPARE(image.notes.frames, expected.at("frames").get<int>());
        if (expected.contains("sha1")) {
            QCOMPARE(sha1(image.picture), QByteArray::fromStdString(expected.at("sha1")));
            return;
        }
        const Picture close = readImage((folder() / expected.at("picture").get<std::string>()).string());
        const int difference = largestDifference(image.picture, close);
        QVERIFY2(difference <= kLossyRounding, qPrintable(QString::number(difference)));
    }

    void headersSayTheStoredSize_data() { addFiles(); }
    void headersSayTheStoredSize() {
        QFETCH(QString, file);
        if (isNotRead(file))
            QSKIP("not read by this build");
        const auto bytes = bytesOf(folder() / file.toStdString());
        QCOMPARE(sizeInHeader(bytes).area(), decodeImage(bytes, "shot").size().area());
    }

    /// Wherever a file ends early, the first frame is there in full or one line says that it is not.
    void cutFiles_data() { addFiles(); }
    void cutFiles() {
        QFETCH(QString, file);
        const auto bytes = bytesOf(folder() / file.toStdString());
        if (isNotRead(file))
            QSKIP("not read by this build");
        const Picture whole = decodeImage(bytes, "shot");
        for (int part = 0; part < 40; ++part) {
            const std::vector<std::uint8_t> cut(bytes.begin(), bytes.begin() + std::ssize(bytes) * part / 40);
            const QByteArray said = complaint(cut);
            if (said.isEmpty()) {
                QCOMPARE(largestDifference(decodeImage(cut, "shot"), whole), 0);
                continue;
            }
            QVERIFY2(said.startsWith("shot: ") && !said.contains('\n'), said);
        }
    }

    void transparencyIsRoundedAsInPillow() {
        DecodedPixels pixels({256, 256}, 4);
        for (int y = 0; y < 256; ++y)
            for (int x = 0; x < 256; ++x) {
                const std::uint8_t value = static_cast<std::uint8_t>(x), alpha = static_cast<std::uint8_t>(y);
                const std::uint8_t pixel[] = {value, static_cast<std::uint8_t>(255 - x), 0, alpha};
                std::copy_n(pixel, 4, pixels.row(y) + 4 * x);
            }
        const LoadedImage image = uprightOnWhite(std::move(pixels));
        QVERIFY(image.notes.onWhite);
        const auto expected = [](int value, int alpha) {
            return static_cast<int>(std::floor((value * alpha + 255 * (255 - alpha)) / 255.0 + 0.5));
        };
        for (int y = 0; y < 256; ++y)
            for (int x = 0; x < 256; ++x) {
                const std::uint8_t* rgb = image.picture.row(y) + 3 * x;
                QCOMPARE(int{rgb[0]}, expected(x, y));
                QCOMPARE(int{rgb[1]}, expected(255 - x, y));
                QCOMPARE(int{rgb[2]}, 255 - y);
            }
    }

    void gapsBetweenScreensAreBlack() {
        DecodedPixels pixels({256, 256}, 4);
        for (int i = 0; i < 256 * 256; ++i) {
            const std::uint8_t value = static_cast<std::uint8_t>(i % 256), alpha = static_cast<std::uint8_t>(i / 256);
            const std::uint8_t pixel[] = {value, 255, 0, alpha};
            std::copy_n(pixel, 4, pixels.samples.data() + 4 * i);
        }
        const Picture picture = uprightOnBlack(std::move(pixels));
        for (int y = 0; y < 256; ++y)
            for (int x = 0; x < 256; ++x) {
                const std::uint8_t* rgb = picture.row(y) + 3 * x;
                QCOMPARE(int{rgb[0]}, static_cast<int>(std::floor(x * y / 255.0 + 0.5)));
                QCOMPARE(int{rgb[1]}, y);
                QCOMPARE(int{rgb[2]}, 0);
            }
    }

    void anOpaqueAlphaChannelChangesNothing() {
        const Picture noise = test::noise({37, 21}, 4);
        DecodedPixels pixels(noise.size(), 4);
        for (std::size_t i = 0; i < noise.sizeBytes() / 3; ++i) {
            std::copy_n(noise.data() + 3 * i, 3, pixels.samples.data() + 4 * i);
            pixels.samples.data()[4 * i + 3] = 255;
        }
        const LoadedImage image = uprightOnWhite(std::move(pixels));
        QVERIFY(!image.notes.onWhite);
        QCOMPARE(largestDifference(image.picture, noise), 0);
    }

    void transparencyThatShowsNothingElseIsNotSaid() {
        DecodedPixels pixels({9, 7}, 4);
        std::fill_n(pixels.samples.data(), pixels.samples.size(), std::uint8_t{255});
        for (std::size_t i = 3; i < pixels.samples.size(); i += 4)
            pixels.samples.data()[i] = static_cast<std::uint8_t>(i);
        QVERIFY(!uprightOnWhite(std::move(pixels)).notes.onWhite); // white, however clear
    }

    void aDrawingOnAClearGroundCanBeSeen() {
        const LoadedImage image = loadImage((folder() / "diagram_black_on_clear.png").string());
        QVERIFY(image.notes.onWhite);
        const auto [darkest, lightest] =
            std::minmax_element(image.picture.data(), image.picture.data() + image.picture.sizeBytes());
        QCOMPARE(int{*darkest}, 0);
        QCOMPARE(int{*lightest}, 255);
    }

    void notesAreOneLine() {
        QCOMPARE(toText(ImageNotes{}), std::string());
        QCOMPARE(toText(ImageNotes{true, 1}), std::string("transparency was put on white"));
        QCOMPARE(toText(ImageNotes{false, 2}), std::string("the first of 2 frames is used"));
        QCOMPARE(toText(ImageNotes{true, 12}),
                 std::string("transparency was put on white; the first of 12 frames is used"));
    }

    void formatsThatAreNotRead_data() {
        QTest::addColumn<QByteArray>("content");
        QTest::addColumn<QString>("name");
        const auto row = [](const char* name, const QByteArray& content) {
            QTest::newRow(name) << content + QByteArray(100, ' ') << name;
        };
        row("BigTIFF", QByteArray("II+\0\10\0\0\0", 8));
        row("JPEG 2000", QByteArray("\0\0\0\x0cjP  \r\n\x87\n", 12));
        row("JPEG XL", QByteArray("\xff\x0a\xfa\x1f", 4));
        row("ICO", QByteArray("\0\0\1\0\2\0", 6));
        row("PSD", "8BPS");
        row("XCF", "gimp xcf v011");
        row("OpenEXR", QByteArray("v/1\x01\2\0\0\0", 8));
        row("Radiance HDR", "#?RADIANCE\n");
        row("PAM or PFM", "P7\nWIDTH 1\n");
        row("QOI", "qoif");
        row("DDS", "DDS |");
        row("SVG", "<?xml version=\"1.0\"?>\n<svg width=\"3\" height=\"3\"/>");
        row("PDF", "%PDF-1.7\n");
        row("PostScript", "%!PS-Adobe-3.0 EPSF-3.0\n");
        row("HTML or XML", "\n<!DOCTYPE html>\n<html>");
        row("video", QByteArray("\0\0\0\x18"
                                "ftypisom\0\0\2\0isommp41",
                                24));
        row("archive", QByteArray("PK\3\4\24\0", 6));
    }
    void formatsThatAreNotRead() {
        QFETCH(QByteArray, content);
        QFETCH(QString, name);
        const QByteArray said = complaint(bytesOf(content));
        QVERIFY2(said.startsWith("shot: " + name.toUtf8() + " is not read: "), said);
        QVERIFY2(!said.contains("damaged"), said);
    }

    void tiffsThatAreNotRead() {
        for (const char* name : {"float32.tif", "int32.tif"}) {
            const QByteArray said = complaint(bytesOf(folder() / "unread" / name));
            QVERIFY2(said.contains("samples is not read: save it with 8 or 16 bits"), said);
        }
    }

    void hugeFilesAreRefusedUnread_data() {
        QTest::addColumn<QByteArray>("head");
        QTest::addColumn<QString>("said");
        QTest::newRow("no picture") << QByteArray("what ever it is") << "no readable picture";
        QTest::newRow("a format that is not read") << QByteArray("%PDF-1.7\n") << "PDF is not read";
        const auto png = bytesOf(folder() / "png_rgb.png");
        QTest::newRow("a picture with much behind it")
            << QByteArray(reinterpret_cast<const char*>(png.data()), std::ssize(png)) << "more than the limit of";
    }
    void hugeFilesAreRefusedUnread() {
        QFETCH(QByteArray, head);
        QFETCH(QString, said);
        const QTemporaryDir place;
        QFile file(place.filePath("huge.png"));
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(head);
        QVERIFY(file.resize(qint64{1} << 36)); // a hole: more than any memory
        file.close();
        try {
            readImage(file.fileName().toStdString());
            QFAIL("accepted");
        } catch (const Error& error) {
            QVERIFY2(error.kind() == ErrorKind::BadFile && QString(error.what()).contains(said), error.what());
        }
    }
};

QTEST_APPLESS_MAIN(TestImageKinds)
#include "tst_image_kinds.moc"
