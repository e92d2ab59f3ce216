#include "model/scores/score.h"

#include <algorithm>
#include <array>

namespace prunescope {

ScoreEntry exactMatchScore();
ScoreEntry anlsScore();
ScoreEntry choiceLetterScore();
ScoreEntry pointInBoxScore();
ScoreEntry boxIouScore();

std::span<const ScoreEntry> scores() {
    static const std::array list{exactMatchScore(), anlsScore(), choiceLetterScore(), pointInBoxScore(), boxIouScore()};
    return list;
}

const ScoreEntry* findScore(std::string_view name) {
    const auto found = std::ranges::find(scores(), name, &ScoreEntry::name);
    return found == scores().end() ? nullptr : &*found;
}

std::span<const std::string_view> scoresOf(std::string_view task) {
    static constexpr std::array<std::string_view, 2> words{"exact_match", "anls"};
    static constexpr std::array<std::string_view, 1> choice{"choice_letter"};
    static constexpr std::array<std::string_view, 2> places{"point_in_box", "box_iou"};
    if (task == kLocateTask)
        return places;
    if (task == kChoiceTask)
        return choice;
    return words;
}

} // namespace prunescope
