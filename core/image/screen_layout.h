#pragma once

#include "core/image/geometry.h"

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace prunescope {

/// A screen, as the window system describes it.
struct Screen {
    std::string name;
    PixelRect logical; ///< where it is on the desktop, in the coordinates of windows and mouse pointer; also negative
    /// As announced. Toolkits round it (1.5 becomes 2), so it is compared with that of other screens and nothing else.
    double scale = 1;
    bool operator==(const Screen&) const = default;
};

/// Layout of a desktop's screens in a picture of all of it: the one map between the desktop's logical coordinates and
/// the pixels of the picture. Each screen has its own piece of the map, since screens may have different scales.
class ScreenLayout {
public:
    /// No screens.
    ScreenLayout() = default;
    /// Layout of a picture that shows all screens to one scale, that of the picture's sides to the desktop's, as
    /// desktop portals give it (wayland-capture spec: sway, KWin and GNOME 43). Nothing where width and height ask for
    /// different scales, by more than a pixel: the picture shows something else then.
    static std::optional<ScreenLayout> ofPicture(Size picture, std::vector<Screen> screens);
    /// Layout of screens whose places in the picture are known, one for each screen.
    static ScreenLayout ofPlaces(Size picture, std::vector<Screen> screens, std::vector<PixelBox> places);

    Size picture() const { return m_picture; }
    const std::vector<Screen>& screens() const { return m_screens; }
    /// Place of a screen in the picture: exact, and in whole pixels of it.
    const PixelBox& place(std::size_t screen) const { return m_places[screen]; }
    PixelRect pixels(std::size_t screen) const;
    /// The screen with that name.
    std::optional<std::size_t> named(const std::string& name) const;
    /// The screen that a point of the picture shows, or that has a logical point; nothing in a gap.
    std::optional<std::size_t> screenAt(PixelPoint picture) const;
    std::optional<std::size_t> screenWith(PixelPoint logical) const;
    /// Where a logical point is in the picture, and back. What is in a gap moves with the screen that is next to it.
    /// There must be a screen.
    PixelPoint toPicture(PixelPoint logical) const;
    PixelPoint toLogical(PixelPoint picture) const;
    /// Whether the picture shows a screen larger than it is: other screens have a larger scale, and it was
    /// interpolated.
    bool isEnlarged(std::size_t screen) const;
    bool operator==(const ScreenLayout&) const = default;

private:
    Size m_picture;
    std::vector<Screen> m_screens;
    std::vector<PixelBox> m_places; ///< of the screens
    bool m_oneScale = false;        ///< the picture's, whatever those of the screens are
};

/// What a picture shows of a desktop.
struct DesktopPart {
    ScreenLayout layout; ///< of a picture of all of it
    PixelRect part;      ///< of that picture
    bool operator==(const DesktopPart&) const = default;
};

} // namespace prunescope
