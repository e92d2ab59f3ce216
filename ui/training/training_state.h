#pragma once

#include "model/progress/training_progress.h"

#include <QDateTime>
#include <QString>

namespace prunescope::ui {

/// State of a training run, in words.
struct TrainingState {
    enum class Kind { None, Waiting, Running, Silent, Finished, Stopped, Failed };
    Kind kind = Kind::None;
    QString title; ///< one or two words
    QString text;  ///< what there is to say about it; may be empty
    bool operator==(const TrainingState&) const = default;
};

/// The state of the run whose file was last written at `writtenAt` (invalid: there is no file), seen at `now`. A run
/// that was killed cannot say so: one that writes nothing for much longer than it did before is silent.
TrainingState trainingState(const TrainingProgress& progress, const QDateTime& writtenAt, const QDateTime& now);

} // namespace prunescope::ui
