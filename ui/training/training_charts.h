#pragma once

#include "model/progress/training_progress.h"
#include "ui/widgets/line_chart.h"

#include <QSet>
#include <QWidget>
#include <memory>

class QCheckBox;
class QSlider;

namespace prunescope::ui {

class FlowLayout;

/// The curves of a training run: losses, chosen by check boxes, and below them what was right in evaluations, pictures
/// per second and the learning rate.
class TrainingCharts : public QWidget {
    Q_OBJECT

public:
    explicit TrainingCharts(QWidget* parent = nullptr);

    void show(std::shared_ptr<const TrainingProgress> progress);

protected:
    void changeEvent(QEvent* event) override;

private:
    QWidget* makeOptions();
    QWidget* makeSmallCharts();
    void refresh();
    void refreshBoxes();
    void showLosses();
    void showAccuracies();
    std::vector<ChartLine> legendOf(const QStringList& tasks, const QStringList& plans) const;

    std::shared_ptr<const TrainingProgress> m_progress;
    QStringList m_names;    ///< of the losses that have a check box
    QSet<QString> m_hidden; ///< of those, the ones that are not ticked
    FlowLayout* m_boxes;
    QCheckBox* m_logarithmic;
    QSlider* m_smoothing;
    LineChart* m_losses;
    LineChart* m_accuracies;
    LineChart* m_speed;
    LineChart* m_rate;
};

} // namespace prunescope::ui
