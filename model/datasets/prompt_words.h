#pragma once

#include "model/datasets/prompt_style.h"

#include <cstddef>
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

/// What prompt styles share. Inside model/datasets only.
namespace prunescope::model {

/// What kind of question it is: by the set's rule, else by its task.
SetKind kindOf(const AskedQuestion& asked, const SetRule* rule);
/// Whether a rule is one of these sets. False without a rule.
bool isAnyOf(const SetRule* rule, std::initializer_list<std::string_view> names);
/// Whether its options are shown.
bool showsOptions(const AskedQuestion& asked);
/// "A. red\nB. blue", without a line end behind.
std::string optionLines(const AskedQuestion& asked);
/// VLMEvalKit's head of a choice: "Hint: ...\nQuestion: ...\nOptions:\nA. red\nB. blue\n".
std::string choiceHead(const AskedQuestion& asked);
/// VLMEvalKit's choice for InternVL3 and LLaVA-1.5, which asks for the letter alone (evaluation spec 2.0).
std::string directChoicePrompt(const AskedQuestion& asked);
/// Whether there are Chinese signs in a text.
bool hasChinese(std::string_view text);
/// Without white space at the end.
std::string withoutEnd(std::string text);

/// A system message, where `system` is not empty, and a user turn of the pictures and the text after them.
std::vector<Message> askAfterPictures(const std::string& system, std::size_t pictures, const std::string& text);
/// The same with picture n wherever the text has `<image n>`; pictures first where it has none.
std::vector<Message> askAtMarks(const std::string& system, std::size_t pictures, const std::string& text);

// The styles, a file each.
std::vector<Message> askPlain(const AskedQuestion& asked, const SetRule* rule, std::string_view set,
                              std::size_t pictures);
std::vector<Message> askAsDataset(const AskedQuestion& asked, const SetRule* rule, std::string_view set,
                                  std::size_t pictures);
std::vector<Message> askAsPixelPrune(const AskedQuestion& asked, const SetRule* rule, std::string_view set,
                                     std::size_t pictures);
std::vector<Message> askAsQwen2Vl(const AskedQuestion& asked, const SetRule* rule, std::string_view set,
                                  std::size_t pictures);
std::vector<Message> askAsInternVl3(const AskedQuestion& asked, const SetRule* rule, std::string_view set,
                                    std::size_t pictures);
std::vector<Message> askAsLlava15(const AskedQuestion& asked, const SetRule* rule, std::string_view set,
                                  std::size_t pictures);

} // namespace prunescope::model
