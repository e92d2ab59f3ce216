#pragma once

#include "core/image/geometry.h"

#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace prunescope {

/// An answer beside what was expected.
struct GivenAnswer {
    std::string text;            ///< UTF-8
    std::string expected;        ///< UTF-8
    std::optional<PixelBox> box; ///< that the answer names, in pixels of the picture; of a point all edges meet there
    std::optional<PixelRect> trueBox;
};

/// A measure of how good an answer is.
struct ScoreEntry {
    std::string_view name;  ///< as in reports
    std::string_view title; ///< one line for people
    /// The score: from 0, wrong, to 1, as expected.
    double (*value)(const GivenAnswer& answer);
};

/// All scores, in the order in which people see them.
std::span<const ScoreEntry> scores();

/// The scores of answers to questions of a task. The first says whether an answer is right: 1, or less.
std::span<const ScoreEntry> scoresOf(std::string_view task);

/// Tasks that are not judged by the words of an answer.
inline constexpr std::string_view kLocateTask = "locate"; ///< by the box it names
inline constexpr std::string_view kChoiceTask = "choice"; ///< by the letter it begins with

} // namespace prunescope
