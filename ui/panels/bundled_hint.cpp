#include "ui/panels/bundled_hint.h"

#include "ui/panels/window_actions.h"
#include "ui/session/model_slot.h"
#include "ui/session/notices.h"
#include "ui/session/open_image.h"
#include "ui/session/samples.h"
#include "ui/style/icons.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QToolButton>

namespace prunescope::ui {

BundledHint::BundledHint(const Parts& parts, QWidget* parent) : QFrame(parent), m_parts(parts) {
    setObjectName(QStringLiteral("bundledHint"));
    auto* text =
        new QLabel(tr("The bundled model knows drawn screens and documents. For pictures like this one: Models "
                      "→ <a href='#'>Download a model…</a>"),
                   this);
    text->setObjectName(QStringLiteral("muted"));
    text->setWordWrap(true);
    text->setTextInteractionFlags(Qt::LinksAccessibleByMouse | Qt::LinksAccessibleByKeyboard);
    auto* close = new QToolButton(this);
    close->setIcon(icon(QStringLiteral("close")));
    close->setIconSize({12, 12});
    close->setAutoRaise(true);
    close->setObjectName(QStringLiteral("bundledHintClose"));
    close->setToolTip(tr("Do not show this again"));
    close->setAccessibleName(tr("Do not show this again"));
    auto* layout = new QHBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(8);
    layout->addWidget(text, 1);
    layout->addWidget(close, 0, Qt::AlignTop);
    connect(text, &QLabel::linkActivated, this, [this] { m_parts.actions.chooseDownload(); });
    connect(close, &QToolButton::clicked, this, [this] { m_parts.notices.setMayHint(false); });
    connect(&m_parts.notices, &Notices::mayHintChanged, this, &BundledHint::refresh);
    connect(&m_parts.model, &ModelSlot::changed, this, &BundledHint::refresh);
    connect(&m_parts.image, &OpenImage::changed, this, &BundledHint::refresh);
    refresh();
}

void BundledHint::refresh() {
    setVisible(isWanted());
}

bool BundledHint::isWanted() const {
    if (!m_parts.notices.mayHint() || !m_parts.model.isBundled() || m_parts.image.isEmpty())
        return false;
    const Sample* sample = sampleShowing(m_parts.image.screenshot().picture);
    return !sample || !sample->isForBundled;
}

} // namespace prunescope::ui
