#pragma once

#include "core/base/json_fields.h"
#include "model/datasets/question_line.h"

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace prunescope::model {

/// The pictures that an object of a set names: `image`, `images` or `image_path`, one or a list, each a path, a data
/// URL or an object with `path`, `url`, `image` or `bytes` (base64). Throws Error(BadFile) that names the field.
std::vector<std::string> picturesOf(const JsonFields& fields);
/// The first of these fields that says something; else `image`.
const char* pictureFieldOf(const JsonFields& fields);
/// One of them; `name` is the field it stands in.
std::string pictureOf(const JsonFields& fields, const char* name, const nlohmann::json& value);

/// Takes the fields of an object that are none of `used`: short texts, numbers and flags go into `into`, and `remarks`
/// name all of them.
void keepRest(const JsonFields& fields, std::span<const std::string_view> used, QuestionFields& into,
              std::vector<std::string>& remarks);

/// Whether a value says something: not null, nor an empty list, object or text.
bool saysSomething(const nlohmann::json& value);

/// A text that is not blank.
std::string filledText(const JsonFields& fields, const char* name);

/// `id`, a text or a number; empty where there is none.
std::string idOf(const JsonFields& fields);

/// A value as fields of questions have it: a text as it is, else JSON.
std::string fieldText(const nlohmann::json& value);

} // namespace prunescope::model
