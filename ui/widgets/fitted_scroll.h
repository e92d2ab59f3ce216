#pragma once

#include <QScrollArea>

namespace prunescope::ui {

/// Scroll area that is as tall as its content where there is room for it, and scrolls where there is not: then a wheel
/// over a field without the focus scrolls, too, and changes nothing.
class FittedScroll : public QScrollArea {
    Q_OBJECT

public:
    explicit FittedScroll(QWidget* content, QWidget* parent = nullptr);

    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

Q_SIGNALS:
    /// The content has become taller or shorter.
    void contentResized();

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    int contentHeight() const;
    bool scrollsInstead(const QObject* watched) const;
    int m_height = 0; ///< that was last told
};

} // namespace prunescope::ui
