#include "core/base/error.h"
#include "core/base/folders.h"
#include "core/base/output_file.h"
#include "tests/support/file_size_limit.h"

#include <QTemporaryDir>
#include <QTest>
#include <fcntl.h>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>
#include <memory>
#include <sys/stat.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

using namespace prunescope;
using prunescope::test::FileSizeLimit;

namespace fs = std::filesystem;

namespace {

std::string readAll(const fs::path& path) {
    std::ifstream in(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

void writeAll(const fs::path& path, const std::string& text, mode_t mode = 0644) {
    std::ofstream(path, std::ios::binary) << text;
    ::chmod(path.c_str(), mode);
}

int modeOf(const fs::path& path) {
    struct stat status {};
    return ::lstat(path.c_str(), &status) == 0 ? static_cast<int>(status.st_mode & 07777) : -1;
}

/// What an action that has to fail says; empty when it did not.
QByteArray failureOf(const std::function<void()>& action) {
    try {
        action();
    } catch (const Error& error) {
        return error.kind() == ErrorKind::WriteFailed ? error.what() : "another kind of error";
    }
    return {};
}

class TestOutputFile : public QObject {
    Q_OBJECT

    std::unique_ptr<QTemporaryDir> m_folder;

    std::string path(const char* name) const { return m_folder->filePath(name).toStdString(); }
    std::ptrdiff_t entries() const {
        return std::distance(fs::directory_iterator(m_folder->path().toStdString()), fs::directory_iterator{});
    }

private Q_SLOTS:
    void init() {
        ::umask(022);
        m_folder = std::make_unique<QTemporaryDir>();
    }

    void theModeGoesByWhoMayRead_data() {
        QTest::addColumn<int>("before"); // -1: no file
        QTest::addColumn<bool>("owner");
        QTest::addColumn<int>("after");
        QTest::newRow("new, for the user") << -1 << true << 0600;
        QTest::newRow("new, for everyone") << -1 << false << 0644;
        QTest::newRow("an open one, for the user") << 0644 << true << 0600;
        QTest::newRow("an open one, for everyone") << 0644 << false << 0644;
        QTest::newRow("a closed one stays closed") << 0600 << false << 0600;
        QTest::newRow("no rights to run are taken over") << 0755 << false << 0644;
    }
    void theModeGoesByWhoMayRead() {
        QFETCH(int, before);
        QFETCH(bool, owner);
        QFETCH(int, after);
        if (before >= 0)
            writeAll(path("file"), "old", static_cast<mode_t>(before));
        writeFile(path("file"), "new", owner ? Readers::Owner : Readers::Everyone);
        QCOMPARE(readAll(path("file")), std::string("new"));
        QCOMPARE(modeOf(path("file")), after);
        QCOMPARE(entries(), std::ptrdiff_t{1});
    }

    void aLinkIsReplacedAndNotWhatItPointsTo_data() {
        QTest::addColumn<QString>("target");
        QTest::newRow("to a file") << "precious";
        QTest::newRow("to nothing") << "missing";
        QTest::newRow("to a folder") << ".";
        QTest::newRow("to a device") << "/dev/full";
    }
    void aLinkIsReplacedAndNotWhatItPointsTo() {
        QFETCH(QString, target);
        writeAll(path("precious"), "precious");
        fs::create_symlink(target.toStdString(), path("link"));
        writeFile(path("link"), "new", Readers::Everyone);
        QVERIFY(!fs::is_symlink(path("link")));
        QCOMPARE(readAll(path("link")), std::string("new"));
        QCOMPARE(readAll(path("precious")), std::string("precious"));
        QVERIFY(!fs::exists(path("missing")));
    }

    void aWriteThatFailsLeavesTheOldFileAndNothingElse() {
        writeAll(path("file"), "old");
        const FileSizeLimit limit(64);
        const QByteArray message =
            failureOf([&] { writeFile(path("file"), std::string(1000, 'x'), Readers::Everyone); });
        QVERIFY2(message.startsWith(path("file").c_str()) && message.contains("cannot be written"), message);
        QCOMPARE(readAll(path("file")), std::string("old"));
        QCOMPARE(entries(), std::ptrdiff_t{1});
    }

    void whatIsNotFinishedHasNotHappened() {
        writeAll(path("file"), "old");
        {
            ReplacedFile file(path("file"), Readers::Everyone);
            file.write("new");
        }
        QCOMPARE(readAll(path("file")), std::string("old"));
        QCOMPARE(entries(), std::ptrdiff_t{1});
    }

    void whatCannotBeWrittenIsNamed_data() {
        QTest::addColumn<QString>("name");
        QTest::addColumn<QByteArray>("why");
        QTest::newRow("missing folder") << "missing/file" << QByteArray("No such file");
        QTest::newRow("a folder") << "." << QByteArray("is a folder");
        QTest::newRow("full device") << "/dev/full" << QByteArray("No space left");
    }
    void whatCannotBeWrittenIsNamed() {
        QFETCH(QString, name);
        QFETCH(QByteArray, why);
        const std::string file = name.startsWith('/') ? name.toStdString() : path(name.toUtf8());
        const QByteArray message = failureOf([&] { writeFile(file, "text", Readers::Owner); });
        QVERIFY2(message.startsWith(file.c_str()) && message.contains(why), message);
    }

    void aFileThatMayNotBeWrittenIsLeftAlone() {
        writeAll(path("file"), "old", 0444);
        ::chmod(m_folder->path().toUtf8(), 0777);
        const pid_t child = ::fork();
        if (child == 0) { // as somebody else, where the tests run as the superuser, who may write everything
            const bool isOther = ::geteuid() != 0 || ::setuid(65534) == 0;
            const QByteArray message = failureOf([&] { writeFile(path("file"), "new", Readers::Owner); });
            ::_exit(isOther && message.contains("cannot be opened for writing: Permission denied") ? 0 : 1);
        }
        int status = -1;
        QCOMPARE(::waitpid(child, &status, 0), child);
        QCOMPARE(status, 0);
        QCOMPARE(readAll(path("file")), std::string("old"));
        QCOMPARE(entries(), std::ptrdiff_t{1});
    }

    void theLongestNameIsWritten() {
        const std::string name(255, 'n');
        writeFile(path(name.c_str()), "text", Readers::Everyone);
        QCOMPARE(readAll(path(name.c_str())), std::string("text"));
    }

    void devicesAndPipesAreWrittenInPlace() {
        writeFile("/dev/null", "text", Readers::Owner);
        QVERIFY(fs::is_character_file("/dev/null"));
        QCOMPARE(::mkfifo(path("pipe").c_str(), 0600), 0);
        std::string read;
        std::thread reader([&] { read = readAll(path("pipe")); });
        writeFile(path("pipe"), "through a pipe", Readers::Owner);
        reader.join();
        QCOMPARE(read, std::string("through a pipe"));
        QVERIFY(fs::is_fifo(path("pipe")));
    }

    void whatIsOpenAlreadyIsWrittenInPlace_data() {
        QTest::addColumn<QString>("name");
        QTest::addColumn<bool>("append");
        QTest::addColumn<QByteArray>("after");
        QTest::newRow("> file") << "/dev/stdout" << false << QByteArray("new");
        QTest::newRow(">> file") << "/dev/stdout" << true << QByteArray("old new");
        QTest::newRow("/dev/fd") << "/dev/fd/1" << false << QByteArray("new");
        QTest::newRow("/proc") << "/proc/self/fd/1" << true << QByteArray("old new");
    }
    void whatIsOpenAlreadyIsWrittenInPlace() {
        QFETCH(QString, name);
        QFETCH(bool, append);
        QFETCH(QByteArray, after);
        writeAll(path("file"), "old ");
        const pid_t child = ::fork();
        if (child == 0) { // standard output is a file, as a shell makes it
            const int file = ::open(path("file").c_str(), O_WRONLY | (append ? O_APPEND : O_TRUNC));
            ::dup2(file, STDOUT_FILENO);
            const bool failed = !failureOf([&] { writeFile(name.toStdString(), "new", Readers::Owner); }).isEmpty();
            ::_exit(failed ? 1 : 0);
        }
        int status = -1;
        QCOMPARE(::waitpid(child, &status, 0), child);
        QCOMPARE(status, 0);
        QCOMPARE(QByteArray::fromStdString(readAll(path("file"))), after);
        QVERIFY(fs::is_symlink("/dev/stdout"));
    }

    void appendingClosesAFileToOthers_data() {
        QTest::addColumn<int>("before"); // -1: no file
        QTest::addColumn<bool>("owner");
        QTest::addColumn<int>("after");
        QTest::newRow("new, for the user") << -1 << true << 0600;
        QTest::newRow("new, for everyone") << -1 << false << 0644;
        QTest::newRow("an open one, for the user") << 0664 << true << 0600;
        QTest::newRow("an open one, for everyone") << 0664 << false << 0664;
    }
    void appendingClosesAFileToOthers() {
        QFETCH(int, before);
        QFETCH(bool, owner);
        QFETCH(int, after);
        if (before >= 0)
            writeAll(path("log"), "one\n", static_cast<mode_t>(before));
        OutputFile(path("log"), owner ? Readers::Owner : Readers::Everyone).write("two\n");
        QCOMPARE(readAll(path("log")), std::string(before >= 0 ? "one\ntwo\n" : "two\n"));
        QCOMPARE(modeOf(path("log")), after);
    }

    void nothingIsAppendedThroughALink() {
        writeAll(path("precious"), "precious");
        fs::create_symlink("precious", path("log"));
        const QByteArray message = failureOf([&] { OutputFile(path("log"), Readers::Owner).write("text"); });
        QCOMPARE(message, QByteArray::fromStdString(path("log")) + ": is a symbolic link, expected a file");
        QCOMPARE(readAll(path("precious")), std::string("precious"));
        QCOMPARE(modeOf(path("precious")), 0644);
    }

    void onlyWhatIsUnfinishedIsRemoved() {
        {
            ReplacedFile killed(path("file"), Readers::Everyone);
            ReplacedFile other(path("file2"), Readers::Everyone);
            writeAll(path("file"), "whole");
            writeAll(path(".file.part"), "somebody's");
            removeUnfinished(path("file"));
            QCOMPARE(entries(), std::ptrdiff_t{3}); // file, .file.part and that of file2
        }
        QVERIFY(fs::exists(path("file")) && fs::exists(path(".file.part")));
    }

    void privateFoldersAreForNobodyElse() {
        makePrivateFolders(path("one/two"));
        QCOMPARE(modeOf(path("one")), 0700);
        QCOMPARE(modeOf(path("one/two")), 0700);
        fs::create_directory(path("open"));
        makePrivateFolders(path("open/below"));
        QCOMPARE(modeOf(path("open")), 0755); // somebody else's business
        closeToOthers(path("open"));
        QCOMPARE(modeOf(path("open")), 0700);
        writeAll(path("file"), "");
        const QByteArray message = failureOf([&] { makePrivateFolders(path("file/below")); });
        QVERIFY2(message.contains("below: cannot be created: Not a directory"), message);
    }
};

} // namespace

QTEST_GUILESS_MAIN(TestOutputFile)
#include "tst_output_file.moc"
