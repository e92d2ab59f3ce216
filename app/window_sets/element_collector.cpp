#include "app/window_sets/element_collector.h"

#include <algorithm>
#include <cmath>

namespace prunescope::app {

namespace {

using model::ElementKind;

bool isCounted(ElementKind kind) {
    return kind == ElementKind::Button || kind == ElementKind::CheckBox || kind == ElementKind::Tab ||
           kind == ElementKind::SidebarItem || kind == ElementKind::Menu || kind == ElementKind::ToolButton;
}

/// No part of `rect` of `widget` lies outside of its parents or under a widget that is above one of them.
bool isUncovered(const QWidget& widget, QRect rect) {
    if (rect.isEmpty())
        return false;
    for (const QWidget* here = &widget;; here = here->parentWidget()) {
        if (!here->isVisible() || !here->rect().contains(rect))
            return false;
        if (here->isWindow() || !here->parentWidget())
            return true;
        rect.translate(here->pos());
        const QObjectList& siblings = here->parentWidget()->children(); // the last ones are on top
        for (qsizetype i = siblings.indexOf(here) + 1; i < siblings.size(); ++i) {
            const auto* above = qobject_cast<const QWidget*>(siblings[i]);
            if (above && !above->isWindow() && above->isVisible() && above->geometry().intersects(rect))
                return false;
        }
    }
}

/// Printable ASCII, as the words of the screens are: not the dots of a shortened text.
bool isPlain(const QString& text) {
    return std::ranges::all_of(text, [](QChar c) { return c.unicode() >= 32 && c.unicode() < 127; });
}

} // namespace

ElementCollector::ElementCollector(QWidget& window, double scale, Size picture)
    : m_window(window), m_scale(scale), m_picture(picture), m_texts(recordTexts(window)) {}

QRectF ElementCollector::inWindow(const QWidget& widget, QRect rect) const {
    return QRectF(rect).translated(widget.mapTo(&m_window, QPoint(0, 0)));
}

/// Whole pixels that are covered by more than a trace.
PixelRect ElementCollector::inPicture(const QRectF& rect) const {
    constexpr double kTrace = 0.25;
    const auto low = [&](double edge) { return static_cast<int>(std::floor(edge * m_scale + kTrace)); };
    const auto high = [&](double edge) { return static_cast<int>(std::ceil(edge * m_scale - kTrace)); };
    const int x = low(rect.left()), y = low(rect.top());
    return {x, y, high(rect.right()) - x, high(rect.bottom()) - y};
}

const ShownText* ElementCollector::find(const QWidget& widget, const QString& text, const QRectF& area) const {
    const auto found = std::ranges::find_if(m_texts, [&](const ShownText& shown) {
        return shown.text == text && area.contains(shown.ink.center()) &&
               (shown.painter == &widget || widget.isAncestorOf(shown.painter));
    });
    return found == m_texts.end() ? nullptr : &*found;
}

bool ElementCollector::isWhole(const ShownText& shown, const QRectF& area) const {
    return shown.whole && isPlain(shown.text) && withMargin(area).contains(shown.ink);
}

/// `rect`, in the window, lies in the widget and under no other one.
bool ElementCollector::isFree(const QWidget& widget, const QRectF& rect) const {
    const QPoint corner = widget.mapTo(&m_window, QPoint(0, 0));
    return withMargin(inWindow(widget, widget.rect())).contains(rect) &&
           isUncovered(widget, rect.toAlignedRect().translated(-corner) & widget.rect());
}

bool ElementCollector::isSeen(const QWidget& widget, const QString& text) const {
    const QRectF area = inWindow(widget, widget.rect());
    const ShownText* shown = find(widget, text, area);
    return shown && isWhole(*shown, area) && isFree(widget, shown->ink);
}

bool ElementCollector::takeShown(const ShownText& shown, const Offer& offer, model::ScreenElement element) {
    const QRectF place = inWindow(*offer.widget, offer.place);
    const QRectF area = inWindow(*offer.widget, offer.area.isEmpty() ? offer.place : offer.area);
    const QRectF kept = offer.box == BoxOf::Place ? place
                        : offer.box == BoxOf::Ink ? shown.ink
                                                  : place.united(shown.ink);
    element.box = inPicture(kept);
    if (!isWhole(shown, area) || !isFree(*offer.widget, kept) || element.box.empty() ||
        clipped(element.box, m_picture) != element.box)
        return false;
    m_elements.push_back(std::move(element));
    return true;
}

bool ElementCollector::take(const Offer& offer, model::ScreenElement element) {
    const ElementKind kind = element.kind;
    const QRect area = offer.area.isEmpty() ? offer.place : offer.area;
    const ShownText* shown = find(*offer.widget, offer.text, inWindow(*offer.widget, area));
    const bool taken = shown && takeShown(*shown, offer, std::move(element));
    if (!taken && isCounted(kind))
        m_sureOfCounts = false;
    return taken;
}

void ElementCollector::takeTexts(const QWidget& widget, QRect area, ElementKind kind) {
    const QRectF wanted = inWindow(widget, area);
    for (const ShownText& shown : m_texts)
        if (shown.painter == &widget && wanted.contains(shown.ink.center()))
            takeShown(shown, {&widget, area, shown.text, {}, BoxOf::Ink},
                      {kind, shown.text.toStdString(), {}, {}, {}, {}, {}});
}

model::Screen ElementCollector::screen() const {
    model::Screen screen;
    screen.elements = m_elements;
    for (const ShownText& shown : m_texts)
        if (const PixelRect ink = inPicture(shown.ink); !clipped(ink, m_picture).empty())
            screen.runs.push_back({shown.text.toStdString(), ink, ink, {}, {}, {}});
    return screen;
}

} // namespace prunescope::app
