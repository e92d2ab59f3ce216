#include "ui/evaluation/setup_form.h"

#include "model/datasets/prompt_style.h"
#include "model/scores/set_rule.h"
#include "ui/evaluation/plan_list.h"
#include "ui/evaluation/skipped_table.h"
#include "ui/style/format.h"
#include "ui/widgets/tables.h"

#include <QComboBox>
#include <QCompleter>
#include <QFileDialog>
#include <QFormLayout>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QLineEdit>
#include <QMenu>
#include <QScrollArea>
#include <QSpinBox>
#include <QStyle>
#include <QTableView>
#include <QToolButton>
#include <QVBoxLayout>
#include <limits>
#include <utility>

namespace prunescope::ui {

namespace {

constexpr int kWaitMs = 400;
constexpr int kEditPx = 28;
constexpr int kMostTokens = 1 << 20;
constexpr int kReasonPx = 120; ///< of the column beside the reasons
const QString kDrawn = QStringLiteral("screens:count=50,questions=4");

QToolButton* makeMenuButton(const QString& text, QWidget* parent) {
    auto* button = new QToolButton(parent);
    button->setText(text);
    button->setMenu(new QMenu(button));
    button->setPopupMode(QToolButton::InstantPopup);
    return button;
}

QLabel* makeTitle(const QString& text, QWidget* parent) {
    auto* label = new QLabel(text, parent);
    label->setObjectName(QStringLiteral("gaugeValue"));
    return label;
}

QLabel* makeMuted(QWidget* parent) {
    auto* label = new QLabel(parent);
    label->setObjectName(QStringLiteral("muted"));
    label->setTextFormat(Qt::PlainText);
    label->setWordWrap(true);
    return label;
}

/// The style sheet goes by names.
void setLook(QLabel& label, const char* name) {
    label.setObjectName(QLatin1String(name));
    label.style()->unpolish(&label);
    label.style()->polish(&label);
}

/// The published sets that are known by name.
QStringList setNames() {
    QStringList names;
    for (const SetRule& rule : setRules())
        names << fromUtf8(rule.name);
    return names;
}

} // namespace

SetupForm::SetupForm(const EvaluationServices& services, std::function<QString()> windowPlan, QWidget* parent)
    : QWidget(parent), m_services(services), m_plans(new PlanList(std::move(windowPlan))),
      m_skipped(new SkippedTable(this)) {
    auto* layout = new QHBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(24);
    auto* fields = new QScrollArea(this); // plans may be many
    fields->setWidget(makeFields());
    fields->setWidgetResizable(true);
    fields->setFrameShape(QFrame::NoFrame);
    fields->setFocusPolicy(Qt::NoFocus);
    fields->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    layout->addWidget(fields, 1);
    layout->addWidget(makeFindings(), 1);
    m_wait.setSingleShot(true);
    m_wait.setInterval(kWaitMs);
    connect(&m_wait, &QTimer::timeout, this, &SetupForm::look);
    connect(&m_job, &LatestJob::becameIdle, this, &SetupForm::changed);
    setSetup({});
}

QLineEdit* SetupForm::makeEdit(const QString& name, const QString& accessibleName, const QString& placeholder,
                               QWidget* parent) {
    auto* edit = new QLineEdit(parent);
    edit->setObjectName(name);
    edit->setAccessibleName(accessibleName);
    edit->setPlaceholderText(placeholder);
    edit->setMinimumHeight(kEditPx);
    connect(edit, &QLineEdit::textChanged, this, &SetupForm::onEdited);
    return edit;
}

QWidget* SetupForm::makeFields() {
    m_fields = new QWidget(this);
    auto* form = new QFormLayout(m_fields);
    form->setContentsMargins(0, 0, 8, 0);
    form->setHorizontalSpacing(12);
    form->setVerticalSpacing(12);
    form->setFieldGrowthPolicy(QFormLayout::ExpandingFieldsGrow);
    form->setLabelAlignment(Qt::AlignLeft | Qt::AlignTop);
    form->addRow(tr("Set"), makeSetLine(m_fields));
    m_setName = makeEdit(QStringLiteral("setName"), tr("Name of the published set"), tr("the file's name"), m_fields);
    m_setName->setToolTip(tr("Asks and scores as the published set of that name: DocVQA_VAL, MMBench_DEV_EN, …"));
    auto* completer = new QCompleter(setNames(), m_setName);
    completer->setCaseSensitivity(Qt::CaseInsensitive);
    m_setName->setCompleter(completer);
    form->addRow(tr("Scored as"), m_setName);
    m_style = new QComboBox(m_fields);
    m_style->setObjectName(QStringLiteral("style"));
    m_style->setAccessibleName(tr("Prompt style"));
    m_style->addItem(tr("As the set asks for"), QString());
    for (const model::PromptStyle& style : model::promptStyles()) {
        m_style->addItem(fromUtf8(style.name), fromUtf8(style.name));
        m_style->setItemData(m_style->count() - 1, fromUtf8(style.title), Qt::ToolTipRole);
    }
    connect(m_style, &QComboBox::currentIndexChanged, this, &SetupForm::onEdited);
    form->addRow(tr("Prompts"), m_style);
    form->addRow(tr("Pictures"), makeNumbers(m_fields));
    m_plans->setParent(m_fields);
    connect(m_plans, &PlanList::changed, this, &SetupForm::onEdited);
    form->addRow(tr("Plans"), m_plans);
    form->addRow(tr("Records"), makeRecordsLine(m_fields));
    return m_fields;
}

QWidget* SetupForm::makeSetLine(QWidget* parent) {
    auto* line = new QWidget(parent);
    m_data = makeEdit(QStringLiteral("data"), tr("Set: a file, a folder or drawn screens"),
                      tr("a .tsv, .csv, .jsonl or .json file, a folder, or screens:count=50"), line);
    auto* choose = makeMenuButton(tr("Choose"), line);
    choose->setObjectName(QStringLiteral("chooseSet"));
    connect(choose->menu()->addAction(tr("File…")), &QAction::triggered, this, [this] { chooseSet(false); });
    connect(choose->menu()->addAction(tr("Folder…")), &QAction::triggered, this, [this] { chooseSet(true); });
    QAction* drawn = choose->menu()->addAction(tr("Drawn screens"));
    drawn->setToolTip(
        tr("Screens that are drawn while they are asked about: count, seed and questions may be changed"));
    choose->menu()->setToolTipsVisible(true);
    connect(drawn, &QAction::triggered, this, [this] { setData(kDrawn); });
    auto* layout = new QHBoxLayout(line);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(8);
    layout->addWidget(m_data, 1);
    layout->addWidget(choose);
    return line;
}

QWidget* SetupForm::makeNumbers(QWidget* parent) {
    auto* line = new QWidget(parent);
    const auto makeBox = [&](const QString& name, const QString& accessibleName, int least, int most) {
        auto* box = new QSpinBox(line);
        box->setObjectName(name);
        box->setAccessibleName(accessibleName);
        box->setRange(least, most);
        box->setMinimumSize(96, kEditPx);
        connect(box, &QSpinBox::valueChanged, this, &SetupForm::onEdited);
        return box;
    };
    m_limit = makeBox(QStringLiteral("limit"), tr("Only the first pictures"), 0, std::numeric_limits<int>::max());
    m_limit->setSpecialValueText(tr("all"));
    m_limit->setToolTip(tr("Only the first so many pictures of the set"));
    m_maxTokens = makeBox(QStringLiteral("maxTokens"), tr("Longest answer, in tokens"), 1, kMostTokens);
    auto* caption = new QLabel(tr("Longest answer"), line);
    caption->setBuddy(m_maxTokens);
    auto* layout = new QHBoxLayout(line);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(8);
    layout->addWidget(m_limit);
    layout->addSpacing(16);
    layout->addWidget(caption);
    layout->addWidget(m_maxTokens);
    layout->addWidget(new QLabel(tr("tokens"), line));
    layout->addStretch(1);
    return line;
}

QWidget* SetupForm::makeRecordsLine(QWidget* parent) {
    auto* lines = new QWidget(parent);
    m_records = makeEdit(QStringLiteral("records"), tr("File of records"), QString(), lines);
    m_records->setToolTip(tr("A line for each answer; an evaluation goes on where this file ends, here or with "
                             "prunescope eval --out"));
    auto* choose = new QToolButton(lines);
    choose->setText(tr("Choose…"));
    choose->setAccessibleName(tr("Choose the file of records"));
    connect(choose, &QToolButton::clicked, this, &SetupForm::chooseRecords);
    m_recordsHint = makeMuted(lines);
    auto* line = new QHBoxLayout;
    line->setSpacing(8);
    line->addWidget(m_records, 1);
    line->addWidget(choose);
    auto* layout = new QVBoxLayout(lines);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(4);
    layout->addLayout(line);
    layout->addWidget(m_recordsHint);
    return lines;
}

QWidget* SetupForm::makeFindings() {
    auto* side = new QWidget(this);
    m_found = makeMuted(side);
    m_found->setAccessibleName(tr("What the set holds"));
    m_notes = makeMuted(side);
    m_skippedTitle = makeTitle({}, side);
    QTableView* table = makeTable(m_skipped, tr("Rows that can't be asked"), side);
    table->setObjectName(QStringLiteral("skipped"));
    table->setColumnWidth(SkippedTable::Where, kReasonPx);
    table->horizontalHeader()->setStretchLastSection(true);
    table->setWordWrap(true);
    table->verticalHeader()->setSectionResizeMode(QHeaderView::Interactive);
    auto* layout = new QVBoxLayout(side);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(8);
    layout->addWidget(makeTitle(tr("What the set holds"), side));
    layout->addWidget(m_found);
    layout->addWidget(m_notes);
    layout->addWidget(m_skippedTitle);
    layout->addWidget(table, 1);
    return side;
}

EvaluationSetup SetupForm::setup() const {
    EvaluationSetup setup;
    setup.data = m_data->text().trimmed();
    setup.setName = m_setName->text().trimmed();
    setup.style = m_style->currentData().toString();
    if (m_limit->value() > 0)
        setup.limit = m_limit->value();
    setup.maxTokens = m_maxTokens->value();
    setup.plans = m_plans->plans();
    setup.records = m_records->text().trimmed();
    return setup;
}

void SetupForm::setSetup(const EvaluationSetup& setup) {
    m_data->setText(setup.data);
    m_setName->setText(setup.setName);
    m_style->setCurrentIndex(std::max(0, m_style->findData(setup.style)));
    m_limit->setValue(setup.limit.value_or(0));
    m_maxTokens->setValue(setup.maxTokens);
    m_plans->setPlans(setup.plans);
    m_records->setText(setup.records);
    onEdited();
}

void SetupForm::setData(const QString& text) {
    m_data->setText(text);
    look();
}

void SetupForm::chooseSet(bool folder) {
    auto* dialog = new QFileDialog(this, folder ? tr("Choose the folder of a set") : tr("Choose the file of a set"));
    dialog->setFileMode(folder ? QFileDialog::Directory : QFileDialog::ExistingFile);
    if (!folder)
        dialog->setNameFilters({tr("Sets (*.tsv *.csv *.jsonl *.json)"), tr("All files (*)")});
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(dialog, &QFileDialog::fileSelected, this, &SetupForm::setData);
    dialog->open();
}

void SetupForm::chooseRecords() {
    auto* dialog = new QFileDialog(this, tr("Choose the file of records: a new one, or one to go on with"),
                                   setup().recordsIn(m_services.recordsFolder));
    dialog->setAcceptMode(QFileDialog::AcceptSave);
    dialog->setOption(QFileDialog::DontConfirmOverwrite); // it is gone on with
    dialog->setNameFilters({tr("Records (*.jsonl)"), tr("All files (*)")});
    dialog->setDefaultSuffix(QStringLiteral("jsonl"));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(dialog, &QFileDialog::fileSelected, m_records, &QLineEdit::setText);
    dialog->open();
}

void SetupForm::onEdited() {
    const EvaluationSetup now = setup();
    EvaluationSetup unnamed = now;
    unnamed.records.clear();
    const QString file = unnamed.recordsIn(m_services.recordsFolder);
    m_records->setPlaceholderText(now.data.isEmpty() ? tr("called after the set") : file);
    if (!now.hasSetOf(std::exchange(m_wanted, now))) { // plans and prompts change nothing of what the set holds
        m_job.cancel();
        m_wait.stop();
        if (isVisible())
            m_wait.start();
    }
    if (now.data.isEmpty()) {
        m_wait.stop();
        take({now, nullptr, {}, {}, {}, 0, {}});
    }
    showFindings();
    Q_EMIT changed();
}

void SetupForm::look() {
    m_wait.stop();
    const EvaluationSetup now = setup();
    if (now.data.isEmpty())
        return;
    m_job.start(
        [now, pages = m_services.pages, folder = m_services.recordsFolder] { return checkSet(now, pages, folder); },
        [this](const SetCheck& check) { take(check); });
    showFindings();
    Q_EMIT changed();
}

void SetupForm::showEvent(QShowEvent* event) {
    QWidget::showEvent(event);
    if (!isChecked() && m_job.isIdle()) // a set of the last time is looked at when somebody wants to
        look();
}

void SetupForm::take(const SetCheck& check) {
    m_check = check;
    m_skipped->setRows(check.skipped);
    showFindings();
}

void SetupForm::addSkipped(const std::vector<model::SkippedRow>& rows) {
    m_skipped->add(rows);
    showFindings();
}

void SetupForm::setRecorded(qint64 answers) {
    m_check.recorded = answers;
    showFindings();
}

qint64 SetupForm::skipped() const {
    return m_skipped->rowCount();
}

void SetupForm::setLocked(bool locked) {
    m_fields->setEnabled(!locked);
    if (locked)
        m_skipped->setRows(m_check.skipped); // without those of the run before
}

QString SetupForm::whyNot() const {
    if (setup().data.isEmpty())
        return tr("Choose a set of questions first.");
    if (const QString problem = m_plans->problem(); !problem.isEmpty())
        return problem;
    if (!isChecked())
        return tr("The set is being looked through.");
    if (!m_check.set)
        return m_check.problem;
    return m_check.recordsProblem;
}

void SetupForm::showFindings() {
    const bool checked = isChecked();
    const bool empty = setup().data.isEmpty();
    m_found->setText(empty ? tr("Choose a table, JSON lines, a folder of ScreenSpot or olmOCR-bench, or drawn screens. "
                                "The set is looked through before anything is asked.")
                     : !checked ? tr("Looking through the set…")
                                : m_check.text(setup().style));
    setLook(*m_found, checked && !empty && !m_check.set ? "problem" : "muted");
    QStringList notes;
    if (checked && m_check.set)
        for (const std::string& note : m_check.set->notes())
            notes << fromUtf8(note);
    m_notes->setText(notes.join(QLatin1Char('\n')));
    m_notes->setVisible(!notes.isEmpty());
    const qint64 left = skipped();
    m_skippedTitle->setText(left == 0 ? tr("Every row can be asked")
                                      : counted(left, tr("%1 row can't be asked: it is left out"),
                                                tr("%1 rows can't be asked: they are left out")));
    m_skippedTitle->setVisible(checked && m_check.set);
    m_recordsHint->setText(!checked || !m_check.set            ? QString()
                           : !m_check.recordsProblem.isEmpty() ? m_check.recordsProblem
                           : m_check.recorded > 0
                               ? counted(m_check.recorded, tr("Holds %1 answer to this set: it is not asked again."),
                                         tr("Holds %1 answers to this set: they are not asked again."))
                               : tr("A new file."));
}

} // namespace prunescope::ui
