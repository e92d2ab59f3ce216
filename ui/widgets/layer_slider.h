#pragma once

#include "ui/style/step_look.h"

#include <QAbstractSlider>
#include <QStringList>
#include <utility>
#include <vector>

namespace prunescope::ui {

/// Tokens of a picture at one depth in the model, as shares of those that its encoder is given.
struct DepthColumn {
    double kept = 1;
    std::vector<std::pair<StepLook, double>> dropped; ///< by each step so far, in order
    QString title;                                    ///< for the tip
};

/// Slider over the depths of a model, drawn as columns: what is left at each, and what the steps before it dropped.
class LayerSlider : public QAbstractSlider {
    Q_OBJECT

public:
    explicit LayerSlider(QWidget* parent = nullptr);
    /// Keeps the value where it still is one.
    void setColumns(std::vector<DepthColumn> columns);
    QRectF columnRect(int depth) const;

    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

protected:
    bool event(QEvent* event) override;
    void paintEvent(QPaintEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;

private:
    int depthAt(double x) const;
    void paintColumn(QPainter& painter, int depth) const;
    void paintChosen(QPainter& painter) const;

    std::vector<DepthColumn> m_columns;
};

} // namespace prunescope::ui
