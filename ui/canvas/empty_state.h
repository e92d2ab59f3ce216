#pragma once

#include <QStackedWidget>

class QToolButton;

namespace prunescope::ui {

struct Sample;

/// Empty canvas, before the first picture: three big choices, and the samples behind the third one.
class EmptyState : public QStackedWidget {
    Q_OBJECT

public:
    explicit EmptyState(QWidget* parent = nullptr);

Q_SIGNALS:
    void captureChosen();
    void openChosen();
    void sampleChosen(const prunescope::ui::Sample& sample);

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    QWidget* makeChoices();
    QToolButton* makeChoice(const QString& iconName, const QString& title, const QString& tip);

    QToolButton* m_sample = nullptr;
};

} // namespace prunescope::ui
