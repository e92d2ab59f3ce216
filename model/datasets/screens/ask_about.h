#pragma once

#include "model/datasets/screens/screen.h"

#include <string>
#include <vector>

namespace prunescope::model {

/// Task of a question: what it asks for and how its answer is judged.
enum class ScreenTask {
    Locate,  ///< text -> {"bbox_2d": [left, top, right, bottom]} on the scale 0..1000
    Read,    ///< box on that scale -> text
    Value,   ///< label of a field -> what is entered
    Checked, ///< label of a check box -> yes or no
    Title,   ///< title of the window or document
    Cell,    ///< head of a column and first cell of a row -> text
    Count,   ///< how many elements of a kind
};
const char* toText(ScreenTask task);

/// A question about a screen with the answer that follows from what was drawn.
struct ScreenQuestion {
    ScreenTask task = ScreenTask::Locate;
    std::string question;
    std::string answer;
    PixelRect box; ///< of the element it is about; empty for Count
};

/// `[left, top, right, bottom]` on the scale 0..1000, as a model is to write it.
std::string boxText(PixelRect box, Size picture);

/// Up to `count` questions about elements that can be told apart by their text, each element at most once, drawn by
/// `seed`. The same for the same arguments, everywhere.
std::vector<ScreenQuestion> askAbout(const Screen& screen, std::uint64_t seed, int count);

} // namespace prunescope::model
