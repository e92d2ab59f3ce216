#include "ui/live_picture.h"

#include "core/base/error.h"
#include "core/image/image_file.h"
#include "ui/pixels.h"
#include "ui/text.h"

#include <algorithm>

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
    for (LatestJob* job : {&m_open, &m_resize, &m_select, &m_compare, &m_restore}) {
        connect(job, &LatestJob::failed, this, &LivePicture::failed);
        connect(job, &LatestJob::becameIdle, this, [this] {
            if (isIdle())
                Q_EMIT becameIdle();
        });
    }
    // Without a result for what is shown now, an older one would be wrong.
    for (LatestJob* job : {&m_resize, &m_select})
        connect(job, &LatestJob::failed, this, [this] { setMask({}); });
    connect(&m_restore, &LatestJob::failed, this, [this] { setRestoration({}); });
}

bool LivePicture::isIdle() const {
    const auto jobs = {&m_open, &m_resize, &m_select, &m_compare, &m_restore};
    return std::ranges::all_of(jobs, &LatestJob::isIdle);
}

void LivePicture::openFile(const QString& path) {
    open(path, [path] { return named(loadImage(path.toStdString()), path); });
}

void LivePicture::openBytes(const QByteArray& bytes, const QString& name) {
    open(name, [bytes, name] { return named(loadImage(bytesOf(bytes), name.toStdString()), name); });
}

void LivePicture::openImage(const QImage& image, const QString& name) {
    open(name, [image, name] {
        Screenshot screenshot = named(loadedImage(image), name);
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
    const Picture before = m_screenshot.picture;
    m_before = before.size() == opened.screenshot.picture.size() ? before : Picture();
    m_screenshot = opened.screenshot;
    m_levels = opened.levels;
    ++m_id;
    m_region = {};
    m_mask = {};
    m_changes.reset();
    m_restoration.reset();
    Q_EMIT pictureChanged();
    resize();
}

void LivePicture::setSettings(const MethodSettings& settings) {
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

PixelRect LivePicture::area() const {
    const Size whole = m_screenshot.picture.size();
    return m_region.empty() ? PixelRect{0, 0, whole.width, whole.height} : m_region;
}

BlockGrid LivePicture::fullGrid() const {
    return BlockGrid::of(modelSize({area().width, area().height}, m_limits), m_limits.geometry);
}

void LivePicture::resize() {
    for (LatestJob* job : {&m_resize, &m_select, &m_compare, &m_restore})
        job->cancel();
    m_resized.reset();
    setChanges({});
    setRestoration({});
    if (isEmpty())
        return;
    m_resize.start(
        [picture = m_screenshot.picture, region = m_region, limits = m_limits] {
            const Picture seen = resizeForModel(region.empty() ? picture : picture.cropped(region), limits);
            const PixelBlocks blocks(seen, limits.geometry);
            return Resized{blocks, std::make_shared<MaskMaker>(blocks)};
        },
        [this](const Resized& resized) {
            m_resized = resized;
            select();
            compare();
        });
}

void LivePicture::select() {
    if (!m_resized)
        return; // follows the resize
    m_select.start(
        [maker = m_resized->maker, settings = m_settings, area = area()] {
            BlockChoice choice = maker->choose(settings);
            return ShownMask{std::move(choice.mask), settings, area, maker->blocks().grid(), std::move(choice.fit)};
        },
        [this](const ShownMask& mask) { setMask(mask); });
}

void LivePicture::setMask(const ShownMask& mask) {
    m_mask = mask;
    Q_EMIT maskChanged();
    restore();
}

// What changed, what is lost ------------------------------------------------------------------------------------------

void LivePicture::compare() {
    if (m_before.empty())
        return;
    m_compare.start([before = m_before, now = m_resized->blocks, area = area(),
                     limits = m_limits] { return pictureChanges(before, now, area, limits); },
                    [this](const PictureChanges& changes) { setChanges(changes); });
}

void LivePicture::setChanges(const std::optional<PictureChanges>& changes) {
    if (!m_changes && !changes)
        return;
    m_changes = changes;
    Q_EMIT changesChanged();
}

void LivePicture::setRestoredView(RestoredView view) {
    if (view == m_view)
        return;
    m_view = view;
    m_restore.cancel();
    setRestoration({});
    restore();
}

void LivePicture::restore() {
    if (m_view == RestoredView::None)
        return;
    const bool current = m_resized && m_mask.area == area() && m_mask.full == m_resized->blocks.grid();
    if (!m_mask.valid() || !current) { // the mask to come says it
        m_restore.cancel();
        setRestoration({});
        return;
    }
    // Not cancelled: during a drag every result would come too late then, and nothing be seen.
    m_restore.start([picture = m_screenshot.picture, blocks = m_resized->blocks, mask = m_mask,
                     view = m_view] { return restorationOf(picture, blocks, mask, view); },
                    [this](const Restoration& restored) { setRestoration(restored); });
}

void LivePicture::setRestoration(const std::optional<Restoration>& restoration) {
    if (!m_restoration && !restoration)
        return;
    m_restoration = restoration;
    Q_EMIT restorationChanged();
}

} // namespace prunescope::ui
