#pragma once

#include "tests/ui/fake_engine.h"
#include "ui/canvas/screen_canvas.h"
#include "ui/capture/region_overlay.h"
#include "ui/session/session.h"
#include "ui/window/main_window.h"

#include <QTemporaryDir>
#include <algorithm>
#include <memory>

namespace prunescope::test {

/// A main window with a fake engine, and a log and settings of its own.
class TestWindow {
public:
    TestWindow();
    ~TestWindow();

    ui::MainWindow& window() { return *m_window; }
    ui::Session& session() { return m_window->session(); }
    ui::OpenImage& image() { return session().image(); }
    ui::MaskView& maskView() { return session().maskView(); }
    ui::ModelSlot& modelSlot() { return session().modelSlot(); }
    ui::Conversation& conversation() { return session().conversation(); }
    ui::LiveScene& scene() { return m_window->canvas().scene(); }
    FakeScript& script() { return *m_script; }
    QString path(const QString& name) const { return m_folder.filePath(name); }

    /// Shows `picture` and waits for its mask.
    void open(const Picture& picture);
    /// Loads the fake model and waits for it.
    void load();
    /// Asks and waits for the end of the answer.
    void ask(const QString& question);
    /// Waits until nothing is going on; false after ten seconds.
    bool settle();
    /// Sets the bundled model of the windows that `reopen` makes from now on; empty: none.
    void setBundledModel(const QString& folder) { m_bundledModel = folder; }
    /// Sets how the windows that `reopen` makes from now on capture the screen.
    void setGrabber(ui::GrabberMaker maker) { m_makeGrabber = std::move(maker); }
    /// Sets what the evaluation page of the windows that `reopen` makes from now on has of the program.
    void setEvaluation(ui::EvaluationServices services) { m_evaluation = std::move(services); }
    /// Closes the window and opens another one with the same log and settings.
    void reopen();
    /// Only closes it: nothing else may be called then but `reopen`.
    void close();

    /// The first child of that type, or of that name; one of the evaluation page or of the
    /// comparison only where there is no other.
    template <typename T>
    T* child(const QString& name = {}) {
        const auto all = m_window->findChildren<T*>(name);
        const auto found = std::ranges::find_if(all, [this](const QObject* one) { return !isAside(one); });
        return found != all.end() ? *found : all.value(0);
    }

private:
    void make();
    bool isAside(const QObject* object) const;

    QTemporaryDir m_folder;
    QString m_bundledModel;
    ui::EvaluationServices m_evaluation;
    ui::GrabberMaker m_makeGrabber = ui::usableGrabber;
    std::shared_ptr<FakeScript> m_script = std::make_shared<FakeScript>();
    std::unique_ptr<ui::MainWindow> m_window;
};

/// The overlay on which somebody is to draw a region, on that screen or on any; null: there is none.
ui::RegionOverlay* visibleOverlay(const QScreen* screen = nullptr);

/// The colour of a dropped pixel.
QColor dimmed(QColor colour);

} // namespace prunescope::test
