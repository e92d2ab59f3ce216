#include "ui/window/main_window.h"

#include "core/image/image_file.h"
#include "model/files/adapter_base.h"
#include "ui/canvas/compare_bar.h"
#include "ui/canvas/empty_state.h"
#include "ui/canvas/example_bar.h"
#include "ui/canvas/layer_bar.h"
#include "ui/canvas/screen_canvas.h"
#include "ui/documents/page_strip.h"
#include "ui/documents/password_bar.h"
#include "ui/evaluation/evaluation_page.h"
#include "ui/evaluation/setup_form.h"
#include "ui/panels/history_panel.h"
#include "ui/panels/panel.h"
#include "ui/session/pixels.h"
#include "ui/session/session.h"
#include "ui/style/desktop_scheme.h"
#include "ui/style/format.h"
#include "ui/training/training_window.h"
#include "ui/window/bundle_export.h"
#include "ui/window/message_bar.h"
#include "ui/window/model_chooser.h"
#include "ui/window/model_menu.h"
#include "ui/window/picture_export.h"
#include "ui/window/picture_input.h"
#include "ui/window/picture_menu.h"
#include "ui/window/session_scene.h"
#include "ui/window/tool_bar.h"

#include <QApplication>
#include <QCloseEvent>
#include <QDir>
#include <QDropEvent>
#include <QFileInfo>
#include <QHBoxLayout>
#include <QIcon>
#include <QMimeData>
#include <QPixmap>
#include <QShortcut>
#include <QStackedWidget>
#include <QVBoxLayout>
#include <algorithm>
#include <utility>

