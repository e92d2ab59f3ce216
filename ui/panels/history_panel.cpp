#include "ui/panels/history_panel.h"

#include "ui/dialogs/save_dialog.h"
#include "ui/panels/history_model.h"
#include "ui/session/notices.h"
#include "ui/style/format.h"
#include "ui/style/icons.h"
#include "ui/workers/record_log.h"

#include <QHeaderView>
#include <QLabel>
#include <QSplitter>
#include <QTableView>
#include <QTextBrowser>
#include <QToolButton>
#include <QVBoxLayout>

namespace prunescope::ui {

namespace {

QTableView* makeTable(HistoryModel* model, QWidget* parent) {
    auto* table = new QTableView(parent);
    table->setModel(model);
    table->setAccessibleName(HistoryPanel::tr("Questions"));
    table->setSelectionBehavior(QAbstractItemView::SelectRows);
    table->setSelectionMode(QAbstractItemView::SingleSelection);
    table->setEditTriggers(QAbstractItemView::NoEditTriggers);
    table->setMinimumHeight(160);
    table->setShowGrid(false);
    table->setWordWrap(false);
    table->setTabKeyNavigation(false);
    table->verticalHeader()->hide();
    table->verticalHeader()->setDefaultSectionSize(26);
    table->horizontalHeader()->setHighlightSections(false);
    table->horizontalHeader()->setDefaultAlignment(Qt::AlignLeft | Qt::AlignVCenter);
    table->horizontalHeader()->setSectionResizeMode(QHeaderView::Interactive);
    const std::pair<HistoryModel::Column, int> widths[]{{HistoryModel::Time, 128},    {HistoryModel::Question, 220},
                                                        {HistoryModel::Picture, 120}, {HistoryModel::Plan, 120},
                                                        {HistoryModel::Kept, 110},    {HistoryModel::FirstToken, 90},
                                                        {HistoryModel::Answer, 260}};
    for (const auto& [column, width] : widths)
        table->setColumnWidth(column, width);
    table->horizontalHeader()->setStretchLastSection(true);
    return table;
}

} // namespace

HistoryPanel::HistoryPanel(RecordLog& log, Notices& notices, QWidget* parent)
    : Panel(QStringLiteral("history"), tr("History"), parent), m_log(log), m_notices(notices),
      m_model(new HistoryModel(this)), m_table(makeTable(m_model, this)), m_detail(new QTextBrowser(this)),
      m_state(new QLabel(this)) {
    auto* save = new QToolButton(this);
    save->setText(tr("Export…"));
    save->setIcon(icon(QStringLiteral("export")));
    save->setObjectName(QStringLiteral("slim"));
    save->setIconSize({14, 14});
    save->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    save->setToolTip(tr("Write every question to a JSON-lines or CSV file"));
    m_state->setObjectName(QStringLiteral("muted"));
    addTitleWidget(m_state);
    addTitleWidget(save);
    m_detail->setAccessibleName(tr("Chosen question"));
    m_detail->setPlaceholderText(tr("Choose a question to read it here."));
    auto* split = new QSplitter(this);
    split->addWidget(m_table);
    split->addWidget(m_detail);
    split->setStretchFactor(0, 3);
    split->setStretchFactor(1, 2);
    split->setSizes({660, 300});
    split->setChildrenCollapsible(false);
    auto* content = new QWidget(this);
    auto* layout = new QVBoxLayout(content);
    layout->setContentsMargins(16, 8, 16, 12);
    layout->addWidget(split);
    setWidget(content);
    connect(save, &QToolButton::clicked, this, &HistoryPanel::chooseExport);
    connect(m_table->selectionModel(), &QItemSelectionModel::currentRowChanged, this, &HistoryPanel::showRecord);
    connectLog();
}

void HistoryPanel::connectLog() {
    connect(&m_log, &RecordLog::recordsRead, this, [this](const std::vector<InteractionRecord>& records, int skipped) {
        m_loading = State::Read;
        m_model->setRecords(records);
        showState(skipped);
    });
    connect(&m_log, &RecordLog::appended, this, [this](const InteractionRecord& record) {
        if (m_loading == State::Read) { // else it comes with the others
            m_model->add(record);
            showState(0);
        } else if (isVisible()) {
            read();
        }
    });
    connect(&m_log, &RecordLog::readFailed, this, &HistoryPanel::showUnread);
    connect(&m_log, &RecordLog::exported, this, [this](const QString& path, int count) {
        m_notices.info(counted(count, tr("%1 question exported to"), tr("%1 questions exported to")) + " " + path);
    });
    connect(&m_log, &RecordLog::failed, &m_notices, &Notices::error);
}

void HistoryPanel::showEvent(QShowEvent* event) {
    Panel::showEvent(event);
    read();
}

void HistoryPanel::read() {
    if (m_loading != State::Unread)
        return;
    m_loading = State::Reading;
    m_state->setText(tr("Reading…"));
    m_log.readAll();
}

void HistoryPanel::showUnread(const QString& why) {
    m_loading = State::Unread; // tried again when the panel is shown again or a question is answered
    m_state->setText(tr("Not read"));
    m_state->setToolTip(why);
    m_notices.error(why);
}

void HistoryPanel::showState(int skipped) {
    QString text = counted(m_model->rowCount(), tr("%1 question"), tr("%1 questions"));
    if (skipped > 0)
        text += QStringLiteral(" · ") + counted(skipped, tr("%1 damaged line skipped"), tr("%1 damaged lines skipped"));
    m_state->setText(text);
    m_state->setToolTip(m_log.path());
}

void HistoryPanel::showRecord(const QModelIndex& index) {
    m_detail->setHtml(index.isValid() ? m_model->html(index.row()) : QString());
}

void HistoryPanel::chooseExport() {
    askWhereToSave(this, tr("Export the history"), QStringLiteral("prunescope-history.jsonl"),
                   {{tr("JSON lines"), QStringLiteral("jsonl")}, {tr("CSV table"), QStringLiteral("csv")}},
                   [this](const QString& path) {
                       const bool csv = path.endsWith(QLatin1String(".csv"), Qt::CaseInsensitive);
                       m_log.exportTo(path, csv ? RecordFormat::Csv : RecordFormat::JsonLines);
                   });
}

} // namespace prunescope::ui
