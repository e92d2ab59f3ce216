// Code and constants of the program that are let go of, and come back when they are used.
#include "core/base/error.h"
#include "model/files/loaded_code.h"

#include <QRegularExpression>
#include <QtTest>
#include <fstream>
#include <locale>
#include <sstream>

using namespace prunescope;

namespace {

/// Bytes of files that are mapped and resident, as the kernel counts them.
qint64 residentOfFiles() {
    std::ifstream status("/proc/self/status");
    for (std::string line; std::getline(status, line);)
        if (line.starts_with("RssFile:"))
            return QString::fromStdString(line.substr(8)).remove("kB").trimmed().toLongLong() * 1024;
    return -1;
}

/// Uses code and constants of several libraries.
QString work() {
    std::ostringstream text;
    text.imbue(std::locale::classic());
    text << 1.5;
    try {
        throw Error(ErrorKind::BadFile, "thrown");
    } catch (const Error& error) {
        text << error.what();
    }
    const auto found = QRegularExpression("\\p{L}+").match("12 äöü");
    return QString::fromStdString(text.str()) + found.captured();
}

} // namespace

class TestLoadedCode : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void isLetGoOfAndComesBack() {
        const QString before = work();
        QCOMPARE(before, QString("1.5thrownäöü"));
        const qint64 resident = residentOfFiles();
        if (resident < 0)
            QSKIP("the kernel does not say what is resident of files");
        model::releaseLoadedCode();
        const qint64 left = residentOfFiles();
        QVERIFY2(left < resident / 2, qPrintable(QString("%1 of %2 bytes").arg(left).arg(resident)));
        QCOMPARE(work(), before);
        QVERIFY(residentOfFiles() > left);
    }

    void againAndAgain() {
        for (int i = 0; i < 100; ++i) {
            model::releaseLoadedCode();
            QCOMPARE(work(), QString("1.5thrownäöü"));
        }
    }
};

QTEST_APPLESS_MAIN(TestLoadedCode)
#include "tst_loaded_code.moc"
