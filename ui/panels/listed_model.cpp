#include "ui/panels/listed_model.h"

#include <algorithm>
#include <utility>

namespace prunescope::ui {

namespace {

constexpr int kBlockRows = 64;

} // namespace

void ListedModel::setIds(std::vector<qint64> ids) {
    const auto same = std::ranges::mismatch(m_ids, ids).in1 - m_ids.begin();
    const auto oldEnd = std::mismatch(m_ids.rbegin(), m_ids.rend() - same, ids.rbegin(), ids.rend() - same);
    const int first = static_cast<int>(same);
    const int gone = static_cast<int>(m_ids.rend() - same - oldEnd.first);
    const int fresh = static_cast<int>(ids.rend() - same - oldEnd.second);
    if (gone > 0 && fresh > 0) {
        beginResetModel();
        m_ids = std::move(ids);
        endResetModel();
    } else if (gone > 0) {
        beginRemoveRows({}, first, first + gone - 1);
        m_ids = std::move(ids);
        endRemoveRows();
    } else if (fresh > 0) {
        beginInsertRows({}, first, first + fresh - 1);
        m_ids = std::move(ids);
        endInsertRows();
    }
}

int ListedModel::rowOf(qint64 id) const {
    const auto found = std::ranges::find(m_ids, id);
    return found == m_ids.end() ? -1 : static_cast<int>(found - m_ids.begin());
}

int ListedModel::rowCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : static_cast<int>(m_ids.size());
}

void ListedModel::fetchAround(int row) {
    const int block = row / kBlockRows;
    if (m_fetching.contains(block))
        return;
    m_fetching.insert(block);
    const int first = block * kBlockRows, last = std::min(first + kBlockRows, rowCount()) - 1;
    fetch({m_ids.begin() + first, m_ids.begin() + last + 1}, [this, block] {
        m_fetching.remove(block);
        tellRows(); // they may be elsewhere by now
    });
}

void ListedModel::tellRows() {
    if (rowCount() > 0)
        Q_EMIT dataChanged(index(0, 0), index(rowCount() - 1, columnCount() - 1));
}

} // namespace prunescope::ui
