#include "ui/panels/advice_line.h"

#include "core/base/format.h"
#include "core/pruning/pixel_options.h"
#include "ui/session/mask_view.h"
#include "ui/session/picture_advice.h"
#include "ui/style/format.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QToolButton>

namespace prunescope::ui {

namespace {

/// Lines don't end between a number and what belongs to it.
QString unbroken(QString text) {
    const QChar space(QChar::Nbsp);
    return text.replace(QStringLiteral(" %"), space + QStringLiteral("%"))
        .replace(QStringLiteral("τ "), QStringLiteral("τ") + space);
}

} // namespace

AdviceLine::AdviceLine(MaskView& mask, const PictureAdvice& advice, QWidget* parent)
    : QWidget(parent), m_mask(mask), m_advice(advice), m_text(new QLabel(this)), m_use(new QToolButton(this)) {
    m_text->setObjectName(QStringLiteral("muted"));
    m_text->setWordWrap(true);
    m_text->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_text->setAccessibleName(tr("Advice on this picture"));
    m_use->setObjectName(QStringLiteral("slim"));
    auto* layout = new QHBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(8);
    layout->addWidget(m_text, 1);
    layout->addWidget(m_use, 0, Qt::AlignTop);
    connect(m_use, &QToolButton::clicked, this, &AdviceLine::apply);
    connect(&m_advice, &PictureAdvice::changed, this, &AdviceLine::refresh);
    connect(&m_mask, &MaskView::planChanged, this, &AdviceLine::refresh);
    refresh();
}

// The button stays where it is while the threshold moves; it is off where it would change nothing.
void AdviceLine::refresh() {
    const auto& advice = m_advice.advice();
    setVisible(advice.has_value());
    if (!advice)
        return;
    m_text->setText(unbroken(fromUtf8(advice->text)));
    m_use->setVisible(advice->tau.has_value());
    if (!advice->tau)
        return;
    const QString tau = fromUtf8(shortNumber(*advice->tau));
    const bool offers = m_mask.settings().spec(kTau.name) && advice->offersOtherThan(m_mask.settings().value(kTau));
    m_use->setText(tr("Use τ %1").arg(tau));
    m_use->setEnabled(offers);
    const QString why = advice->isLimit ? tr("The threshold is not above %1") : tr("The threshold is %1 already");
    m_use->setToolTip((offers ? tr("Sets the threshold to %1") : why).arg(tau));
    m_use->setAccessibleDescription(m_text->text());
}

void AdviceLine::apply() {
    const auto& advice = m_advice.advice();
    if (!advice || !advice->tau)
        return;
    MethodSettings settings = m_mask.settings();
    m_mask.setSettings(settings.set(kTau, *advice->tau));
}

} // namespace prunescope::ui
