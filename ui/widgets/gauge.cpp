#include "ui/widgets/gauge.h"

#include <QLabel>
#include <QStyle>
#include <QVBoxLayout>

namespace prunescope::ui {

Gauge::Gauge(const QString& caption, const QString& tip, QWidget* parent)
    : QFrame(parent), m_value(new QLabel(this)), m_before(new QLabel(this)), m_caption(caption) {
    setObjectName(QStringLiteral("gauge"));
    setToolTip(tip);
    auto* title = new QLabel(caption, this);
    title->setObjectName(QStringLiteral("gaugeCaption"));
    m_value->setObjectName(QStringLiteral("gaugeValue"));
    m_before->setObjectName(QStringLiteral("gaugeBefore"));
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(10, 6, 8, 6);
    layout->setSpacing(1);
    for (QLabel* label : {title, m_value, m_before})
        layout->addWidget(label);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
}

void Gauge::setValues(const QString& value, const QString& before) {
    m_value->setText(value);
    m_before->setText(before.isEmpty() ? QStringLiteral(" ") : before);
    if (const bool isStruck = !before.isEmpty(); m_before->property("struck").toBool() != isStruck) {
        m_before->setProperty("struck", isStruck); // the style sheet strikes it through, in every theme
        style()->unpolish(m_before);
        style()->polish(m_before);
    }
    setAccessibleName(before.isEmpty() ? tr("%1: %2").arg(m_caption, value)
                                       : tr("%1: %2, without pruning %3").arg(m_caption, value, before));
}

QString Gauge::value() const {
    return m_value->text();
}

QString Gauge::before() const {
    return m_before->text().trimmed();
}

} // namespace prunescope::ui
