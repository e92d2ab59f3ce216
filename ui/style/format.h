#pragma once

#include "core/image/geometry.h"

#include <QString>
#include <exception>
#include <string_view>

/// Core's texts and numbers as Qt strings. Any thread.
namespace prunescope::ui {

/// UTF-8 -> QString.
QString fromUtf8(std::string_view text);
/// An error as one line without control characters: the first line that says anything. Libraries add backtraces.
QString errorText(const std::exception& error);
/// 2040 -> "2 040" with narrow no-break spaces.
QString countText(qint64 value);
/// 19.44 -> "19.4 ms".
QString msText(double ms);
/// Fixed decimals with a point.
QString fixedText(double value, int decimals);
/// Fixed decimals, with as many more as a value that is not zero needs to be told from zero.
QString nonZeroText(double value, int decimals);
/// 0.2134 -> "21.3 %"; never 0 where there is something, never 100 where something is missing.
QString percentText(double share, int decimals = 1);
/// `one` or `many` with the number in place of %1: "1 token", "2 040 tokens".
QString counted(qint64 number, const QString& one, const QString& many);
/// A line of rich text as plain text.
QString withoutMarkup(const QString& html);
/// "1919 × 1079".
QString sizeText(Size size);
/// Floating-point operations as TFLOP: 3.1, 0.42, 0.0003.
QString tflopText(double flops);
/// The last part of a path, or the text itself when it is none.
QString shortName(const QString& path);

} // namespace prunescope::ui
