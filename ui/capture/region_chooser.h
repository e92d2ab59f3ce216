#pragma once

#include "ui/canvas/region_tool.h"
#include "ui/capture/screen_grabber.h"

#include <QObject>
#include <QPoint>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

class QKeyEvent;
class QPainter;

namespace prunescope::ui {

class RegionOverlay;

/// Vision tokens of a picture of that size before pruning; nothing where no model can see it.
using TokenCount = std::function<std::optional<qint64>(Size)>;

/// Drawing a region on a picture of the desktop, which lies over all screens meanwhile. A drag chooses at once, also
/// over several screens; arrow keys move a rectangle (Shift: its size, Ctrl: by single pixels) and Enter takes it; Esc,
/// the right button and closing give up. GUI thread.
class RegionChooser : public QObject {
    Q_OBJECT

public:
    RegionChooser(DesktopPicture desktop, TokenCount tokensOf, QObject* parent = nullptr);
    ~RegionChooser() override;

    void show();
    void hide();
    const std::vector<std::unique_ptr<RegionOverlay>>& overlays() const { return m_overlays; }

    const DesktopPicture& desktop() const { return m_desktop; }
    Size size() const { return {m_desktop.image.width(), m_desktop.image.height()}; }
    /// What is dragged or was made with the keyboard; empty: nothing yet.
    PixelRect region() const;
    /// Where the pointer is, in pixels of the picture.
    std::optional<QPointF> pointer() const { return m_pointer; }
    /// "640 × 400 px · 260 tokens", or the place of the pointer while there is no region.
    QString label() const;

    // What overlays pass on, in pixels of the picture.
    void press(QPointF at);
    void move(QPointF at);
    void release(QPointF at);
    void pressKey(const QKeyEvent& key);
    void cancel();

Q_SIGNALS:
    void chosen(prunescope::PixelRect region);
    void cancelled();

private:
    void makeOverlays();
    void accept(PixelRect region);
    void refresh();
    QString sizeLabel(PixelRect region) const;

    const DesktopPicture m_desktop;
    const TokenCount m_tokensOf;
    RegionTool m_tool;
    PixelRect m_byKey;
    std::optional<QPointF> m_pointer;
    bool m_done = false; ///< one of the signals was emitted
    std::vector<std::unique_ptr<RegionOverlay>> m_overlays;
};

} // namespace prunescope::ui
