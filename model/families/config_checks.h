#pragma once

#include "core/base/json_fields.h"

#include <array>
#include <initializer_list>
#include <string_view>

namespace prunescope::model {

/// What families check alike in config.json and preprocessor_config.json. All throw Error(Unsupported) that names file,
/// field, found and expected.

/// Values of every pixel, red, green, blue, on the scale 0..1.
using Colours = std::array<float, 3>;
inline constexpr Colours kClipMean{0.48145466F, 0.4578275F, 0.40821073F};
inline constexpr Colours kClipDeviation{0.26862954F, 0.26130258F, 0.27577711F};
inline constexpr Colours kImageNetMean{0.485F, 0.456F, 0.406F};
inline constexpr Colours kImageNetDeviation{0.229F, 0.224F, 0.225F};

/// The field is missing or has this value.
void expectBoolean(const JsonFields& fields, const char* name, bool expected);

/// The field is missing or has one of these values.
void expectOneOf(const JsonFields& fields, const char* name, std::initializer_list<std::string_view> allowed);

/// How a picture's bytes become values: resized, bicubic, 0..255 to 0..1, less the mean and by the deviation.
void expectValues(const JsonFields& preprocessor, const Colours& mean, const Colours& deviation);

} // namespace prunescope::model
