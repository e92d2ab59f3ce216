#include "core/image/image_file.h"
#include "tests/app/program_runner.h"
#include "tests/support/pictures.h"

#include <QFile>
#include <QtEndian>
#include <QtTest>

using namespace prunescope;
using namespace prunescope::test;

namespace {

constexpr qint64 kAddressSpace = qint64{6} << 30; // LibTorch alone maps over 1 GB; 60000 x 60000 as RGB is 10.8 GB

QByteArray bigEndian(quint32 value) {
    QByteArray bytes(4, '\0');
    qToBigEndian(value, bytes.data());
    return bytes;
}

quint32 crc32(const QByteArray& bytes) {
    quint32 crc = 0xFFFFFFFFu;
    for (const char byte : bytes) {
        crc ^= static_cast<quint8>(byte);
        for (int bit = 0; bit < 8; ++bit)
            crc = crc & 1u ? (crc >> 1) ^ 0xEDB88320u : crc >> 1;
    }
    return ~crc;
}

/// Signature and header chunk of an 8-bit RGB PNG, and nothing behind them.
QByteArray pngHeader(quint32 width, quint32 height) {
    const QByteArray body = "IHDR" + bigEndian(width) + bigEndian(height) + QByteArray("\x08\x02\x00\x00\x00", 5);
    return QByteArray("\x89PNG\r\n\x1a\n", 8) + bigEndian(13) + body + bigEndian(crc32(body));
}

QByteArray fileContent(const QString& path) {
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

} // namespace

/// A picture that cannot be used: exit code 3, one line that names the file; `mask` and `ask` alike.
class TestBadPictures : public QObject {
    Q_OBJECT

    ProgramRunner m_program;

    QString write(const QString& name, const QByteArray& content) {
        QFile file(m_program.file(name));
        if (!file.open(QIODevice::WriteOnly) || file.write(content) != content.size())
            qFatal("cannot write %s", qPrintable(name));
        return file.fileName();
    }

    QString hole(const QString& name, const QByteArray& head) {
        const QString path = write(name, head);
        if (!QFile::resize(path, kAddressSpace + (qint64{2} << 30)))
            qFatal("cannot enlarge %s", qPrintable(path));
        return path;
    }

private Q_SLOTS:
    void refusals_data() {
        QTest::addColumn<QString>("picture");
        QTest::addColumn<QStringList>("more");
        QTest::addColumn<QStringList>("words");
        const auto row = [](const char* name, const QString& picture, const QStringList& words,
                            const QStringList& more = {}) {
            QTest::newRow(name) << picture << more << QStringList{picture} + words;
        };
        const QByteArray png = fileContent(dataFile("masks/form_672x416.png"));
        row("missing", m_program.file("nowhere.png"), {"no such file"});
        row("a folder", m_program.file(""), {});
        row("0 bytes", write("empty.png", {}), {"0 bytes"});
        row("text", write("text.png", "this is not a picture\n"), {});
        row("truncated header", write("head.png", png.left(20)), {});
        row("truncated data", write("half.png", png.left(png.size() / 2)), {});
        row("header of 60000 x 60000", write("huge.png", pngHeader(60000, 60000)), {"60000x60000", "limit"});
        row("PPM of 60000 x 60000", write("huge.ppm", "P6 60000 60000 255\n"), {"60000x60000", "limit"});
        row("PPM without pixels", write("short.ppm", "P6 64 64 255\nabc"), {"truncated"});
        row("PDF", write("page.png", "%PDF-1.7\n"), {"PDF is not read", "export the page"});
        for (const char* name : {"g.gif", "wanim.webp", "tt_la_unspec.tif", "b16_565_124.bmp"}) {
            const QByteArray whole = fileContent(dataFile(QString("images/") + name));
            row(qPrintable(QString("half of ") + name), write(QString("half-") + name, whole.left(whole.size() / 2)),
                {});
        }
        // A hole: reading any of it would be slow, and all of it impossible.
        row("nothing known in 8 GB", hole("hole.png", {}), {"no readable picture"});
        row("8 GB behind a picture", hole("tail.png", png), {"bytes, more than the limit"});
        const QString strip = m_program.file("strip.ppm");
        writeImage(strip.toStdString(), noise({6432, 32}, 1));
        row("aspect ratio over 200", strip, {"6432x32", "200"});
        row("odd sides without resize", dataFile("real/word.png"), {"1919 x 1079", "multiples of 32"}, {"--no-resize"});
    }
    void refusals() {
        QFETCH(QString, picture);
        QFETCH(QStringList, more);
        QFETCH(QStringList, words);
        const QByteArray problem = m_program.runWithin(kAddressSpace, QStringList{"mask", picture, "--json"} + more)
                                       .problemAsRefusal(3, words);
        QVERIFY2(problem.isEmpty(), problem);
        const QStringList ask{"ask",     dataFile("masks/quad_64x64.png"), picture, "What?",
                              "--model", dataFile("qwen3vl/model")};
        const QByteArray asked = m_program.run(ask + more).problemAsRefusal(3, words);
        QVERIFY2(asked.isEmpty(), asked);
    }

    void aRegionMustLieInsideThePicture() {
        const QStringList ask{"ask", dataFile("masks/quad_64x64.png"), "What?", "--model", dataFile("qwen3vl/model")};
        const auto refused = m_program.run(ask + QStringList{"--region", "60,0,10,10"});
        const QByteArray problem = refused.problemAsRefusal(3, {"--region", "60,0,10,10", "64 x 64"});
        QVERIFY2(problem.isEmpty(), problem);
    }

    void anOverlayThatCannotBeWritten() {
        const QString out = m_program.file("missing/out.png");
        const auto result =
            m_program.run({"mask", dataFile("masks/quad_64x64.png"), "--no-resize", "--json", "--overlay", out});
        const QByteArray problem = result.problemAsRefusal(3, {"--overlay", out});
        QVERIFY2(problem.isEmpty(), problem);
    }
};

QTEST_GUILESS_MAIN(TestBadPictures)
#include "tst_bad_pictures.moc"
