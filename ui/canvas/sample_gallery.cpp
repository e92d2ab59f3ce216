#include "ui/canvas/sample_gallery.h"

#include "ui/session/samples.h"
#include "ui/widgets/flow_layout.h"

#include <QImageReader>
#include <QKeyEvent>
#include <QLabel>
#include <QToolButton>
#include <QVBoxLayout>
#include <algorithm>

namespace prunescope::ui {

namespace {

constexpr QSize kThumbnail{224, 140};
constexpr QSize kButton{248, 184};

/// The upper part of a picture, in the shape of all thumbnails and for dense screens twice as large. An empty one for a
/// file that cannot be read: its title can still be chosen, and opening says what is wrong.
QImage readThumbnail(const QString& path) {
    const QSize size = 2 * kThumbnail;
    QImageReader reader(path);
    reader.setScaledSize(reader.size().scaled(size, Qt::KeepAspectRatioByExpanding));
    return reader.read().copy({QPoint(), size});
}

std::vector<QImage> readAll() {
    std::vector<QImage> thumbnails;
    for (const Sample& sample : samples())
        thumbnails.push_back(readThumbnail(sample.resource));
    return thumbnails;
}

} // namespace

SampleGallery::SampleGallery(QWidget* parent) : QScrollArea(parent) {
    setObjectName(QStringLiteral("sampleGallery"));
    setFrameShape(QFrame::NoFrame);
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
    setFlowPolicy(*grid, QSizePolicy::Expanding);
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
    button->setText(sample.isForBundled ? sample.title : tr("%1 · for a larger model").arg(sample.title));
    button->setIconSize(kThumbnail);
    button->setFixedSize(kButton);
    button->setToolButtonStyle(Qt::ToolButtonTextUnderIcon);
    button->setFocusPolicy(Qt::StrongFocus);
    const QString questions = sample.questions.join(QLatin1Char('\n'));
    button->setToolTip(sample.isForBundled ? questions
                                           : tr("The bundled model was not trained on pictures like this one: its "
                                                "answers will be wrong.") +
                                                 QLatin1Char('\n') + questions);
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

// A resizable widget would be as high as the narrowest one has to be.
void SampleGallery::resizeEvent(QResizeEvent* event) {
    QScrollArea::resizeEvent(event);
    const QSize room = viewport()->size();
    widget()->resize(room.width(), std::max(room.height(), widget()->heightForWidth(room.width())));
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
