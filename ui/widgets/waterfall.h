#pragma once

#include <QColor>
#include <QString>
#include <QWidget>
#include <vector>

namespace prunescope::ui {

/// One step of a waterfall; it begins where the one before it ends.
struct WaterfallStep {
    QString title;
    QString help; ///< for the tip
    QColor colour;
    double ms = 0;
};

/// Steps one below the other, each as long as its time and to the right of the one before it: what waits for what. A
/// step of no time has its row, too. GUI thread.
class Waterfall : public QWidget {
    Q_OBJECT

public:
    explicit Waterfall(QWidget* parent = nullptr);

    void setSteps(std::vector<WaterfallStep> steps);
    const std::vector<WaterfallStep>& steps() const { return m_steps; }
    /// Lines above and below the steps, where a picture of it stands alone; empty: none.
    void setCaptions(const QString& above, const QString& below);
    /// Rectangle of a step's time, to scale.
    QRectF bar(int step) const;
    /// Text of the tip at a point; empty where there is none.
    QString tipAt(QPointF position) const;

    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

protected:
    bool event(QEvent* event) override;
    void paintEvent(QPaintEvent* event) override;

private:
    double rowPx() const;
    QRectF row(int step) const;
    double totalMs() const;
    void paintStep(QPainter& painter, int step) const;
    int captionsPx() const;

    std::vector<WaterfallStep> m_steps;
    QString m_above;
    QString m_below;
};

} // namespace prunescope::ui
