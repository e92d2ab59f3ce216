#pragma once

#include "model/families/model_texts.h"

#include <string_view>

namespace prunescope::model {

/// The chat templates in a model folder, "default" first, then by name: chat_template.jinja, else chat_template.json,
/// else what tokenizer_config.json has, which may be several; and those in additional_chat_templates/, which win over
/// others of their name. A file that can't be read is as good as none, with a line in `notes`: the program has the
/// template of the family itself.
std::vector<ChatTemplateText> readChatTemplates(const std::string& folder, std::vector<std::string>& notes);

/// Whether a chat template opens the answer with a thought when nobody says anything about thinking: what it writes
/// in its last `if` of add_generation_prompt, with enable_thinking undefined, ends inside <think>. Conditions that this
/// program can't follow count as not fulfilled.
bool opensThinking(std::string_view chatTemplate);

} // namespace prunescope::model
