#pragma once

#include <QAbstractSlider>
#include <vector>

namespace prunescope::ui {

/// Slider for tau with a scale of its own (tau_scale.h) and labelled marks. Its integer value is the index of a stop.
class TauSlider : public QAbstractSlider {
    Q_OBJECT

public:
    explicit TauSlider(QWidget* parent = nullptr);
    /// Ascending, at least two.
    void setStops(std::vector<double> stops);
    double tau() const;
    /// Puts the handle at the place of `tau`, also between stops, without emitting `tauMoved`.
    void setTau(double tau);

    QSize sizeHint() const override;
    QSize minimumSizeHint() const override { return sizeHint(); }

Q_SIGNALS:
    /// Emitted when the user moves the handle.
    void tauMoved(double tau);

protected:
    void paintEvent(QPaintEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;

private:
    double xOf(double tau) const;
    void moveTo(double x);
    void paintTrack(QPainter& painter) const;
    void paintMarks(QPainter& painter) const;
    void paintHandle(QPainter& painter) const;

    std::vector<double> m_stops{0, 1};
    double m_tau = 0;
};

} // namespace prunescope::ui
