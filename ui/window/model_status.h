#pragma once

#include <QWidget>

class QLabel;
class QProgressBar;
class QToolButton;

namespace prunescope::ui {

class ModelSlot;

/// Which model answers, or how far it is loaded, with a way to stop that.
class ModelStatus : public QWidget {
    Q_OBJECT

public:
    explicit ModelStatus(ModelSlot& model, QWidget* parent = nullptr);
    QString text() const { return m_full; }

protected:
    void resizeEvent(QResizeEvent* event) override;

private:
    void refresh();
    void elide();

    ModelSlot& m_model;
    QLabel* m_text;
    QProgressBar* m_progress;
    QToolButton* m_cancel;
    QString m_full;
};

} // namespace prunescope::ui
