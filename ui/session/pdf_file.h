#pragma once

#include "core/base/error.h"

#include <QByteArray>
#include <QImage>
#include <QSizeF>
#include <QString>
#include <memory>

class QIODevice;

namespace prunescope::ui {

/// A PDF that needs a password, or another one than was given.
class PasswordNeeded : public Error {
public:
    PasswordNeeded(const std::string& message, bool wasWrong)
        : Error(ErrorKind::BadFile, message), m_wasWrong(wasWrong) {}
    bool wasWrong() const { return m_wasWrong; }

private:
    bool m_wasWrong;
};

/// The pages of a PDF, numbered from 0. Read from the file as they are wanted. Made, used and destroyed in one thread,
/// whichever. What is wrong with the file is thrown as Error(BadFile), one line that begins with its name; in a build
/// without Qt's PDF module nothing can be opened.
class PdfFile {
public:
    /// Throws PasswordNeeded as well.
    PdfFile(const QString& path, const QString& password);
    /// `name` is for messages.
    PdfFile(const QByteArray& bytes, const QString& name);
    ~PdfFile();

    /// Whether the beginning of a file is that of a PDF.
    static bool isPdf(const QString& path);

    int pages() const;
    QSizeF sizePoints(int page) const;
    /// A page on white, 8-bit RGB; finer than `dotsPerInch` never, coarser where the page would be larger than a
    /// picture may be.
    QImage drawn(int page, double dotsPerInch) const;
    /// A page that fits into `most`, likewise.
    QImage thumbnail(int page, QSize most) const;
    /// The text of a page; empty where it has none, as of a scan.
    QString text(int page) const;

private:
    class Impl;
    QImage onWhite(int page, QSize size) const;

    std::unique_ptr<Impl> m_impl;
};

} // namespace prunescope::ui
