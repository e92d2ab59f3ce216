#pragma once

#include "model/progress/training_progress.h"

#include <QWidget>
#include <map>

class QGridLayout;
class QLabel;

namespace prunescope::ui {

/// The newest figures of a training run, one below the other.
class TrainingFacts : public QWidget {
    Q_OBJECT

public:
    explicit TrainingFacts(QWidget* parent = nullptr);

    void show(const TrainingProgress& progress);
    /// The figure beside `caption`; empty where there is none.
    QString text(const QString& caption) const;

private:
    void set(const QString& caption, const QString& value, const QString& tip = {});

    struct Row {
        QLabel* caption;
        QLabel* value;
    };
    QGridLayout* m_grid;
    std::map<QString, Row> m_rows;
};

} // namespace prunescope::ui
