#pragma once

#include <QStackedWidget>

class QToolButton;

namespace prunescope::ui {

class PictureInput;
class Workspace;

/// What is there before the first picture: three big choices, and the samples behind the third one.
class EmptyState : public QStackedWidget {
    Q_OBJECT

public:
    EmptyState(Workspace& workspace, PictureInput& input, QWidget* parent = nullptr);

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    QWidget* makeChoices(PictureInput& input);
    QToolButton* makeChoice(const QString& iconName, const QString& title, const QString& tip);

    QToolButton* m_sample = nullptr;
};

} // namespace prunescope::ui
