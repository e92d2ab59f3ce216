#pragma once

#include "ui/capture/screen_grabber.h"

#include <QString>
#include <QStringList>
#include <optional>
#include <variant>

namespace prunescope::ui {

/// Kind of what is captured.
enum class CaptureKind { Region, Window, Screen, Desktop };

/// Words of the command line for all kinds, in their order: "region", ...
QStringList captureKindWords();
std::optional<CaptureKind> captureKindOf(const QString& word);

/// What of the desktop somebody wants.
struct CaptureTarget {
    CaptureKind kind = CaptureKind::Screen;
    QString screen = {}; ///< its name; empty: the one with the mouse pointer
    bool operator==(const CaptureTarget&) const = default;
};

/// A picture that was captured.
struct Capture {
    QImage image; ///< Format_RGB32 or Format_RGB888; its device pixel ratio is that of the screen that it shows
    QString name; ///< of what it shows: "Screen 2"
    DesktopPart desktop;
    QString note = {};    ///< what to know about it, one line or empty
    double captureMs = 0; ///< from asking for the pixels to having them; without delays and choices of people
    bool isFrame = false; ///< the same place a little later: live mode
};

/// Part of a picture of the desktop, with its name.
struct NamedPart {
    PixelRect rect;
    QString name;
};

/// The part that `target` means, or a line on why there is none. A Region is what somebody has yet to draw: all of it.
/// GUI thread.
std::variant<NamedPart, QString> partOf(const DesktopPicture& desktop, const CaptureTarget& target);

/// That part on its own. Copies nothing but these pixels. Any thread.
Capture captureOf(const DesktopPicture& desktop, const NamedPart& part);

} // namespace prunescope::ui
