#include "model/scores/score.h"

#include <algorithm>
#include <array>

namespace prunescope {

ScoreEntry exactMatchScore();
ScoreEntry anlsScore();
ScoreEntry ownAnlsScore();
ScoreEntry relaxedAccuracyScore();
ScoreEntry ocrbenchScore();
ScoreEntry mmlongbenchScore();
ScoreEntry mmlongbenchNoJudgeScore();
ScoreEntry mathvistaNoJudgeScore();
ScoreEntry mathvisionNoJudgeScore();
ScoreEntry ownChoiceScore();
ScoreEntry choiceScore();
ScoreEntry choiceNewerScore();
ScoreEntry yesNoScore();
ScoreEntry yesNoLenientScore();
ScoreEntry pointInBoxScore();
ScoreEntry boxIouScore();
ScoreEntry screenspotV2Score();
ScoreEntry screenspotProScore();
ScoreEntry pointInThousandthsScore();
ScoreEntry toolCallPointScore();
ScoreEntry olmocrBenchScore();

std::span<const ScoreEntry> scores() {
    static const std::array list{exactMatchScore(),
                                 anlsScore(),
                                 ownAnlsScore(),
                                 relaxedAccuracyScore(),
                                 ocrbenchScore(),
                                 mmlongbenchScore(),
                                 mmlongbenchNoJudgeScore(),
                                 mathvistaNoJudgeScore(),
                                 mathvisionNoJudgeScore(),
                                 ownChoiceScore(),
                                 choiceScore(),
                                 choiceNewerScore(),
                                 yesNoScore(),
                                 yesNoLenientScore(),
                                 pointInBoxScore(),
                                 boxIouScore(),
                                 screenspotV2Score(),
                                 screenspotProScore(),
                                 pointInThousandthsScore(),
                                 toolCallPointScore(),
                                 olmocrBenchScore()};
    return list;
}

const ScoreEntry* findScore(std::string_view name) {
    const auto found = std::ranges::find(scores(), name, &ScoreEntry::name);
    return found == scores().end() ? nullptr : &*found;
}

std::span<const std::string_view> scoresOf(std::string_view task) {
    static constexpr std::array<std::string_view, 2> words{"exact_match", "anls"};
    static constexpr std::array<std::string_view, 1> choice{"own_choice"};
    static constexpr std::array<std::string_view, 2> yesNo{"yes_no_lenient", "yes_no"};
    static constexpr std::array<std::string_view, 1> page{"olmocr_bench"};
    static constexpr std::array<std::string_view, 2> places{"point_in_box", "box_iou"};
    if (task == kLocateTask)
        return places;
    if (task == kChoiceTask)
        return choice;
    if (task == "yes_no")
        return yesNo;
    return task == "page" ? page : std::span<const std::string_view>(words);
}

} // namespace prunescope
