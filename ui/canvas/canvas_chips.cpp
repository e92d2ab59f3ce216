#include "ui/canvas/canvas_chips.h"

#include "core/report/budget_text.h"
#include "ui/canvas/scene.h"
#include "ui/style/format.h"

#include <QApplication>
#include <QFontMetrics>
#include <QHBoxLayout>
#include <QLabel>
#include <QToolButton>

namespace prunescope::ui {

namespace {

constexpr int kEdgePx = 12;
constexpr int kTextPx = 12;               // as in the style sheet
constexpr char kKeptColour[] = "#63d9a0"; // the chip is dark in both themes

QString tilesText(const std::vector<PictureView>& views) {
    const PixelRect& tile = views.front().seen;
    return KeptChip::tr("%1 tiles of %2").arg(views.size()).arg(sizeText({tile.width, tile.height}));
}

// From the longest to the shortest way to say it.
QStringList wordings(const Scene& scene) {
    const ShownMask& shown = scene.mask;
    const KeepMask& mask = shown.mask;
    const Size original{shown.area.width, shown.area.height};
    const QString figures = shown.isSmaller() ? KeptChip::tr("<b style='color:%1'>%2</b> in place of %3 (%4)")
                                              : KeptChip::tr("<b style='color:%1'>%2 kept</b> of %3 (%4)");
    const int count = scene.tokens();
    const QString number =
        shown.isSmaller() ? counted(count, KeptChip::tr("%1 block"), KeptChip::tr("%1 blocks")) : countText(count);
    const QString kept = figures.arg(QLatin1String(kKeptColour), number, countText(shown.full.count()),
                                     percentText(static_cast<double>(count) / shown.full.count()));
    const bool tiles = shown.views.size() > 1;
    const QString grid =
        tiles ? countText(mask.count()) : QStringLiteral("%1 × %2").arg(mask.grid().cols).arg(mask.grid().rows);
    const QString blocks = (mask.count() == 1 ? KeptChip::tr("%1 block") : KeptChip::tr("%1 blocks")).arg(grid);
    const QString seen = tiles ? tilesText(shown.views) : sizeText(mask.grid().size());
    QString sizes = original == mask.grid().size() ? sizeText(original) : sizeText(original) + " → " + seen;
    if (!scene.region.empty() && !scene.isMarked)
        sizes = KeptChip::tr("region %1").arg(sizes);
    return {sizes + " · " + blocks + " · " + kept, blocks + " · " + kept, kept};
}

// With its edges; measured bold, which is wider than what is.
int widthPxOf(const QString& html) {
    QFont font = QApplication::font();
    font.setPixelSize(kTextPx);
    font.setBold(true);
    return QFontMetrics(font).horizontalAdvance(withoutMarkup(html)) + 2 * kEdgePx + 2;
}

} // namespace

KeptChip::KeptChip(QWidget* parent) : QFrame(parent), m_label(new QLabel(this)) {
    setObjectName(QStringLiteral("canvasChip"));
    m_label->setTextFormat(Qt::RichText);
    auto* layout = new QHBoxLayout(this);
    layout->setContentsMargins(kEdgePx, 5, kEdgePx, 5);
    layout->addWidget(m_label);
    hide();
}

int KeptChip::leastWidthPx(const Scene& scene) {
    return scene.mask.valid() ? widthPxOf(wordings(scene).back()) : 0;
}

void KeptChip::show(const Scene& scene, int widthPx) {
    if (!scene.mask.valid()) {
        hide();
        return;
    }
    const QStringList texts = wordings(scene);
    QString chosen = texts.back();
    for (const QString& text : texts)
        if (widthPxOf(text) <= widthPx) {
            chosen = text;
            break;
        }
    m_label->setText(chosen);
    const QString tip =
        tr("Size of the picture → size at which the model sees it · blocks of %1 × %1 pixels, one visual "
           "token each · blocks that the model is given")
            .arg(scene.mask.full.geometry.blockPx());
    const ShownMask& mask = scene.mask;
    setToolTip(mask.fit ? tip + QLatin1Char('\n') + fromUtf8(budgetText({mask.mask, mask.fit}, mask.settings)) : tip);
    setAccessibleName(withoutMarkup(chosen));
    QFrame::show();
    adjustSize();
}

QString KeptChip::text() const {
    return withoutMarkup(m_label->text());
}

ZoomChip::ZoomChip(QWidget* parent) : QFrame(parent) {
    setObjectName(QStringLiteral("canvasChip"));
    auto* layout = new QHBoxLayout(this);
    layout->setContentsMargins(6, 2, 6, 2);
    layout->setSpacing(2);
    addButton(QStringLiteral("−"), tr("Zoom out (−)"), &ZoomChip::zoomOut);
    m_zoom = addButton(QStringLiteral("100 %"), tr("Show at 1:1 (1)"), &ZoomChip::actualSize);
    m_zoom->setFixedWidth(fontMetrics().horizontalAdvance(QStringLiteral("6400 %")) + 12);
    addButton(QStringLiteral("+"), tr("Zoom in (+)"), &ZoomChip::zoomIn);
    addButton(tr("Fit"), tr("Show the whole picture (0)"), &ZoomChip::fit);
}

QToolButton* ZoomChip::addButton(const QString& text, const QString& tip, void (ZoomChip::*signal)()) {
    auto* button = new QToolButton(this);
    button->setText(text);
    button->setToolTip(tip);
    button->setAccessibleName(tip);
    button->setFocusPolicy(Qt::TabFocus);
    connect(button, &QToolButton::clicked, this, signal);
    layout()->addWidget(button);
    return button;
}

void ZoomChip::showZoom(double zoom) {
    m_zoom->setText(tr("%1 %").arg(qRound(zoom * 100)));
}

} // namespace prunescope::ui
