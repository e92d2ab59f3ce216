#pragma once

#include "app/window_sets/window_options.h"
#include "model/datasets/screens/xoshiro256.h"

#include <QFont>
#include <QPalette>
#include <QSize>
#include <QString>
#include <QStringList>

namespace prunescope::app {

/// Look of one window: style, fonts, colours, sizes.
struct WindowLook {
    Size picture;       ///< in pixels
    double scale = 1;   ///< pixels to one of Qt's logical pixels
    QString style;      ///< a key of QStyleFactory
    QString sheet;      ///< a style sheet on top of it, mostly none
    QFont font;         ///< its pixelSize is logical
    QPalette palette;   ///< light or dark
    bool colons = true; ///< after the labels of fields

    /// Size in logical pixels; at broken scales the picture may cut a part of the last one.
    QSize windowSize() const;
    /// Height of the font in logical pixels: the measure of all distances.
    int em() const { return font.pixelSize(); }
};

/// The families that Qt finds on this machine, without their foundries.
QStringList installedFonts();

/// The families to draw from: those of the options, else the usual ones that the machine has.
QStringList windowFonts(const WindowOptions& options);

/// Draws a look. The styles and fonts are not checked. Needs a QGuiApplication.
WindowLook drawLook(model::Xoshiro256& random, const WindowOptions& options);

/// Gives style, font and palette to all windows that are made from now on. Needs a QApplication, no window may be left.
void wear(const WindowLook& look);

} // namespace prunescope::app
