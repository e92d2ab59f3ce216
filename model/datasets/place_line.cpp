#include "model/datasets/place_line.h"

#include "core/base/error.h"
#include "core/base/format.h"
#include "model/datasets/place_box.h"
#include "model/datasets/record_fields.h"

#include <limits>

namespace prunescope::model {

namespace {

/// The pictures of a set of Pro have been resized where this differs, and its boxes are no pixels of theirs.
void requireSize(const JsonFields& fields, Size picture) {
    if (!fields.has("img_size"))
        return;
    const auto sides = fields.integers("img_size", 1, std::numeric_limits<int>::max(), {});
    if (sides.size() != 2 || sides[0] != picture.width || sides[1] != picture.height)
        fields.fail("img_size", "[" + std::to_string(picture.width) + ", " + std::to_string(picture.height) +
                                    "], the size of its picture");
}

void refuseNegative(const JsonFields& fields) {
    for (const char* name : {"gt_type", "GT_type"})
        if (fields.has(name) && fields.text(name) != "positive")
            fields.fail(name, "\"positive\": targets that are not there are not asked for");
}

} // namespace

bool isPlace(const JsonFields& fields) {
    return fields.has("img_filename") && fields.has("bbox") && fields.has("instruction");
}

bool isProPlace(const JsonFields& fields) {
    return isPlace(fields) && (fields.has("ui_type") || fields.has("img_size"));
}

QuestionLine readPlace(const JsonFields& fields, const SizeOfPicture& sizeOf) {
    constexpr double kFar = 1e9;
    QuestionLine line{{filledText(fields, "img_filename")}, {}};
    AskedQuestion asked;
    asked.task = kLocateTask;
    asked.question = filledText(fields, "instruction");
    asked.id = idOf(fields);
    refuseNegative(fields);
    line.pictureField = "img_filename";
    const Size picture = sizeOf(line.images.front(), line.pictureField);
    requireSize(fields, picture);
    bool inParts = false;
    const BoxForm form = isProPlace(fields) ? BoxForm::Corners : BoxForm::Sides;
    asked.box = placedBox(fields.numbers("bbox", -kFar, kFar), form, picture,
                          fields.where() + ": " + fields.prefix() + "bbox", inParts);
    asked.answer = boxAnswer(*asked.box, picture);
    for (const auto& [name, value] : fields.json().items())
        if (name != "instruction" && name != "id" && saysSomething(value))
            asked.fields.emplace(name, fieldText(value));
    if (inParts)
        line.remarks.emplace_back(kPartsNote);
    line.questions.push_back(std::move(asked));
    return line;
}

} // namespace prunescope::model
