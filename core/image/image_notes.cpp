#include "core/image/image_notes.h"

namespace prunescope {

std::string toText(const ImageNotes& notes) {
    std::string text = notes.onWhite ? "transparency was put on white" : "";
    if (notes.frames > 1)
        text += (text.empty() ? "" : "; ") + std::string("the first of ") + std::to_string(notes.frames) +
                " frames is used";
    return text;
}

} // namespace prunescope
