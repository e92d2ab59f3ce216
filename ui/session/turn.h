#pragma once

#include "core/image/geometry.h"
#include "core/pruning/prune_plan.h"
#include "model/values/answer.h"
#include "model/values/asked_part.h"
#include "ui/session/picture_changes.h"

#include <QString>
#include <optional>
#include <vector>

namespace prunescope::ui {

/// One question about the current picture and what became of it.
struct Turn {
    enum class State { Running, Done, Failed, Stopped }; ///< stopped: before there was an answer

    /// Where it is in the database.
    struct Stored {
        qint64 id = 0; ///< 0: it is not on the disk
        qint64 picture = 0;
        int branch = 0;   ///< index among the turns that stand in the same place of the conversation
        int branches = 1; ///< how many those are
    };

    quint64 id = 0; ///< in this window
    Stored stored;
    qint64 askedMs = 0;  ///< ms since 1970, UTC
    quint64 picture = 0; ///< that it is about, by `OpenImage::id`
    State state = State::Running;
    QString question;
    QString pictureName;
    Size size;        ///< of that picture
    double scale = 1; ///< of the screen that it is from
    QString letter;   ///< of the plan, where the question was asked under several; such turns stand beside the chat
    PixelRect region; ///< the part that was asked about; empty: the whole picture
    model::RegionUse regionUse = model::RegionUse::Crop;
    std::vector<PixelRect> redacted; ///< parts that were black
    PrunePlan plan;
    std::optional<bool> thinking;          ///< whether the model is to think first; unset: it can't
    StageTimes pictureTimes;               ///< of getting the picture: capture, read_image
    int allBlocks = 0;                     ///< of what was asked about, without pruning
    std::optional<PictureChanges> changes; ///< since the picture before, as far as known when it was asked
    QString stage;                         ///< while it runs: the stage that has begun
    QString thought;                       ///< so far
    double thoughtMs = 0;                  ///< that it took, so far
    QString text;                          ///< of the answer, so far
    model::Answer answer;                  ///< when done
    bool looksCloser = false;              ///< a second look at a part is being taken
    std::optional<model::Answer> closer;   ///< the answer of both looks, where there was a second one
    QString whyNotCloser;                  ///< why the last second look came to nothing, one line
    QString error;                         ///< when failed or stopped, one line

    /// The answer whose words and places are shown: its figures are those of one look.
    const model::Answer& shown() const { return closer ? *closer : answer; }
    model::AskedPart part() const { return {region, regionUse, redacted}; }
    /// Whether both are about the same part of the same picture, shown the same way.
    bool isAboutTheSameAs(const Turn& other) const {
        return picture == other.picture && region == other.region && part().isMarked() == other.part().isMarked();
    }
    /// The part of the picture that the model was shown in the look that `shown` is from.
    PixelRect shownPart() const;
    bool isRunning() const { return state == State::Running; }
    bool isDone() const { return state == State::Done; }
    /// Whether the answer took over most of its work from the prefix cache: its times say nothing about pruning then.
    bool wasShortened() const { return isDone() && answer.reuse.isNotable(answer.promptTokens); }
    bool wasStopped() const {
        return state == State::Stopped || (isDone() && answer.finishReason == model::FinishReason::Cancelled);
    }
};

/// What getting the picture took belongs to each answer about it.
model::Answer withPictureTimes(model::Answer answer, const StageTimes& times);

} // namespace prunescope::ui
