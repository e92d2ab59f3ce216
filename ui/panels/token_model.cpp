#include "ui/panels/token_model.h"

#include "ui/style/format.h"

namespace prunescope::ui {

TokenModel::TokenModel(QObject* parent) : QAbstractTableModel(parent) {}

void TokenModel::setPrompt(std::shared_ptr<const model::PromptView> view) {
    beginResetModel();
    m_view = std::move(view);
    m_kept.clear();
    for (std::size_t i = 0; m_view && i < m_view->tokens.size(); ++i)
        if (m_view->tokens[i].isKept())
            m_kept.push_back(i);
    endResetModel();
}

const model::PromptView::Token& TokenModel::token(int row) const {
    return m_view->tokens.at(m_kept.at(static_cast<std::size_t>(row)));
}

int TokenModel::rowCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : static_cast<int>(m_kept.size());
}

int TokenModel::columnCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : ColumnCount;
}

QVariant TokenModel::data(const QModelIndex& index, int role) const {
    if (!checkIndex(index, CheckIndexOption::IndexIsValid))
        return {};
    const auto column = static_cast<Column>(index.column());
    if (role == Qt::DisplayRole)
        return text(index.row(), column);
    if (role == Qt::TextAlignmentRole && column != Text)
        return QVariant(Qt::AlignRight | Qt::AlignVCenter);
    return {};
}

QVariant TokenModel::headerData(int section, Qt::Orientation orientation, int role) const {
    if (orientation != Qt::Horizontal || section < 0 || section >= ColumnCount)
        return {};
    const QString titles[ColumnCount]{tr("Token"), tr("Id"), tr("Text"), tr("t"), tr("y"), tr("x")};
    const QString tips[ColumnCount]{tr("Place among the tokens that the model is given"),
                                    tr("Number of the token in the model's vocabulary"),
                                    tr("What it stands for; ␣ is a space"),
                                    tr("Position in time"),
                                    tr("Position of its row"),
                                    tr("Position of its column")};
    if (role == Qt::TextAlignmentRole && section != Text)
        return QVariant(Qt::AlignRight | Qt::AlignVCenter);
    return role == Qt::DisplayRole ? titles[section] : role == Qt::ToolTipRole ? tips[section] : QVariant();
}

QString TokenModel::text(int row, Column column) const {
    const model::PromptView::Token& shown = token(row);
    switch (column) {
    case Index:
        return QString::number(shown.kept);
    case Id:
        return QString::number(shown.id);
    case Text:
        return fromUtf8(shown.text).replace(QLatin1Char(' '), QChar(0x2423)); // one at the start is not seen otherwise
    case Time:
    case Row:
    case Col:
        return QString::number(shown.position[static_cast<std::size_t>(column - Time)]);
    case ColumnCount:
        break;
    }
    return {};
}

} // namespace prunescope::ui
