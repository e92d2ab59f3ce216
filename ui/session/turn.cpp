#include "ui/session/turn.h"

namespace prunescope::ui {

PixelRect Turn::shownPart() const {
    const std::vector<model::Look>& looks = shown().looks;
    if (looks.size() > 1 && !looks.back().regions.empty())
        return looks.back().part;
    return region.empty() || part().isMarked() ? PixelRect{0, 0, size.width, size.height} : region;
}

model::Answer withPictureTimes(model::Answer answer, const StageTimes& times) {
    for (MaskReport& image : answer.images)
        for (const auto& [stage, ms] : times.entries())
            image.times.set(stage, ms);
    return answer;
}

} // namespace prunescope::ui
