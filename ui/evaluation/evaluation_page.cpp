#include "ui/evaluation/evaluation_page.h"

#include "core/base/format.h"
#include "ui/dialogs/save_dialog.h"
#include "ui/evaluation/answers_pane.h"
#include "ui/evaluation/results_pane.h"
#include "ui/evaluation/setup_form.h"
#include "ui/session/mask_view.h"
#include "ui/session/model_slot.h"
#include "ui/session/notices.h"
#include "ui/session/passed_data.h"
#include "ui/style/format.h"
#include "ui/style/icons.h"
#include "ui/widgets/segmented.h"

#include <QDesktopServices>
#include <QDragEnterEvent>
#include <QFileInfo>
#include <QHBoxLayout>
#include <QLabel>
#include <QProgressBar>
#include <QStackedWidget>
#include <QStyle>
#include <QToolButton>
#include <QUrl>
#include <QVBoxLayout>
#include <utility>

namespace prunescope::ui {

namespace {

constexpr int kMarginPx = 16;
constexpr int kBarSteps = 1000;
const QString kSetup = QStringLiteral("setup");
const QString kResults = QStringLiteral("results");
const QStringList kEndings{QStringLiteral("html"), QStringLiteral("md"), QStringLiteral("csv")};

std::vector<Picture> picturesOf(const model::QuestionSet& set, std::int64_t group) {
    std::vector<Picture> pictures;
    for (const model::SetPicture& picture : set.at(group).pictures)
        pictures.push_back(picture.picture);
    return pictures;
}

} // namespace

EvaluationPage::EvaluationPage(const Parts& parts, QWidget* parent)
    : QWidget(parent), m_parts(parts), m_job(parts.model.engine()) {
    setObjectName(QStringLiteral("evaluationPage"));
    setAccessibleName(tr("Evaluation"));
    setAcceptDrops(true);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(kMarginPx, 12, kMarginPx, kMarginPx);
    layout->setSpacing(12);
    layout->addWidget(makeHead()); // first: the keyboard follows the order in which widgets are made
    layout->addWidget(makeTabs(), 0, Qt::AlignLeft);
    m_form = new SetupForm(
        m_parts.services, [this] { return fromUtf8(toText(m_parts.mask.plan())); }, this);
    m_results = new ResultsPane(this);
    m_pages = new QStackedWidget(this);
    m_pages->addWidget(m_form);
    m_pages->addWidget(m_results);
    layout->addWidget(m_pages, 1);
    connect(m_form, &SetupForm::changed, this, &EvaluationPage::refresh);
    connect(&m_parts.model, &ModelSlot::changed, this, &EvaluationPage::refresh);
    connect(&m_reporting, &LatestJob::failed, &m_parts.notices, &Notices::error);
    connectJob();
    showTab(kSetup);
    refresh();
}

EvaluationPage::~EvaluationPage() = default;

void EvaluationPage::connectJob() {
    connect(&m_job, &EvaluationJob::settled, this,
            [this](const nlohmann::ordered_json& setting) { m_setting = setting; });
    connect(&m_job, &EvaluationJob::recorded, this, [this](const std::vector<SharedRecord>& records) {
        m_results->add(records);
        refresh();
    });
    connect(&m_job, &EvaluationJob::leftOut, this, [this](const std::vector<model::SkippedRow>& rows) {
        m_leftOut.insert(m_leftOut.end(), rows.begin(), rows.end());
        m_form->addSkipped(rows);
        refresh();
    });
    connect(&m_job, &EvaluationJob::progressed, this, [this](const model::EvalProgress& progress) {
        m_progress = progress;
        refresh();
    });
    connect(&m_job, &EvaluationJob::ended, this, &EvaluationPage::onEnded);
}

QToolButton* EvaluationPage::makeButton(const QString& name, const QString& text, const QString& tip, QWidget* parent) {
    auto* button = new QToolButton(parent);
    button->setObjectName(name);
    button->setText(text);
    button->setToolTip(tip);
    button->setAccessibleDescription(tip);
    button->setFocusPolicy(Qt::StrongFocus);
    return button;
}

QLayout* EvaluationPage::makeStateLine(QWidget* parent) {
    m_title = new QLabel(parent);
    m_title->setObjectName(QStringLiteral("gaugeValue"));
    m_text = new QLabel(parent);
    m_text->setObjectName(QStringLiteral("muted"));
    m_text->setTextFormat(Qt::PlainText);
    m_text->setWordWrap(true);
    m_start = makeButton(QStringLiteral("primary"), {}, {}, parent);
    m_open = makeButton(QStringLiteral("openReport"), tr("Open report"),
                        tr("Charts, tables and samples in the browser"), parent);
    m_save = makeButton(QStringLiteral("saveReport"), tr("Save report…"), tr("As HTML, Markdown or CSV"), parent);
    auto* close = makeButton(QStringLiteral("closeEvaluation"), tr("Back to the picture"),
                             tr("An evaluation that runs goes on meanwhile"), parent);
    connect(m_start, &QToolButton::clicked, this, [this] { isRunning() ? pause() : static_cast<void>(start()); });
    connect(m_open, &QToolButton::clicked, this, &EvaluationPage::openReport);
    connect(m_save, &QToolButton::clicked, this, &EvaluationPage::chooseReport);
    connect(close, &QToolButton::clicked, this, &EvaluationPage::closeWanted);
    auto* line = new QHBoxLayout;
    line->setSpacing(8);
    line->addWidget(m_title);
    line->addWidget(m_text, 1);
    for (QToolButton* button : {m_start, m_open, m_save, close})
        line->addWidget(button);
    return line;
}

QWidget* EvaluationPage::makeHead() {
    auto* head = new QWidget(this);
    m_bar = new QProgressBar(head);
    auto* layout = new QVBoxLayout(head);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(8);
    layout->addLayout(makeStateLine(head));
    layout->addWidget(m_bar);
    m_bar->setRange(0, kBarSteps);
    m_bar->setTextVisible(false);
    m_bar->setFixedHeight(6);
    m_bar->setAccessibleName(tr("Pictures done"));
    return head;
}

QWidget* EvaluationPage::makeTabs() {
    m_tabs = new Segmented(this);
    m_tabs->setFixedWidth(280);
    m_tabs->add(kSetup, tr("Set up"), tr("What is asked, under which plans, and what the set holds"));
    m_tabs->add(kResults, tr("Results"), tr("What plans reach, and every question with its answers"));
    connect(m_tabs, &Segmented::chosen, this, &EvaluationPage::showTab);
    return m_tabs;
}

void EvaluationPage::showTab(const QString& id) {
    m_tabs->setCurrent(id);
    m_pages->setCurrentIndex(id == kSetup ? 0 : 1);
}

// Running ------------------------------------------------------------------------------------------------------------

QString EvaluationPage::whyNotStart() const {
    if (const QString why = m_form->whyNot(); !why.isEmpty())
        return why;
    if (m_parts.model.isLoading())
        return tr("The model is still loading: start when it is ready.");
    if (!m_parts.model.model())
        return tr("No model is loaded: choose a model folder or download one under Models first.");
    return {};
}

bool EvaluationPage::start() {
    if (isRunning() || !whyNotStart().isEmpty()) {
        refresh();
        return false;
    }
    const EvaluationSetup setup = m_started = m_form->setup();
    const SetCheck& check = m_form->check();
    m_task = {setup.data, check.set, setup.options(), check.recordsPath};
    m_plans.clear();
    for (const PrunePlan& plan : m_task.options.plans)
        m_plans.push_back(toText(plan));
    m_setting.reset();
    m_leftOut.clear();
    m_progress = {};
    m_progress.ofPictures = m_task.options.groups(*m_task.set);
    m_end.reset();
    m_results->start(m_task.set, m_plans);
    m_form->setLocked(true);
    m_parts.model.setLent(tr("An evaluation is using the model: pause it on the Evaluation page to ask here."));
    m_job.start(m_task);
    showTab(kResults);
    refresh();
    Q_EMIT started(setup.toText());
    Q_EMIT runningChanged(true);
    return true;
}

void EvaluationPage::pause() {
    m_job.stop();
    refresh();
}

void EvaluationPage::onEnded(bool interrupted, const QString& problem) {
    m_end = End{interrupted, problem};
    m_results->finish();
    m_form->setRecorded(static_cast<qint64>(m_results->records().size()));
    m_form->setLocked(false);
    m_parts.model.setLent({});
    if (!problem.isEmpty())
        m_parts.notices.error(tr("The evaluation has ended: %1").arg(problem));
    else if (!isVisible())
        m_parts.notices.info(tr("The evaluation has ended: %1").arg(progressText()));
    refresh();
    Q_EMIT runningChanged(false);
}

// What is shown ------------------------------------------------------------------------------------------------------

QString EvaluationPage::progressText() const {
    QStringList parts{tr("picture %1 of %2").arg(countText(m_progress.pictures), countText(m_progress.ofPictures)),
                      counted(static_cast<qint64>(m_results->records().size()), tr("%1 answer"), tr("%1 answers"))};
    if (m_progress.takenOver > 0)
        parts << tr("%1 from the file").arg(countText(m_progress.takenOver));
    if (!m_leftOut.empty())
        parts << tr("%1 left out").arg(countText(static_cast<qint64>(m_leftOut.size())));
    if (isRunning() && m_progress.secondsLeft)
        parts << tr("%1 left").arg(fromUtf8(formatDuration(*m_progress.secondsLeft)));
    return parts.join(QStringLiteral(" · "));
}

QString EvaluationPage::readyText() const {
    const SetCheck& check = m_form->check();
    const QString text = tr("%1 under %2 with %3")
                             .arg(counted(check.set->questions(), tr("%1 question"), tr("%1 questions")),
                                  counted(m_form->setup().plans.size(), tr("%1 plan"), tr("%1 plans")),
                                  fromUtf8(m_parts.model.model()->name));
    return check.recorded > 0
               ? text + QStringLiteral(" · ") +
                     counted(check.recorded, tr("%1 answer is there already"), tr("%1 answers are there already"))
               : text;
}

void EvaluationPage::showState(const QString& title, const QString& text, bool isProblem) {
    m_title->setText(title);
    m_text->setText(text);
    m_text->setObjectName(isProblem ? QStringLiteral("problem") : QStringLiteral("muted"));
    m_text->style()->unpolish(m_text); // the style sheet goes by names
    m_text->style()->polish(m_text);
}

void EvaluationPage::refresh() {
    const QString why = whyNotStart();
    const bool running = isRunning(), paused = m_end && m_end->interrupted && m_end->problem.isEmpty();
    const bool isAll = m_end && !m_end->interrupted && m_form->setup() == m_started;
    const bool goesOn = paused || (why.isEmpty() && !isAll && m_form->check().recorded > 0);
    if (m_job.isStopping())
        showState(tr("Pausing"), tr("The answer that is being written is asked again when it goes on."), false);
    else if (running)
        showState(tr("Asking"), progressText(), false);
    else if (m_end && !m_end->problem.isEmpty())
        showState(tr("Ended early"), m_end->problem, true);
    else if (m_end)
        showState(paused ? tr("Paused") : tr("Done"), progressText(), false);
    else
        showState(tr("Evaluation"), why.isEmpty() ? readyText() : why, false);
    m_start->setText(running ? tr("Pause") : goesOn ? tr("Go on") : tr("Start"));
    m_start->setToolTip(running
                            ? tr("Ends after this token; every answer is in the file of records, from which it goes on")
                        : isAll ? tr("Everything is answered; add plans or change the set to ask more")
                                : why);
    m_start->setEnabled(running ? !m_job.isStopping() : why.isEmpty() && !isAll);
    const bool reports = m_setting && !m_results->records().empty() && m_parts.services.writeReport;
    m_open->setEnabled(reports);
    m_save->setEnabled(reports);
    m_bar->setVisible(running || m_end);
    m_bar->setValue(
        static_cast<int>(kBarSteps * m_progress.pictures / std::max<std::int64_t>(1, m_progress.ofPictures)));
}

QString EvaluationPage::stateText() const {
    return m_title->text() + QStringLiteral(": ") + m_text->text();
}

// Reports ------------------------------------------------------------------------------------------------------------

std::function<model::SetReport()> EvaluationPage::report() const {
    const bool interrupted = isRunning() || (m_end && m_end->interrupted);
    return [set = m_task.set, setting = *m_setting, records = m_results->records(), skipped = m_leftOut,
            plans = m_plans, interrupted] {
        model::EvalRun run;
        for (const SharedRecord& record : records)
            run.records.push_back(*record);
        run.skipped = skipped;
        run.interrupted = interrupted;
        return model::setReport(setting, *set, std::move(run), plans);
    };
}

void EvaluationPage::writeReport(const QString& path, const std::function<void()>& then) {
    if (!m_setting || !m_parts.services.writeReport)
        return;
    m_reporting.start(
        [write = m_parts.services.writeReport, set = m_task.set, report = report(), path = path.toStdString()] {
            write(path, {report()}, [&](std::size_t, std::int64_t group) { return picturesOf(*set, group); });
            return true;
        },
        [then](bool) { then(); });
}

void EvaluationPage::chooseReport() {
    const QFileInfo records(m_task.records);
    const auto write = [this](const QString& chosen) {
        const bool known = kEndings.contains(QFileInfo(chosen).suffix().toLower());
        const QString path = known ? chosen : chosen + QStringLiteral(".html");
        writeReport(path, [this, path] { m_parts.notices.info(tr("The report is in %1").arg(path)); });
    };
    askWhereToSave(this, tr("Save the report"),
                   records.dir().filePath(records.completeBaseName() + QStringLiteral(".html")),
                   {{tr("HTML with charts and samples"), QStringLiteral("html")},
                    {tr("Markdown tables"), QStringLiteral("md")},
                    {tr("CSV table"), QStringLiteral("csv")}},
                   write);
}

void EvaluationPage::openReport() {
    if (!m_reports)
        m_reports = std::make_unique<QTemporaryDir>();
    const QString path = m_reports->filePath(QStringLiteral("report.html"));
    writeReport(path, [this, path] {
        if (!QDesktopServices::openUrl(QUrl::fromLocalFile(path)))
            m_parts.notices.info(tr("No browser was found; the report is in %1").arg(path));
    });
}

// Sets that are dropped here -----------------------------------------------------------------------------------------

void EvaluationPage::dragEnterEvent(QDragEnterEvent* event) {
    if (!isRunning() && !localFiles(event->mimeData()).isEmpty())
        event->acceptProposedAction();
}

void EvaluationPage::dropEvent(QDropEvent* event) {
    const QStringList files = localFiles(event->mimeData());
    if (isRunning() || files.isEmpty())
        return;
    showTab(kSetup);
    m_form->setData(files.front());
    event->acceptProposedAction();
}

} // namespace prunescope::ui
