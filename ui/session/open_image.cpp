#include "ui/session/open_image.h"

#include "core/base/error.h"
#include "core/base/picture_stages.h"
#include "core/image/image_file.h"
#include "core/image/redaction.h"
#include "core/resize/resize.h"
#include "ui/session/pixels.h"

#include <span>
#include <utility>

namespace prunescope::ui {

namespace {

Screenshot named(LoadedImage image, const QString& name) {
    Screenshot screenshot;
    screenshot.picture = std::move(image.picture);
    screenshot.notes = image.notes;
    screenshot.name = name.toStdString();
    return screenshot;
}

std::span<const std::uint8_t> bytesOf(const QByteArray& bytes) {
    return {reinterpret_cast<const std::uint8_t*>(bytes.constData()), static_cast<std::size_t>(bytes.size())};
}

// What no model can see is refused before it replaces the picture that is there.
void refuseUnusable(const Screenshot& screenshot) {
    try {
        modelSize(screenshot.picture.size(), PixelLimits{});
    } catch (const Error& e) {
        throw Error(e.kind(), screenshot.name + ": " + e.what());
    }
}

} // namespace

OpenImage::OpenImage(QObject* parent) : QObject(parent) {
    connect(&m_open, &LatestJob::failed, this, &OpenImage::failed);
    connect(&m_open, &LatestJob::becameIdle, this, &OpenImage::becameIdle);
}

void OpenImage::openFile(const QString& path) {
    open(path, {[path] { return named(loadImage(path.toStdString()), path); }});
}

void OpenImage::openBytes(const QByteArray& bytes, const QString& name) {
    open(name, {[bytes, name] { return named(loadImage(bytesOf(bytes), name.toStdString()), name); }});
}

void OpenImage::openPixels(const QImage& pixels, const QString& name) {
    open(name, {[pixels, name] {
             Screenshot screenshot = named(loadedImage(pixels), name);
             screenshot.scale = pixels.devicePixelRatio();
             return screenshot;
         }});
}

void OpenImage::openPage(const QImage& pixels, const QString& name) {
    Source source{[pixels, name] { return named(loadedImage(pixels), name); }};
    source.isPage = true;
    open(name, std::move(source));
}

void OpenImage::openStored(const QByteArray& png, const QString& name, double scale,
                           const std::vector<PixelRect>& redactions) {
    const auto read = [png, name, scale] {
        Screenshot screenshot = named(loadImage(bytesOf(png), name.toStdString()), name);
        screenshot.scale = scale;
        return screenshot;
    };
    open(name, {.read = read, .redactions = redactions, .isStored = true});
}

void OpenImage::openCapture(const Capture& capture) {
    const auto read = [capture] {
        Screenshot screenshot = named(loadedImage(capture.image), capture.name);
        screenshot.scale = capture.image.devicePixelRatio();
        screenshot.desktop = capture.desktop;
        screenshot.times.set(stage::kCapture, capture.captureMs);
        return screenshot;
    };
    open(capture.name, {read, redactionsOn(capture.desktop), capture.isFrame});
}

void OpenImage::open(const QString& name, Source source) {
    Q_EMIT opening(name);
    m_open.cancel(); // the newest wish wins, also over one that is being read
    m_open.start(
        [source = std::move(source)] {
            Opened opened;
            const Stopwatch watch;
            opened.screenshot = source.read();
            opened.screenshot.times.set(stage::kReadImage, watch.ms());
            refuseUnusable(opened.screenshot);
            const Picture picture = std::exchange(opened.screenshot.picture, {});
            opened.original = {picture, PictureLevels(picture)};
            opened.redactions = source.redactions;
            opened.shown = opened.original.redacted(source.redactions);
            opened.isFrame = source.isFrame;
            opened.isPage = source.isPage;
            opened.isStored = source.isStored;
            return opened;
        },
        [this](const Opened& opened) { take(opened); });
}

void OpenImage::take(const Opened& opened) {
    const Picture before = m_screenshot.picture;
    const bool isAnother = opened.isPage || opened.isStored; // and no later look at the one before
    m_before = !isAnother && before.size() == opened.original.picture.size() ? before : Picture();
    m_isNextFrame = opened.isFrame && !m_before.empty();
    std::vector<PixelRect> redactions =
        opened.isStored ? opened.redactions : redactionsOn(opened.screenshot.desktop); // there may be more by now
    m_screenshot = opened.screenshot;
    m_original = opened.original;
    m_redactions = std::move(redactions);
    show(m_redactions == opened.redactions ? opened.shown : m_original.redacted(m_redactions));
}

void OpenImage::show(const Pixels& pixels) {
    m_screenshot.picture = pixels.picture;
    m_levels = pixels.levels;
    ++m_id;
    Q_EMIT changed();
}

// Redactions ---------------------------------------------------------------------------------------------------------

OpenImage::Pixels OpenImage::Pixels::redacted(const std::vector<PixelRect>& parts) const {
    return {prunescope::redacted(picture, parts), levels.redacted(parts)};
}

std::vector<PixelRect> OpenImage::redactionsOn(const std::optional<DesktopPart>& desktop) const {
    const std::optional<DesktopPart>& here = m_screenshot.desktop;
    if (!desktop || !here || desktop->layout != here->layout)
        return {};
    return movedParts(m_redactions, here->part, desktop->part);
}

void OpenImage::redact(const std::vector<PixelRect>& parts) {
    std::vector<PixelRect> redactions = m_redactions;
    for (const PixelRect& part : parts)
        if (const PixelRect inside = isEmpty() ? PixelRect{} : clipped(part, size()); !inside.empty())
            redactions.push_back(inside);
    if (redactions.size() > m_redactions.size())
        setRedactions(redactions, prunescope::redacted(m_before, redactions));
}

void OpenImage::removeRedaction(int index) {
    if (index < 0 || index >= std::ssize(m_redactions))
        return;
    std::vector<PixelRect> redactions = m_redactions;
    redactions.erase(redactions.begin() + index);
    setRedactions(std::move(redactions), {}); // what the picture before had there is gone
}

void OpenImage::clearRedactions() {
    if (!m_redactions.empty())
        setRedactions({}, {});
}

void OpenImage::setRedactions(std::vector<PixelRect> redactions, const Picture& before) {
    m_redactions = std::move(redactions);
    m_before = before;
    m_isNextFrame = true;
    Q_EMIT redactionsChanged();
    show(m_original.redacted(m_redactions));
}

} // namespace prunescope::ui
