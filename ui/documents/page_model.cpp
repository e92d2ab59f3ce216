#include "ui/documents/page_model.h"

#include "ui/session/open_document.h"
#include "ui/style/icons.h"

#include <QPainter>
#include <algorithm>

namespace prunescope::ui {

namespace {

constexpr std::size_t kMostWanted = 24; ///< about what is seen at once; the rest has been scrolled away
const QColor kEdge(118, 126, 140);
const QColor kPaper(255, 255, 255, 40);

} // namespace

PageModel::PageModel(OpenDocument& document, QObject* parent) : QAbstractListModel(parent), m_document(document) {
    connect(&m_document, &OpenDocument::opened, this, &PageModel::startOver);
    connect(&m_document, &OpenDocument::closed, this, &PageModel::startOver);
    setScale(1);
}

void PageModel::setScale(qreal dpr) {
    m_dpr = dpr;
    m_blank = clearPixmap(kThumbnail, dpr);
    QPainter painter(&m_blank);
    painter.setPen(kEdge);
    painter.setBrush(kPaper);
    painter.drawRect(QRect(QPoint(), kThumbnail - QSize(1, 1)));
    painter.end();
    m_drawn.clear();
}

void PageModel::startOver() {
    beginResetModel();
    m_pages = m_document.pages();
    m_drawn.clear();
    m_wanted.clear();
    m_isDrawing = false;
    endResetModel();
}

int PageModel::rowCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : m_pages;
}

QVariant PageModel::data(const QModelIndex& index, int role) const {
    if (!checkIndex(index, CheckIndexOption::IndexIsValid))
        return {};
    switch (role) {
    case Qt::DisplayRole:
        return QString::number(index.row() + 1);
    case Qt::DecorationRole:
        return thumbnail(index.row());
    case Qt::ToolTipRole:
    case Qt::AccessibleTextRole:
        return tr("Page %1 of %2").arg(index.row() + 1).arg(m_pages);
    case Qt::SizeHintRole: // else a view looks at every page to know it
        return kItem;
    case Qt::TextAlignmentRole:
        return QVariant::fromValue(Qt::Alignment(Qt::AlignHCenter));
    default:
        return {};
    }
}

const QPixmap& PageModel::thumbnail(int page) const {
    if (const QPixmap* drawn = m_drawn.object(page))
        return *drawn;
    want(page);
    return m_blank;
}

void PageModel::want(int page) const {
    std::erase(m_wanted, page);
    m_wanted.push_back(page);
    if (m_wanted.size() > kMostWanted)
        m_wanted.erase(m_wanted.begin());
    // A view asks while it paints: what changes the model waits until it is done.
    QMetaObject::invokeMethod(const_cast<PageModel*>(this), &PageModel::drawNext, Qt::QueuedConnection);
}

void PageModel::drawNext() {
    if (m_isDrawing || m_wanted.empty())
        return;
    const int page = m_wanted.back();
    m_wanted.pop_back();
    if (page >= m_pages || m_drawn.contains(page))
        return drawNext();
    m_isDrawing = true;
    m_document.readThumbnail(this, page, kThumbnail * m_dpr, [this, page](const QImage& drawn) { take(page, drawn); });
}

void PageModel::take(int page, const QImage& drawn) {
    m_isDrawing = false;
    m_drawn.insert(page, new QPixmap(drawn.isNull() ? m_blank : framed(drawn)));
    Q_EMIT dataChanged(index(page), index(page), {Qt::DecorationRole});
    drawNext();
}

QPixmap PageModel::framed(const QImage& drawn) const {
    QPixmap pixmap = clearPixmap(kThumbnail, m_dpr);
    QPainter painter(&pixmap);
    const QSizeF size = QSizeF(drawn.size()) / m_dpr;
    const QRectF place(QPointF((kThumbnail.width() - size.width()) / 2, (kThumbnail.height() - size.height()) / 2),
                       size);
    painter.drawImage(place, drawn);
    painter.setPen(kEdge);
    painter.drawRect(place.adjusted(0, 0, -1, -1));
    return pixmap;
}

} // namespace prunescope::ui
