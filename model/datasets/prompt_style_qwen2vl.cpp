// VLMEvalKit's own prompts for Qwen2-VL (evaluation spec 2, column qwen2vl).
#include "model/datasets/prompt_words.h"

namespace prunescope::model {

namespace {

std::string choicePrompt(const AskedQuestion& asked) {
    const std::string head = choiceHead(asked);
    if (!showsOptions(asked))
        return withoutEnd(head);
    return head +
           (hasChinese(head) ? "请直接回答选项字母。" : "Please select the correct answer from the options above.");
}

} // namespace

std::vector<Message> askAsQwen2Vl(const AskedQuestion& asked, const SetRule* rule, std::string_view set,
                                  std::size_t pictures) {
    const SetKind kind = kindOf(asked, rule);
    if (isAnyOf(rule, {"MMMU"}) || (kind == SetKind::YesNo && !isAnyOf(rule, {"MME"})))
        return askAsPixelPrune(asked, rule, set, pictures);
    if (kind == SetKind::Choice)
        return askAfterPictures(asked.system, pictures, choicePrompt(asked));
    if (kind == SetKind::Words)
        return askAfterPictures(asked.system, pictures,
                                asked.question +
                                    "\nPlease try to answer the question with short words or phrases if possible.");
    return askAsDataset(asked, rule, set, pictures);
}

} // namespace prunescope::model
