#pragma once

namespace prunescope::model {

/// Limits of the options of drawn screens; faces and heights of text are the atlas's.
inline constexpr int kScreenSideStep = 32;
inline constexpr int kLeastScreenSide = 160;
inline constexpr int kMostScreenSide = 4096;
inline constexpr int kLeastScreenWords = 20;
int mostScreenWords();

} // namespace prunescope::model
