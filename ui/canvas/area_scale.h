#pragma once

#include <QImage>
#include <QRect>

namespace prunescope::ui {

/// Draws the part `crop` of `source`, smaller, so that it fills `place` of `target`; what of it lies outside is not
/// drawn. Each pixel is the mean of the area that it covers, which keeps small text readable, within one level. Both
/// are QImage::Format_RGB32; `place` is not larger than `crop`. What QImage::scaled does, without its copies, on as
/// many threads as pay. Any thread.
void drawScaledDown(const QImage& source, QRect crop, QImage& target, QRect place);

} // namespace prunescope::ui
