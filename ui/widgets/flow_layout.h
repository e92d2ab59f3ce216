#pragma once

#include <QLayout>
#include <QList>
#include <QSizePolicy>

namespace prunescope::ui {

/// Items side by side, wrapped into rows like words.
class FlowLayout : public QLayout {
public:
    explicit FlowLayout(int spacingPx);
    ~FlowLayout() override;

    void addItem(QLayoutItem* item) override;
    int count() const override;
    QLayoutItem* itemAt(int index) const override;
    QLayoutItem* takeAt(int index) override;
    Qt::Orientations expandingDirections() const override { return {}; }
    bool hasHeightForWidth() const override { return true; }
    int heightForWidth(int width) const override;
    QSize minimumSize() const override;
    QSize sizeHint() const override { return minimumSize(); }
    void setGeometry(const QRect& rect) override;

private:
    /// Height of all rows; moves the items when `apply`.
    int arrange(const QRect& rect, bool apply) const;

    QList<QLayoutItem*> m_items;
};

/// Has layouts give `widget`, in which items flow, the height that it needs at the width it gets.
void setFlowPolicy(QWidget& widget, QSizePolicy::Policy across = QSizePolicy::Preferred);

} // namespace prunescope::ui
