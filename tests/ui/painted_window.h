#pragma once

#include <QColor>
#include <QProcess>
#include <QRect>

namespace prunescope::test {

/// A window of another program that is four coloured quarters, at a place in pixels of the X server whatever the scale
/// of this program is.
class PaintedWindow {
public:
    static constexpr QRgb kColours[]{0xffc81e28, 0xff14a03c, 0xff1e3cd2, 0xfff0dc32};
    /// Of the window.
    static QString title();
    /// Pixels of a quarter, relative to the window.
    static QRect quarter(const QRect& window, int index);

    /// Starts the program; it is this one with other arguments.
    explicit PaintedWindow(const QRect& pixels);
    ~PaintedWindow();
    /// Whether the window is on the screen; waits for that.
    bool isShown();

    /// What the other program is: paints until it is ended. Nothing where the arguments do not ask for it.
    static bool isAskedFor(int argc, char** argv);
    static int run(int argc, char** argv);

private:
    QProcess m_program;
};

} // namespace prunescope::test
