#include "ui/session/shown_fates.h"

#include "model/values/explain.h"
#include "ui/session/block_names.h"
#include "ui/session/mask_view.h"
#include "ui/session/turn.h"
#include "ui/style/format.h"

#include <QCoreApplication>
#include <algorithm>
#include <cmath>

namespace prunescope::ui {

namespace {

QString tr(const char* text) {
    return QCoreApplication::translate("ShownFates", text);
}

bool holds(const Turn& turn, const MaskView& mask) {
    const ShownMask& shown = mask.mask();
    const model::PruneOutcome& outcome = turn.answer.pruning;
    const bool isOfPlan = std::ranges::all_of(outcome.stages, [&](const model::StageOutcome& done) {
        return done.stage >= 0 && done.stage < std::ssize(turn.plan.stages);
    });
    return isOfPlan && turn.isDone() && turn.picture == mask.pictureId() && turn.plan == mask.plan() &&
           turn.region == mask.region() && turn.part().isMarked() == mask.part().isMarked() && shown.valid() &&
           shown.settings == mask.settings() && outcome.blocks.size() == 1 &&
           std::ssize(outcome.blocks.front()) == shown.mask.count();
}

} // namespace

std::shared_ptr<const ShownFates> ShownFates::of(const Turn* turn, const MaskView& mask) {
    if (!turn || !holds(*turn, mask))
        return nullptr;
    return std::shared_ptr<const ShownFates>(new ShownFates(turn->plan, turn->answer.pruning, mask.mask().mask.grid()));
}

ShownFates::ShownFates(const PrunePlan& plan, const model::PruneOutcome& outcome, const BlockGrid& grid)
    : m_steps(stepsOf(plan, model::countsOf(outcome))), m_blocks(outcome.blocks.front()), m_grid(grid),
      m_languageLayers(outcome.languageLayers) {}

const PruneStep* ShownFates::step(int index) const {
    return index >= 0 && index < std::ssize(m_steps) ? &m_steps[static_cast<std::size_t>(index)] : nullptr;
}

int ShownFates::stageOf(int block) const {
    const PruneStep* by = step(fate(block).droppedBy);
    return by ? by->stage : -1;
}

std::optional<int> ShownFates::droppedBy(int block, int depth) const {
    const int index = fate(block).droppedBy;
    const PruneStep* by = step(index);
    return by && by->depth() <= depth ? std::optional(index) : std::nullopt;
}

std::optional<int> ShownFates::relatedTo(int block) const {
    for (const int other : {fate(block).mergedInto, fate(block).predictedBy})
        if (other >= 0 && other < blocks() && other != block)
            return other;
    return std::nullopt;
}

QString ShownFates::scoreOf(int block) const {
    const model::BlockFate& known = fate(block);
    const PruneStep* by = step(known.scoredBy);
    if (!by || std::isnan(known.score))
        return {};
    const QString score = tr("score %1").arg(QString::number(static_cast<double>(known.score), 'g', 3));
    const QString rank =
        known.rank > 0 ? tr(", rank %1 of %2").arg(countText(known.rank), countText(known.ranked)) : QString();
    return score + rank + tr(" (%1)").arg(by->title());
}

QString ShownFates::whyDropped(int block) const {
    const model::BlockFate& known = fate(block);
    const QString by = step(known.droppedBy)->title();
    if (known.mergedInto >= 0)
        return tr("merged into block %1 (%2)").arg(known.mergedInto).arg(by);
    if (known.predictedBy >= 0)
        return tr("predicted by %1 (%2)").arg(neighbourName(m_grid, block, known.predictedBy), by);
    const QString score = known.scoredBy == known.droppedBy ? scoreOf(block) : QString();
    return score.isEmpty() ? tr("dropped by %1").arg(by) : tr("dropped: %1").arg(score);
}

QString ShownFates::textOf(int block, int depth) const {
    if (block < 0 || block >= blocks())
        return {};
    const bool everDropped = step(fate(block).droppedBy) != nullptr;
    const bool isGone = droppedBy(block, depth).has_value();
    QString text;
    if (everDropped)
        text = isGone ? whyDropped(block) : tr("here still; later %1").arg(whyDropped(block));
    else if (const QString score = scoreOf(block); !score.isEmpty())
        text = tr("kept: %1").arg(score);
    return text.isEmpty() ? QString() : blockName(m_grid, block) + QLatin1Char('\n') + text;
}

} // namespace prunescope::ui
