#pragma once

#include "ui/widgets/chart_axis.h"
#include "ui/widgets/chart_mark.h"

#include <QColor>
#include <QPainterPath>
#include <QWidget>
#include <functional>
#include <optional>
#include <utility>
#include <vector>

namespace prunescope::ui {

/// One curve: `y[i]` at `x[i]`, x rising.
struct ChartLine {
    QString title;
    QColor colour;
    Qt::PenStyle dash = Qt::SolidLine; ///< colour alone tells no two curves apart
    std::vector<double> x;
    std::vector<double> y;
    /// With one every value is a measurement of its own: no line joins them, and the cursor names one where it meets
    /// it.
    ChartMark mark = ChartMark::None;
};

/// Curves over one x, to scale, with the values under the cursor: the mouse, or the arrow keys. Draws what it is given,
/// however many points that are. GUI thread.
class LineChart : public QWidget {
    Q_OBJECT

public:
    /// `xTitle` is what x counts: "step".
    LineChart(const QString& title, const QString& xTitle, QWidget* parent = nullptr);

    void setLines(std::vector<ChartLine> lines);
    const std::vector<ChartLine>& lines() const { return m_lines; }
    void setTitle(const QString& title);
    /// Sets the legend beside the title, in as many rows as it needs: titles with colour and dashes. Empty at first.
    void setLegend(std::vector<ChartLine> entries);
    void setLogarithmic(bool logarithmic);
    bool isLogarithmic() const { return m_logarithmic; }
    /// Weight of the past in [0, 1). Above 0 the curve as it came stays behind the smooth one, faintly.
    void setSmoothing(double weight);
    /// Fixes the range of y, instead of that of the values: 0..1 for a share.
    void setFixedRange(double low, double high);
    /// Names places on x, instead of by numbers: those with a mark below the plot, and by `nameOf` that of the cursor.
    void setXNames(std::vector<std::pair<double, QString>> marks, std::function<QString(double)> nameOf);
    /// A line down at the place on x that holds now; nothing: none.
    void setCurrent(std::optional<double> x);
    void setEmptyText(const QString& text);

    /// Place of the cursor on x; nothing while there is none.
    std::optional<double> cursor() const { return m_cursor; }
    void setCursorAt(std::optional<double> x);
    /// "step 120: loss 2.31, text 1.9"; empty without a cursor.
    QString cursorText() const;
    /// Rectangle in which the curves are drawn.
    QRectF plot() const;
    /// Point of a value, on `plot` or beyond.
    QPointF pointAt(double x, double y) const;

    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

Q_SIGNALS:
    /// Emitted when the user moves the cursor; nothing: it is gone.
    void cursorMoved(std::optional<double> x);
    /// Emitted when the user chooses the place at the cursor: a click, or Enter.
    void placeChosen(double x);

protected:
    void paintEvent(QPaintEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void leaveEvent(QEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void focusInEvent(QFocusEvent* event) override;
    void focusOutEvent(QFocusEvent* event) override;

private:
    void arrange();
    /// Left ends of the middle lines of the legend's entries.
    std::vector<QPointF> legendPlaces() const;
    void paintLegend(QPainter& painter) const;
    bool isEmpty() const;
    QPainterPath curve(const ChartLine& line, const std::vector<double>& y) const;
    void paintGrid(QPainter& painter) const;
    void paintMarks(QPainter& painter) const;
    void moveCursor(std::optional<double> x);
    QString placeText(double x) const;
    /// The lines that have a value at the cursor.
    std::vector<std::size_t> linesAtCursor() const;
    void paintLines(QPainter& painter) const;
    void paintPoints(QPainter& painter, const ChartLine& line) const;
    void paintCursor(QPainter& painter) const;
    void stepCursor(int direction, int points);
    static QString valueText(double value);

    QString m_title;
    QString m_xTitle;
    QString m_emptyText;
    std::vector<ChartLine> m_lines;
    std::vector<std::vector<double>> m_smooth; ///< y of each line, smoothed
    std::vector<double> m_places;              ///< x of the cursor: of the curve with most points, and of all marks
    std::vector<ChartLine> m_legend;
    double m_smoothing = 0;
    std::vector<std::pair<double, QString>> m_marks;
    std::function<QString(double)> m_nameOf;
    std::optional<double> m_current;
    bool m_logarithmic = false;
    std::optional<ChartAxis> m_fixed;
    ChartAxis m_xAxis;
    ChartAxis m_yAxis;
    double m_labelPx = 40; ///< width of the values left of the plot
    std::optional<double> m_cursor;
};

} // namespace prunescope::ui
