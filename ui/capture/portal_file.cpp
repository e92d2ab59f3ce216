#include "ui/capture/portal_file.h"

#include "core/base/error.h"

#include <QCoreApplication>
#include <QFile>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <sys/stat.h>
#include <tuple>
#include <unistd.h>

namespace prunescope::ui {

namespace {

QString tr(const char* text) {
    return QCoreApplication::translate("PortalFile", text);
}

[[noreturn]] void refuse(const QString& path, const QString& why) {
    throw Error(ErrorKind::BadInput, (path + QStringLiteral(": ") + why).toStdString());
}

/// An open file that closes itself.
class OpenFile {
public:
    explicit OpenFile(const QByteArray& path) // a link, a pipe or a device of somebody else is not waited for
        : m_number(::open(path.constData(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)) {}
    ~OpenFile() {
        if (m_number >= 0)
            ::close(m_number);
    }
    OpenFile(const OpenFile&) = delete;
    OpenFile& operator=(const OpenFile&) = delete;
    int number() const { return m_number; }

private:
    int m_number;
};

bool isBefore(const timespec& a, const timespec& b) {
    return std::tie(a.tv_sec, a.tv_nsec) < std::tie(b.tv_sec, b.tv_nsec);
}

/// Why the file is not the picture that was just taken for us; empty when it is.
QString whyNotOurs(const struct stat& found, const timespec& notBefore) {
    if (!S_ISREG(found.st_mode))
        return tr("the desktop named something that is no picture file, so it was left alone.");
    if (found.st_uid != ::geteuid())
        return tr("the picture that the desktop named belongs to another user, so it was left alone. Have that file "
                  "removed, then capture again.");
    if (isBefore(found.st_mtim, notBefore))
        return tr("the picture that the desktop named is older than this capture, so it was left alone. Remove that "
                  "file, then capture again.");
    return {};
}

QByteArray contentsOf(const OpenFile& file, const QString& path) {
    QFile reader;
    if (!reader.open(file.number(), QIODevice::ReadOnly))
        refuse(path, tr("the picture can't be read: %1.").arg(reader.errorString()));
    QByteArray bytes = reader.readAll();
    if (bytes.isEmpty())
        refuse(path, tr("the desktop left an empty picture: is the disk full?"));
    return bytes;
}

/// Unless something else stands there by now.
void removeIfSame(const QByteArray& path, const struct stat& read) {
    struct stat now {};
    if (::lstat(path.constData(), &now) == 0 && now.st_dev == read.st_dev && now.st_ino == read.st_ino)
        ::unlink(path.constData());
}

} // namespace

timespec fileClockNow() {
    timespec now{};
    ::clock_gettime(CLOCK_REALTIME_COARSE, &now); // that of modification times, which lags behind the exact one
    return now;
}

QByteArray takePortalFile(const QString& path, const timespec& notBefore) {
    const QByteArray name = QFile::encodeName(path);
    const OpenFile file(name);
    struct stat found {};
    if (file.number() < 0 || ::fstat(file.number(), &found) != 0)
        refuse(path, tr("the picture that the desktop named can't be opened: %1.")
                         .arg(QString::fromLocal8Bit(std::strerror(errno))));
    if (const QString why = whyNotOurs(found, notBefore); !why.isEmpty())
        refuse(path, why);
    QByteArray bytes = contentsOf(file, path);
    removeIfSame(name, found);
    return bytes;
}

} // namespace prunescope::ui
