#include "ui/panels/conversations_model.h"

#include "ui/store/conversations.h"
#include "ui/style/format.h"

#include <QDateTime>
#include <QIcon>
#include <QPixmap>
#include <algorithm>
#include <utility>

namespace prunescope::ui {

namespace {

constexpr std::size_t kMostRows = 512; // thumbnails take some 20 KB each

QString textOf(const ConversationRow& row, ConversationColumn column) {
    switch (column) {
    case ConversationColumn::Title:
        return row.title;
    case ConversationColumn::Questions:
        return countText(row.questions);
    case ConversationColumn::Changed:
        return QDateTime::fromMSecsSinceEpoch(row.changedMs).toString(QStringLiteral("yyyy-MM-dd hh:mm"));
    }
    return {};
}

} // namespace

ConversationsModel::ConversationsModel(Conversations& store, QObject* parent) : ListedModel(parent), m_store(store) {}

// The list ------------------------------------------------------------------------------------------------------------

void ConversationsModel::refresh() {
    ++m_finding;
    m_store.find(this, m_query, [this, query = m_query](const Conversations::Found& found) {
        --m_finding;
        if (query == m_query) { // else another answer is on its way
            m_rows.clear();     // titles, counts and pictures may have changed
            keep(found.first);
            setIds(found.conversations);
            tellRows();
        }
        if (!isFinding())
            Q_EMIT this->found();
    });
}

void ConversationsModel::setWords(const QString& words) {
    if (words == m_query.words)
        return;
    m_query.words = words;
    refresh();
}

void ConversationsModel::sort(int column, Qt::SortOrder order) {
    ConversationQuery query = m_query;
    query.column = static_cast<ConversationColumn>(std::clamp(column, 0, kColumns - 1));
    query.order = order;
    if (query == std::exchange(m_query, query))
        return; // also what a view asks for when it is made, before anybody has looked
    refresh();
}

void ConversationsModel::fetch(const std::vector<qint64>& ids, std::function<void()> done) {
    if (m_rows.size() > kMostRows)
        m_rows.clear(); // what is in view comes again at once
    m_store.readRows(this, ids, [this, ids, done = std::move(done)](const std::vector<ConversationRow>& rows) {
        keep(rows);
        for (const qint64 id : ids)
            m_rows.try_emplace(id); // another window has deleted it: blank until the next time
        done();
    });
}

void ConversationsModel::keep(const std::vector<ConversationRow>& rows) {
    for (const ConversationRow& row : rows)
        m_rows.insert_or_assign(row.id, row);
}

const ConversationRow* ConversationsModel::shown(int row) const {
    const auto found = m_rows.find(idAt(row));
    if (found != m_rows.end())
        return &found->second;
    const_cast<ConversationsModel*>(this)->fetchAround(row); // as views ask: from the first cell that is painted
    return nullptr;
}

// As a table ----------------------------------------------------------------------------------------------------------

int ConversationsModel::columnCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : kColumns;
}

QVariant ConversationsModel::data(const QModelIndex& index, int role) const {
    if (!checkIndex(index, CheckIndexOption::IndexIsValid))
        return {};
    const auto column = static_cast<ConversationColumn>(index.column());
    const bool isTitle = column == ConversationColumn::Title;
    const bool isPicture = role == Qt::DecorationRole && isTitle;
    const bool isText = role == Qt::DisplayRole || (isTitle && (role == Qt::EditRole || role == Qt::ToolTipRole));
    if (!isText && !isPicture)
        return {};
    const ConversationRow* row = shown(index.row());
    if (!row)
        return isText ? QVariant(QString()) : QVariant();
    if (isText)
        return textOf(*row, column);
    QPixmap thumbnail;
    thumbnail.loadFromData(row->thumbnail, "PNG");
    if (thumbnail.isNull())
        return {};
    QIcon icon(thumbnail);
    icon.addPixmap(thumbnail, QIcon::Selected); // untinted
    return icon;
}

bool ConversationsModel::setData(const QModelIndex& index, const QVariant& value, int role) {
    const QString title = value.toString().simplified();
    if (!checkIndex(index, CheckIndexOption::IndexIsValid) || role != Qt::EditRole || title.isEmpty())
        return false;
    if (const auto row = m_rows.find(idAt(index.row())); row != m_rows.end())
        row->second.title = title; // at once; the list is read again when it is written
    m_store.rename(idAt(index.row()), title);
    Q_EMIT dataChanged(index, index);
    return true;
}

Qt::ItemFlags ConversationsModel::flags(const QModelIndex& index) const {
    const bool isTitle = index.isValid() && index.column() == static_cast<int>(ConversationColumn::Title);
    return ListedModel::flags(index) | (isTitle ? Qt::ItemIsEditable : Qt::NoItemFlags);
}

QVariant ConversationsModel::headerData(int section, Qt::Orientation orientation, int role) const {
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole)
        return {};
    const QString titles[kColumns]{tr("Conversation"), tr("Questions"), tr("Last question")};
    return section >= 0 && section < kColumns ? titles[section] : QVariant();
}

} // namespace prunescope::ui
