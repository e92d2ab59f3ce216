#include "ui/store/picture_encoder.h"

#include "core/image/image_file.h"
#include "ui/store/database.h"

#include <QBuffer>
#include <QCryptographicHash>
#include <QImage>

namespace prunescope::ui {

namespace {

constexpr QSize kThumbnailPx{128, 80};

QByteArray copied(const std::vector<std::uint8_t>& bytes) {
    return {reinterpret_cast<const char*>(bytes.data()), static_cast<qsizetype>(bytes.size())};
}

} // namespace

QByteArray thumbnailOf(const Picture& picture) {
    const QImage pixels(picture.data(), picture.width(), picture.height(),
                        static_cast<qsizetype>(picture.strideBytes()), QImage::Format_RGB888);
    // Halved coarsely first: a smooth step from a 4K picture costs ten times more and shows no more.
    const QImage half = pixels.scaled(kThumbnailPx * 4, Qt::KeepAspectRatio, Qt::FastTransformation);
    const QImage& larger = pixels.width() > half.width() ? half : pixels;
    const bool isSmall = pixels.width() <= kThumbnailPx.width() && pixels.height() <= kThumbnailPx.height();
    QByteArray png;
    QBuffer file(&png);
    (isSmall ? pixels : larger.scaled(kThumbnailPx, Qt::KeepAspectRatio, Qt::SmoothTransformation)).save(&file, "PNG");
    return png;
}

void PictureEncoder::hash(const Picture& picture) {
    if (m_last.sharesPixelsWith(picture) && m_last.size() == picture.size())
        return;
    QCryptographicHash hash(QCryptographicHash::Sha256);
    hash.addData(QByteArray::number(picture.width()) + 'x' + QByteArray::number(picture.height()) + '\n');
    hash.addData(QByteArrayView(picture.data(), static_cast<qsizetype>(picture.sizeBytes())));
    m_last = picture;
    m_sha256 = hash.result();
    m_png.clear();
}

void PictureEncoder::compress() {
    if (m_png.isEmpty())
        m_png = copied(encodePng(m_last));
}

qint64 PictureEncoder::known(const Database& database) const {
    return database.value(QStringLiteral("SELECT id FROM pictures WHERE sha256 = ?"), {m_sha256}).toLongLong();
}

void PictureEncoder::prepare(const Database& database, const Picture& picture) {
    hash(picture);
    if (known(database) == 0)
        compress();
}

qint64 PictureEncoder::keep(const Database& database, const Picture& picture) {
    hash(picture);
    if (const qint64 row = known(database); row != 0)
        return row;
    compress();
    return database
        .run(QStringLiteral("INSERT INTO pictures(sha256, width, height, thumbnail, png) VALUES (?, ?, ?, ?, ?)"),
             {m_sha256, picture.width(), picture.height(), thumbnailOf(picture), m_png})
        .lastInsertId()
        .toLongLong();
}

} // namespace prunescope::ui
