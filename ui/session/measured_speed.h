#pragma once

#include "core/base/stage_times.h"
#include "core/report/cost_model.h"
#include "model/values/answer.h"

#include <deque>
#include <optional>

namespace prunescope::ui {

/// How quick a model was with one answer, or with several: then each figure is the median of theirs.
struct MeasuredSpeed {
    double vitMsPerFlop = 0;    ///< of the vision encoder and its mergers
    double promptMsPerFlop = 0; ///< of the language layers that read the prompt
    double preprocessMs = 0;
    double choiceMs = 0; ///< select and method: what pruning itself takes
    double sampleMs = 0;
    int answers = 1; ///< that it is taken from
};

/// Work of an answered prompt. All blocks of an image are those of its mask: one that was shown smaller was encoded so.
struct AnsweredWork {
    PromptFlops pruned;
    int textTokens = 0;
};
AnsweredWork workOf(const model::Answer& answer);

/// The speed of an answer; nothing for one without times or pictures, or that took over what an earlier one computed.
std::optional<MeasuredSpeed> speedOf(const model::Answer& answer);

/// Times up to the first token of a prompt with that work. The one prediction of them: whatever shows an expected time
/// takes it from here.
StageTimes expectedTimes(const MeasuredSpeed& speed, const PromptFlops& work, bool prunes);

/// The speeds of a model's last answers. A single one may have been asked while the machine was busy, and the first one
/// pays for what is set up once: the median of several is what is expected of the next.
class SpeedHistory {
public:
    void add(const MeasuredSpeed& speed);
    void clear() { m_speeds.clear(); }
    /// Nothing before the first answer.
    std::optional<MeasuredSpeed> median() const;

private:
    static constexpr std::size_t kMost = 9;
    std::deque<MeasuredSpeed> m_speeds;
};

} // namespace prunescope::ui
