#pragma once

#include "model/datasets/screens/ask_about.h"
#include "model/datasets/screens/screen_maker.h"

#include <string>

namespace prunescope::test {

/// All sizes, faces and words.
model::ScreenOptions wideScreens();

/// Rows of test data: `options` and how many `seeds` to draw of them, 3,110 in all.
void addScreenRows();

/// Fault of the boxes, texts and characters of a screen, judged by its pixels and by each other; or nothing.
std::string faultOf(const model::Screen& screen);

/// Fault of an answer, judged by the screen alone; empty where there is none.
std::string faultOf(const model::Screen& screen, const model::ScreenQuestion& question);

/// ASCII in lower case.
std::string lowered(std::string text);

} // namespace prunescope::test
