#pragma once

#include <QString>
#include <QWidget>

namespace prunescope::ui {

/// Tokens that one step of a plan leaves.
struct TokenFigures {
    QString where; ///< "before layer 2"; empty: nothing to tell apart
    int left = 0;
    int reached = 0;      ///< tokens that come to the step
    int all = 0;          ///< blocks of the picture
    bool isAbout = false; ///< `left` is what to expect: the method decides by what it sees
    bool operator==(const TokenFigures&) const = default;

    /// "680 of 2 040 tokens · 33.3 %", with the share of the picture where that is another one.
    QString text() const;
};

/// A bar of the picture's tokens: what reaches a step, and what it leaves of them, with the figures in words.
class BudgetGauge : public QWidget {
    Q_OBJECT

public:
    explicit BudgetGauge(QWidget* parent = nullptr);
    void setFigures(const TokenFigures& figures);
    const TokenFigures& figures() const { return m_figures; }

    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    TokenFigures m_figures;
};

} // namespace prunescope::ui
