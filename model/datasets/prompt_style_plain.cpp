// The question as the set has it.
#include "model/datasets/prompt_words.h"

namespace prunescope::model {

std::vector<Message> askPlain(const AskedQuestion& asked, const SetRule*, std::string_view, std::size_t pictures) {
    std::string text = asked.hint.empty() ? asked.question : asked.hint + "\n" + asked.question;
    if (showsOptions(asked))
        text += "\n" + optionLines(asked);
    return pictures > 1 ? askAtMarks(asked.system, pictures, text) : askAfterPictures(asked.system, pictures, text);
}

} // namespace prunescope::model
