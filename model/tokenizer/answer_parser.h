#pragma once

#include "core/image/geometry.h"
#include "model/values/answer.h"

#include <string>
#include <vector>

namespace prunescope::model {

/// Boxes and points in an answer (qwen3-vl spec 8.5 and 8.4): `bbox_2d`, `point_2d` and the `coordinate` of a tool
/// call, or `<ref>label</ref><box>[[left, top, right, bottom]]</box>` (other-families spec 3.6). They are on `scale`:
/// units from side to side of the part of the picture that was shown, thousandths or the pixels that the model saw.
/// `shown` is that part in pixels of the original picture and `original` its size. Accepts code fences, one object or
/// an array, text around it, a truncated end, numbers as strings. Values more than 1 outside the scale drop the region;
/// others are clamped. Never throws.
std::vector<Region> parseRegions(const std::string& answer, PixelRect shown, Size original, Size scale = {1000, 1000});

} // namespace prunescope::model
