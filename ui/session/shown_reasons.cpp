#include "ui/session/shown_reasons.h"

#include "core/metrics/metric.h"
#include "core/pruning/pixel_options.h"
#include "ui/session/block_names.h"
#include "ui/style/format.h"

#include <QCoreApplication>

namespace prunescope::ui {

namespace {

QString tr(const char* text) {
    return QCoreApplication::translate("ShownReasons", text);
}

} // namespace

ShownReasons::ShownReasons(const ShownMask& mask, const PixelBlocks& blocks, const PrunePlan& plan)
    : m_mask(mask), m_step(pixelStep(plan)) {
    if (!mask.isSmaller())
        m_reasons = reasonsOf(blocks, {mask.mask, mask.fit}, mask.settings);
}

const BlockReason* ShownReasons::reason(int block) const {
    if (m_reasons.blocks.empty())
        return nullptr;
    const BlockReason& found = m_reasons.blocks[static_cast<std::size_t>(block)];
    return found.source >= 0 ? &found : nullptr;
}

std::optional<int> ShownReasons::sourceOf(int block) const {
    const BlockReason* why = reason(block);
    return why && !m_mask.mask.kept(block) ? std::optional(why->source) : std::nullopt;
}

QString ShownReasons::unitText(std::uint32_t raw) const {
    const int samples = m_mask.mask.grid().geometry.blockSamples();
    return QString::number(inSampleUnits(reductionOf(m_mask.settings), raw, samples), 'g', 3);
}

// What was expected in the block's place.
QString ShownReasons::expected(int block) const {
    const BlockReason& why = *reason(block);
    const QString neighbour = neighbourName(m_mask.mask.grid(), block, why.predictor);
    return why.source == why.predictor ? tr("predicted by %1").arg(neighbour)
                                       : tr("predicted by %1, which shows block %2").arg(neighbour).arg(why.source);
}

QString ShownReasons::whyKept(int block) const {
    if (!m_mask.settings.entry().drops())
        return tr("Kept: nothing is dropped");
    if (m_mask.isSmaller())
        return tr("Kept: all of a smaller picture is");
    const BlockReason* why = reason(block);
    if (!why)
        return m_reasons.blocks.empty() ? tr("Kept by %1").arg(m_step.title()) : tr("Kept: nothing predicts it");
    if (why->distance <= m_reasons.bound && m_mask.fit)
        return tr("Kept: %1 tokens are allowed; %2").arg(countText(m_mask.fit->tokens), expected(block));
    return tr("Kept: not %1").arg(expected(block));
}

QString ShownReasons::verdict(int block) const {
    if (m_mask.mask.kept(block))
        return whyKept(block);
    const QString dropped = tr("Dropped by %1").arg(m_step.title());
    return reason(block) ? dropped + QStringLiteral(": ") + expected(block) : dropped;
}

QString ShownReasons::distances(int block) const {
    const BlockReason* why = reason(block);
    if (!why)
        return {};
    const QString metric = fromUtf8(m_mask.settings.value(kMetric));
    const bool readsTau = findMetric(m_mask.settings.value(kMetric)).readsTau();
    const QString limit = m_mask.fit ? unitText(m_reasons.bound) : QString::number(m_mask.settings.value(kTau), 'g', 3);
    return readsTau ? tr("distance %1, τ %2 (%3)").arg(unitText(why->distance), limit, metric)
                    : tr("distance %1 (%2)").arg(unitText(why->distance), metric);
}

QString ShownReasons::textOf(int block) const {
    if (block < 0 || block >= m_mask.mask.count())
        return {};
    QStringList lines{blockName(m_mask.mask.grid(), block), verdict(block), distances(block)};
    lines.removeAll({});
    return lines.join(QLatin1Char('\n'));
}

} // namespace prunescope::ui
