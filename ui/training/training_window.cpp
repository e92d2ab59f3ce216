#include "ui/training/training_window.h"

#include "ui/session/passed_data.h"
#include "ui/style/format.h"
#include "ui/style/icons.h"
#include "ui/style/theme.h"
#include "ui/training/training_charts.h"
#include "ui/training/training_facts.h"

#include <QDir>
#include <QDragEnterEvent>
#include <QFileDialog>
#include <QFileInfo>
#include <QHBoxLayout>
#include <QLabel>
#include <QMenu>
#include <QMimeData>
#include <QProgressBar>
#include <QScrollArea>
#include <QStackedWidget>
#include <QStyle>
#include <QTimer>
#include <QToolButton>
#include <QVBoxLayout>

namespace prunescope::ui {

namespace {

constexpr QSize kFirstSize{1040, 700};
constexpr int kFactsPx = 232;
constexpr int kMarginPx = 16;
constexpr int kStateEveryMs = 5000; ///< silence grows without a line

/// Icon and colour of a state; its title says the same in words.
struct StateLook {
    const char* icon;
    QColor colour;
};

StateLook lookOf(TrainingState::Kind kind, const Colours& colours) {
    switch (kind) {
    case TrainingState::Kind::Running:
        return {"model", colours.accent};
    case TrainingState::Kind::Finished:
        return {"check", colours.good};
    case TrainingState::Kind::Stopped:
        return {"stop", colours.muted};
    case TrainingState::Kind::Silent:
        return {"warning", colours.warning};
    case TrainingState::Kind::Failed:
        return {"warning", colours.error};
    case TrainingState::Kind::None:
    case TrainingState::Kind::Waiting:
        break;
    }
    return {"info", colours.muted};
}

QLabel* makeMuted(QWidget* parent) {
    auto* label = new QLabel(parent);
    label->setObjectName(QStringLiteral("muted"));
    label->setTextFormat(Qt::PlainText);
    label->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred); // a long path never widens the window
    return label;
}

} // namespace

TrainingWindow::TrainingWindow(const QString& program, QWidget* parent)
    : QDialog(parent, Qt::Window), m_follower(new TrainingFollower(this)), m_job(new TrainingJob(program, this)) {
    setObjectName(QStringLiteral("trainingWindow"));
    setWindowTitle(tr("Training"));
    setAcceptDrops(true);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(kMarginPx, kMarginPx, kMarginPx, kMarginPx);
    layout->setSpacing(8);
    layout->addWidget(makeHead()); // first: the keyboard follows the order in which widgets are made
    m_pages = new QStackedWidget(this);
    m_pages->addWidget(makeEmpty());
    m_pages->addWidget(makeRun());
    layout->addWidget(m_pages, 1);
    layout->addWidget(makeJobLine());
    resize(kFirstSize);
    connect(m_follower, &TrainingFollower::changed, this, &TrainingWindow::refresh);
    connect(m_job, &TrainingJob::changed, this, &TrainingWindow::refreshJob);
    auto* timer = new QTimer(this);
    connect(timer, &QTimer::timeout, this, &TrainingWindow::refreshState);
    timer->start(kStateEveryMs);
    refresh();
    refreshJob();
}

QToolButton* TrainingWindow::makeButton(const QString& text, const QString& tip) {
    auto* button = new QToolButton(this);
    button->setText(text);
    button->setToolTip(tip);
    button->setFocusPolicy(Qt::StrongFocus);
    return button;
}

