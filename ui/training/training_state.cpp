#include "ui/training/training_state.h"

#include "core/base/format.h"
#include "ui/style/format.h"

#include <QCoreApplication>
#include <algorithm>

namespace prunescope::ui {

namespace {

constexpr double kShortestSilenceS = 120;
constexpr double kLinesMissed = 10; ///< an evaluation takes as long as many steps

QString tr(const char* text) {
    return QCoreApplication::translate("training", text);
}

QString joined(const QString& first, const QString& second) {
    return first.isEmpty() || second.isEmpty() ? first + second : first + QStringLiteral(" · ") + second;
}

/// "step 120 of 4 000 (3 %)"; empty before the first step.
QString stepText(const TrainingProgress& progress) {
    if (!progress.step())
        return {};
    const TrainingStep& step = *progress.step();
    if (step.of <= 0)
        return tr("step %1").arg(countText(step.step));
    const double share = static_cast<double>(step.step) / static_cast<double>(step.of);
    return tr("step %1 of %2 (%3)").arg(countText(step.step), countText(step.of), percentText(share, 0));
}

QString leftText(const TrainingProgress& progress) {
    const double left = progress.step()->etaSeconds;
    return left > 0 ? tr("%1 left").arg(fromUtf8(formatDuration(left))) : QString();
}

/// Seconds between two lines of the file, on average.
double secondsPerLine(const TrainingProgress& progress) {
    const auto lines = progress.losses().empty() ? 0 : progress.losses().front().steps.size();
    return lines > 0 ? progress.step()->seconds / static_cast<double>(lines) : 0;
}

TrainingState ended(const TrainingProgress& progress) {
    const QString message = fromUtf8(progress.end()->message), step = stepText(progress);
    switch (progress.end()->kind) {
    case TrainingEnd::Kind::Finished:
        return {TrainingState::Kind::Finished, tr("Finished"), joined(step, message)};
    case TrainingEnd::Kind::Stopped:
        return {TrainingState::Kind::Stopped, tr("Stopped"), joined(step, message)};
    case TrainingEnd::Kind::Failed:
        break;
    }
    return {TrainingState::Kind::Failed, tr("Error"),
            message.isEmpty() ? joined(step, tr("the run does not say why")) : message};
}

} // namespace

TrainingState trainingState(const TrainingProgress& progress, const QDateTime& writtenAt, const QDateTime& now) {
    if (progress.end())
        return ended(progress);
    if (!writtenAt.isValid())
        return {TrainingState::Kind::Waiting, tr("Waiting"), tr("the progress file is not there yet")};
    const auto silence = static_cast<double>(writtenAt.secsTo(now));
    if (silence > std::max(kShortestSilenceS, kLinesMissed * secondsPerLine(progress)))
        return {TrainingState::Kind::Silent, tr("Silent"),
                joined(stepText(progress), tr("nothing was written for %1: the run may have been killed")
                                               .arg(fromUtf8(formatDuration(silence))))};
    if (!progress.step())
        return {TrainingState::Kind::Waiting, tr("Starting"), tr("no step is reported yet")};
    return {TrainingState::Kind::Running, tr("Running"), joined(stepText(progress), leftText(progress))};
}

} // namespace prunescope::ui
