#include "ui/live_picture.h"

#include "core/base/error.h"
#include "core/image/image_file.h"
#include "ui/pixels.h"
#include "ui/text.h"

namespace prunescope::ui {

namespace {

Screenshot named(Picture picture, const QString& name) {
    Screenshot screenshot;
    screenshot.picture = std::move(picture);
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

bool canBeSeen(Size size, PixelLimits limits) {
    try {
        modelSize(size, limits);
        return true;
    } catch (const Error&) {
        return false;
    }
}

} // namespace

LivePicture::LivePicture(QObject* parent) : QObject(parent) {
    for (LatestJob* job : {&m_open, &m_resize, &m_select}) {
        connect(job, &LatestJob::failed, this, &LivePicture::failed);
        if (job != &m_open) // without a result for what is shown now, an older mask would be a wrong one
            connect(job, &LatestJob::failed, this, [this] { setMask({}); });
        connect(job, &LatestJob::becameIdle, this, [this] {
            if (isIdle())
                Q_EMIT becameIdle();
        });
    }
}

void LivePicture::openFile(const QString& path) {
    open(path, [path] { return named(readImage(path.toStdString()), path); });
}

void LivePicture::openBytes(const QByteArray& bytes, const QString& name) {
    open(name, [bytes, name] { return named(decodeImage(bytesOf(bytes), name.toStdString()), name); });
}

void LivePicture::openImage(const QImage& image, const QString& name) {
    open(name, [image, name] {
        Screenshot screenshot = named(pictureOf(image), name);
        screenshot.scale = image.devicePixelRatio();
        return screenshot;
    });
}

void LivePicture::open(const QString& name, std::function<Screenshot()> read) {
    Q_EMIT opening(name);
    m_open.cancel(); // the newest wish wins, also over one that is being read
    m_open.start(
        [read = std::move(read)] {
            Opened opened;
            opened.screenshot = read();
            refuseUnusable(opened.screenshot);
            opened.levels = PictureLevels(sharedImage(opened.screenshot.picture).convertToFormat(QImage::Format_RGB32));
            return opened;
        },
        [this](const Opened& opened) { take(opened); });
}

void LivePicture::take(const Opened& opened) {
    m_screenshot = opened.screenshot;
    m_levels = opened.levels;
    ++m_id;
    m_region = {};
    m_mask = {};
    Q_EMIT pictureChanged();
    resize();
}

void LivePicture::setSettings(const MaskSettings& settings) {
    if (settings == m_settings)
        return;
    m_settings = settings;
    select();
}

void LivePicture::setLimits(PixelLimits limits) {
    if (limits == m_limits)
        return;
    m_limits = limits;
    resize();
}

bool LivePicture::setRegion(PixelRect region) {
    region = isEmpty() ? PixelRect{} : clipped(region, m_screenshot.picture.size());
    if (region.empty())
        region = {};
    if (region == m_region)
        return true;
    if (!region.empty() && !canBeSeen({region.width, region.height}, m_limits)) {
        const QString size = sizeText({region.width, region.height});
        Q_EMIT failed(tr("A region of %1 is too narrow for the model: its longer side may be %2 times the shorter one "
                         "at most. The region stays as it was.")
                          .arg(size)
                          .arg(kMaxAspectRatio));
        return false;
    }
    m_region = region;
    Q_EMIT regionChanged();
    resize();
    return true;
}

void LivePicture::resize() {
    m_resize.cancel();
    m_select.cancel();
    m_blocks.reset();
    if (isEmpty())
        return;
    m_resize.start(
        [picture = m_screenshot.picture, region = m_region, limits = m_limits] {
            return PixelBlocks(resizeForModel(region.empty() ? picture : picture.cropped(region), limits));
        },
        [this](PixelBlocks blocks) {
            m_blocks = std::move(blocks);
            select();
        });
}

void LivePicture::select() {
    if (!m_blocks)
        return; // follows the resize
    const Size whole = m_screenshot.picture.size();
    const PixelRect area = m_region.empty() ? PixelRect{0, 0, whole.width, whole.height} : m_region;
    m_select.start(
        [blocks = *m_blocks, settings = m_settings, area] {
            return ShownMask{makeMask(blocks, settings), settings, area};
        },
        [this](const ShownMask& mask) { setMask(mask); });
}

void LivePicture::setMask(const ShownMask& mask) {
    m_mask = mask;
    Q_EMIT maskChanged();
}

} // namespace prunescope::ui
