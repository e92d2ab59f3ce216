#pragma once

#include <QFrame>

class QLabel;
class QToolButton;

namespace prunescope::ui {

struct Scene;

/// "1919 × 1079 → 1920 × 1088 · 60 × 34 blocks · 448 kept of 2 040 (22.0 %)" on the picture.
class KeptChip : public QFrame {
    Q_OBJECT

public:
    explicit KeptChip(QWidget* parent = nullptr);
    /// Width of the shortest text.
    static int leastWidthPx(const Scene& scene);
    /// Shows as much as fits into `widthPx`; the kept part always.
    void show(const Scene& scene, int widthPx);
    /// The text without markup.
    QString text() const;

private:
    QLabel* m_label;
};

/// Zoom out, the zoom, zoom in, fit.
class ZoomChip : public QFrame {
    Q_OBJECT

public:
    explicit ZoomChip(QWidget* parent = nullptr);
    void showZoom(double zoom);

Q_SIGNALS:
    void zoomIn();
    void zoomOut();
    void actualSize();
    void fit();

private:
    QToolButton* addButton(const QString& text, const QString& tip, void (ZoomChip::*signal)());
    QToolButton* m_zoom;
};

} // namespace prunescope::ui
