#include "ui/canvas/compare_bar.h"

#include "ui/session/comparison.h"
#include "ui/session/open_image.h"
#include "ui/session/plan_title.h"
#include "ui/style/format.h"
#include "ui/style/icons.h"
#include "ui/style/plan_look.h"
#include "ui/widgets/flow_layout.h"
#include "ui/widgets/segmented.h"

#include <QComboBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QPainter>
#include <QSignalBlocker>
#include <QVBoxLayout>

namespace prunescope::ui {

namespace {

constexpr QSize kSwatchPx{16, 12};
constexpr int kLetterPx = 44; ///< of a button with a letter
const QString kSwipe = QStringLiteral("swipe");
const QString kDifferences = QStringLiteral("differences");
const QString kFirst = QStringLiteral("first");
const QString kOther = QStringLiteral("other");

QString letterOf(int plan) {
    return planLetter(static_cast<std::size_t>(plan));
}

/// A block that both plans keep, or that both drop.
QPixmap plainSwatch(bool kept, qreal dpr) {
    QPixmap pixmap = clearPixmap(kSwatchPx, dpr);
    pixmap.fill(kept ? QColor(0xd4, 0xd8, 0xde) : QColor(0x3a, 0x3d, 0x42));
    QPainter painter(&pixmap);
    painter.setPen(QColor(118, 126, 140));
    painter.drawRect(QRectF(0.5, 0.5, kSwatchPx.width() - 1, kSwatchPx.height() - 1));
    return pixmap;
}

} // namespace

CompareBar::CompareBar(Comparison& comparison, const OpenImage& image, QWidget* parent)
    : FlowBar(parent), m_comparison(comparison), m_image(image), m_views(new Segmented(this)),
      m_caption(new QLabel(this)), m_other(new QComboBox(this)) {
    setObjectName(QStringLiteral("compareBar"));
    m_caption->setText(tr("A beside"));
    m_caption->setBuddy(m_other);
    m_other->setAccessibleName(tr("Plan beside A"));
    auto* views = new QHBoxLayout;
    views->setSpacing(8);
    addViews();
    views->addWidget(m_views);
    views->addWidget(m_caption);
    views->addWidget(m_other);
    views->addStretch(1);
    auto* legend = new FlowLayout(16);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(16, 8, 16, 8);
    layout->setSpacing(6);
    layout->addLayout(views);
    layout->addLayout(legend);
    for (int i = 0; i < 5; ++i) {
        m_entries.push_back(addEntry());
        legend->addWidget(m_entries.back().widget);
    }
    connect(m_other, &QComboBox::activated, this, [this](int index) { m_comparison.setOther(index + 1); });
    connect(&m_comparison, &Comparison::onChanged, this, &CompareBar::refresh);
    connect(&m_comparison, &Comparison::plansChanged, this, &CompareBar::refresh);
    connect(&m_comparison, &Comparison::masksChanged, this, &CompareBar::refresh);
    connect(&m_comparison, &Comparison::viewChanged, this, &CompareBar::refresh);
    connect(&m_comparison, &Comparison::resultsChanged, this, &CompareBar::refresh);
    connect(&m_image, &OpenImage::changed, this, &CompareBar::refresh);
    refresh();
}

CompareBar::Entry CompareBar::addEntry() {
    auto* widget = new QWidget(this);
    Entry entry{widget, new QLabel(widget), new QLabel(widget)};
    auto* line = new QHBoxLayout(widget);
    line->setContentsMargins(0, 0, 0, 0);
    line->setSpacing(6);
    line->addWidget(entry.swatch);
    line->addWidget(entry.text);
    return entry;
}

void CompareBar::addViews() {
    m_views->setAccessibleName(tr("What the picture shows of the plans"));
    m_views->add(kSwipe, tr("Swipe"),
                 tr("Both masks, parted by a line that can be dragged; on the picture comma and dot move it"));
    m_views->add(kDifferences, tr("Differences"),
                 tr("Which blocks both plans keep, or one alone; on the picture V changes between this and Swipe"));
    m_views->add(kFirst, letterOf(0), tr("Plan A alone; on the picture B shows A or the other one"));
    m_views->add(kOther, letterOf(1), tr("The other plan alone; on the picture B shows A or the other one"));
    m_views->setMinimumWidth(fontMetrics().horizontalAdvance(tr("Swipe") + tr("Differences")) + 48 + 2 * kLetterPx);
    connect(m_views, &Segmented::chosen, this, &CompareBar::choose);
}

void CompareBar::choose(const QString& view) {
    if (view == kFirst || view == kOther)
        m_comparison.setFlipped(view == kOther);
    else
        m_comparison.setView(view == kSwipe ? CompareView::Swipe : CompareView::Differences);
}

void CompareBar::refresh() {
    setVisible(m_comparison.isOn() && !m_image.isEmpty());
    if (isHidden())
        return;
    const CompareView view = m_comparison.view();
    m_views->setTitle(kOther, letterOf(m_comparison.other()));
    m_views->setCurrent(view == CompareView::Swipe         ? kSwipe
                        : view == CompareView::Differences ? kDifferences
                        : m_comparison.front() > 0         ? kOther
                                                           : kFirst);
    showOthers();
    showLegend();
}

void CompareBar::showOthers() {
    const QSignalBlocker blocker(m_other);
    m_other->clear();
    for (int plan = 1; plan < m_comparison.count(); ++plan) {
        m_other->addItem(letterOf(plan));
        m_other->setItemData(plan - 1, planTitle(m_comparison.plan(plan)), Qt::ToolTipRole);
    }
    m_other->setCurrentIndex(m_comparison.other() - 1);
    for (QWidget* widget : {static_cast<QWidget*>(m_caption), static_cast<QWidget*>(m_other)})
        widget->setVisible(m_comparison.count() > 2);
}

void CompareBar::setEntry(std::size_t index, const QPixmap& swatch, const QString& text, const QString& tip) {
    const Entry& entry = m_entries[index];
    entry.swatch->setPixmap(swatch);
    entry.swatch->setVisible(!swatch.isNull());
    entry.text->setText(text);
    entry.widget->setToolTip(tip);
    entry.widget->setVisible(!text.isEmpty());
}

void CompareBar::showLegend() {
    const int other = m_comparison.other();
    const QString letter = letterOf(other);
    const auto masks = m_comparison.masks(other);
    for (std::size_t i = 0; i < m_entries.size(); ++i)
        setEntry(i, {}, {});
    if (!masks)
        return setEntry(0, {},
                        tr("A and %1 show pictures of different sizes: they have no blocks in common.").arg(letter));
    if (masks->blocks() == 0)
        return setEntry(0, {}, tr("Finding masks…"));
    const qreal dpr = devicePixelRatioF();
    const auto swatchOf = [dpr](int plan) {
        return PlanLook::of(static_cast<std::size_t>(plan)).swatch(kSwatchPx, dpr);
    };
    setEntry(0, {}, tr("%1 of blocks alike").arg(percentText(masks->share())),
             tr("Blocks about which A and %1 decide alike: kept by both, or by neither").arg(letter));
    setEntry(1, plainSwatch(true, dpr), tr("both keep %1").arg(countText(masks->both)));
    setEntry(2, swatchOf(0), tr("A alone %1").arg(countText(masks->onlyFirst)));
    setEntry(3, swatchOf(other), tr("%1 alone %2").arg(letter, countText(masks->onlySecond)));
    setEntry(4, plainSwatch(false, dpr), tr("neither %1").arg(countText(masks->neither)));
}

QString CompareBar::legend() const {
    QStringList lines;
    for (const Entry& entry : m_entries)
        if (!entry.text->text().isEmpty())
            lines << entry.text->text();
    return lines.join(QLatin1Char('\n'));
}

} // namespace prunescope::ui
