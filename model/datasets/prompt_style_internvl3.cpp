// VLMEvalKit's prompts for InternVL3 (evaluation spec 2.0).
#include "model/datasets/prompt_words.h"

namespace prunescope::model {

namespace {

constexpr const char* kShort = "Answer the question using a single word or phrase.";

std::string yesNoPrompt(const AskedQuestion& asked, const SetRule* rule) {
    if (isAnyOf(rule, {"MME"}))
        return asked.question + " " + kShort;
    if (isAnyOf(rule, {"HallusionBench"}))
        return asked.question + " Please answer yes or no. " + kShort;
    return asked.question;
}

std::string wordsPrompt(const AskedQuestion& asked, const SetRule* rule) {
    if (isAnyOf(rule, {"MathVista", "MathVision", "MIA"}))
        return asked.question;
    return asked.question + "\n" + kShort;
}

/// The pictures by number, where there are several.
std::vector<Message> ask(const AskedQuestion& asked, std::size_t pictures, const std::string& text) {
    std::vector<Message> messages = askAfterPictures(asked.system, pictures, text);
    std::vector<Part>& parts = messages.back().parts;
    for (std::size_t i = pictures; pictures > 1 && i > 0; --i)
        parts.insert(parts.begin() + static_cast<std::ptrdiff_t>(i - 1),
                     Part::ofText("Image-" + std::to_string(i) + ": "));
    return messages;
}

} // namespace

std::string directChoicePrompt(const AskedQuestion& asked) {
    std::string text = asked.hint.empty() ? asked.question : asked.hint + "\n" + asked.question;
    if (showsOptions(asked)) {
        text += "\n" + optionLines(asked);
        return text + (hasChinese(text) ? "\n请直接回答选项字母。"
                                        : "\nAnswer with the option's letter from the given choices directly.");
    }
    return text + (hasChinese(text) ? "\n请直接回答问题。" : "\nAnswer the question directly.");
}

std::vector<Message> askAsInternVl3(const AskedQuestion& asked, const SetRule* rule, std::string_view set,
                                    std::size_t pictures) {
    switch (kindOf(asked, rule)) {
    case SetKind::Choice:
        return ask(asked, pictures, directChoicePrompt(asked));
    case SetKind::YesNo:
        return ask(asked, pictures, yesNoPrompt(asked, rule));
    case SetKind::Words:
        return ask(asked, pictures, wordsPrompt(asked, rule));
    default:
        return askAsDataset(asked, rule, set, pictures);
    }
}

} // namespace prunescope::model
