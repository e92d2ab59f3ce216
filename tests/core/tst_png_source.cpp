// PNGs of all kinds, read with pixel data that libdeflate inflated and without: both ways show the same.
#include "core/base/error.h"
#include "core/image/image_file.h"
#include "core/image/png_source.h"

#include <QtTest>
#include <algorithm>
#include <random>
#include <zlib.h>

using namespace prunescope;

namespace {

constexpr int kHasColours = 2, kHasPalette = 1, kHasAlpha = 4;

/// A kind of PNG. Fields in IHDR's order.
struct Kind {
    int width = 37;
    int height = 23;
    int bits = 8;
    int colours = kHasColours;
    int interlaced = 0;

    int bitsPerPixel() const {
        const int samples = colours & kHasPalette ? 1 : (colours & kHasColours ? 3 : 1) + (colours & kHasAlpha ? 1 : 0);
        return samples * bits;
    }
};

QByteArray number(quint32 value) {
    QByteArray bytes;
    for (int shift = 24; shift >= 0; shift -= 8)
        bytes += static_cast<char>(value >> shift);
    return bytes;
}

QByteArray chunk(const QByteArray& type, const QByteArray& data) {
    const QByteArray checked = type + data;
    const auto sum =
        crc32_z(0, reinterpret_cast<const Bytef*>(checked.data()), static_cast<std::size_t>(checked.size()));
    return number(static_cast<quint32>(data.size())) + checked + number(static_cast<quint32>(sum));
}

QByteArray randomBytes(int count, std::mt19937& random) {
    QByteArray bytes(count, 0);
    for (char& byte : bytes)
        byte = static_cast<char>(random());
    return bytes;
}

/// Pixels of a row or column of `side` that pass `pass` of Adam7 has, counted one by one.
int inPass(int side, int first, int step) {
    int count = 0;
    for (int i = first; i < side; i += step)
        ++count;
    return count;
}

/// A row of its own for each pass, with all filters.
QByteArray filteredRows(const Kind& kind, std::mt19937& random) {
    struct Pass {
        int x, y, stepX, stepY;
    };
    static const std::vector<Pass> adam7{{0, 0, 8, 8}, {4, 0, 8, 8}, {0, 4, 4, 8}, {2, 0, 4, 4},
                                         {0, 2, 2, 4}, {1, 0, 2, 2}, {0, 1, 1, 2}};
    static const std::vector<Pass> whole{{0, 0, 1, 1}};
    QByteArray rows;
    for (const Pass& pass : kind.interlaced ? adam7 : whole) {
        const int cols = inPass(kind.width, pass.x, pass.stepX);
        const int bytes = (cols * kind.bitsPerPixel() + 7) / 8;
        for (int y = 0; cols > 0 && y < inPass(kind.height, pass.y, pass.stepY); ++y)
            rows += static_cast<char>(random() % 5) + randomBytes(bytes, random);
    }
    return rows;
}

QByteArray compressed(const QByteArray& bytes) {
    return qCompress(bytes).mid(4); // which begins with the size
}

/// All but the pixels: a palette that has every index, and what is clear where a kind may say so.
QByteArray beforePixels(const Kind& kind, bool clear, std::mt19937& random) {
    QByteArray bytes("\x89PNG\r\n\x1a\n", 8);
    QByteArray header = number(static_cast<quint32>(kind.width)) + number(static_cast<quint32>(kind.height));
    for (const int value : {kind.bits, kind.colours, 0, 0, kind.interlaced})
        header += static_cast<char>(value);
    bytes += chunk("IHDR", header);
    const bool hasPalette = kind.colours & kHasPalette;
    if (hasPalette)
        bytes += chunk("PLTE", randomBytes(3 << kind.bits, random));
    const QByteArray sample = number(1).mid(2);
    if (clear && !(kind.colours & kHasAlpha))
        bytes += chunk("tRNS", hasPalette     ? randomBytes(1 << kind.bits, random)
                               : kind.colours ? sample + sample + sample
                                              : sample);
    return bytes;
}

QByteArray png(const QByteArray& before, const std::vector<QByteArray>& pixels) {
    QByteArray bytes = before;
    for (const QByteArray& part : pixels)
        bytes += chunk("IDAT", part);
    return bytes + chunk("IEND", {});
}

std::vector<std::uint8_t> bytesOf(const QByteArray& data) {
    return {data.begin(), data.end()};
}

bool isInflated(const QByteArray& file) {
    const auto bytes = bytesOf(file);
    return PngSource(bytes).isInflated();
}

LoadedImage decoded(const QByteArray& file) {
    return loadImage(bytesOf(file), "shot");
}

/// What decoding says, "" when it is accepted.
QByteArray complaint(const QByteArray& file) {
    try {
        decoded(file);
    } catch (const Error& error) {
        return (error.kind() == ErrorKind::BadFile ? QByteArray() : QByteArray("another kind: ")) + error.what();
    }
    return {};
}

bool showTheSame(const LoadedImage& a, const LoadedImage& b) {
    return a.picture.size() == b.picture.size() && a.notes.onWhite == b.notes.onWhite &&
           std::equal(a.picture.data(), a.picture.data() + a.picture.sizeBytes(), b.picture.data());
}

/// A PNG in parts that tests put together in their own way.
struct Parts {
    explicit Parts(const Kind& kind = {}, bool clear = false) {
        std::mt19937 random(7);
        before = beforePixels(kind, clear, random);
        rows = filteredRows(kind, random);
    }
    QByteArray whole() const { return png(before, {compressed(rows)}); }

