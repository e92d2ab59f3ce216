#include "ui/window/picture_export.h"

#include "core/base/error.h"
#include "core/base/output_file.h"
#include "core/image/image_file.h"
#include "core/report/mask_painter.h"
#include "core/report/mask_report.h"
#include "ui/canvas/live_scene.h"
#include "ui/canvas/scene_picture.h"
#include "ui/dialogs/save_dialog.h"
#include "ui/session/pixels.h"
#include "ui/session/session.h"
#include "ui/style/format.h"

#include <QApplication>
#include <QClipboard>
#include <QDir>
#include <QFileInfo>
#include <QPointer>
#include <nlohmann/json.hpp>

namespace prunescope::ui {

namespace {

using Kind = PictureExport::Kind;

QString suffixOf(Kind kind) {
    switch (kind) {
    case Kind::Shown:
        return QStringLiteral("shown.png");
    case Kind::Overlay:
        return QStringLiteral("overlay.png");
    case Kind::Restored:
        return QStringLiteral("restored.png");
    case Kind::Error:
        return QStringLiteral("error.png");
    case Kind::Mask:
        break;
    }
    return QStringLiteral("mask.json");
}

QImage overlayOf(const MaskView::Parts& parts) {
    const PixelBlocks shown = shownBlocks(parts.picture, parts.blocks, parts.mask);
    return sharedImage(paintMask(shown.picture(), parts.mask.mask));
}

} // namespace

PictureExport::PictureExport(Session& session, const LiveScene& scene, QWidget* window)
    : QObject(window), m_session(session), m_scene(scene), m_window(window), m_job(this) {
    connect(&m_job, &LatestJob::failed, &m_session.notices(), &Notices::error);
}

bool PictureExport::isPossible(Kind kind) const {
    return kind == Kind::Shown ? !m_scene.now().isEmpty() : m_session.maskView().parts().has_value();
}

PictureExport::Make PictureExport::makerOf(Kind kind) const {
    if (kind == Kind::Shown)
        return [scene = m_scene.now()] { return Made{drawnScene(scene), {}}; };
    if (kind == Kind::Mask)
        return maskMaker();
    return [kind, parts = *m_session.maskView().parts()] {
        if (kind == Kind::Overlay)
            return Made{overlayOf(parts), {}};
        const RestoredView view = kind == Kind::Error ? RestoredView::Error : RestoredView::Picture;
        return Made{restorationOf(parts.picture, parts.blocks, parts.mask, view).picture.whole(), {}};
    };
}

PictureExport::Make PictureExport::maskMaker() const {
    const MaskView& view = m_session.maskView();
    const ShownMask& mask = view.mask();
    const Screenshot& shot = m_session.image().screenshot();
    const MaskReport report{
        shot.name, {mask.area.width, mask.area.height}, mask.settings, mask.mask, {}, shot.notes.onWhite, mask.fit,
        mask.views};
    return [report, shape = m_session.modelSlot().shape(), part = view.part()] {
        nlohmann::json object = toJson(report, shape);
        model::addTo(object, part);
        return Made{{}, fromUtf8(object.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace) + "\n")};
    };
}

void PictureExport::copy(Kind kind) {
    if (!isPossible(kind))
        return;
    m_job.start(makerOf(kind), [this](const Made& made) {
        if (made.image.isNull())
            QApplication::clipboard()->setText(made.text);
        else
            QApplication::clipboard()->setImage(made.image);
        Q_EMIT copied();
    });
}

void PictureExport::save(Kind kind, const QString& path) {
    if (!isPossible(kind))
        return;
    const auto write = [make = makerOf(kind), to = path.toStdString()] {
        const Made made = make();
        if (made.image.isNull())
            writeFile(to, made.text.toStdString(), Readers::Owner);
        else
            writeImage(to, pictureOf(made.image));
        return to;
    };
    m_job.start(write, [this](const std::string& to) {
        m_session.notices().info(tr("Saved to %1").arg(fromUtf8(to)));
        Q_EMIT saved(fromUtf8(to));
    });
}

QString PictureExport::suggestedPath(Kind kind) const {
    const QFileInfo file(fromUtf8(m_session.image().screenshot().name));
    const bool isFile = file.isFile() && !file.filePath().startsWith(QLatin1Char(':'));
    const QDir folder = isFile ? file.absoluteDir() : QDir::home();
    const QString base = isFile ? file.completeBaseName() : QStringLiteral("prunescope");
    return folder.filePath(base + QLatin1Char('-') + suffixOf(kind));
}

void PictureExport::chooseFile(Kind kind) {
    const bool isMask = kind == Kind::Mask;
    const SaveKind json{tr("JSON"), QStringLiteral("json")}, png{tr("PNG"), QStringLiteral("png")},
        any{tr("Pictures"), QStringLiteral("png"), {"jpg", "webp", "bmp", "tif", "ppm"}};
    askWhereToSave(m_window, isMask ? tr("Save the mask object") : tr("Save the picture"), suggestedPath(kind),
                   isMask ? std::vector{json} : std::vector{png, any},
                   [self = QPointer(this), kind](const QString& path) {
                       if (self)
                           self->save(kind, path);
                   });
}

} // namespace prunescope::ui
