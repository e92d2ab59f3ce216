// The data sets' own prompts, as VLMEvalKit builds them without a model's (evaluation spec 2, column dataset).
#include "model/datasets/page_prompt.h"
#include "model/datasets/prompt_words.h"

namespace prunescope::model {

namespace {

/// Of both ScreenSpots (evaluation spec 6.3).
constexpr const char* kScreenSystem =
    "You are a GUI agent. You are given a task and a screenshot of the screen. You need to perform pyautogui "
    "click/moveTo "
    "action to complete the task. The answer format is `pyautogui.click(x=?, y=?), x and y is necessary`";
constexpr const char* kScreenTask = "Please complete the following tasks by clicking using `pyautogui.click`:\n";

std::string wordsPrompt(const AskedQuestion& asked, const SetRule* rule) {
    if (rule && !isAnyOf(rule, {"DocVQA", "InfoVQA", "ChartQA"}))
        return asked.question;
    const std::string hint = rule || asked.hint.empty() ? "" : asked.hint + "\n";
    return hint + asked.question + "\nAnswer the question using a single word or phrase.";
}

std::string choicePrompt(const AskedQuestion& asked) {
    // The blank before the line end is VLMEvalKit's.
    const char* last = showsOptions(asked) ? "Please select the correct answer from the options above. \n" : "";
    return choiceHead(asked) + last;
}

std::vector<Message> placePrompt(const AskedQuestion& asked, const SetRule* rule, std::size_t pictures) {
    if (!rule)
        return askAfterPictures(asked.system, pictures, asked.question);
    return askAfterPictures(asked.system.empty() ? kScreenSystem : asked.system, pictures,
                            kScreenTask + asked.question);
}

} // namespace

std::vector<Message> askAsDataset(const AskedQuestion& asked, const SetRule* rule, std::string_view,
                                  std::size_t pictures) {
    switch (kindOf(asked, rule)) {
    case SetKind::Choice:
        return isAnyOf(rule, {"MMMU"}) ? askAtMarks(asked.system, pictures, choicePrompt(asked))
                                       : askAfterPictures(asked.system, pictures, choicePrompt(asked));
    case SetKind::Place:
        return placePrompt(asked, rule, pictures);
    case SetKind::Page:
        return askAfterPictures(asked.system, pictures, std::string(kPagePrompt));
    case SetKind::YesNo:
        return askAfterPictures(asked.system, pictures, asked.question);
    case SetKind::Words:
        break;
    }
    return askAfterPictures(asked.system, pictures, wordsPrompt(asked, rule));
}

} // namespace prunescope::model
