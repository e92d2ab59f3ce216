#pragma once

#include <QFrame>

namespace prunescope::ui {

class FlowLayout;
class Workspace;

/// Under a sample: questions to try. A click asks at once. Hidden for other pictures.
class ExampleBar : public QFrame {
    Q_OBJECT

public:
    explicit ExampleBar(Workspace& workspace, QWidget* parent = nullptr);

private:
    void refresh();
    void addQuestion(const QString& question);
    void ask(const QString& question);

    Workspace& m_workspace;
    FlowLayout* m_row;
};

} // namespace prunescope::ui
