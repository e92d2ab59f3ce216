#pragma once

#include <QToolButton>

namespace prunescope::ui {

/// A button that is seen only where the mouse is near it or the keyboard on it; its place stays free. Screen readers
/// and the Tab key find it always.
class QuietButton : public QToolButton {
    Q_OBJECT

public:
    QuietButton(const QString& text, const QString& tip, QWidget* parent = nullptr);
    /// Whether the mouse is near.
    void setNear(bool isNear);

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    bool m_isNear = false;
};

} // namespace prunescope::ui
