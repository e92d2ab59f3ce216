#pragma once

#include "core/base/json_fields.h"
#include "model/values/request.h"

#include <nlohmann/json.hpp>

namespace prunescope::model {

/// Most pictures of a prompt in a bundle.
inline constexpr int kMostImages = 64;

/// A request without its pictures: `{messages: [{role, parts: [{text}|{image}], tool_calls, reasoning}], tools, images:
/// [{name, region, decoded_on_white}], plan, min_pixels, max_pixels, resize, decoding: {sample, temperature, top_p,
/// top_k, repetition_penalty, presence_penalty, seed}, max_tokens, thinking}`; what is empty or unset is left out.
/// `tools` and `tool_calls` are texts of JSON, whose keys keep
/// their order. Names of images are without their folders.
nlohmann::ordered_json toJson(const Request& request);

/// Inverse of `toJson`; pictures are empty, and everything is computed anew. Throws Error(BadFile) that names the
/// field, what was found and what was expected; of a plan that this build does not know, the plan.
Request requestFromJson(const JsonFields& fields);

} // namespace prunescope::model
