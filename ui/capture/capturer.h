#pragma once

#include "core/base/stage_times.h"
#include "ui/capture/capture.h"
#include "ui/capture/region_chooser.h"
#include "ui/workers/latest_job.h"

#include <QObject>
#include <QPointer>
#include <QTimer>
#include <QWidget>
#include <chrono>
#include <memory>
#include <optional>

namespace prunescope::ui {

/// Captures for a window, one at a time: hides it, asks a grabber, lets people draw a region, shows the window again.
/// Does the same again, once or every so often (live). Says either `captured` or `failed` for each. GUI thread.
class Capturer : public QObject {
    Q_OBJECT

public:
    /// Objects that this uses; all of them outlive this.
    struct Parts {
        QWidget* window;
        GrabberMaker makeGrabber;
        TokenCount tokensOf; ///< of a region, shown while it is drawn
    };
    explicit Capturer(Parts parts, QObject* parent = nullptr);
    /// Gives up what it is doing; the window stays as it is.
    ~Capturer() override;

    /// Captures after `delay`, for which the window is hidden already: people arrange things meanwhile. Does nothing
    /// while it is at it.
    void capture(const CaptureTarget& target, std::chrono::milliseconds delay = {});
    /// Captures what was captured last once more: the same region without drawing it, the same place of a window.
    void again();
    /// Stops whatever is under way, and says nothing.
    void cancel();
    bool isIdle() const { return !m_run; }

    /// Captures the same again and again, without hiding the window, until something else is opened or fails.
    void setLive(bool live);
    bool isLive() const { return m_live; }
    void setLiveInterval(std::chrono::milliseconds interval) { m_interval = interval; }
    std::chrono::milliseconds liveInterval() const { return m_interval; }

Q_SIGNALS:
    void captured(const prunescope::ui::Capture& capture);
    void failed(const QString& message);
    /// The grabber takes long. The window is there again, to cancel.
    void waiting(const QString& message);
    void liveChanged(bool live);

private:
    /// What was captured, to do the same again.
    struct Done {
        CaptureTarget target;
        NamedPart part;
        Size desktop; ///< of the picture that the part is of
    };
    /// A capture that is under way.
    struct Run {
        CaptureTarget target;
        std::optional<Done> same = {}; ///< what is to be captured again
        bool isFrame = false;
        bool hides = true;
    };

    /// Whether it can be done here; else says why not.
    bool start(const Run& run, std::chrono::milliseconds delay);
    void grab();
    void onPicture(const DesktopPicture& desktop);
    void chooseRegion(const DesktopPicture& desktop);
    void finish(const DesktopPicture& desktop, const NamedPart& part);
    void publish(const Capture& capture, bool isNews);
    void fail(const QString& message);
    void end();
    void onSlow();
    void nextFrame();
    /// The part that `done` means on a picture, or why there is none.
    static std::variant<NamedPart, QString> samePart(const DesktopPicture& desktop, const Done& done);

    const Parts m_parts;
    std::optional<Run> m_run;
    std::optional<Done> m_last;
    std::unique_ptr<ScreenGrabber> m_grabber; ///< until it has answered
    std::unique_ptr<RegionChooser> m_chooser; ///< while somebody draws
    Qt::WindowStates m_stateBefore;
    Stopwatch m_watch;   ///< since the grabber was asked
    double m_grabMs = 0; ///< that it took
    QImage m_frame;      ///< the last one of live mode: an equal one is no news
    LatestJob m_compare; ///< with it: 4K takes longer than a frame of the window
    QTimer m_hidden, m_slow, m_next;
    std::chrono::milliseconds m_interval{1000};
    bool m_live = false;
};

} // namespace prunescope::ui
