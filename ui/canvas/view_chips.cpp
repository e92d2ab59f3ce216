#include "ui/canvas/view_chips.h"

#include "core/pruning/pixel_options.h"
#include "core/report/error_map.h"
#include "ui/canvas/change_layer.h"
#include "ui/style/format.h"
#include "ui/style/icons.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QPainter>
#include <QPixmap>
#include <algorithm>

namespace prunescope::ui {

namespace {

constexpr QSize kScalePx{48, 10};
constexpr QSize kOutlinePx{14, 10};
// On the chip, which is dark in both themes.
constexpr char kBoundedColour[] = "#63d9a0";
constexpr char kUnboundedColour[] = "#e5b05c";

QHBoxLayout* layoutOf(QFrame* chip) {
    chip->setObjectName(QStringLiteral("canvasChip"));
    auto* layout = new QHBoxLayout(chip);
    layout->setContentsMargins(12, 5, 12, 5);
    layout->setSpacing(8);
    return layout;
}

QPixmap errorScale(qreal dpr) {
    QPixmap pixmap = clearPixmap(kScalePx, dpr);
    QPainter painter(&pixmap);
    for (int x = 0; x < kScalePx.width(); ++x) {
        const auto rgb = heatColour(static_cast<double>(x) / (kScalePx.width() - 1));
        painter.fillRect(QRect(x, 0, 1, kScalePx.height()), QColor(rgb[0], rgb[1], rgb[2]));
    }
    painter.setPen(QColor(255, 255, 255, 90));
    painter.drawRect(QRect({}, kScalePx - QSize(1, 1)));
    return pixmap;
}

QPixmap outline(qreal dpr) {
    QPixmap pixmap = clearPixmap(kOutlinePx, dpr);
    QPainter painter(&pixmap);
    painter.setPen(QPen(kChangeColour, 2));
    painter.drawRect(QRect({1, 1}, kOutlinePx - QSize(2, 2)));
    return pixmap;
}

QString errorNumber(double value) {
    return QString::number(value, 'g', 3);
}

QString inColour(const char* colour, const QString& text) {
    return QStringLiteral("<b style='color:%1'>%2</b>").arg(QLatin1String(colour), text);
}

QString errorText(const Restoration& restoration) {
    const QString worst = errorNumber(restoration.worst);
    if (!restoration.bounded)
        return RestoredChip::tr("worst error %1, %2")
            .arg(worst, inColour(kUnboundedColour, RestoredChip::tr("not bounded")));
    if (restoration.worst == 0)
        return inColour(kBoundedColour, RestoredChip::tr("no error"));
    return RestoredChip::tr("worst error %1 of τ %2")
        .arg(inColour(kBoundedColour, worst), errorNumber(restoration.limit));
}

QString tipOf(const Restoration& restoration) {
    const QString promise =
        restoration.bounded
            ? RestoredChip::tr("What a decoder makes of the kept blocks is nowhere further than τ from the picture, by "
                               "construction.")
            : RestoredChip::tr(
                  "What can be made of the kept blocks. This is the error on this picture; nothing keeps it "
                  "small on another one.");
    const QString scale = RestoredChip::tr("Grey: no error. Brightest colour: %1, in the metric %2.")
                              .arg(errorNumber(restoration.fullScale()), fromUtf8(restoration.settings.value(kMetric)));
    return restoration.view == RestoredView::Error ? promise + QLatin1Char('\n') + scale : promise;
}

} // namespace

ChangesChip::ChangesChip(QWidget* parent) : QFrame(parent), m_outline(new QLabel(this)), m_label(new QLabel(this)) {
    m_outline->setPixmap(outline(devicePixelRatioF()));
    QHBoxLayout* layout = layoutOf(this);
    layout->addWidget(m_outline);
    layout->addWidget(m_label);
    setToolTip(tr("Blocks that differ from the picture before this one, which had the same size"));
    hide();
}

void ChangesChip::show(const std::optional<PictureChanges>& changes) {
    setVisible(changes.has_value());
    if (!changes)
        return;
    m_outline->setVisible(!changes->none());
    m_label->setText(changes->none()
                         ? tr("nothing changed")
                         : tr("%1 in %2")
                               .arg(counted(changes->blocks, tr("%1 block changed"), tr("%1 blocks changed")),
                                    counted(std::ssize(changes->areasPx), tr("%1 place"), tr("%1 places"))));
    setAccessibleName(text());
    adjustSize();
}

QString ChangesChip::text() const {
    return m_label->text();
}

RestoredChip::RestoredChip(QWidget* parent) : QFrame(parent), m_scale(new QLabel(this)), m_label(new QLabel(this)) {
    m_scale->setPixmap(errorScale(devicePixelRatioF()));
    m_label->setTextFormat(Qt::RichText);
    QHBoxLayout* layout = layoutOf(this);
    layout->addWidget(m_scale);
    layout->addWidget(m_label);
    hide();
}

void RestoredChip::show(RestoredView view, const std::optional<Restoration>& restoration) {
    setVisible(view != RestoredView::None);
    if (view == RestoredView::None)
        return;
    m_scale->setVisible(view == RestoredView::Error);
    m_label->setText(restoration ? errorText(*restoration) : tr("restoring…"));
    setToolTip(restoration ? tipOf(*restoration) : QString());
    setAccessibleName(text());
    adjustSize();
}

int RestoredChip::reservedWidthPx() const {
    QFont bold = m_label->font();
    bold.setBold(true);
    const QString longest = tr("worst error %1, %2").arg(QStringLiteral("0.0000"), tr("not bounded"));
    const int others = width() - m_label->sizeHint().width();
    return std::max(width(), others + QFontMetrics(bold).horizontalAdvance(longest));
}

QString RestoredChip::text() const {
    return withoutMarkup(m_label->text());
}

} // namespace prunescope::ui
