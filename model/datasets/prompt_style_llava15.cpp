// VLMEvalKit's prompts for LLaVA-1.5 (evaluation spec 2.0).
#include "model/datasets/prompt_words.h"

namespace prunescope::model {

namespace {

constexpr const char* kSystem =
    "A chat between a curious human and an artificial intelligence assistant. The assistant "
    "gives helpful, detailed, and polite answers to the human's questions.";

} // namespace

std::vector<Message> askAsLlava15(const AskedQuestion& asked, const SetRule* rule, std::string_view set,
                                  std::size_t pictures) {
    std::vector<Message> messages = kindOf(asked, rule) == SetKind::Choice
                                        ? askAfterPictures(asked.system, pictures, directChoicePrompt(asked))
                                        : askAsDataset(asked, rule, set, pictures);
    if (messages.front().role != "system")
        messages.insert(messages.begin(), {"system", {Part::ofText(kSystem)}});
    return messages;
}

} // namespace prunescope::model
