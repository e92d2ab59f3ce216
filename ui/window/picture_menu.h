#pragma once

#include "ui/window/picture_export.h"

#include <QPoint>

class QMenu;

namespace prunescope::ui {

class BundleExport;
class OpenImage;
class ScreenCanvas;

/// Menu of what can be done with the picture on a canvas: copy and save it in its several views, take redactions back.
/// GUI thread.
class PictureMenu : public QObject {
    Q_OBJECT

public:
    /// All outlive this.
    struct Parts {
        OpenImage& image;
        ScreenCanvas& canvas;
        PictureExport& files;
        BundleExport* bundles = nullptr; ///< null: without its entry
    };
    explicit PictureMenu(const Parts& parts);

    /// Fills the menu for the point `onCanvas` of the canvas.
    void fill(QMenu& menu, QPoint onCanvas);
    /// Adds the two entries that take redactions back: the last one, and all.
    static void addTakeBack(QMenu& menu, OpenImage& image);

private:
    /// How entries are called: the picture as shown, the menu of its other views, and what ends each of those.
    struct Wording {
        QString shown;
        QString others;
        QString ending;
    };
    /// Adds an entry for each view of the picture, with which `act` is done.
    void addKinds(QMenu& menu, const Wording& wording, void (PictureExport::*act)(PictureExport::Kind));

    const Parts m_parts;
};

} // namespace prunescope::ui
