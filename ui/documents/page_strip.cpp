#include "ui/documents/page_strip.h"

#include "ui/documents/page_model.h"
#include "ui/session/open_document.h"

#include <QEvent>
#include <QHBoxLayout>
#include <QItemSelectionModel>
#include <QLabel>
#include <QListView>
#include <QPlainTextEdit>
#include <QToolButton>

namespace prunescope::ui {

namespace {

constexpr int kStripPx = 132;
constexpr int kTextPx = 280;

} // namespace

PageStrip::PageStrip(OpenDocument& document, QWidget* parent)
    : QFrame(parent), m_document(document), m_model(new PageModel(document, this)) {
    setObjectName(QStringLiteral("pageStrip"));
    auto* layout = new QHBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(makePages());
    layout->addWidget(makeText());
    connect(&m_document, &OpenDocument::opened, this, &PageStrip::showDocument);
    connect(&m_document, &OpenDocument::closed, this, &PageStrip::showDocument);
    connect(&m_document, &OpenDocument::pageChanged, this, &PageStrip::showPage);
    showDocument();
}

QWidget* PageStrip::makePages() {
    auto* pages = new QWidget(this);
    pages->setFixedWidth(kStripPx);
    m_count = new QLabel(pages);
    m_count->setObjectName(QStringLiteral("muted"));
    m_showsText = new QToolButton(pages);
    m_showsText->setObjectName(QStringLiteral("slim"));
    m_showsText->setText(tr("Text"));
    m_showsText->setCheckable(true);
    m_showsText->setToolTip(tr("Shows the text of the page, as far as the document has it"));
    m_showsText->setAccessibleDescription(m_showsText->toolTip());
    m_list = new QListView(pages);
    m_list->setModel(m_model);
    m_list->setFrameShape(QFrame::NoFrame);
    m_list->setViewMode(QListView::IconMode);
    m_list->setFlow(QListView::TopToBottom);
    m_list->setWrapping(false);
    m_list->setMovement(QListView::Static);
    m_list->setUniformItemSizes(true);
    m_list->setIconSize(PageModel::kThumbnail);
    m_list->setGridSize(PageModel::kItem);
    m_list->setVerticalScrollMode(QAbstractItemView::ScrollPerPixel);
    m_list->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_list->setAccessibleName(tr("Pages"));
    connect(m_list->selectionModel(), &QItemSelectionModel::currentRowChanged, this,
            [this](const QModelIndex& current) { m_document.show(current.row()); });
    connect(m_showsText, &QToolButton::toggled, this, &PageStrip::showText);
    auto* head = new QHBoxLayout;
    head->setContentsMargins(8, 4, 4, 4);
    head->addWidget(m_count, 1);
    head->addWidget(m_showsText);
    auto* layout = new QVBoxLayout(pages);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addLayout(head);
    layout->addWidget(m_list, 1);
    return pages;
}

QWidget* PageStrip::makeText() {
    m_text = new QPlainTextEdit(this);
    m_text->setReadOnly(true);
    m_text->setFixedWidth(kTextPx);
    m_text->setTabChangesFocus(true);
    m_text->setPlaceholderText(tr("This page has no text: it is a picture."));
    m_text->setAccessibleName(tr("Text of the page"));
    m_text->hide();
    return m_text;
}

bool PageStrip::event(QEvent* event) {
    if (event->type() == QEvent::Show || event->type() == QEvent::ScreenChangeInternal)
        m_model->setScale(devicePixelRatioF());
    return QFrame::event(event);
}

void PageStrip::showDocument() {
    setVisible(!m_document.isEmpty());
    showPage();
}

void PageStrip::showPage() {
    if (m_document.isEmpty())
        return m_text->clear();
    m_count->setText(tr("%1 of %2").arg(m_document.page() + 1).arg(m_document.pages()));
    m_count->setAccessibleName(tr("Page %1 of %2").arg(m_document.page() + 1).arg(m_document.pages()));
    m_list->setCurrentIndex(m_model->index(m_document.page()));
    showText();
}

void PageStrip::showText() {
    const bool shows = m_showsText->isChecked();
    m_text->setVisible(shows);
    if (!shows || m_document.isEmpty())
        return;
    m_document.readText(this, m_document.page(), [this, page = m_document.page()](const QString& text) {
        if (page == m_document.page())
            m_text->setPlainText(text);
    });
}

void PageStrip::turn(int by) {
    m_document.show(m_document.page() + by);
}

} // namespace prunescope::ui
