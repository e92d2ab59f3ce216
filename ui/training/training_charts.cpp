#include "ui/training/training_charts.h"

#include "ui/style/format.h"
#include "ui/style/icons.h"
#include "ui/style/theme.h"
#include "ui/widgets/flow_layout.h"

#include <QCheckBox>
#include <QEvent>
#include <QHBoxLayout>
#include <QLabel>
#include <QPainter>
#include <QSlider>
#include <QToolButton>
#include <QVBoxLayout>
#include <algorithm>
#include <cmath>

namespace prunescope::ui {

namespace {

constexpr Qt::PenStyle kDashes[]{Qt::SolidLine, Qt::DashLine, Qt::DashDotLine, Qt::DotLine};
constexpr QSize kSwatch{22, 12};
constexpr int kSmoothingSteps = 20;
constexpr int kSmoothingAtFirst = 8;

Qt::PenStyle dashOf(std::size_t index) {
    return kDashes[(index + index / kSeriesColours) % std::size(kDashes)]; // other dashes when colours come again
}

/// Even steps of the slider are even factors of how many values count: 1, 1.26, 1.6 ... 100.
double weightOf(int step) {
    return 1 - std::pow(100.0, -static_cast<double>(step) / kSmoothingSteps);
}

ChartLine lineOf(const TrainingSeries& series, const QString& title, const QColor& colour, Qt::PenStyle dash) {
    return {title, colour, dash, series.steps, series.values};
}

QPixmap swatch(const QColor& colour, Qt::PenStyle dash, double ratio) {
    QPixmap pixmap = clearPixmap(kSwatch, ratio);
    QPainter painter(&pixmap);
    painter.setPen(QPen(colour, 2, dash));
    painter.drawLine(QPointF(0, kSwatch.height() / 2.0), QPointF(kSwatch.width(), kSwatch.height() / 2.0));
    return pixmap;
}

} // namespace

TrainingCharts::TrainingCharts(QWidget* parent)
    : QWidget(parent), m_progress(std::make_shared<const TrainingProgress>()), m_boxes(new FlowLayout(8)),
      m_losses(new LineChart(tr("Loss"), tr("step"), this)) {
    m_losses->setObjectName(QStringLiteral("lossChart"));
    m_losses->setEmptyText(tr("Losses appear here with the first steps."));
    auto* boxes = new QWidget(this);
    boxes->setLayout(m_boxes);
    setFlowPolicy(*boxes, QSizePolicy::Expanding);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(8);
    auto* head = new QHBoxLayout;
    head->setSpacing(16);
    head->addWidget(boxes, 1);
    head->addWidget(makeOptions());
    layout->addLayout(head);
    layout->addWidget(m_losses, 3);
    layout->addWidget(makeSmallCharts(), 2);
}

QWidget* TrainingCharts::makeOptions() {
    auto* options = new QWidget(this);
    m_logarithmic = new QCheckBox(tr("Log scale"), options);
    m_logarithmic->setObjectName(QStringLiteral("logScale"));
    auto* caption = new QLabel(tr("Smoothing"), options);
    caption->setObjectName(QStringLiteral("muted"));
    m_smoothing = new QSlider(Qt::Horizontal, options);
    m_smoothing->setObjectName(QStringLiteral("smoothing"));
    m_smoothing->setRange(0, kSmoothingSteps);
    m_smoothing->setFixedWidth(96);
    m_smoothing->setAccessibleName(tr("Smoothing"));
    m_smoothing->setToolTip(tr("Moving average of the losses; all the way left: as they came"));
    caption->setBuddy(m_smoothing);
    auto* layout = new QHBoxLayout(options);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(8);
    for (QWidget* widget : std::initializer_list<QWidget*>{m_logarithmic, caption, m_smoothing})
        layout->addWidget(widget);
    connect(m_logarithmic, &QCheckBox::toggled, m_losses, &LineChart::setLogarithmic);
    connect(m_smoothing, &QSlider::valueChanged, this, [this](int step) { m_losses->setSmoothing(weightOf(step)); });
    m_smoothing->setValue(kSmoothingAtFirst);
    return options;
}

QWidget* TrainingCharts::makeSmallCharts() {
    auto* row = new QWidget(this);
    m_accuracies = new LineChart(tr("Share right in evaluations"), tr("step"), row);
    m_accuracies->setObjectName(QStringLiteral("accuracyChart"));
    m_accuracies->setFixedRange(0, 1);
    m_accuracies->setEmptyText(tr("No evaluation yet"));
    m_speed = new LineChart(tr("Pictures a second"), tr("step"), row);
    m_rate = new LineChart(tr("Learning rate"), tr("step"), row);
    auto* layout = new QHBoxLayout(row);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(8);
    for (LineChart* chart : {m_accuracies, m_speed, m_rate})
        layout->addWidget(chart, chart == m_accuracies ? 4 : 3);
    return row;
}

void TrainingCharts::show(std::shared_ptr<const TrainingProgress> progress) {
    m_progress = std::move(progress);
    refresh();
}

void TrainingCharts::changeEvent(QEvent* event) {
    QWidget::changeEvent(event);
    if (event->type() == QEvent::PaletteChange) {
        m_names.clear(); // their swatches have the old theme's colours
        refresh();
    }
}

void TrainingCharts::refresh() {
    refreshBoxes();
    showLosses();
    showAccuracies();
    const QColor colour = seriesColour(palette(), 0);
    m_speed->setLines({lineOf(m_progress->imagesPerSecond(), tr("pictures a second"), colour, Qt::SolidLine)});
    m_rate->setLines({lineOf(m_progress->learningRates(), tr("learning rate"), colour, Qt::SolidLine)});
}

void TrainingCharts::refreshBoxes() {
    QStringList names;
    for (const TrainingSeries& series : m_progress->losses())
        names << fromUtf8(series.name);
    if (names == m_names)
        return;
    m_names = names;
    while (QLayoutItem* item = m_boxes->takeAt(0)) {
        delete item->widget();
        delete item;
    }
    for (qsizetype i = 0; i < names.size(); ++i) {
        const auto index = static_cast<std::size_t>(i);
        auto* box = new QCheckBox(names[i], this);
        box->setIcon(swatch(seriesColour(palette(), index), dashOf(index), devicePixelRatioF()));
        box->setIconSize(kSwatch);
        box->setChecked(isShown(names[i]));
        connect(box, &QCheckBox::toggled, this, [this, name = names[i]](bool on) {
            m_wanted[name] = on;
            showLosses();
        });
        m_boxes->addWidget(box);
    }
    foldParts();
}

bool TrainingCharts::isShown(const QString& name) const {
    return m_wanted.value(name, isMainLoss(name.toStdString()));
}

// Parts within parts are a dozen and more: their check boxes come when they are asked for.
void TrainingCharts::foldParts() {
    QList<QCheckBox*> parts;
    for (int i = 0; i < m_boxes->count(); ++i)
        if (auto* box = qobject_cast<QCheckBox*>(m_boxes->itemAt(i)->widget()); !isMainLoss(box->text().toStdString()))
            parts << box;
    if (parts.isEmpty())
        return;
    auto* more = new QToolButton(this);
    more->setObjectName(QStringLiteral("slim"));
    more->setCheckable(true);
    more->setText(counted(parts.size(), tr("1 part more"), tr("%1 parts more")));
    more->setToolTip(tr("Parts that these are made of"));
    const auto fold = [this, parts](bool lists) {
        m_listsAll = lists;
        for (QCheckBox* box : parts)
            box->setVisible(lists);
        m_boxes->invalidate();
    };
    connect(more, &QToolButton::toggled, this, fold);
    more->setChecked(m_listsAll);
    fold(m_listsAll);
    m_boxes->addWidget(more);
}

void TrainingCharts::showLosses() {
    std::vector<ChartLine> lines;
    for (std::size_t i = 0; i < m_progress->losses().size(); ++i) {
        const TrainingSeries& series = m_progress->losses()[i];
        if (const QString name = fromUtf8(series.name); isShown(name))
            lines.push_back(lineOf(series, name, seriesColour(palette(), i), dashOf(i)));
    }
    m_losses->setLines(std::move(lines));
}

std::vector<ChartLine> TrainingCharts::legendOf(const QStringList& tasks, const QStringList& plans) const {
    std::vector<ChartLine> legend;
    for (const QString& task : tasks)
        legend.push_back({task, seriesColour(palette(), legend.size()), Qt::SolidLine, {}, {}});
    for (qsizetype i = 0; plans.size() > 1 && i < plans.size(); ++i)
        legend.push_back({plans[i], coloursOf(palette()).muted, dashOf(static_cast<std::size_t>(i)), {}, {}});
    return legend;
}

// The colour tells the task, the dashes tell the plan.
void TrainingCharts::showAccuracies() {
    QStringList tasks, plans;
    for (const TrainingSeries& series : m_progress->accuracies()) {
        if (const QString task = fromUtf8(series.name); !tasks.contains(task))
            tasks << task;
        if (const QString plan = fromUtf8(series.plan); !plans.contains(plan))
            plans << plan;
    }
    std::vector<ChartLine> lines;
    for (const TrainingSeries& series : m_progress->accuracies()) {
        const QString task = fromUtf8(series.name), plan = fromUtf8(series.plan);
        lines.push_back(lineOf(series, plans.size() > 1 ? task + QStringLiteral(" · ") + plan : task,
                               seriesColour(palette(), static_cast<std::size_t>(tasks.indexOf(task))),
                               dashOf(static_cast<std::size_t>(plans.indexOf(plan)))));
    }
    m_accuracies->setLines(std::move(lines));
    m_accuracies->setLegend(legendOf(tasks, plans));
}

} // namespace prunescope::ui
