#include "app/pages/page_source.h"

#ifdef PRUNESCOPE_HAS_PDF
#include "core/base/error.h"

#include <QBuffer>
#include <QImage>
#include <QPainter>
#include <QPdfDocument>
#include <algorithm>
#endif

namespace prunescope::app {

#ifdef PRUNESCOPE_HAS_PDF

namespace {

constexpr double kDotsPerPoint = 144.0 / 72;
constexpr int kMostPages = 120;

Picture pictureOf(const QImage& image) {
    const auto rowBytes = static_cast<std::size_t>(image.width()) * 3;
    std::vector<std::uint8_t> rgb;
    rgb.reserve(rowBytes * static_cast<std::size_t>(image.height()));
    for (int y = 0; y < image.height(); ++y)
        rgb.insert(rgb.end(), image.constScanLine(y), image.constScanLine(y) + rowBytes);
    return Picture({image.width(), image.height()}, std::move(rgb));
}

/// On white: pages have no ground of their own.
Picture drawnPage(QPdfDocument& document, int page, const std::string& name) {
    const QSizeF points = document.pagePointSize(page);
    const QSize size(qRound(points.width() * kDotsPerPoint), qRound(points.height() * kDotsPerPoint));
    const QImage drawn = document.render(page, size);
    if (drawn.isNull())
        throw Error(ErrorKind::BadFile, name + ": page " + std::to_string(page + 1) + " can't be drawn");
    QImage onWhite(size, QImage::Format_RGB888);
    onWhite.fill(Qt::white);
    QPainter(&onWhite).drawImage(0, 0, drawn);
    return pictureOf(onWhite);
}

std::vector<Picture> pagesOf(std::span<const std::byte> pdf, const std::string& name) {
    QByteArray bytes(reinterpret_cast<const char*>(pdf.data()), static_cast<qsizetype>(pdf.size()));
    QBuffer buffer(&bytes);
    buffer.open(QIODevice::ReadOnly);
    QPdfDocument document(nullptr);
    document.load(&buffer);
    if (document.status() != QPdfDocument::Status::Ready)
        throw Error(ErrorKind::BadFile, name + ": no PDF that can be read, expected one without a password");
    std::vector<Picture> pages;
    for (int page = 0; page < std::min(document.pageCount(), kMostPages); ++page)
        pages.push_back(drawnPage(document, page, name));
    return pages;
}

} // namespace

model::PageSource pageSource() {
    return pagesOf;
}

#else

model::PageSource pageSource() {
    return {};
}

#endif

} // namespace prunescope::app
