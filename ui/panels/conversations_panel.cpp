#include "ui/panels/conversations_panel.h"

#include "ui/panels/conversations_model.h"
#include "ui/session/conversation_opener.h"
#include "ui/store/conversations.h"
#include "ui/style/format.h"
#include "ui/widgets/tables.h"
#include "ui/widgets/undo_strip.h"

#include <QApplication>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QKeyEvent>
#include <QLabel>
#include <QLineEdit>
#include <QStackedWidget>
#include <QTableView>
#include <QToolButton>
#include <QVBoxLayout>
#include <algorithm>
#include <utility>

namespace prunescope::ui {

namespace {

constexpr int kTypingMs = 150;
constexpr int kRowPx = 42;
constexpr QSize kThumbnailPx{56, 34};

} // namespace

ConversationsPanel::ConversationsPanel(const Parts& parts, QWidget* parent)
    : Panel(QStringLiteral("conversations"), tr("Conversations"), parent), m_parts(parts),
      m_model(new ConversationsModel(parts.store, this)) {
    menuAction()->setShortcut(QKeySequence(QStringLiteral("Ctrl+Shift+H")));
    makeTitle();
    auto* content = new QWidget(this);
    auto* layout = new QHBoxLayout(content);
    layout->setContentsMargins(16, 8, 16, 12);
    layout->setSpacing(12);
    layout->addWidget(makeList(), 1);
    layout->addWidget(makeButtons());
    setWidget(content);
    m_typing.setSingleShot(true);
    connect(&m_typing, &QTimer::timeout, this, [this] { m_model->setWords(m_words->text()); });
    connectStore();
    showState();
    showSelection();
}

// What it is made of --------------------------------------------------------------------------------------------------

void ConversationsPanel::makeTitle() {
    m_state = new QLabel(this);
    m_state->setObjectName(QStringLiteral("muted"));
    m_words = new QLineEdit(this);
    m_words->setPlaceholderText(tr("Search"));
    m_words->setAccessibleName(tr("Words that title, question, answer or picture have"));
    m_words->setToolTip(
        tr("Finds conversations with a question whose words, answer or picture, or with a title, in which "
           "each of these words begins a word"));
    m_words->setClearButtonEnabled(true);
    m_words->setFixedSize(200, 26);
    m_words->installEventFilter(this);
    connect(m_words, &QLineEdit::textChanged, this, [this] { m_typing.start(kTypingMs); });
    addTitleWidget(m_state);
    addTitleWidget(m_words);
}

QWidget* ConversationsPanel::makeList() {
    auto* side = new QWidget(this);
    m_table = makeTable(m_model, tr("Conversations"), side);
    m_table->setSelectionMode(QAbstractItemView::ExtendedSelection);
    m_table->setEditTriggers(QAbstractItemView::EditKeyPressed);
    m_table->setMinimumHeight(96);
    m_table->setIconSize(kThumbnailPx);
    m_table->verticalHeader()->setDefaultSectionSize(kRowPx);
    m_table->setSortingEnabled(true);
    m_table->horizontalHeader()->setSortIndicator(static_cast<int>(ConversationColumn::Changed), Qt::DescendingOrder);
    m_table->horizontalHeader()->setStretchLastSection(false);
    m_table->horizontalHeader()->setSectionResizeMode(static_cast<int>(ConversationColumn::Title),
                                                      QHeaderView::Stretch);
    m_table->setColumnWidth(static_cast<int>(ConversationColumn::Questions), 90);
    m_table->setColumnWidth(static_cast<int>(ConversationColumn::Changed), 140);
    m_table->installEventFilter(this);
    m_empty = new QLabel(side);
    m_empty->setObjectName(QStringLiteral("muted"));
    m_empty->setAlignment(Qt::AlignCenter);
    m_empty->setWordWrap(true);
    m_pages = new QStackedWidget(side);
    m_pages->addWidget(m_table);
    m_pages->addWidget(m_empty);
    m_undo = new UndoStrip(side);
    auto* layout = new QVBoxLayout(side);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(6);
    layout->addWidget(m_pages, 1);
    layout->addWidget(m_undo);
    connect(qApp, &QGuiApplication::applicationStateChanged, this, &ConversationsPanel::refreshWhenBack);
    connect(m_undo, &UndoStrip::undone, this, &ConversationsPanel::undoRemoval);
    connect(m_undo, &UndoStrip::expired, &m_parts.store, &Conversations::finishRemoval);
    connect(m_table, &QTableView::doubleClicked, this, &ConversationsPanel::open);
    connect(m_table->selectionModel(), &QItemSelectionModel::selectionChanged, this,
            &ConversationsPanel::showSelection);
    return side;
}

QWidget* ConversationsPanel::makeButtons() {
    auto* side = new QWidget(this);
    auto* layout = new QVBoxLayout(side);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(6);
    const auto make = [&](const QString& text, const QString& tip, void (ConversationsPanel::*act)()) {
        auto* button = new QToolButton(side);
        button->setText(text);
        button->setObjectName(QStringLiteral("slim"));
        button->setToolTip(tip);
        button->setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
        connect(button, &QToolButton::clicked, this, act);
        layout->addWidget(button);
        return button;
    };
    m_open = make(tr("Open"), tr("Picture, plan, region and all turns back into the window, to go on (Enter)"),
                  &ConversationsPanel::open);
    m_rename = make(tr("Rename"), tr("Give it another title (F2)"), &ConversationsPanel::rename);
    m_delete = make(tr("Delete"),
                    tr("Delete the chosen conversations with their pictures (Del); the log of questions "
                       "keeps what was asked"),
                    &ConversationsPanel::removeChosen);
    layout->addStretch(1);
    return side;
}

void ConversationsPanel::connectStore() {
    connect(&m_parts.store, &Conversations::changed, this, [this] {
        if (isVisible())
            m_model->refresh();
    });
    connect(m_model, &ConversationsModel::found, this, [this] {
        if (m_current != 0 && !m_table->currentIndex().isValid())
            m_table->selectRow(m_model->rowOf(m_current)); // at another place by now
        else if (m_table->currentIndex().isValid() && !m_table->selectionModel()->hasSelection())
            m_table->selectRow(m_table->currentIndex().row()); // the neighbour of one that was deleted
        showSelection();
        showState();
    });
}

// What it shows -------------------------------------------------------------------------------------------------------

void ConversationsPanel::refreshWhenBack(Qt::ApplicationState state) {
    if (state == Qt::ApplicationActive && isVisible())
        m_model->refresh(); // another window may have asked meanwhile
}

void ConversationsPanel::showEvent(QShowEvent* event) {
    Panel::showEvent(event);
    m_model->refresh(); // as when this window comes back
    showState();
}

void ConversationsPanel::focusContent() {
    m_words->setFocus(Qt::ShortcutFocusReason);
    m_words->selectAll();
}

void ConversationsPanel::showState() {
    const int count = m_model->rowCount();
    const bool isSearch = !m_model->words().isEmpty();
    m_state->setText(isSearch ? counted(count, tr("%1 found"), tr("%1 found"))
                              : counted(count, tr("%1 conversation"), tr("%1 conversations")));
    QString empty;
    if (count == 0 && m_model->isFinding())
        empty = tr("Reading…");
    else if (count == 0)
        empty = isSearch
                    ? tr("No conversation has these words.")
                    : tr("No conversations yet. What you ask about a picture is kept here with it, to go on later.");
    m_empty->setText(empty);
    m_pages->setCurrentWidget(empty.isEmpty() ? static_cast<QWidget*>(m_table) : m_empty);
}

void ConversationsPanel::showSelection() {
    const std::vector<qint64> chosen = this->chosen();
    if (!chosen.empty())
        m_current = chosen.front();
    m_open->setEnabled(chosen.size() == 1);
    m_rename->setEnabled(chosen.size() == 1);
    m_delete->setEnabled(!chosen.empty());
}

// What it does --------------------------------------------------------------------------------------------------------

bool ConversationsPanel::eventFilter(QObject* watched, QEvent* event) {
    if (event->type() != QEvent::KeyPress)
        return Panel::eventFilter(watched, event);
    const int key = static_cast<QKeyEvent*>(event)->key();
    const bool isEnter = key == Qt::Key_Return || key == Qt::Key_Enter;
    if (watched == m_words && key == Qt::Key_Down) {
        m_table->setFocus(Qt::ShortcutFocusReason);
        if (!m_table->selectionModel()->hasSelection())
            m_table->selectRow(0);
    } else if (watched == m_words && key == Qt::Key_Escape && !m_words->text().isEmpty())
        m_words->clear();
    else if (watched == m_table && key == Qt::Key_Delete)
        removeChosen();
    else if (watched == m_table && key == Qt::Key_F2)
        rename(); // whichever column the keyboard is in
    else if (watched == m_table && isEnter)
        open();
    else
        return Panel::eventFilter(watched, event);
    return true;
}

std::vector<qint64> ConversationsPanel::chosen() const {
    std::vector<qint64> all;
    for (const QModelIndex& index : m_table->selectionModel()->selectedRows())
        all.push_back(m_model->idAt(index.row()));
    return all;
}

void ConversationsPanel::open() {
    if (const std::vector<qint64> one = chosen(); one.size() == 1)
        m_parts.opener.open(one.front());
}

void ConversationsPanel::rename() {
    if (const std::vector<qint64> one = chosen(); one.size() == 1)
        m_table->edit(m_model->index(m_model->rowOf(one.front()), static_cast<int>(ConversationColumn::Title)));
}

void ConversationsPanel::removeChosen() {
    const std::vector<qint64> all = chosen();
    if (all.empty())
        return;
    m_reopened = std::ranges::find(all, m_parts.opener.shown()) == all.end() ? 0 : m_parts.opener.shown();
    m_parts.store.remove(all);
    m_undo->offer(
        counted(static_cast<qint64>(all.size()), tr("%1 conversation deleted"), tr("%1 conversations deleted")));
}

void ConversationsPanel::undoRemoval() {
    m_parts.store.undoRemoval();
    if (const qint64 conversation = std::exchange(m_reopened, 0); conversation != 0 && m_parts.opener.isFree())
        m_parts.opener.open(conversation);
}

} // namespace prunescope::ui
