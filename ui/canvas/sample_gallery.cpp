#include "ui/canvas/sample_gallery.h"

#include "ui/samples.h"
#include "ui/widgets/flow_layout.h"

#include <QImageReader>
#include <QKeyEvent>
#include <QLabel>
#include <QToolButton>
#include <QVBoxLayout>

namespace prunescope::ui {

namespace {

constexpr QSize kThumbnail{176, 110};
constexpr QSize kButton{200, 150};

/// Empty pictures for files that cannot be read: their titles can still be chosen, and opening says what is wrong.
std::vector<QImage> readAll() {
    std::vector<QImage> thumbnails;
    for (const Sample& sample : samples()) {
        QImageReader reader(sample.resource);
        reader.setScaledSize(reader.size().scaled(kThumbnail * 2, Qt::KeepAspectRatio)); // twice: dense screens
        thumbnails.push_back(reader.read());
    }
    return thumbnails;
}

} // namespace

SampleGallery::SampleGallery(QWidget* parent) : QScrollArea(parent) {
    setObjectName(QStringLiteral("sampleGallery"));
    setFrameShape(QFrame::NoFrame);
    setWidgetResizable(true);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setFocusPolicy(Qt::NoFocus);
    auto* content = new QWidget(this);
    auto* title = new QLabel(tr("Samples, each with questions to try"), content);
    title->setObjectName(QStringLiteral("emptyTitle"));
    auto* back = new QToolButton(content);
    back->setObjectName(QStringLiteral("galleryBack"));
    back->setText(tr("Back"));
    back->setToolTip(tr("Back (Esc)"));
    back->setFocusPolicy(Qt::StrongFocus);
    connect(back, &QToolButton::clicked, this, &SampleGallery::cancelled);
    auto* grid = new QWidget(content);
    auto* flow = new FlowLayout(16);
    grid->setLayout(flow);
    for (const Sample& sample : samples()) {
        m_buttons.push_back(makeButton(sample));
        flow->addWidget(m_buttons.back());
    }
    QSizePolicy policy(QSizePolicy::Expanding, QSizePolicy::Minimum);
    policy.setHeightForWidth(true);
    grid->setSizePolicy(policy);
    auto* layout = new QVBoxLayout(content);
    layout->setContentsMargins(24, 24, 24, 24);
    layout->setSpacing(16);
    auto* head = new QHBoxLayout;
    head->addWidget(title, 1);
    head->addWidget(back);
    layout->addLayout(head);
    layout->addWidget(grid);
    layout->addStretch(1);
    setWidget(content);
}

QToolButton* SampleGallery::makeButton(const Sample& sample) {
    auto* button = new QToolButton(this);
    button->setObjectName(QStringLiteral("thumbnail"));
    button->setText(sample.title);
    button->setIconSize(kThumbnail);
    button->setFixedSize(kButton);
    button->setToolButtonStyle(Qt::ToolButtonTextUnderIcon);
    button->setFocusPolicy(Qt::StrongFocus);
    button->setToolTip(sample.questions.join(QLatin1Char('\n')));
    connect(button, &QToolButton::clicked, this, [this, &sample] { Q_EMIT chosen(sample); });
    return button;
}

void SampleGallery::showEvent(QShowEvent* event) {
    QScrollArea::showEvent(event);
    if (!m_buttons.empty())
        m_buttons.front()->setFocus(Qt::OtherFocusReason);
    if (!m_isRead)
        readThumbnails();
    m_isRead = true;
}

void SampleGallery::readThumbnails() {
    m_read.start([] { return readAll(); },
                 [this](const std::vector<QImage>& thumbnails) {
                     for (std::size_t i = 0; i < m_buttons.size(); ++i)
                         m_buttons[i]->setIcon(QPixmap::fromImage(thumbnails[i]));
                 });
}

void SampleGallery::keyPressEvent(QKeyEvent* event) {
    if (event->key() == Qt::Key_Escape)
        Q_EMIT cancelled();
    else
        QScrollArea::keyPressEvent(event);
}

} // namespace prunescope::ui
