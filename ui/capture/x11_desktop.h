#pragma once

#include "ui/capture/desktop_screens.h"

#include <QImage>
#include <QString>
#include <memory>
#include <optional>
#include <vector>

namespace prunescope::ui {

/// A window on an X server.
struct X11Window {
    PixelRect rect; ///< with its frame, without shadows that it draws itself; may reach out of the screen
    QString title;  ///< empty: it has none
};

/// The root window of an X server, over a connection of its own, through XCB alone. Any thread, one at a time.
class X11Desktop {
public:
    /// Connects to $DISPLAY.
    X11Desktop();
    ~X11Desktop();
    X11Desktop(const X11Desktop&) = delete;
    X11Desktop& operator=(const X11Desktop&) = delete;

    /// Whether there is a server whose pixels are 32-bit words of red, green and blue bytes, as nearly all have them.
    bool usable() const;
    Size size() const;
    /// Pixels of all screens (Format_RGB32), without the mouse pointer; null where the server refuses.
    QImage picture() const;
    /// The screens, as the server names them; none where it does not tell (RandR 1.5).
    std::vector<ScreenPixels> screens() const;
    /// The window under the mouse pointer; nothing where there is only the background.
    std::optional<X11Window> windowUnderPointer() const;

private:
    class Server;
    std::unique_ptr<Server> m_server;
};

} // namespace prunescope::ui
