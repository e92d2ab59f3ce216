#pragma once

#include <QWidget>
#include <optional>

namespace prunescope::ui {

struct ChartLine;
class LineChart;
class TauCurve;

/// Prompt tokens and time to the first token over tau. The plan has the threshold under the cursor as long as it stays
/// there; a click or Enter keeps it.
class TauCharts : public QWidget {
    Q_OBJECT

public:
    /// `curve` outlives this.
    explicit TauCharts(TauCurve& curve, QWidget* parent = nullptr);

    LineChart& tokens() { return *m_tokens; }
    LineChart& firstToken() { return *m_firstToken; }

protected:
    void showEvent(QShowEvent* event) override;
    void hideEvent(QHideEvent* event) override;
    void changeEvent(QEvent* event) override;

private:
    LineChart* makeChart(const QString& title);
    void refresh();
    /// Shows the threshold at a place of a chart, or the one from before again.
    void look(std::optional<double> place);
    void keep(double place);
    std::optional<double> tauAt(double place) const;

    TauCurve& m_curve;
    LineChart* m_tokens;
    LineChart* m_firstToken;
    std::optional<double> m_before; ///< the threshold before somebody looked at others
};

} // namespace prunescope::ui
