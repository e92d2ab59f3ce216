// PixelPrune's prompts for Qwen3-VL (evaluation spec 2, column pixelprune).
#include "model/datasets/prompt_words.h"

namespace prunescope::model {

namespace {

constexpr const char* kSelect = "Please select the correct answer from the options above.";

std::string wordsPrompt(const AskedQuestion& asked, const SetRule* rule) {
    if (isAnyOf(rule, {"OCRBench"}))
        return asked.question;
    return asked.question + (isAnyOf(rule, {"DocVQA", "InfoVQA", "ChartQA"})
                                 ? "\nAnswer the question using a single word or phrase."
                                 : "\nPlease answer concisely with short words or phrases when possible.");
}

std::string choicePrompt(const AskedQuestion& asked, const SetRule* rule) {
    const std::string head = choiceHead(asked);
    if (!showsOptions(asked))
        return withoutEnd(head);
    if (isAnyOf(rule, {"AI2D"})) // no line end before the sentence: PixelPrune's slip, kept
        return withoutEnd(head) + kSelect;
    return head + (isAnyOf(rule, {"MMMU"}) ? kSelect : "Answer with the option letter only.");
}

} // namespace

std::vector<Message> askAsPixelPrune(const AskedQuestion& asked, const SetRule* rule, std::string_view set,
                                     std::size_t pictures) {
    switch (kindOf(asked, rule)) {
    case SetKind::Choice:
        return askAfterPictures(asked.system, pictures, choicePrompt(asked, rule));
    case SetKind::YesNo:
        return askAfterPictures(asked.system, pictures, asked.question + " Please answer yes or no.");
    case SetKind::Words:
        return askAfterPictures(asked.system, pictures, wordsPrompt(asked, rule));
    default:
        return askAsDataset(asked, rule, set, pictures);
    }
}

} // namespace prunescope::model
