#pragma once

#include <QFrame>

namespace prunescope::ui {

/// A bar across the window whose content wraps: as tall as that is at the width which the bar has, where a layout would
/// ask for the height at the least width, and make the window taller.
class FlowBar : public QFrame {
    Q_OBJECT

public:
    explicit FlowBar(QWidget* parent = nullptr);

    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

protected:
    void resizeEvent(QResizeEvent* event) override;
};

} // namespace prunescope::ui
