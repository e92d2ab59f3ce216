#pragma once

#include "core/base/json_fields.h"
#include "model/datasets/question_line.h"

#include <optional>
#include <string>
#include <vector>

namespace prunescope::model {

/// The names and places that `objects` of ms-swift has for the marks `<ref-object>` and `<bbox>` of a conversation,
/// which stand for them one after another: `{"ref": ["Save"], "bbox": [[x1, y1, x2, y2]], "bbox_type": "real"}`. Boxes
/// are in pixels, with `bbox_type` `norm1` in parts of the sides; two numbers are a point; `image_id` says of which
/// picture.
class ObjectMarks {
public:
    /// `fields` must outlive this. Throws Error(BadFile) that names the field.
    ObjectMarks(const JsonFields& fields, const std::vector<std::string>& images, const SizeOfPicture& sizeOf);

    /// `text` with its marks replaced; a place becomes a list on the scale 0..1000. `where` begins messages.
    std::string replaced(const std::string& text, const std::string& where);
    /// The boxes of the text that was replaced last, of the first picture, in its pixels.
    const std::vector<PixelBox>& lastBoxes() const { return m_last; }
    /// Throws Error(BadFile) where something has no mark.
    void requireAllUsed() const;

private:
    void readLists();
    std::string nextName(const std::string& where);
    std::string nextPlace(const std::string& where);
    std::string placeText(const std::vector<double>& numbers, std::size_t index);

    const JsonFields& m_fields;
    const std::vector<std::string>& m_images;
    const SizeOfPicture& m_sizeOf;
    bool m_there;
    bool m_inParts = false;
    std::vector<std::string> m_names;
    std::vector<std::vector<double>> m_places;
    std::vector<std::int64_t> m_imageIds;
    std::size_t m_usedNames = 0;
    std::size_t m_usedPlaces = 0;
    std::vector<PixelBox> m_last;
};

} // namespace prunescope::model
