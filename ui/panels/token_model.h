#pragma once

#include "model/values/prompt_view.h"

#include <QAbstractTableModel>
#include <memory>
#include <vector>

namespace prunescope::ui {

/// The tokens that a model is given, in order, with their positions.
class TokenModel : public QAbstractTableModel {
    Q_OBJECT

public:
    enum Column { Index, Id, Text, Time, Row, Col, ColumnCount };

    explicit TokenModel(QObject* parent = nullptr);

    /// Null: no tokens.
    void setPrompt(std::shared_ptr<const model::PromptView> view);
    const model::PromptView::Token& token(int row) const;

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    QString text(int row, Column column) const;

    std::shared_ptr<const model::PromptView> m_view;
    std::vector<std::size_t> m_kept; ///< the token of each row
};

} // namespace prunescope::ui
