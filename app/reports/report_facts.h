#pragma once

#include "app/terminal/console.h"
#include "core/report/mask_report.h"
#include "model/values/answer.h"

#include <nlohmann/json_fwd.hpp>
#include <string>

/// Facts of masks and answers as people read them on a terminal.
namespace prunescope::app {

/// Sizes, kept blocks, cost with `textTokens` of text for `shape`, times.
Facts maskFacts(const MaskReport& report, const ModelShape& shape, int textTokens);

/// Tokens, times, memory and model of an answer.
Facts answerFacts(const model::Answer& answer);

/// "1920 x 1080 px".
std::string sizeText(Size size);

/// "box 120, 40 - 360, 90: Save button", a line each, in pixels of the original picture. Empty without regions.
std::string regionLines(const model::Answer& answer);

/// One line, ending with a line end. Bytes that are not UTF-8 (file names may hold any) become U+FFFD.
std::string jsonLine(const nlohmann::json& object);

} // namespace prunescope::app
