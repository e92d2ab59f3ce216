#pragma once

#include "model/families/model_texts.h"

#include <string_view>

namespace prunescope::model {

/// The chat templates in a model folder, "default" first, then by name: chat_template.jinja, else chat_template.json,
/// else what tokenizer_config.json has, which may be several; and those in additional_chat_templates/, which win over
/// others of their name. A file that can't be read is as good as none, with a line in `notes`: the program has the
/// template of the family itself.
std::vector<ChatTemplateText> readChatTemplates(const std::string& folder, std::vector<std::string>& notes);

} // namespace prunescope::model
