#pragma once

#include "ui/workers/latest_job.h"

#include <QImage>
#include <QObject>
#include <QString>
#include <functional>

class QWidget;

namespace prunescope::ui {

class LiveScene;
class Session;

/// Pictures, and the mask object, of what a window shows, for the clipboard and for files. Made off the GUI thread;
/// what goes wrong is a notice. All of them are of the picture with its redactions. GUI thread.
class PictureExport : public QObject {
    Q_OBJECT

public:
    enum class Kind {
        Shown,    ///< as the canvas shows it, at the picture's size
        Overlay,  ///< as the model sees it, dropped blocks dimmed
        Restored, ///< what a decoder makes of the kept blocks
        Error,    ///< how far that is from the picture
        Mask,     ///< the mask object as `prunescope mask --json` prints it
    };

    /// Both and the parent of dialogs outlive this.
    PictureExport(Session& session, const LiveScene& scene, QWidget* window);

    /// Whether there is what it takes; the mask may still be being made.
    bool isPossible(Kind kind) const;
    /// Whether nothing is being made or written.
    bool isIdle() const { return m_job.isIdle(); }
    void copy(Kind kind);
    void save(Kind kind, const QString& path);
    /// Asks where to save it.
    void chooseFile(Kind kind);

Q_SIGNALS:
    void copied();
    void saved(const QString& path);

private:
    /// What is copied or written: a picture, or else a text.
    struct Made {
        QImage image;
        QString text;
    };
    using Make = std::function<Made()>;
    Make makerOf(Kind kind) const;
    Make maskMaker() const;
    QString suggestedPath(Kind kind) const;

    Session& m_session;
    const LiveScene& m_scene;
    QWidget* m_window;
    LatestJob m_job;
};

} // namespace prunescope::ui
