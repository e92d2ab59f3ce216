#pragma once

#include "app/window_sets/window_context.h"
#include "model/datasets/screens/screen.h"

#include <QLabel>
#include <QWidget>

namespace prunescope::app {

/// The title bar of a window or dialog. Windows that are not on a desktop have none of the window manager's.
class TitleBar : public QWidget {
public:
    /// `kind` is WindowTitle or Dialog.
    TitleBar(WindowContext& context, model::ElementKind kind, QWidget* parent);

    model::ElementKind kind() const { return m_kind; }

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    model::ElementKind m_kind;
    QLabel* m_title;
    int m_signs; ///< close, enlarge, put away: how many are there
};

} // namespace prunescope::app
