#include "ui/window/picture_menu.h"

#include "ui/canvas/screen_canvas.h"
#include "ui/session/open_image.h"
#include "ui/window/bundle_export.h"

#include <QMenu>
#include <array>

namespace prunescope::ui {

namespace {

using Kind = PictureExport::Kind;

struct Entry {
    Kind kind;
    const char* title;
};
/// All but the picture as it is shown.
constexpr std::array kOthers{Entry{Kind::Overlay, QT_TRANSLATE_NOOP("PictureMenu", "Overlay")},
                             Entry{Kind::Restored, QT_TRANSLATE_NOOP("PictureMenu", "Restored picture")},
                             Entry{Kind::Error, QT_TRANSLATE_NOOP("PictureMenu", "Error map")},
                             Entry{Kind::Mask, QT_TRANSLATE_NOOP("PictureMenu", "Mask object (JSON)")}};

} // namespace

PictureMenu::PictureMenu(const Parts& parts) : QObject(&parts.canvas), m_parts(parts) {
    connect(&m_parts.canvas, &ScreenCanvas::menuWanted, this, [this](QPoint global) {
        auto* menu = new QMenu(&m_parts.canvas);
        menu->setAttribute(Qt::WA_DeleteOnClose);
        fill(*menu, m_parts.canvas.mapFromGlobal(global));
        menu->popup(global);
    });
    connect(&m_parts.canvas, &ScreenCanvas::copyWanted, this, [this] { m_parts.files.copy(Kind::Shown); });
}

void PictureMenu::fill(QMenu& menu, QPoint onCanvas) {
    addKinds(menu, {tr("Copy picture as shown") + QStringLiteral("\tCtrl+C"), tr("Copy"), {}}, &PictureExport::copy);
    menu.addSeparator();
    addKinds(menu, {tr("Save picture as shown…"), tr("Save"), QStringLiteral("…")}, &PictureExport::chooseFile);
    if (BundleExport* bundles = m_parts.bundles) {
        QAction* action = menu.addAction(tr("Save the last answer as a bundle…"));
        action->setEnabled(bundles->isPossible());
        connect(action, &QAction::triggered, bundles, &BundleExport::chooseFile);
    }
    menu.addSeparator();
    if (const int index = m_parts.canvas.redactionAt(QPointF(onCanvas)); index >= 0)
        connect(menu.addAction(tr("Take this redaction back")), &QAction::triggered, &m_parts.image,
                [&image = m_parts.image, index] { image.removeRedaction(index); });
    addTakeBack(menu, m_parts.image);
}

void PictureMenu::addKinds(QMenu& menu, const Wording& wording, void (PictureExport::*act)(Kind)) {
    PictureExport& files = m_parts.files;
    const auto add = [&files, act](QMenu& to, const QString& title, Kind kind) {
        QAction* action = to.addAction(title);
        action->setEnabled(files.isPossible(kind) && files.isIdle());
        connect(action, &QAction::triggered, &files, [&files, act, kind] { (files.*act)(kind); });
    };
    add(menu, wording.shown, Kind::Shown);
    QMenu& others = *menu.addMenu(wording.others);
    for (const auto& [kind, title] : kOthers)
        add(others, tr(title) + wording.ending, kind);
}

void PictureMenu::addTakeBack(QMenu& menu, OpenImage& image) {
    const auto count = static_cast<int>(image.redactions().size());
    QAction* last = menu.addAction(tr("Take the last redaction back"));
    connect(last, &QAction::triggered, &image, [&image, count] { image.removeRedaction(count - 1); });
    QAction* all = menu.addAction(tr("Take all redactions back"));
    connect(all, &QAction::triggered, &image, &OpenImage::clearRedactions);
    for (QAction* action : {last, all})
        action->setEnabled(count > 0);
}

} // namespace prunescope::ui
