#pragma once

#include "model/progress/training_progress.h"
#include "ui/widgets/line_chart.h"

#include <QHash>
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
    void foldParts();
    void showLosses();
    void showAccuracies();
    std::vector<ChartLine> legendOf(const QStringList& tasks, const QStringList& plans) const;

    std::shared_ptr<const TrainingProgress> m_progress;
    /// Whether people want the curve of a part of the loss; unless they said so, the main ones.
    bool isShown(const QString& name) const;

    QStringList m_names;           ///< of the losses that have a check box
    QHash<QString, bool> m_wanted; ///< those that people have ticked or unticked
    bool m_listsAll = false;       ///< the check boxes of parts within parts are there
    FlowLayout* m_boxes;
    QCheckBox* m_logarithmic;
    QSlider* m_smoothing;
    LineChart* m_losses;
    LineChart* m_accuracies;
    LineChart* m_speed;
    LineChart* m_rate;
};

} // namespace prunescope::ui
