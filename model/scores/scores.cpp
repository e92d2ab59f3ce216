#include "model/scores/score.h"

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

std::span<const ScoreEntry> scoresOf(std::string_view task) {
    static const std::array words{exactMatchScore(), anlsScore()};
    static const std::array choice{choiceLetterScore()};
    static const std::array places{pointInBoxScore(), boxIouScore()};
    if (task == kLocateTask)
        return places;
    if (task == kChoiceTask)
        return choice;
    return words;
}

} // namespace prunescope
