#pragma once

#include "core/base/stage_times.h"

#include <QString>
#include <QWidget>
#include <vector>

namespace prunescope::ui {

/// One bar: what was asked how, and its stages.
struct StageBar {
    QString title;
    StageTimes times;
    bool expected = false;  ///< calculated, not measured: drawn paler, with an "≈"
    double totalMs() const; ///< of the stages that are drawn
};

/// The stages that a bar is made of, in order.
const std::vector<std::string_view>& barStages();

/// Bars of stages to first token, all to one scale, with the sum at their end.
class StageBars : public QWidget {
    Q_OBJECT

public:
    explicit StageBars(QWidget* parent = nullptr);
    void setBars(std::vector<StageBar> bars);
    const std::vector<StageBar>& bars() const { return m_bars; }
    /// Rectangle of stage `stage` of bar `bar`; empty when it has no time.
    QRectF segment(int bar, std::string_view stage) const;
    /// Text of the tip at a point; empty where there is none.
    QString tipAt(QPointF position) const;

    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

protected:
    bool event(QEvent* event) override;
    void paintEvent(QPaintEvent* event) override;

private:
    QRectF track(int bar) const;
    QRectF totalRect(int bar) const;
    void paintBar(QPainter& painter, int bar) const;

    std::vector<StageBar> m_bars;
};

} // namespace prunescope::ui
