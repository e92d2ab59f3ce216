#pragma once

#include "core/pruning/make_mask.h"
#include "ui/capture/screen_grabber.h"
#include "ui/evaluation/evaluation_services.h"
#include "ui/panels/window_actions.h"
#include "ui/style/theme.h"
#include "ui/window/window_settings.h"
#include "ui/workers/engine_worker.h"

#include <QMainWindow>
#include <QStringList>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

class QStackedWidget;

namespace prunescope::ui {

class BundleExport;
class DesktopScheme;
class EvaluationPage;
class MessageBar;
class ModelChooser;
class ModelMenu;
class Panel;
class PictureExport;
class PictureInput;
class ScreenCanvas;
class Session;
class SessionScene;
class ToolBar;
class TrainingWindow;

/// The window of the program: picture in the middle, panels around it. Quick to construct: reading, selecting, loading
/// and answering happen in threads of their own. GUI thread.
class MainWindow : public QMainWindow, private WindowActions {
    Q_OBJECT

public:
    struct Options {
        QString logPath;      ///< empty: the user's log
        QString settingsPath; ///< empty: the user's settings
        QStringList pictures; ///< the first is opened, the others are offered
        QString modelFolder;  ///< loaded at once; empty: the bundled one, or as the user chose last time
        QString adapter;      ///< on that model: a folder, or "none"; empty: one in its folder, or as last time
        QString bundledModel; ///< folder of the model that comes along; empty: none
        QString device = QStringLiteral("auto");
        QString dtype = QStringLiteral("auto");
        QString weights = QStringLiteral("native");
        int threads = 0;                ///< 0: as many as there are cores
        std::optional<PrunePlan> plan;  ///< instead of the remembered ones
        std::vector<PrunePlan> others;  ///< that are compared with it from the start
        std::optional<ThemeMode> theme; ///< instead of the remembered one
        QString question;               ///< asked as soon as picture and model are there
        QString program;                ///< that runs trainings; empty: this one
        QString trainingRun;            ///< its chart is opened: a run folder or its progress.jsonl; empty: none
        EvaluationServices evaluation;  ///< of its page; records are kept beside the log where it names no folder
        GrabberMaker makeGrabber = usableGrabber;
    };

    explicit MainWindow(EngineLoader loader, const Options& options, QWidget* parent = nullptr);
    ~MainWindow() override;

    Session& session() { return *m_session; }
    ScreenCanvas& canvas() { return *m_canvas; }
    MessageBar& messages() { return *m_messages; }
    PictureInput& input() { return *m_input; }
    PictureExport& files() { return *m_files; }
    BundleExport& bundles() { return *m_bundles; }
    ModelChooser& chooser() { return *m_chooser; }

    void loadModel(const QString& folder) override;
    /// The chart of training runs, in front; there is one.
    TrainingWindow& showTraining();
    EvaluationPage& evaluation() { return *m_evaluation; }
    /// The evaluation page in place of the picture and the panels, or these again.
    void showEvaluation(bool shown);
    void makeRoomForEvaluation(bool isShown);
    /// Calls `then` once nothing is being read, selected, loaded, answered or written any more: at once when nothing
    /// is.
    void whenSettled(std::function<void()> then);
    /// Writes what the window shows now. Throws Error(WriteFailed) or Error(Unsupported), as writeImage does.
    void renderTo(const QString& path);

protected:
    void closeEvent(QCloseEvent* event) override;
    void dragEnterEvent(QDragEnterEvent* event) override;
    void dropEvent(QDropEvent* event) override;

private:
    void makeCentre(const Options& options);
    QWidget* makeEmptyState();
    QWidget* makePicturePage();
    EvaluationPage* makeEvaluation(const Options& options);
    void makePanels();
    void makeToolBar();
    void chooseModelFolder() override;
    void chooseDownload() override;
    void takePicture(const QMimeData& pasted) override;
    void connectCanvas();
    void connectSession();
    void connectSettings();
    void connectTraining();
    /// The panel of the comparison comes and goes with it.
    void showComparison(bool isOn);
    void showReady();
    void restore(const Options& options);
    void start(const Options& options);
    /// Folder of the model to load at the start; empty: none.
    QString modelAtStart(const Options& options) const;
    QString adapterAtStart(const Options& options, const QString& folder) const;
    void arrangeAtFirst();
    void setTheme(ThemeMode mode);
    void exportHistory();
    /// Whether something would be lost by closing: it is said once; who closes again means it.
    bool mustWarn();
    void updateTitle();

    const QString m_program;
    WindowSettings m_settings;
    std::unique_ptr<Session> m_session;
    PictureInput* m_input = nullptr;
    PictureExport* m_files = nullptr;
    BundleExport* m_bundles = nullptr;
    ModelChooser* m_chooser = nullptr;
    ModelMenu* m_models = nullptr;
    ToolBar* m_toolBar = nullptr;
    SessionScene* m_scene = nullptr;
    ScreenCanvas* m_canvas = nullptr;
    MessageBar* m_messages = nullptr;
    QStackedWidget* m_centre = nullptr;
    QStackedWidget* m_centrePages = nullptr; ///< the picture, the evaluation
    EvaluationPage* m_evaluation = nullptr;
    QByteArray m_docks; ///< as they were before the evaluation page took their place
    DesktopScheme* m_desktop = nullptr;
    TrainingWindow* m_training = nullptr; ///< made when it is first wanted
    std::vector<Panel*> m_panels;
    std::vector<std::function<void()>> m_whenSettled;
    bool m_warnedUnsaved = false;
    bool m_warnedTraining = false;
    bool m_warnedEvaluation = false;
};

} // namespace prunescope::ui
