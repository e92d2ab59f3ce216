#pragma once

#include "app/terminal/console.h"
#include "model/values/prompt_view.h"

#include <string>

/// What a model is given, as people read it on a terminal.
namespace prunescope::app {

/// The text of the prompt; in place of an image's tokens its mark, and how many there are:
/// "<|image_pad|> x 135 of 510".
std::string promptText(const model::PromptView& view);

/// A line for each image, then tokens, next position, plan, model and where its chat template comes from.
Facts promptFacts(const model::PromptView& view);

} // namespace prunescope::app
