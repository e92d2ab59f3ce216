#pragma once

#include <string>
#include <string_view>

namespace prunescope {

/// What our own rules leave out of an answer before they read it. Any thread.

/// What stands behind the reasoning `<think>..</think>`; nothing where the reasoning does not end.
std::string_view withoutReasoning(std::string_view answer);

/// The answer that is meant, as plain text: what the last \boxed{} or <answer> holds if there is one; without
/// reasoning, tags, quotes, Markdown and the fences of code.
std::string plainAnswer(std::string_view answer);

} // namespace prunescope
