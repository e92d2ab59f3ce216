#pragma once

#include "ui/panels/listed_model.h"
#include "ui/store/stored_conversation.h"

#include <unordered_map>

namespace prunescope::ui {

class Conversations;

/// The conversations of the database. Titles can be edited. Columns are those of ConversationColumn.
class ConversationsModel : public ListedModel {
    Q_OBJECT

public:
    static constexpr int kColumns = static_cast<int>(ConversationColumn::Changed) + 1;

    /// `store` outlives this.
    explicit ConversationsModel(Conversations& store, QObject* parent = nullptr);

    /// Reads the list again; `found` when it is there.
    void refresh();
    /// Words that are searched; none: all conversations.
    void setWords(const QString& words);
    const QString& words() const { return m_query.words; }
    void sort(int column, Qt::SortOrder order) override;
    /// Whether the list is still being found.
    bool isFinding() const { return m_finding > 0; }

    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    bool setData(const QModelIndex& index, const QVariant& value, int role) override;
    Qt::ItemFlags flags(const QModelIndex& index) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

Q_SIGNALS:
    void found();

protected:
    void fetch(const std::vector<qint64>& ids, std::function<void()> done) override;

private:
    void keep(const std::vector<ConversationRow>& rows);
    const ConversationRow* shown(int row) const;

    Conversations& m_store;
    ConversationQuery m_query;
    std::unordered_map<qint64, ConversationRow> m_rows; ///< those that were looked at last
    int m_finding = 0;
};

} // namespace prunescope::ui