namespace prunescope::ui {

namespace {

constexpr QSize kFirstSize{1440, 900};
constexpr int kSideWidthPx = 372;
constexpr int kTimeHeightPx = 156;
constexpr int kCompareHeightPx = 260;
constexpr int kMostLayoutMs = 1000; ///< for a picture of the window; it takes some

model::LoadOptions loadOptions(const MainWindow::Options& options) {
    model::LoadOptions load;
    load.device = options.device.toStdString();
    load.dtype = options.dtype.toStdString();
    load.weights = options.weights.toStdString();
    load.threads = options.threads;
    return load;
}

} // namespace

MainWindow::MainWindow(EngineLoader loader, const Options& options, QWidget* parent)
    : QMainWindow(parent),
      m_program(options.program.isEmpty() ? QCoreApplication::applicationFilePath() : options.program),
      m_settings(options.settingsPath), m_session(std::make_unique<Session>(loader, options.logPath)) {
    setObjectName(QStringLiteral("mainWindow"));
    setWindowIcon(QIcon(QStringLiteral(":/icons/prunescope.svg")));
    setAcceptDrops(true);
    setDockOptions(AnimatedDocks | AllowTabbedDocks | AllowNestedDocks);
    setCorner(Qt::BottomRightCorner, Qt::RightDockWidgetArea);
    m_session->modelSlot().setBundledFolder(options.bundledModel);
    m_input = new PictureInput({m_session->image(), m_session->document(), m_session->maskView(), m_session->notices(),
                                m_settings, this, options.makeGrabber});
    m_chooser = new ModelChooser(m_session->modelSlot(), m_settings, loadOptions(options), this);
    m_models = new ModelMenu(m_session->modelSlot(), *m_chooser, m_settings, this);
    m_scene = new SessionScene(*m_session, this);
    m_desktop = new DesktopScheme(this);
    m_bundles = new BundleExport(*m_session, std::move(loader), loadOptions(options), this);
    makeCentre(options);
    makePanels();
    makeToolBar();
    connectSession();
    connectSettings();
    connectTraining();
    restore(options);
    updateTitle();
    start(options);
}

MainWindow::~MainWindow() {
    // Before the session that they use: as children they would go after it, and still be sent events until then.
    delete m_toolBar;
    delete takeCentralWidget();
    for (Panel* panel : m_panels)
        delete panel;
    delete m_files;
    delete m_bundles;
    delete m_scene;
    delete m_models;
    delete m_chooser;
    delete m_input; // and the grabber that has not answered yet
}

void MainWindow::makeCentre(const Options& options) {
    m_messages = new MessageBar(this);
    m_centrePages = new QStackedWidget(this);
    m_centrePages->addWidget(makePicturePage());
    m_evaluation = makeEvaluation(options);
    m_centrePages->addWidget(m_evaluation);
    makeRoomForEvaluation(false);
    auto* centre = new QWidget(this);
    auto* layout = new QVBoxLayout(centre);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(m_messages);
    layout->addWidget(m_centrePages, 1);
    setCentralWidget(centre);
}

QWidget* MainWindow::makePicturePage() {
    m_canvas = new ScreenCanvas(*m_scene, this);
    connectCanvas();
    m_centre = new QStackedWidget(this);
    m_centre->addWidget(makeEmptyState());
    m_centre->addWidget(m_canvas);
    auto* page = new QWidget(this);
    auto* layout = new QVBoxLayout(page);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(new PasswordBar(m_session->document(), page));
    auto* pages = new PageStrip(m_session->document(), page);
    auto* besideEachOther = new QHBoxLayout;
    besideEachOther->setSpacing(0);
    besideEachOther->addWidget(pages);
    besideEachOther->addWidget(m_centre, 1);
    layout->addLayout(besideEachOther, 1);
    for (const auto& [key, by] : {std::pair(Qt::Key_PageUp, -1), std::pair(Qt::Key_PageDown, 1)})
        connect(new QShortcut(Qt::CTRL | key, this), &QShortcut::activated, pages, [pages, by] { pages->turn(by); });
    layout->addWidget(new CompareBar(m_session->comparison(), m_session->image(), page));
    layout->addWidget(new LayerBar(*m_scene, m_session->maskView(), m_session->expectedCost(), page));
    layout->addWidget(new ExampleBar(m_session->image(), m_session->conversation(), m_session->notices(), page));
    return page;
}

void MainWindow::connectCanvas() {
    OpenImage& image = m_session->image();
    connect(m_canvas, &ScreenCanvas::regionChosen, &m_session->maskView(), &MaskView::setRegion);
    connect(m_canvas, &ScreenCanvas::redactionDrawn, &image, qOverload<PixelRect>(&OpenImage::redact));
    connect(m_canvas, &ScreenCanvas::redactionRemoved, &image, &OpenImage::removeRedaction);
    m_files = new PictureExport(*m_session, *m_scene, this);
    new PictureMenu({image, *m_canvas, *m_files, m_bundles});
}

EvaluationPage* MainWindow::makeEvaluation(const Options& options) {
    EvaluationServices services = options.evaluation;
    if (services.recordsFolder.isEmpty())
        services.recordsFolder = QFileInfo(m_session->log().path()).dir().filePath(QStringLiteral("evaluations"));
    auto* page =
        new EvaluationPage({m_session->modelSlot(), m_session->maskView(), m_session->notices(), services}, this);
    page->form().setSetup(EvaluationSetup::ofText(m_settings.evaluation()));
    connect(page, &EvaluationPage::started, this, [this](const QString& setup) { m_settings.setEvaluation(setup); });
    connect(page, &EvaluationPage::closeWanted, this, [this] { showEvaluation(false); });
    return page;
}

QWidget* MainWindow::makeEmptyState() {
    auto* empty = new EmptyState(m_centre);
    connect(empty, &EmptyState::captureChosen, m_input, [this] { m_input->capture(); });
    connect(empty, &EmptyState::openChosen, m_input, &PictureInput::chooseFile);
    connect(empty, &EmptyState::sampleChosen, m_input, &PictureInput::openSample);
    return empty;
}

void MainWindow::makePanels() {
    for (const PanelEntry& entry : panels()) {
        Panel* panel = entry.make(*m_session, *this, this);
        addDockWidget(entry.area, panel);
        panel->setVisible(entry.open);
        m_panels.push_back(panel);
    }
}

void MainWindow::makeToolBar() {
    const ToolBar::Parts parts{
        m_session->image(), m_session->modelSlot(), m_session->comparison(), *m_canvas, *m_input, *m_models, m_panels};
    m_toolBar = new ToolBar(parts, this);
    addToolBar(Qt::TopToolBarArea, m_toolBar);
    connect(m_toolBar, &ToolBar::themeChosen, this, &MainWindow::setTheme);
    connect(m_toolBar, &ToolBar::exportChosen, this, &MainWindow::exportHistory);
    connect(m_toolBar, &ToolBar::resetChosen, this, [this] {
        showEvaluation(false);
        arrangeAtFirst();
        showComparison(m_session->comparison().isOn());
    });
    connect(m_toolBar, &ToolBar::evaluationChosen, this, &MainWindow::showEvaluation);
}

void MainWindow::connectSession() {
    connect(&m_session->notices(), &Notices::posted, m_messages, &MessageBar::show);
    connect(m_session.get(), &Session::settled, this, [this] {
        for (const auto& then : std::exchange(m_whenSettled, {}))
            whenSettled(then); // what ran before may have started something
    });
    connect(m_messages, &MessageBar::actionChosen, this, [this](Notice::Action action) {
        if (action == Notice::Action::CancelCapture)
            m_input->capturer().cancel();
        else
            action == Notice::Action::RetryLog ? m_session->log().retry() : exportHistory();
    });
    connect(&m_session->comparison(), &Comparison::onChanged, this, &MainWindow::showComparison);
    const OpenImage& image = m_session->image();
    connect(&image, &OpenImage::changed, this, [this] {
        showEvaluation(false);
        m_centre->setCurrentWidget(m_canvas);
        m_messages->clearError();
        if (!m_session->image().isNextFrame()) // who types goes on typing
            m_canvas->setFocus(Qt::OtherFocusReason);
        updateTitle();
    });
    connect(&image, &OpenImage::opening, this, [this] { m_centre->setCursor(Qt::BusyCursor); });
    connect(&image, &OpenImage::becameIdle, this, &MainWindow::showReady);
    connect(&m_session->maskView(), &MaskView::becameIdle, this, &MainWindow::showReady);
}

void MainWindow::connectSettings() {
    connect(&m_session->maskView(), &MaskView::planChanged, this,
            [this] { m_settings.setPlan(m_session->maskView().plan()); });
    connect(&m_session->maskView(), &MaskView::regionUseChanged, this,
            [this](model::RegionUse use) { m_settings.setRegionUse(use); });
    connect(&m_session->conversation(), &Conversation::thinksFirstChanged, this,
            [this](bool thinks) { m_settings.setThinksFirst(thinks); });
    connect(&m_session->notices(), &Notices::mayHintChanged, this,
            [this](bool may) { m_settings.setShowsBundledHint(may); });
    connect(m_scene, &LiveScene::modeChanged, this, [this](MaskMode mode) { m_settings.setMaskMode(mode); });
    connect(m_scene, &LiveScene::showsChangesChanged, this, [this](bool shows) { m_settings.setShowsChanges(shows); });
    connect(m_desktop, &DesktopScheme::changed, this, [this] {
        if (themeMode() == ThemeMode::Desktop)
            applyTheme(*qApp, ThemeMode::Desktop);
    });
}

void MainWindow::connectTraining() {
    connect(m_models, &ModelMenu::followChosen, this, [this] {
        if (TrainingWindow& training = showTraining(); !training.follower().isFollowing())
            training.chooseRun();
    });
    connect(m_models, &ModelMenu::trainingChosen, this, [this] { showTraining().chooseConfig(); });
}

void MainWindow::showReady() {
    if (m_session->image().isIdle() && m_session->maskView().isIdle())
        m_centre->unsetCursor();
}

void MainWindow::restore(const Options& options) {
    m_session->maskView().setPlan(options.plan.value_or(m_settings.plan()));
    m_session->maskView().setRegionUse(m_settings.regionUse());
    m_session->conversation().setThinksFirst(m_settings.thinksFirst());
    m_session->notices().setMayHint(m_settings.showsBundledHint());
    m_scene->setMode(m_settings.maskMode());
    m_scene->setShowsChanges(m_settings.showsChanges());
    const ThemeMode theme = options.theme.value_or(m_settings.theme());
    if (theme != themeMode())
        applyTheme(*qApp, theme);
    resize(kFirstSize);
    arrangeAtFirst();
    if (!m_settings.geometry().isEmpty())
        restoreGeometry(m_settings.geometry());
    if (!m_settings.docks().isEmpty())
        restoreState(m_settings.docks());
    findChild<Panel*>(QStringLiteral("compare"))->hide(); // nothing is compared yet
}

void MainWindow::arrangeAtFirst() {
    for (std::size_t i = 0; i < m_panels.size(); ++i) {
        const PanelEntry& entry = panels()[i];
        m_panels[i]->setFloating(false);
        addDockWidget(entry.area, m_panels[i]);
        m_panels[i]->setVisible(entry.open);
    }
    QList<QDockWidget*> side, below;
    QList<int> widths, heights;
    for (Panel* panel : m_panels)
        if (dockWidgetArea(panel) == Qt::RightDockWidgetArea) {
            side << panel;
            widths << kSideWidthPx;
        } else {
            if (!below.isEmpty())
                tabifyDockWidget(below.front(), panel);
            below << panel;
            heights << kTimeHeightPx;
        }
    resizeDocks(side, widths, Qt::Horizontal);
    resizeDocks(below, heights, Qt::Vertical);
    if (!below.isEmpty())
        below.front()->raise();
}

void MainWindow::start(const Options& options) {
    m_input->openFiles(options.pictures);
    if (const QString folder = modelAtStart(options); !folder.isEmpty())
        m_chooser->load(folder, adapterAtStart(options, folder));
    if (!options.trainingRun.isEmpty())
        showTraining().follow(options.trainingRun);
    if (!options.others.empty())
        m_session->comparison().compareWith(options.others);
    if (!options.question.isEmpty())
        whenSettled([this, question = options.question] {
            if (!m_session->conversation().ask(question))
                m_session->notices().error(m_session->conversation().whyNotAsk());
        });
}

QString MainWindow::modelAtStart(const Options& options) const {
    if (!options.modelFolder.isEmpty())
        return options.modelFolder;
    const QStringList folders = m_settings.modelFolders();
    if (m_settings.prefersBundledModel() || folders.isEmpty())
        return m_session->modelSlot().bundledFolder();
    return m_settings.loadsModelAtStart() ? folders.front() : QString(); // a large one is not loaded unasked
}

QString MainWindow::adapterAtStart(const Options& options, const QString& folder) const {
    if (!options.modelFolder.isEmpty())
        return options.adapter;
    const QString last = m_settings.adapterOf(folder);
    return !last.isEmpty() && model::hasAdapter(last.toStdString()) ? last : QString(); // it may be gone
}

// What panels ask for ------------------------------------------------------------------------------------------------

void MainWindow::loadModel(const QString& folder) {
    m_chooser->load(folder);
}

void MainWindow::chooseModelFolder() {
    m_chooser->chooseFolder();
}

void MainWindow::chooseDownload() {
    m_chooser->chooseDownload();
}

void MainWindow::takePicture(const QMimeData& pasted) {
    m_input->take(&pasted);
}

// Training, settling, closing ----------------------------------------------------------------------------------------

TrainingWindow& MainWindow::showTraining() {
    if (!m_training) {
        m_training = new TrainingWindow(m_program, this);
        connect(m_training, &TrainingWindow::modelChosen, this, &MainWindow::loadModel);
    }
    m_training->show(); // beside the window, which can be used meanwhile
    m_training->raise();
    m_training->activateWindow();
    return *m_training;
}

void MainWindow::showEvaluation(bool shown) {
    m_toolBar->setEvaluating(shown);
    if (shown == (m_centrePages->currentWidget() == m_evaluation))
        return;
    if (shown) {
        m_docks = saveState();
        for (Panel* panel : m_panels)
            panel->hide();
    }
    makeRoomForEvaluation(shown);
    m_centrePages->setCurrentWidget(shown ? m_evaluation : m_centrePages->widget(0));
    if (!shown)
        restoreState(std::exchange(m_docks, {}));
}

void MainWindow::showComparison(bool isOn) {
    showEvaluation(false);
    auto* panel = findChild<Panel*>(QStringLiteral("compare"));
    auto* latency = findChild<Panel*>(QStringLiteral("latency")); // it shares its place
    panel->setVisible(isOn);
    panel->raise();
    if (!panel->isFloating())
        resizeDocks({isOn ? panel : latency}, {isOn ? std::min(kCompareHeightPx, height() / 3) : kTimeHeightPx},
                    Qt::Vertical);
}

// The page is wider than a picture has to be, and is never seen beside the docks.
void MainWindow::makeRoomForEvaluation(bool isShown) {
    const QSizePolicy::Policy policy = isShown ? QSizePolicy::Expanding : QSizePolicy::Ignored;
    m_evaluation->setSizePolicy(policy, policy);
}

void MainWindow::whenSettled(std::function<void()> then) {
    if (m_session->isSettled())
        then();
    else
        m_whenSettled.push_back(std::move(then));
}

void MainWindow::renderTo(const QString& path) {
    // Layouts wait for the event loop, and a panel that grows with what it shows for them.
    QApplication::processEvents(QEventLoop::ExcludeUserInputEvents, kMostLayoutMs);
    writeImage(path.toStdString(), pictureOf(grab().toImage()));
}

void MainWindow::setTheme(ThemeMode mode) {
    m_settings.setTheme(mode);
    applyTheme(*qApp, mode);
}

void MainWindow::exportHistory() {
    for (Panel* panel : m_panels)
        if (auto* history = qobject_cast<HistoryPanel*>(panel))
            history->chooseExport();
}

void MainWindow::updateTitle() {
    const QString program = QStringLiteral("PruneScope");
    const OpenImage& image = m_session->image();
    setWindowTitle(image.isEmpty() ? program : shortName(fromUtf8(image.screenshot().name)) + " – " + program);
}

bool MainWindow::mustWarn() {
    const int unsaved = static_cast<int>(m_session->log().unsaved().size());
    if (unsaved > 0 && m_session->log().isIdle() && !std::exchange(m_warnedUnsaved, true)) {
        m_messages->show(
            {Notice::Level::Warning,
             counted(unsaved, tr("%1 question is not in the log yet"), tr("%1 questions are not in the log yet")) +
                 tr(": export the history, or close again to drop them."),
             Notice::Action::ExportHistory});
        return true;
    }
    if (m_training && m_training->isTraining() && !std::exchange(m_warnedTraining, true)) {
        m_messages->show({Notice::Level::Warning,
                          tr("A training run is going on: close again to stop it. It saves a checkpoint first."),
                          Notice::Action::None});
        return true;
    }
    if (m_evaluation->isRunning() && !std::exchange(m_warnedEvaluation, true)) {
        m_messages->show(
            {Notice::Level::Warning,
             tr("An evaluation is going on: close again to end it. Every answer is in its file of records, "
                "from which it goes on."),
             Notice::Action::None});
        return true;
    }
    return false;
}

void MainWindow::closeEvent(QCloseEvent* event) {
    if (mustWarn()) {
        event->ignore();
        return;
    }
    m_settings.setPlaces(saveGeometry(), m_docks.isEmpty() ? saveState() : m_docks);
    event->accept();
}

void MainWindow::dragEnterEvent(QDragEnterEvent* event) {
    if (PictureInput::holdsPicture(event->mimeData()))
        event->acceptProposedAction();
}

void MainWindow::dropEvent(QDropEvent* event) {
    m_input->take(event->mimeData());
    event->acceptProposedAction();
}

} // namespace prunescope::ui
