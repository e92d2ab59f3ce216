#include "ui/session/unseen_places.h"

#include "model/values/box_sight.h"
#include "ui/style/format.h"

#include <QCoreApplication>

namespace prunescope::ui {

namespace {

constexpr qsizetype kMostLines = 3;

QString tr(const char* text) {
    return QCoreApplication::translate("UnseenPlaces", text);
}

/// Dropped blocks that a decoder restores to the pixel are still blocks that the model has not been given.
QString droppedText(const model::BoxSight& sight) {
    const QString dropped = tr("%1 of %2 blocks dropped").arg(countText(sight.dropped), countText(sight.blocks));
    return sight.isLossless ? tr("%1, which equal kept ones").arg(dropped) : dropped;
}

} // namespace

QString unseenText(const Turn& turn, const model::Region& region) {
    const model::BoxSight sight = model::sightOf(turn.shown(), region, turn.shownPart());
    if (!sight.isMostlyUnseen())
        return {};
    return (region.kind == model::Region::Kind::Box ? tr("Most of this box was not seen by the model: %1.")
                                                    : tr("This point was not seen by the model: %1."))
        .arg(droppedText(sight));
}

QString unseenPlaces(const Turn& turn) {
    QStringList lines;
    for (const model::Region& region : turn.shown().regions)
        if (const QString text = unseenText(turn, region); !text.isEmpty())
            lines << (region.label.empty() ? text : tr("“%1”: %2").arg(fromUtf8(region.label), text));
    const qsizetype more = lines.size() - kMostLines;
    if (more > 0) {
        lines = lines.first(kMostLines);
        lines << counted(more, tr("And %1 more."), tr("And %1 more."));
    }
    return lines.join(QLatin1Char('\n'));
}

} // namespace prunescope::ui
