#include "ui/panels/history_panel.h"

#include "ui/dialogs/save_dialog.h"
#include "ui/panels/history_html.h"
#include "ui/panels/history_model.h"
#include "ui/session/notices.h"
#include "ui/session/record_opener.h"
#include "ui/store/history.h"
#include "ui/style/format.h"
#include "ui/style/icons.h"
#include "ui/widgets/tables.h"
#include "ui/widgets/undo_strip.h"
#include "ui/workers/record_log.h"

#include <QHBoxLayout>
#include <QHeaderView>
#include <QKeyEvent>
#include <QLabel>
#include <QLineEdit>
#include <QSplitter>
#include <QStackedWidget>
#include <QTableView>
#include <QTextBrowser>
#include <QToolButton>
#include <QVBoxLayout>

namespace prunescope::ui {

namespace {

constexpr int kTypingMs = 150;

void setWidths(QTableView& table) {
    const std::pair<HistoryColumn, int> widths[]{{HistoryColumn::Time, 148},    {HistoryColumn::Question, 220},
                                                 {HistoryColumn::Picture, 120}, {HistoryColumn::Plan, 120},
                                                 {HistoryColumn::Kept, 110},    {HistoryColumn::FirstToken, 90},
                                                 {HistoryColumn::Answer, 260}};
    for (const auto& [column, width] : widths)
        table.setColumnWidth(static_cast<int>(column), width);
    table.horizontalHeader()->setStretchLastSection(true);
}

} // namespace

HistoryPanel::HistoryPanel(const Parts& parts, QWidget* parent)
    : Panel(QStringLiteral("history"), tr("History"), parent), m_parts(parts),
      m_model(new HistoryModel(parts.history, this)) {
    menuAction()->setShortcut(QKeySequence(QStringLiteral("Ctrl+H")));
    makeTitle();
    auto* split = new QSplitter(this);
    split->addWidget(makeList());
    split->addWidget(makeDetail());
    split->setStretchFactor(0, 3);
    split->setStretchFactor(1, 2);
    split->setSizes({660, 300});
    split->setChildrenCollapsible(false);
    auto* content = new QWidget(this);
    auto* layout = new QVBoxLayout(content);
    layout->setContentsMargins(16, 8, 16, 12);
    layout->addWidget(split);
    setWidget(content);
    m_typing.setSingleShot(true);
    connect(&m_typing, &QTimer::timeout, this, [this] { m_model->setWords(m_words->text()); });
    connectHistory();
    showState();
    showSelection();
}

// What it is made of --------------------------------------------------------------------------------------------------

void HistoryPanel::makeTitle() {
    m_state = new QLabel(this);
    m_state->setObjectName(QStringLiteral("muted"));
    m_words = new QLineEdit(this);
    m_words->setPlaceholderText(tr("Search"));
    m_words->setAccessibleName(tr("Words that question, answer or picture have"));
    m_words->setToolTip(
        tr("Finds questions in which each of these words begins a word of question, answer or picture"));
    m_words->setClearButtonEnabled(true);
    m_words->setFixedSize(200, 26);
    m_words->installEventFilter(this);
    connect(m_words, &QLineEdit::textChanged, this, [this] { m_typing.start(kTypingMs); });
    addTitleWidget(m_state);
    addTitleWidget(m_words);
}

QToolButton* HistoryPanel::makeButton(const QString& text, const QString& tip) {
    auto* button = new QToolButton(this);
    button->setText(text);
    button->setObjectName(QStringLiteral("slim"));
    button->setToolTip(tip);
    return button;
}

QWidget* HistoryPanel::makeList() {
    auto* side = new QWidget(this);
    m_table = makeTable(m_model, tr("Questions"), side);
    m_table->setSelectionMode(QAbstractItemView::ExtendedSelection);
    m_table->setMinimumHeight(96);
    m_table->setSortingEnabled(true);
    m_table->horizontalHeader()->setSortIndicator(static_cast<int>(HistoryColumn::Time), Qt::DescendingOrder);
    m_table->installEventFilter(this);
    setWidths(*m_table);
    m_empty = new QLabel(side);
    m_empty->setObjectName(QStringLiteral("muted"));
    m_empty->setAlignment(Qt::AlignCenter);
    m_empty->setWordWrap(true);
    m_pages = new QStackedWidget(side);
    m_pages->addWidget(m_table);
    m_pages->addWidget(m_empty);
    auto* layout = new QVBoxLayout(side);
    layout->setContentsMargins(0, 0, 8, 0);
    layout->setSpacing(6);
    layout->addWidget(m_pages, 1);
    m_undo = new UndoStrip(side);
    layout->addWidget(m_undo);
    connect(m_undo, &UndoStrip::undone, &m_parts.history, &History::undoRemoval);
    connect(m_undo, &UndoStrip::expired, &m_parts.history, &History::finishRemoval);
    connect(m_table, &QTableView::doubleClicked, this, &HistoryPanel::openAgain);
    connect(m_table->selectionModel(), &QItemSelectionModel::currentRowChanged, this, &HistoryPanel::showRecord);
    connect(m_table->selectionModel(), &QItemSelectionModel::selectionChanged, this, &HistoryPanel::showSelection);
    return side;
}

QWidget* HistoryPanel::makeDetail() {
    auto* side = new QWidget(this);
    m_detail = new QTextBrowser(side);
    m_detail->setAccessibleName(tr("Chosen question"));
    m_detail->setPlaceholderText(tr("Choose a question to read it here."));
    m_openAgain = makeButton(tr("Open again"), tr("Picture, region, plan and question back into the window (Enter)"));
    m_delete = makeButton(tr("Delete"), tr("Delete the chosen questions, also from the log (Del)"));
    m_exportChosen = makeButton(tr("Export…"), QString());
    m_exportChosen->setIcon(icon(QStringLiteral("export")));
    m_exportChosen->setIconSize({14, 14});
    m_exportChosen->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    auto* buttons = new QHBoxLayout;
    buttons->setSpacing(6);
    for (QToolButton* button : {m_openAgain, m_delete, m_exportChosen})
        buttons->addWidget(button);
    buttons->addStretch(1);
    auto* layout = new QVBoxLayout(side);
    layout->setContentsMargins(8, 0, 0, 0);
    layout->setSpacing(6);
    layout->addWidget(m_detail, 1);
    layout->addLayout(buttons);
    connect(m_openAgain, &QToolButton::clicked, this, &HistoryPanel::openAgain);
    connect(m_delete, &QToolButton::clicked, this, &HistoryPanel::removeChosen);
    connect(m_exportChosen, &QToolButton::clicked, this, [this] {
        const std::vector<qint64> lines = chosenLines();
        exportLines(lines.empty() ? std::nullopt : std::optional(lines));
    });
    return side;
}

void HistoryPanel::connectHistory() {
    const auto refresh = [this] {
        if (isVisible())
            m_model->refresh();
        showState();
    };
    connect(&m_parts.history, &History::updated, this, refresh);
    connect(&m_parts.history, &History::changed, this, refresh);
    connect(&m_parts.history, &History::updating, this, &HistoryPanel::showState);
    connect(&m_parts.history, &History::unread, this, [this] {
        showState();
        if (isVisible())
            m_parts.notices.error(m_parts.history.whyUnread());
    });
    connect(&m_parts.history, &History::exported, this, [this](const QString& path, int count) {
        m_parts.notices.info(counted(count, tr("%1 question exported to"), tr("%1 questions exported to")) + " " +
                             path);
    });
    connect(m_model, &HistoryModel::found, this, [this] {
        if (m_current != 0 && !m_table->currentIndex().isValid())
            m_table->selectRow(m_model->rowOf(m_current)); // at another place by now
        if (!m_table->currentIndex().isValid())
            showRecord();
        else if (!m_table->selectionModel()->hasSelection())
            m_table->selectRow(m_table->currentIndex().row()); // the neighbour of one that was deleted
        showSelection();
        showState();
    });
}

// What it shows -------------------------------------------------------------------------------------------------------

void HistoryPanel::showEvent(QShowEvent* event) {
    Panel::showEvent(event);
    m_parts.history.update(); // another program may have asked meanwhile
    showState();
}

void HistoryPanel::focusContent() {
    m_words->setFocus(Qt::ShortcutFocusReason);
    m_words->selectAll();
}

void HistoryPanel::showState() {
    const History& history = m_parts.history;
    const int count = m_model->rowCount();
    QString text = counted(count, tr("%1 question"), tr("%1 questions"));
    if (!history.whyUnread().isEmpty())
        text = tr("Not read");
    else if (history.isUpdating() && history.share() < 1)
        text = tr("Reading… %1").arg(percentText(history.share(), 0));
    else if (!m_model->words().isEmpty())
        text = counted(count, tr("%1 found"), tr("%1 found"));
    else if (const auto damaged = history.damaged(); damaged > 0)
        text += QStringLiteral(" · ") + counted(damaged, tr("%1 damaged line skipped"), tr("%1 damaged lines skipped"));
    m_state->setText(text);
    m_state->setToolTip(history.whyUnread().isEmpty() ? m_parts.log.path() : history.whyUnread());
    showEmpty();
}

void HistoryPanel::showEmpty() {
    const History& history = m_parts.history;
    QString text;
    if (m_model->rowCount() == 0 && !history.whyUnread().isEmpty())
        text = history.whyUnread();
    else if (m_model->rowCount() == 0 && (history.isUpdating() || m_model->isFinding()))
        text = tr("Reading the log…");
    else if (m_model->rowCount() == 0)
        text = m_model->words().isEmpty() ? tr("No questions yet. What you ask is kept here, to be found, read and "
                                               "opened again.")
                                          : tr("No question, answer or picture has these words.");
    m_empty->setText(text);
    m_pages->setCurrentWidget(text.isEmpty() ? static_cast<QWidget*>(m_table) : m_empty);
}

void HistoryPanel::showRecord() {
    const QModelIndex current = m_table->currentIndex();
    m_current = current.isValid() ? m_model->lineAt(current.row()) : 0;
    if (m_current == 0)
        return m_detail->clear();
    m_parts.history.readRecord(this, m_current, [this, line = m_current](const InteractionRecord& record) {
        if (line == m_current)
            m_detail->setHtml(historyHtml(record));
    });
}

void HistoryPanel::showSelection() {
    const qsizetype count = m_table->selectionModel()->selectedRows().size();
    m_openAgain->setEnabled(count == 1);
    m_delete->setEnabled(count > 0);
    m_exportChosen->setToolTip(count > 0 ? counted(count, tr("Write the chosen question to a JSON-lines or CSV file"),
                                                   tr("Write the %1 chosen questions to a JSON-lines or CSV file"))
                                         : tr("Write every question to a JSON-lines or CSV file"));
}

// What it does --------------------------------------------------------------------------------------------------------

bool HistoryPanel::eventFilter(QObject* watched, QEvent* event) {
    if (event->type() != QEvent::KeyPress)
        return Panel::eventFilter(watched, event);
    const int key = static_cast<QKeyEvent*>(event)->key();
    if (watched == m_words && key == Qt::Key_Down) {
        m_table->setFocus(Qt::ShortcutFocusReason);
        if (!m_table->currentIndex().isValid())
            m_table->selectRow(0);
    } else if (watched == m_words && key == Qt::Key_Escape && !m_words->text().isEmpty())
        m_words->clear();
    else if (watched == m_table && key == Qt::Key_Delete)
        removeChosen();
    else if (watched == m_table && (key == Qt::Key_Return || key == Qt::Key_Enter))
        openAgain();
    else
        return Panel::eventFilter(watched, event);
    return true;
}

std::vector<qint64> HistoryPanel::chosenLines() const {
    std::vector<qint64> lines;
    for (const QModelIndex& index : m_table->selectionModel()->selectedRows())
        lines.push_back(m_model->lineAt(index.row()));
    return lines;
}

void HistoryPanel::openAgain() {
    const std::vector<qint64> lines = chosenLines();
    if (lines.size() == 1)
        m_parts.history.readRecord(this, lines.front(),
                                   [this](const InteractionRecord& record) { m_parts.opener.open(record); });
}

void HistoryPanel::removeChosen() {
    const std::vector<qint64> lines = chosenLines();
    if (lines.empty())
        return;
    m_parts.history.remove(lines);
    m_undo->offer(counted(static_cast<qint64>(lines.size()), tr("%1 question deleted"), tr("%1 questions deleted")));
}

void HistoryPanel::exportLines(std::optional<std::vector<qint64>> lines) {
    askWhereToSave(this, lines ? tr("Export the chosen questions") : tr("Export the history"),
                   QStringLiteral("prunescope-history.jsonl"),
                   {{tr("JSON lines"), QStringLiteral("jsonl")}, {tr("CSV table"), QStringLiteral("csv")}},
                   [this, lines](const QString& path) {
                       const bool csv = path.endsWith(QLatin1String(".csv"), Qt::CaseInsensitive);
                       m_parts.history.exportTo(path, csv ? RecordFormat::Csv : RecordFormat::JsonLines, lines);
                   });
}

} // namespace prunescope::ui
