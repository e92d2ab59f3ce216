#include "ui/session/mask_view.h"

#include "core/base/error.h"
#include "ui/session/open_image.h"
#include "ui/session/plan_change.h"
#include "ui/style/format.h"

#include <algorithm>
#include <utility>

namespace prunescope::ui {

namespace {

bool canBeSeen(Size size, const PixelLimits& limits) {
    try {
        modelSize(size, limits);
        return true;
    } catch (const Error&) {
        return false;
    }
}

bool isSound(const PrunePlan& plan) {
    try {
        checkStages(plan);
        return true;
    } catch (const Error&) {
        return false;
    }
}

} // namespace

MaskView::MaskView(const OpenImage& image, QObject* parent)
    : QObject(parent), m_image(image), m_resize(this), m_select(this), m_explain(this), m_compare(this),
      m_restore(this) {
    m_resize.setObjectName(QStringLiteral("resize"));
    m_select.setObjectName(QStringLiteral("select"));
    connect(&m_image, &OpenImage::changed, this, &MaskView::startOver);
    for (LatestJob* job : jobs()) {
        connect(job, &LatestJob::failed, this, &MaskView::failed);
        connect(job, &LatestJob::becameIdle, this, [this] {
            if (isIdle())
                Q_EMIT becameIdle();
        });
    }
    // Without a result for what is shown now, an older one would be wrong.
    for (LatestJob* job : {&m_resize, &m_select})
        connect(job, &LatestJob::failed, this, [this] { setMask({}); });
    connect(&m_restore, &LatestJob::failed, this, [this] { setRestoration({}); });
    connect(&m_explain, &LatestJob::failed, this, [this] { setReasons({}); });
    resize(); // of an image that is there already
}

bool MaskView::isIdle() const {
    return m_resize.isIdle() && m_select.isIdle() && m_explain.isIdle() && m_compare.isIdle() && m_restore.isIdle();
}

void MaskView::startOver() {
    if (m_image.isNextFrame()) // what is there stays until the new one's is: nothing flickers
        return resize();
    m_region = {};
    m_mask = {};
    m_reasons.reset();
    m_changes.reset();
    m_restoration.reset();
    resize();
    Q_EMIT regionChanged();
    Q_EMIT maskChanged();
    Q_EMIT changesChanged();
    Q_EMIT restorationChanged();
}

void MaskView::setPlan(const PrunePlan& plan) {
    if (plan == m_plan)
        return;
    try {
        checkStages(plan);
    } catch (const std::exception& e) {
        Q_EMIT planRefused(errorText(e));
        return;
    }
    const MethodSettings before = settings();
    m_plan = plan;
    if (settings() != before)
        select();
    Q_EMIT planChanged();
}

void MaskView::setSettings(const MethodSettings& settings) {
    setPlan(withPixelSettings(m_plan, settings));
}

void MaskView::setLimits(const PixelLimits& limits) {
    if (limits == m_limits)
        return;
    m_limits = limits;
    resize();
}

void MaskView::setPlaces(const model::PixelPlaces& places) {
    m_places = places;
    PrunePlan possible = model::possiblePlan(m_plan, places);
    if (!isSound(possible)) // where the model lets pixels decide, another stage stands
        possible.pixelStage() = PruneStage{Place::Input, 0, MethodSettings(keepAllMethod())};
    if (possible == m_plan)
        return Q_EMIT planChanged(); // what can be chosen is another thing
    setPlan(possible);
    Q_EMIT planMoved(fromUtf8(toText(possible)));
}

void MaskView::setRegion(PixelRect region) {
    region = m_image.isEmpty() ? PixelRect{} : clipped(region, m_image.size());
    if (region.empty())
        region = {};
    if (region == m_region)
        return;
    if (m_regionUse == model::RegionUse::Crop && refusesCrop(region))
        return;
    m_region = region;
    Q_EMIT regionChanged();
    resize();
}

void MaskView::setRegionUse(model::RegionUse use) {
    if (use == m_regionUse)
        return;
    if (use == model::RegionUse::Marked || !refusesCrop(m_region))
        m_regionUse = use;
    Q_EMIT regionUseChanged(m_regionUse);
    if (m_region.empty() || m_regionUse != use)
        return;
    Q_EMIT regionChanged();
    resize();
}

bool MaskView::refusesCrop(PixelRect region) {
    if (region.empty() || canBeSeen({region.width, region.height}, m_limits))
        return false;
    const QString size = sizeText({region.width, region.height});
    Q_EMIT failed(tr("A region of %1 is too narrow for the model: its longer side may be %2 times the shorter one "
                     "at most. The region stays as it was.")
                      .arg(size)
                      .arg(kMaxAspectRatio));
    return true;
}

model::AskedPart MaskView::part() const {
    return {m_region, m_regionUse, m_image.redactions()};
}

quint64 MaskView::pictureId() const {
    return m_image.id();
}

PixelRect MaskView::area() const {
    const Size whole = m_image.size();
    return m_region.empty() || m_regionUse == model::RegionUse::Marked ? PixelRect{0, 0, whole.width, whole.height}
                                                                       : m_region;
}

BlockGrid MaskView::fullGrid() const {
    return gridFor({area().width, area().height});
}

BlockGrid MaskView::gridFor(Size size) const {
    return BlockGrid::of(modelSize(size, m_limits), m_limits.geometry);
}

std::optional<qint64> MaskView::tokensOf(Size size) const {
    try {
        return gridFor(size).count();
    } catch (const std::exception&) {
        return std::nullopt;
    }
}

void MaskView::resize() {
    for (LatestJob* job : jobs())
        job->cancel();
    m_resized.reset();
    setReasons({});
    setChanges({});
    setRestoration({});
    if (m_image.isEmpty())
        return;
    m_resize.start(
        [picture = m_image.screenshot().picture, part = part(), area = area(), limits = m_limits] {
            const Picture shown = model::shownWith(picture, part);
            const bool whole = Size{area.width, area.height} == shown.size();
            const PixelBlocks blocks(resizeForModel(whole ? shown : shown.cropped(area), limits), limits.geometry);
            return Resized{shown, blocks, std::make_shared<MaskMaker>(blocks)};
        },
        [this](const Resized& resized) {
            m_resized = resized;
            select();
            compare();
        });
}

void MaskView::select() {
    if (!m_resized)
        return; // follows the resize
    m_select.start(
        [maker = m_resized->maker, settings = settings(), area = area(), limits = m_limits] {
            BlockChoice choice = maker->choose(settings);
            if (choice.mask.grid() != maker->blocks().grid())
                requireAnySize(limits);
            return ShownMask{std::move(choice.mask),
                             settings,
                             area,
                             maker->blocks().grid(),
                             std::move(choice.fit),
                             fixedViews({area.width, area.height}, limits)};
        },
        [this](const ShownMask& mask) { setMask(mask); });
}

void MaskView::setMask(const ShownMask& mask) {
    m_mask = mask;
    m_reasons.reset();
    Q_EMIT maskChanged();
    explain();
    restore();
}

bool MaskView::isCurrent() const {
    return m_resized && m_mask.valid() && m_mask.area == area() && m_mask.full == m_resized->blocks.grid();
}

std::optional<MaskView::Parts> MaskView::parts() const {
    return isCurrent() ? std::optional(Parts{m_resized->picture, m_resized->blocks, m_mask}) : std::nullopt;
}

void MaskView::explain() {
    m_explain.cancel();
    if (!isCurrent())
        return;
    m_explain.start([mask = m_mask, blocks = m_resized->blocks,
                     plan = m_plan] { return std::make_shared<const ShownReasons>(mask, blocks, plan); },
                    [this](const std::shared_ptr<const ShownReasons>& reasons) { setReasons(reasons); });
}

void MaskView::setReasons(std::shared_ptr<const ShownReasons> reasons) {
    if (reasons == m_reasons)
        return;
    m_reasons = std::move(reasons);
    Q_EMIT reasonsChanged();
}

// What changed, what is lost ------------------------------------------------------------------------------------------

void MaskView::compare() {
    if (m_image.before().empty())
        return;
    m_compare.start([before = m_image.before(), part = part(), now = m_resized->blocks, area = area(),
                     limits = m_limits] { return pictureChanges(model::shownWith(before, part), now, area, limits); },
                    [this](const PictureChanges& changes) { setChanges(changes); });
}

void MaskView::setChanges(const std::optional<PictureChanges>& changes) {
    if (!m_changes && !changes)
        return;
    m_changes = changes;
    Q_EMIT changesChanged();
}

void MaskView::setRestoredView(RestoredView view) {
    if (view == m_view)
        return;
    m_view = view;
    m_restore.cancel();
    setRestoration({});
    restore();
}

void MaskView::restore() {
    if (m_view == RestoredView::None)
        return;
    if (!isCurrent()) { // the mask to come says it
        m_restore.cancel();
        setRestoration({});
        return;
    }
    // Not cancelled: during a drag every result would come too late then, and nothing be seen.
    m_restore.start([picture = m_resized->picture, blocks = m_resized->blocks, mask = m_mask,
                     view = m_view] { return restorationOf(picture, blocks, mask, view); },
                    [this](const Restoration& restored) { setRestoration(restored); });
}

void MaskView::setRestoration(const std::optional<Restoration>& restoration) {
    if (!m_restoration && !restoration)
        return;
    m_restoration = restoration;
    Q_EMIT restorationChanged();
}

} // namespace prunescope::ui
