#pragma once

#include "ui/widgets/line_chart.h"

#include <QWidget>
#include <vector>

class QComboBox;

namespace prunescope::ui {

class SessionTimes;

/// One figure over the questions of the session, a point a question: each plan has a colour and a mark of its own.
class SessionChart : public QWidget {
    Q_OBJECT

public:
    explicit SessionChart(const SessionTimes& times, QWidget* parent = nullptr);

    /// What is shown, drawn large.
    QImage picture() const;

protected:
    void changeEvent(QEvent* event) override;

private:
    void refresh();
    void fill(LineChart& chart) const;
    /// A line for each plan, in the order in which they were first asked with.
    std::vector<ChartLine> lines() const;

    const SessionTimes& m_times;
    QComboBox* m_figure;
    LineChart* m_chart;
};

} // namespace prunescope::ui
