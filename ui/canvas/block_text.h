#pragma once

#include <QString>
#include <optional>

namespace prunescope::ui {

struct Scene;

/// A block of the scene and why it is kept or dropped: by the pixels, or by a stage inside the model where an answer
/// tells of that. Empty where nothing is known of it.
QString blockText(const Scene& scene, int block);

/// The block that a dropped one was predicted from or merged into; nothing for one that is there, or without such a
/// block.
std::optional<int> relatedBlock(const Scene& scene, int block);

} // namespace prunescope::ui