    QByteArray before;
    QByteArray rows; ///< with their filters
};

} // namespace

class TestPngSource : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void bothWaysShowTheSame_data() {
        QTest::addColumn<QSize>("size");
        QTest::addColumn<int>("bits");
        QTest::addColumn<int>("colours");
        const auto rows = [](const char* name, int colours, std::initializer_list<int> depths) {
            for (const QSize size : {QSize(37, 23), QSize(1, 1), QSize(3, 2), QSize(301, 203)})
                for (const int bits : depths)
                    QTest::addRow("%s of %d bits, %dx%d", name, bits, size.width(), size.height())
                        << size << bits << colours;
        };
        rows("grey", 0, {1, 2, 4, 8, 16});
        rows("colours", kHasColours, {8, 16});
        rows("a palette", kHasColours | kHasPalette, {1, 2, 4, 8});
        rows("grey with alpha", kHasAlpha, {8, 16});
        rows("colours with alpha", kHasColours | kHasAlpha, {8, 16});
    }
    void bothWaysShowTheSame() {
        QFETCH(QSize, size);
        QFETCH(int, bits);
        QFETCH(int, colours);
        for (const int interlaced : {0, 1})
            for (const bool clear : {false, true}) {
                const Parts parts({size.width(), size.height(), bits, colours, interlaced}, clear);
                const QByteArray longer = png(parts.before, {compressed(parts.rows + "x")}); // which libpng lets pass
                QVERIFY(isInflated(parts.whole()));
                QVERIFY(!isInflated(longer));
                QVERIFY(showTheSame(decoded(parts.whole()), decoded(longer)));
            }
    }

    void pixelsInManyChunks() {
        const Parts parts;
        const QByteArray zlib = compressed(parts.rows);
        std::vector<QByteArray> pieces{{}};
        for (qsizetype at = 0; at < zlib.size(); at += 7)
            pieces.push_back(zlib.mid(at, 7));
        pieces.push_back({});
        QVERIFY(isInflated(png(parts.before, pieces)));
        QVERIFY(showTheSame(decoded(png(parts.before, pieces)), decoded(parts.whole())));
    }

    /// Chunks behind the pixels, and bytes behind the compressed ones.
    void whatFollowsIsNotRead() {
        const Parts parts;
        const QByteArray zlib = compressed(parts.rows);
        for (const QByteArray& file :
             {parts.before + chunk("IDAT", zlib + "behind") + chunk("IEND", {}),
              parts.before + chunk("IDAT", zlib) + chunk("tEXt", "a") + chunk("IEND", {}), parts.whole() + "behind"}) {
            QVERIFY(isInflated(file));
            QVERIFY(showTheSame(decoded(file), decoded(parts.whole())));
        }
    }

    void damagedPixels_data() {
        QTest::addColumn<QByteArray>("file");
        QTest::addColumn<QByteArray>("said");
        const Parts parts;
        const QByteArray zlib = compressed(parts.rows), damaged = "shot: damaged PNG (pixels)";
        const auto row = [&](const char* name, const QByteArray& file, const QByteArray& said) {
            QTest::newRow(name) << file << said;
        };
        row("too few rows", png(parts.before, {compressed(parts.rows.chopped(112))}), damaged);
        row("cut", png(parts.before, {zlib.chopped(100)}), damaged);
        row("none", png(parts.before, {}), "shot: damaged PNG (header)");
        row("empty", png(parts.before, {{}}), damaged);
        row("no zlib", png(parts.before, {QByteArray(100, 'x')}), damaged);
        row("a chunk between",
            parts.before + chunk("IDAT", zlib.left(99)) + chunk("tEXt", "a") + chunk("IDAT", zlib.mid(99)) +
                chunk("IEND", {}),
            damaged);
        QByteArray unknownFilter = parts.rows;
        unknownFilter[0] = 5;
        row("an unknown filter", png(parts.before, {compressed(unknownFilter)}), damaged);
        QByteArray wrongSum = zlib;
        wrongSum.back() = static_cast<char>(wrongSum.back() ^ 1);
        row("a wrong checksum", png(parts.before, {wrongSum}), damaged);
        row("no header",
            QByteArray("\x89PNG\r\n\x1a\n", 8) + chunk("tEXt", QByteArray(13, 1)) + chunk("IDAT", zlib) +
                chunk("IEND", {}),
            "shot: 16843009x16843009 pixels, more than the limit of 268435456 pixels");
        row("a palette that is missing", png(Parts({37, 23, 8, 3}).before.left(33), {zlib}),
            "shot: damaged PNG (header)");
    }
    void damagedPixels() {
        QFETCH(QByteArray, file);
        QFETCH(QByteArray, said);
        QCOMPARE(complaint(file), said);
    }

    /// Bits that changed before the chunk's checksum was made.
    void changedBits() {
        const Parts parts;
        const QByteArray zlib = compressed(parts.rows);
        std::mt19937 random(3);
        for (int i = 0; i < 200; ++i) {
            QByteArray changed = zlib;
            const auto at = static_cast<qsizetype>(random() % static_cast<unsigned>(zlib.size()));
            changed[at] = static_cast<char>(changed[at] ^ (1 << random() % 8));
            const QByteArray said = complaint(png(parts.before, {changed}));
            QVERIFY2(said.isEmpty() || said == "shot: damaged PNG (pixels)", said);
        }
    }

    void largePixelsAreLeftToLibpng_data() {
        QTest::addColumn<Kind>("kind");
        QTest::newRow("as they are") << Kind{16384, 16384, 8, 6, 0};
        QTest::newRow("interlaced") << Kind{16384, 16384, 16, 6, 1};
        QTest::newRow("more than any") << Kind{0x7fffffff, 0x7fffffff, 16, 6, 1};
        QTest::newRow("colours that there are not") << Kind{4, 4, 8, 5, 0};
        QTest::newRow("nothing") << Kind{0, 0, 8, 2, 0};
    }
    void largePixelsAreLeftToLibpng() {
        QFETCH(Kind, kind);
        std::mt19937 random(1);
        const auto bytes = bytesOf(png(beforePixels(kind, false, random), {compressed(QByteArray(1000, 0))}));
        PngSource source(bytes);
        QVERIFY(!source.isInflated());
        std::vector<std::uint8_t> read(bytes.size());
        QVERIFY(source.read(read.data(), 3) && source.read(read.data() + 3, read.size() - 3));
        QVERIFY(read == bytes);
        QVERIFY(!source.read(read.data(), 1));
    }
};

QTEST_APPLESS_MAIN(TestPngSource)
#include "tst_png_source.moc"
