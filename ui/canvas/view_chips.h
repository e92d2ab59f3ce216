#pragma once

#include "ui/session/picture_changes.h"
#include "ui/session/restoration.h"

#include <QFrame>
#include <optional>

class QLabel;

namespace prunescope::ui {

/// "12 blocks changed in 2 places" or "nothing changed", with a piece of the outline.
class ChangesChip : public QFrame {
    Q_OBJECT

public:
    explicit ChangesChip(QWidget* parent = nullptr);
    /// Hides while nothing is known.
    void show(const std::optional<PictureChanges>& changes);
    QString text() const;

private:
    QLabel* m_outline;
    QLabel* m_label;
};

/// "worst error 0.0196 of τ 0.02" or "worst error 0.31, not bounded", with the colours of errors where they are shown.
class RestoredChip : public QFrame {
    Q_OBJECT

public:
    explicit RestoredChip(QWidget* parent = nullptr);
    /// Hides for the view None. Nothing restored: it is being made.
    void show(RestoredView view, const std::optional<Restoration>& restoration);
    QString text() const;
    /// Width of the longest text, so that nothing else has to move when the text changes.
    int reservedWidthPx() const;

private:
    QLabel* m_scale;
    QLabel* m_label;
};

} // namespace prunescope::ui
