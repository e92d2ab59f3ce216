#pragma once

#include <QWidget>

class QToolButton;

namespace prunescope::ui {

class PictureInput;
class Workspace;

/// What is there before the first picture: three big choices, and what happens then.
class EmptyState : public QWidget {
    Q_OBJECT

public:
    EmptyState(Workspace& workspace, PictureInput& input, QWidget* parent = nullptr);

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    QToolButton* makeChoice(const QString& iconName, const QString& title, const QString& tip);
};

} // namespace prunescope::ui
