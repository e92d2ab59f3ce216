#include "ui/training/training_facts.h"

#include "core/base/format.h"
#include "ui/style/format.h"

#include <QGridLayout>
#include <QLabel>
#include <QRegularExpression>

namespace prunescope::ui {

namespace {

/// Every batch has a seed of its own, which tells nobody anything. A line may break after each stage and setting.
QString planText(const std::string& plan) {
    static const QRegularExpression seed(QStringLiteral(",seed=\\d+"));
    return fromUtf8(plan).remove(seed).replace(QLatin1String(","), QLatin1String(", "));
}

QString ratioText(const TrainingRatio& ratio) {
    const QString memory = ratio.memory <= 1
                               ? TrainingFacts::tr("%1 less memory").arg(percentText(1 - ratio.memory, 0))
                               : TrainingFacts::tr("%1 more memory").arg(percentText(ratio.memory - 1, 0));
    return TrainingFacts::tr("%1 × as fast, %2").arg(fixedText(ratio.stepTime, 2), memory);
}

} // namespace

TrainingFacts::TrainingFacts(QWidget* parent) : QWidget(parent), m_grid(new QGridLayout(this)) {
    m_grid->setContentsMargins(0, 0, 0, 0);
    m_grid->setHorizontalSpacing(12);
    m_grid->setVerticalSpacing(0);
    m_grid->setColumnStretch(0, 1);
    m_grid->setRowStretch(100, 1);
}

void TrainingFacts::set(const QString& caption, const QString& value, const QString& tip) {
    auto found = m_rows.find(caption);
    if (found == m_rows.end()) {
        const Row row{new QLabel(caption, this), new QLabel(this)};
        row.caption->setObjectName(QStringLiteral("gaugeCaption"));
        row.value->setWordWrap(true);
        row.value->setContentsMargins(0, 0, 0, 8);
        row.value->setTextInteractionFlags(Qt::TextSelectableByMouse);
        row.value->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred); // a long path never widens the window
        const int line = 2 * static_cast<int>(m_rows.size());
        m_grid->addWidget(row.caption, line, 0);
        m_grid->addWidget(row.value, line + 1, 0);
        found = m_rows.emplace(caption, row).first;
    }
    const Row& row = found->second;
    row.value->setText(value);
    row.value->setToolTip(tip);
    row.caption->setVisible(!value.isEmpty());
    row.value->setVisible(!value.isEmpty());
}

QString TrainingFacts::text(const QString& caption) const {
    const auto found = m_rows.find(caption);
    return found == m_rows.end() ? QString() : found->second.value->text();
}

void TrainingFacts::show(const TrainingProgress& progress) {
    const TrainingStep step = progress.step().value_or(TrainingStep{});
    const auto unless = [](bool missing, const QString& text) { return missing ? QString() : text; };
    const TrainingStart start = progress.start().value_or(TrainingStart{});
    set(tr("Trained numbers"),
        unless(start.trained == 0, tr("%1 of %2").arg(countText(start.trained), countText(start.parameters))));
    set(tr("Runs on"),
        unless(start.device.empty(), fromUtf8(start.device) + QStringLiteral(" · ") + fromUtf8(start.dtype)));
    set(tr("Pictures"), unless(step.images == 0, countText(step.images)));
    set(tr("Pictures a second"), unless(step.imagesPerSecond == 0, nonZeroText(step.imagesPerSecond, 1)));
    set(tr("Trained for"), unless(step.seconds == 0, fromUtf8(formatDuration(step.seconds))));
    set(tr("Learning rate"), unless(step.learningRate == 0, QString::number(step.learningRate, 'g', 3)));
    set(tr("Loss"), unless(!progress.step(), nonZeroText(step.loss, 3)));
    set(tr("This batch"),
        unless(step.plan.empty(), tr("%1, kept %2").arg(planText(step.plan), percentText(step.keptShare, 0))),
        tr("The pruning plan that was drawn for it"));
    set(tr("Pruned against full"), progress.ratio() ? ratioText(*progress.ratio()) : QString(),
        tr("Time of a training step, and the most memory it takes"));
    const QString checkpoint = progress.checkpoint() ? fromUtf8(progress.checkpoint()->path) : QString();
    set(tr("Last checkpoint"),
        unless(checkpoint.isEmpty(),
               tr("step %1: %2")
                   .arg(countText(progress.checkpoint().value_or(TrainingCheckpoint{}).step), shortName(checkpoint))),
        checkpoint);
    set(tr("Lines that can't be read"),
        unless(progress.badLines() == 0,
               tr("%1; the last: %2").arg(countText(progress.badLines()), fromUtf8(progress.lastBadLine()))));
}

} // namespace prunescope::ui