QWidget* TrainingWindow::makeHead() {
    auto* head = new QWidget(this);
    m_stateIcon = new QLabel(head);
    m_stateTitle = new QLabel(head);
    m_stateTitle->setObjectName(QStringLiteral("gaugeValue"));
    m_stateText = makeMuted(head);
    m_stateText->setWordWrap(true);
    m_pathText = makeMuted(head);
    m_bar = new QProgressBar(head);
    m_bar->setRange(0, 1000);
    m_bar->setTextVisible(false);
    m_bar->setFixedHeight(6);
    m_bar->setAccessibleName(tr("Steps done"));
    m_load = makeButton(tr("Load the model"), tr("Ask the model that this run has made"));
    m_load->setObjectName(QStringLiteral("primary"));
    connect(m_load, &QToolButton::clicked, this, [this] { Q_EMIT modelChosen(finishedModel()); });
    auto* followButton = makeButton(tr("Follow"), tr("Follow another run: its folder, or its progress.jsonl"));
    followButton->setObjectName(QStringLiteral("follow"));
    auto* menu = new QMenu(followButton);
    connect(menu->addAction(tr("Run folder…")), &QAction::triggered, this, &TrainingWindow::chooseRun);
    connect(menu->addAction(tr("Progress file…")), &QAction::triggered, this, &TrainingWindow::chooseFile);
    followButton->setMenu(menu);
    followButton->setPopupMode(QToolButton::InstantPopup);
    auto* startButton = makeButton(tr("Start training…"), tr("Choose a config and run `prunescope train` with it"));
    startButton->setObjectName(QStringLiteral("startTraining"));
    connect(startButton, &QToolButton::clicked, this, &TrainingWindow::chooseConfig);
    auto* line = new QHBoxLayout;
    line->setSpacing(8);
    line->addWidget(m_stateIcon);
    line->addWidget(m_stateTitle);
    line->addWidget(m_stateText, 1);
    line->addWidget(m_load);
    line->addWidget(followButton);
    line->addWidget(startButton);
    auto* layout = new QVBoxLayout(head);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(6);
    layout->addLayout(line);
    layout->addWidget(m_bar);
    layout->addWidget(m_pathText);
    return head;
}

QWidget* TrainingWindow::makeEmpty() {
    auto* page = new QWidget(this);
    auto* text = new QLabel(tr("<b>Watch a model learn</b><br>Follow a run that goes on: choose its folder, or the "
                               "progress.jsonl in it, or drop it here.<br>Or start one: choose the config of a "
                               "training, as for <i>prunescope train CONFIG</i>."),
                            page);
    text->setAlignment(Qt::AlignCenter);
    text->setWordWrap(true);
    auto* layout = new QVBoxLayout(page);
    layout->addWidget(text, 1);
    return page;
}

QWidget* TrainingWindow::makeRun() {
    auto* page = new QWidget(this);
    m_charts = new TrainingCharts(page);
    m_facts = new TrainingFacts(page);
    auto* facts = new QScrollArea(page);
    facts->setWidget(m_facts);
    facts->setWidgetResizable(true);
    facts->setFrameShape(QFrame::NoFrame);
    facts->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    facts->setFixedWidth(kFactsPx);
    auto* layout = new QHBoxLayout(page);
    layout->setContentsMargins(0, 8, 0, 0);
    layout->setSpacing(kMarginPx);
    layout->addWidget(m_charts, 1);
    layout->addWidget(facts);
    return page;
}

QWidget* TrainingWindow::makeJobLine() {
    m_jobLine = new QWidget(this);
    m_jobText = makeMuted(m_jobLine);
    m_jobText->setWordWrap(true);
    m_stop = makeButton(tr("Stop"), tr("Saves a checkpoint and ends; the run can be resumed"));
    m_stop->setObjectName(QStringLiteral("stopTraining"));
    connect(m_stop, &QToolButton::clicked, m_job, &TrainingJob::stop);
    auto* layout = new QHBoxLayout(m_jobLine);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(8);
    layout->addWidget(m_jobText, 1);
    layout->addWidget(m_stop);
    return m_jobLine;
}

void TrainingWindow::follow(const QString& folderOrFile) {
    m_followProblem.clear();
    m_follower->follow(folderOrFile);
}

void TrainingWindow::start(const QString& configPath) {
    if (m_job->isRunning())
        return;
    m_job->start(configPath);
    try {
        follow(fromUtf8(runFolderOf(configPath.toStdString())));
    } catch (const std::exception& error) { // the training itself says what is wrong with its config
        m_followProblem = tr("The run cannot be followed: %1").arg(errorText(error));
        refreshJob();
    }
}

void TrainingWindow::chooseRun() {
    auto* dialog = new QFileDialog(this, tr("Choose the folder of a training run"));
    dialog->setFileMode(QFileDialog::Directory);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(dialog, &QFileDialog::fileSelected, this, &TrainingWindow::follow);
    dialog->open();
}

void TrainingWindow::chooseFile() {
    auto* dialog = new QFileDialog(this, tr("Choose the progress file of a training run"));
    dialog->setFileMode(QFileDialog::ExistingFile);
    dialog->setNameFilters({tr("Progress (*.jsonl)"), tr("All files (*)")});
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(dialog, &QFileDialog::fileSelected, this, &TrainingWindow::follow);
    dialog->open();
}

