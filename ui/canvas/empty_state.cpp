#include "ui/canvas/empty_state.h"

#include "ui/canvas/sample_gallery.h"
#include "ui/session/samples.h"
#include "ui/style/icons.h"
#include "ui/style/theme.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QPainter>
#include <QToolButton>
#include <QVBoxLayout>

namespace prunescope::ui {

EmptyState::EmptyState(QWidget* parent) : QStackedWidget(parent) {
    setObjectName(QStringLiteral("emptyState"));
    auto* gallery = new SampleGallery(this);
    addWidget(makeChoices());
    addWidget(gallery);
    connect(m_sample, &QToolButton::clicked, this, [this, gallery] { setCurrentWidget(gallery); });
    connect(gallery, &SampleGallery::chosen, this, &EmptyState::sampleChosen);
    connect(gallery, &SampleGallery::cancelled, this, [this] {
        setCurrentIndex(0);
        m_sample->setFocus(Qt::OtherFocusReason);
    });
}

QWidget* EmptyState::makeChoices() {
    auto* page = new QWidget(this);
    auto* title = new QLabel(tr("Which parts of a screenshot does a model need to see?"), page);
    title->setObjectName(QStringLiteral("emptyTitle"));
    title->setAlignment(Qt::AlignCenter);
    title->setWordWrap(true);
    auto* capture = makeChoice(QStringLiteral("capture"), tr("Capture"), tr("Take a picture of the screen"));
    auto* open = makeChoice(QStringLiteral("open"), tr("Open"), tr("Open a picture file"));
    m_sample = makeChoice(QStringLiteral("sample"), tr("Sample"),
                          tr("Try one of the pictures that come along, with questions to ask"));
    connect(capture, &QToolButton::clicked, this, &EmptyState::captureChosen);
    connect(open, &QToolButton::clicked, this, &EmptyState::openChosen);
    auto* choices = new QHBoxLayout;
    choices->setSpacing(16);
    choices->addStretch(1);
    for (QToolButton* choice : {capture, open, m_sample})
        choices->addWidget(choice);
    choices->addStretch(1);
    auto* hint = new QLabel(tr("or drop a picture or a PDF here, or paste one with Ctrl+V"), page);
    hint->setObjectName(QStringLiteral("emptyHint"));
    hint->setAlignment(Qt::AlignCenter);
    auto* layout = new QVBoxLayout(page);
    layout->setContentsMargins(24, 24, 24, 24);
    layout->setSpacing(24);
    layout->addStretch(1);
    layout->addWidget(title);
    layout->addLayout(choices);
    layout->addWidget(hint);
    layout->addStretch(1);
    return page;
}

QToolButton* EmptyState::makeChoice(const QString& iconName, const QString& title, const QString& tip) {
    auto* button = new QToolButton(this);
    button->setObjectName(QStringLiteral("bigChoice"));
    button->setIcon(icon(iconName, QColor("#dfe6ee"))); // on the canvas, which is dark in both themes
    button->setIconSize({32, 32});
    button->setText(title);
    button->setToolTip(tip);
    button->setAccessibleDescription(tip);
    button->setToolButtonStyle(Qt::ToolButtonTextUnderIcon);
    button->setFixedSize(144, 112);
    button->setFocusPolicy(Qt::StrongFocus);
    return button;
}

void EmptyState::paintEvent(QPaintEvent*) {
    QPainter(this).fillRect(rect(), coloursOf(palette()).canvas);
}

} // namespace prunescope::ui
