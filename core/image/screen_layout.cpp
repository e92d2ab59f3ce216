#include "core/image/screen_layout.h"

#include "core/base/error.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace prunescope {

namespace {

constexpr double kMostOffPx = 1;     // a logical size was rounded
constexpr double kSameScale = 0.001; // relative

PixelRect allOf(const std::vector<Screen>& screens) {
    PixelRect all;
    for (const Screen& screen : screens)
        all = united(all, screen.logical);
    return all;
}

PixelBox scaled(PixelRect rect, PixelRect desktop, double scale) {
    return {(rect.x - desktop.x) * scale, (rect.y - desktop.y) * scale, (rect.right() - desktop.x) * scale,
            (rect.bottom() - desktop.y) * scale};
}

/// The first that has the point, else with `nearest` the one that it is closest to.
template <typename BoxOf>
std::optional<std::size_t> find(std::size_t count, PixelPoint point, bool nearest, BoxOf boxOfScreen) {
    std::optional<std::size_t> best;
    double least = 0;
    for (std::size_t i = 0; i < count; ++i) {
        const PixelBox box = boxOfScreen(i);
        if (contains(box, point))
            return i;
        if (const double away = distance(box, point); nearest && (!best || away < least)) {
            best = i;
            least = away;
        }
    }
    return best;
}

} // namespace

std::optional<ScreenLayout> ScreenLayout::ofPicture(Size picture, std::vector<Screen> screens) {
    std::erase_if(screens, [](const Screen& screen) { return screen.logical.empty(); });
    const PixelRect desktop = allOf(screens);
    if (desktop.empty() || picture.area() <= 0)
        return std::nullopt;
    const double scale = static_cast<double>(picture.width) / desktop.width;
    if (std::abs(scale * desktop.height - picture.height) > kMostOffPx)
        return std::nullopt;
    std::vector<PixelBox> places;
    for (const Screen& screen : screens)
        places.push_back(scaled(screen.logical, desktop, scale));
    ScreenLayout layout = ofPlaces(picture, std::move(screens), std::move(places));
    layout.m_oneScale = true;
    return layout;
}

ScreenLayout ScreenLayout::ofPlaces(Size picture, std::vector<Screen> screens, std::vector<PixelBox> places) {
    check(screens.size() == places.size(), "a place for each screen");
    ScreenLayout layout;
    layout.m_picture = picture;
    layout.m_screens = std::move(screens);
    layout.m_places = std::move(places);
    return layout;
}

PixelRect ScreenLayout::pixels(std::size_t screen) const {
    return clipped(rounded(m_places[screen]), m_picture);
}

std::optional<std::size_t> ScreenLayout::named(const std::string& name) const {
    const auto found =
        std::find_if(m_screens.begin(), m_screens.end(), [&](const Screen& s) { return s.name == name; });
    if (found == m_screens.end())
        return std::nullopt;
    return static_cast<std::size_t>(found - m_screens.begin());
}

std::optional<std::size_t> ScreenLayout::screenAt(PixelPoint picture) const {
    return find(m_screens.size(), picture, false, [this](std::size_t i) { return m_places[i]; });
}

std::optional<std::size_t> ScreenLayout::screenWith(PixelPoint logical) const {
    return find(m_screens.size(), logical, false, [this](std::size_t i) { return boxOf(m_screens[i].logical); });
}

PixelPoint ScreenLayout::toPicture(PixelPoint logical) const {
    const auto screen =
        find(m_screens.size(), logical, true, [this](std::size_t i) { return boxOf(m_screens[i].logical); });
    check(screen.has_value(), "a layout with a screen");
    return moved(logical, boxOf(m_screens[*screen].logical), m_places[*screen]);
}

PixelPoint ScreenLayout::toLogical(PixelPoint picture) const {
    const auto screen = find(m_screens.size(), picture, true, [this](std::size_t i) { return m_places[i]; });
    check(screen.has_value(), "a layout with a screen");
    return moved(picture, m_places[*screen], boxOf(m_screens[*screen].logical));
}

bool ScreenLayout::isEnlarged(std::size_t screen) const {
    double largest = 0;
    for (const Screen& other : m_screens)
        largest = std::max(largest, other.scale);
    const PixelBox& place = m_places[screen];
    const double shown = (place.right - place.left) / m_screens[screen].logical.width;
    return m_oneScale && m_screens[screen].scale < largest * (1 - kSameScale) && shown > 1 + kSameScale;
}

} // namespace prunescope