void TrainingWindow::chooseConfig() {
    auto* dialog = new QFileDialog(this, tr("Choose the config of a training"));
    dialog->setFileMode(QFileDialog::ExistingFile);
    dialog->setNameFilters({tr("Training configs (*.json)"), tr("All files (*)")});
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(dialog, &QFileDialog::fileSelected, this, &TrainingWindow::start);
    dialog->open();
}

void TrainingWindow::refresh() {
    const auto progress = m_follower->progress();
    m_pages->setCurrentIndex(m_follower->isFollowing() ? 1 : 0);
    m_charts->show(progress);
    m_facts->show(*progress);
    m_bar->setVisible(progress->step() && progress->step()->of > 0);
    if (progress->step() && progress->step()->of > 0)
        m_bar->setValue(static_cast<int>(1000 * progress->step()->step / progress->step()->of));
    setWindowTitle(m_follower->isFollowing()
                       ? tr("%1 – Training").arg(shortName(QFileInfo(m_follower->path()).absolutePath()))
                       : tr("Training"));
    showPath();
    refreshState();
}

void TrainingWindow::refreshState() {
    m_state = !m_follower->isFollowing() ? TrainingState{TrainingState::Kind::None, tr("No run"), {}}
              : !m_follower->problem().isEmpty()
                  ? TrainingState{TrainingState::Kind::Failed, tr("Error"), m_follower->problem()}
                  : trainingState(*m_follower->progress(), m_follower->writtenAt(), QDateTime::currentDateTime());
    const StateLook look = lookOf(m_state.kind, coloursOf(palette()));
    m_stateIcon->setPixmap(icon(QLatin1String(look.icon), look.colour).pixmap(18, 18));
    m_stateTitle->setText(m_state.title);
    m_stateText->setText(m_state.text);
    m_load->setVisible(!finishedModel().isEmpty());
}

QString TrainingWindow::finishedModel() const {
    const auto& end = m_follower->progress()->end();
    if (!end || end->modelFolder.empty())
        return {};
    const QFileInfo written(fromUtf8(end->modelFolder));
    // Relative to where the run was started; it lies in the run folder.
    const QFileInfo folder(written.isAbsolute() ? written
                                                : QFileInfo(QFileInfo(m_follower->path()).dir(), written.fileName()));
    return folder.isDir() ? folder.absoluteFilePath() : QString();
}

void TrainingWindow::refreshJob() {
    const QString news = m_job->isStopping()           ? tr("Stopping: a checkpoint is being saved…")
                         : !m_job->problem().isEmpty() ? m_job->problem()
                                                       : m_job->lastLine();
    QStringList lines{news.isEmpty() && m_job->isRunning() ? tr("The training has been started.") : news,
                      m_followProblem};
    lines.removeAll(QString());
    const QString text = lines.join(QLatin1Char('\n'));
    m_jobLine->setVisible(!text.isEmpty());
    m_jobText->setText(text);
    m_jobText->setObjectName(m_job->problem().isEmpty() ? QStringLiteral("muted") : QStringLiteral("problem"));
    m_jobText->style()->unpolish(m_jobText); // the style sheet goes by names
    m_jobText->style()->polish(m_jobText);
    m_jobText->setToolTip(text);
    m_stop->setVisible(m_job->isRunning());
    m_stop->setText(m_job->isStopping() ? tr("End now") : tr("Stop"));
    findChild<QToolButton*>(QStringLiteral("startTraining"))->setEnabled(!m_job->isRunning());
}

void TrainingWindow::showPath() {
    m_pathText->setVisible(m_follower->isFollowing());
    m_pathText->setToolTip(m_follower->path());
    m_pathText->setText(
        m_pathText->fontMetrics().elidedText(m_follower->path(), Qt::ElideMiddle, std::max(40, width() - 40)));
}

void TrainingWindow::resizeEvent(QResizeEvent* event) {
    QDialog::resizeEvent(event);
    showPath();
}

void TrainingWindow::dragEnterEvent(QDragEnterEvent* event) {
    if (!localFiles(event->mimeData()).isEmpty())
        event->acceptProposedAction();
}

void TrainingWindow::dropEvent(QDropEvent* event) {
    const QStringList files = localFiles(event->mimeData());
    if (files.isEmpty())
        return;
    follow(files.front());
    event->acceptProposedAction();
}

} // namespace prunescope::ui
