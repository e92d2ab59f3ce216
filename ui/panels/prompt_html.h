#pragma once

#include "model/values/prompt_view.h"

#include <QString>

namespace prunescope::ui {

struct Colours;

/// The text of a prompt as rich text: what the template wrote is muted, and in place of an image's tokens stands how
/// many of them there are.
QString promptHtml(const model::PromptView& view, const Colours& colours);

} // namespace prunescope::ui
