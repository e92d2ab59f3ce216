#include "ui/session/open_image.h"

#include "core/base/error.h"
#include "core/base/picture_stages.h"
#include "core/image/image_file.h"
#include "core/resize/resize.h"
#include "ui/session/pixels.h"

#include <span>

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
    open(path, [path] { return named(loadImage(path.toStdString()), path); });
}

void OpenImage::openBytes(const QByteArray& bytes, const QString& name) {
    open(name, [bytes, name] { return named(loadImage(bytesOf(bytes), name.toStdString()), name); });
}

void OpenImage::openPixels(const QImage& pixels, const QString& name) {
    open(name, [pixels, name] {
        Screenshot screenshot = named(loadedImage(pixels), name);
        screenshot.scale = pixels.devicePixelRatio();
        return screenshot;
    });
}

void OpenImage::openCapture(const Capture& capture) {
    open(
        capture.name,
        [capture] {
            Screenshot screenshot = named(loadedImage(capture.image), capture.name);
            screenshot.scale = capture.image.devicePixelRatio();
            screenshot.desktop = capture.desktop;
            screenshot.times.set(stage::kCapture, capture.captureMs);
            return screenshot;
        },
        capture.isFrame);
}

void OpenImage::open(const QString& name, std::function<Screenshot()> read, bool isFrame) {
    Q_EMIT opening(name);
    m_open.cancel(); // the newest wish wins, also over one that is being read
    m_open.start(
        [read = std::move(read), isFrame] {
            Opened opened;
            const Stopwatch watch;
            opened.screenshot = read();
            opened.screenshot.times.set(stage::kReadImage, watch.ms());
            refuseUnusable(opened.screenshot);
            opened.levels = PictureLevels(sharedImage(opened.screenshot.picture).convertToFormat(QImage::Format_RGB32));
            opened.isFrame = isFrame;
            return opened;
        },
        [this](const Opened& opened) { take(opened); });
}

void OpenImage::take(const Opened& opened) {
    const Picture before = m_screenshot.picture;
    m_before = before.size() == opened.screenshot.picture.size() ? before : Picture();
    m_isNextFrame = opened.isFrame && !m_before.empty();
    m_screenshot = opened.screenshot;
    m_levels = opened.levels;
    ++m_id;
    Q_EMIT changed();
}

} // namespace prunescope::ui
