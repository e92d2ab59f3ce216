#pragma once

#include "app/window_sets/shown_texts.h"
#include "model/datasets/screens/screen.h"

#include <QRect>
#include <QWidget>
#include <vector>

namespace prunescope::app {

/// Part of an element that its box holds.
enum class BoxOf {
    Place, ///< all that was offered
    Ink,   ///< the letters
    Both,  ///< the offered place and the letters: a check box with its label
};

/// Takes what widgets offer as elements of a screen if it can be seen as a whole: the place is in the picture and under
/// nothing else, the text is painted there and neither cut nor shortened.
class ElementCollector {
public:
    /// `scale` is pixels of the picture to a logical pixel of `window`, which is laid out, visible and outlives this.
    ElementCollector(QWidget& window, double scale, Size picture);

    /// A place on the window and the text that should be read there.
    struct Offer {
        const QWidget* widget = nullptr;
        QRect place;  ///< in the widget
        QString text; ///< as the widget or a child paints it inside of `area`
        QRect area;   ///< in the widget, where it is not `place` itself
        BoxOf box = BoxOf::Place;
    };
    /// Fills in the element's box and keeps it; says whether it did.
    bool take(const Offer& offer, model::ScreenElement element);
    /// Each text that the widget paints inside of `area` as an element of this kind.
    void takeTexts(const QWidget& widget, QRect area, model::ElementKind kind);

    /// `text` can be read in the widget as a whole.
    bool isSeen(const QWidget& widget, const QString& text) const;

    /// Whether all elements of kinds that can be counted are either seen as a whole or not at all.
    bool isSureOfCounts() const { return m_sureOfCounts; }
    /// Elements and texts; the picture is left empty.
    model::Screen screen() const;

private:
    bool isWhole(const ShownText& shown, const QRectF& area) const;
    bool isFree(const QWidget& widget, const QRectF& rect) const;
    bool takeShown(const ShownText& shown, const Offer& offer, model::ScreenElement element);
    const ShownText* find(const QWidget& widget, const QString& text, const QRectF& area) const;
    QRectF inWindow(const QWidget& widget, QRect rect) const;
    PixelRect inPicture(const QRectF& rect) const;

    QWidget& m_window;
    double m_scale;
    Size m_picture;
    std::vector<ShownText> m_texts;
    std::vector<model::ScreenElement> m_elements;
    bool m_sureOfCounts = true;
};

} // namespace prunescope::app
