#pragma once

#include <string>
#include <string_view>

namespace prunescope::model {

/// The text of the chat template in a model folder: chat_template.jinja, else chat_template.json, else what
/// tokenizer_config.json has (of several the one named "default"). Empty where there is none or it can't be read: the
/// program has the template of the family itself and only looks at what differs between its models.
std::string readChatTemplate(const std::string& folder);

} // namespace prunescope::model
