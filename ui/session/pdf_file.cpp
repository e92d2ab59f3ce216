#include "ui/session/pdf_file.h"

#include "core/image/image_file.h"

#include <QBuffer>
#include <QFile>
#include <QPainter>
#include <algorithm>
#include <cmath>
#ifdef PRUNESCOPE_HAS_PDF
#include <QPdfDocument>
#include <QPdfSelection>
#endif

namespace prunescope::ui {

namespace {

constexpr qint64 kHeadBytes = 1024; // readers look for the mark in so many
constexpr double kPointsPerInch = 72;

} // namespace

bool PdfFile::isPdf(const QString& path) {
    QFile file(path);
    return file.open(QIODevice::ReadOnly) && file.read(kHeadBytes).contains("%PDF-");
}

#ifdef PRUNESCOPE_HAS_PDF

namespace {

[[noreturn]] void refuse(const QString& name, const QString& why) {
    throw Error(ErrorKind::BadFile, (name + ": " + why).toStdString());
}

/// Why a document could not be opened.
[[noreturn]] void refuse(const QString& name, QPdfDocument::Error error, bool hadPassword) {
    switch (error) {
    case QPdfDocument::Error::IncorrectPassword:
        throw PasswordNeeded(
            (name + (hadPassword ? ": the password is another one" : ": needs a password")).toStdString(), hadPassword);
    case QPdfDocument::Error::UnsupportedSecurityScheme:
        refuse(name, QStringLiteral("is protected in a way that is not supported"));
    case QPdfDocument::Error::FileNotFound:
        refuse(name, QStringLiteral("no such file, or not readable"));
    default:
        refuse(name, QStringLiteral("no readable PDF (damaged, or another kind of file)"));
    }
}

} // namespace

class PdfFile::Impl {
public:
    QString name;
    QByteArray bytes;
    QBuffer buffer;
    mutable QPdfDocument document{nullptr};

    void requirePages() const {
        if (document.pageCount() <= 0)
            refuse(name, QStringLiteral("has no pages"));
    }
};

PdfFile::PdfFile(const QString& path, const QString& password) : m_impl(std::make_unique<Impl>()) {
    m_impl->name = path;
    m_impl->document.setPassword(password);
    if (const auto error = m_impl->document.load(path); error != QPdfDocument::Error::None)
        refuse(path, error, !password.isEmpty());
    m_impl->requirePages();
}

PdfFile::PdfFile(const QByteArray& bytes, const QString& name) : m_impl(std::make_unique<Impl>()) {
    m_impl->name = name;
    m_impl->bytes = bytes;
    m_impl->buffer.setBuffer(&m_impl->bytes);
    m_impl->buffer.open(QIODevice::ReadOnly);
    m_impl->document.load(&m_impl->buffer);
    if (m_impl->document.status() != QPdfDocument::Status::Ready)
        refuse(name, m_impl->document.error(), false);
    m_impl->requirePages();
}

int PdfFile::pages() const {
    return m_impl->document.pageCount();
}

QSizeF PdfFile::sizePoints(int page) const {
    const QSizeF points = m_impl->document.pagePointSize(page);
    if (!(points.width() > 0 && points.height() > 0))
        refuse(m_impl->name, QStringLiteral("page %1 has no size").arg(page + 1));
    return points;
}

QImage PdfFile::onWhite(int page, QSize size) const {
    QPdfDocumentRenderOptions options;
    options.setRenderFlags(QPdfDocumentRenderOptions::RenderFlag::Annotations); // what was filled in, too
    const QImage drawn = m_impl->document.render(page, size, options);
    if (drawn.isNull())
        refuse(m_impl->name, QStringLiteral("page %1 can't be drawn").arg(page + 1));
    QImage white(drawn.size(), QImage::Format_RGB888); // pages have no ground of their own
    white.fill(Qt::white);
    QPainter(&white).drawImage(0, 0, drawn);
    return white;
}

QString PdfFile::text(int page) const {
    return m_impl->document.getAllText(page).text();
}

#else

class PdfFile::Impl {};

PdfFile::PdfFile(const QString& path, const QString&) {
    throw Error(ErrorKind::Unsupported, path.toStdString() + ": PDF is not read by this build: export the page as PNG");
}

PdfFile::PdfFile(const QByteArray&, const QString& name) : PdfFile(name, QString()) {}

int PdfFile::pages() const {
    return 0;
}

QSizeF PdfFile::sizePoints(int) const {
    return {};
}

QImage PdfFile::onWhite(int, QSize) const {
    return {};
}

QString PdfFile::text(int) const {
    return {};
}

#endif

PdfFile::~PdfFile() = default;

QImage PdfFile::drawn(int page, double dotsPerInch) const {
    const QSizeF points = sizePoints(page);
    const double area = points.width() * points.height();
    const double most = std::sqrt(static_cast<double>(kMaxPicturePixels) * 0.99 / area) * kPointsPerInch;
    const double scale = std::min(dotsPerInch, most) / kPointsPerInch;
    return onWhite(page, (points * scale).toSize().expandedTo({1, 1}));
}

QImage PdfFile::thumbnail(int page, QSize most) const {
    return onWhite(page, sizePoints(page).scaled(most, Qt::KeepAspectRatio).toSize().expandedTo({1, 1}));
}

} // namespace prunescope::ui
