#include "ui/panels/strategy_options.h"

#include "core/strategies/strategy.h"

#include <QCheckBox>
#include <QComboBox>
#include <QDoubleSpinBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QSignalBlocker>
#include <QSpinBox>
#include <QVBoxLayout>
#include <algorithm>
#include <limits>

namespace prunescope::ui {

namespace {

constexpr double kFirstRatio = 0.5; ///< when somebody switches from aligned to a ratio
constexpr int kRatioPx = 64;
enum Skip { Aligned, Ratio };

QHBoxLayout* lineIn(QWidget* widget) {
    auto* layout = new QHBoxLayout(widget);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(8);
    return layout;
}

} // namespace

StrategyOptions::StrategyOptions(QWidget* parent)
    : QWidget(parent), m_lastRatio(kFirstRatio), m_skipLine(makeSkipLine()), m_seedLine(makeSeedLine()) {
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(8);
    layout->addWidget(m_skipLine);
    layout->addWidget(m_seedLine);
    connectControls();
}

QWidget* StrategyOptions::makeSkipLine() {
    auto* line = new QWidget(this);
    auto* caption = new QLabel(tr("Skip"), line);
    m_skip = new QComboBox(line);
    m_skip->setObjectName(QStringLiteral("skip"));
    m_skip->addItems({tr("as Pred-2D"), tr("a share")});
    m_skip->setAccessibleName(tr("How many blocks ConnComp skips"));
    m_skip->setToolTip(tr("Of each area of equal blocks some are skipped: so many that as many are kept as Pred-2D "
                          "keeps, or a share of the area's blocks."));
    caption->setBuddy(m_skip);
    caption->setMinimumWidth(kCaptionPx);
    m_skip->setFixedWidth(kFieldPx);
    m_ratio = new QDoubleSpinBox(line);
    m_ratio->setObjectName(QStringLiteral("skipRatio"));
    m_ratio->setRange(0, 1);
    m_ratio->setSingleStep(0.05);
    m_ratio->setLocale(QLocale::c());
    m_ratio->setKeyboardTracking(false);
    m_ratio->setFixedWidth(kRatioPx);
    m_ratio->setAccessibleName(tr("Share of an area's blocks that is skipped, 0 to 1"));
    m_ratio->setToolTip(m_ratio->accessibleName());
    m_even = new QCheckBox(tr("Even"), line);
    m_even->setObjectName(QStringLiteral("even"));
    m_even->setToolTip(tr("Keep blocks at even distances in each area. Without it they are drawn."));
    auto* layout = lineIn(line);
    layout->addWidget(caption);
    layout->addWidget(m_skip);
    layout->addWidget(m_ratio);
    layout->addStretch(1);
    layout->addWidget(m_even);
    return line;
}

QWidget* StrategyOptions::makeSeedLine() {
    auto* line = new QWidget(this);
    auto* caption = new QLabel(tr("Seed"), line);
    m_seed = new QSpinBox(line);
    m_seed->setObjectName(QStringLiteral("seed"));
    m_seed->setRange(0, std::numeric_limits<int>::max());
    m_seed->setKeyboardTracking(false);
    m_seed->setFixedWidth(kFieldPx);
    m_seed->setAccessibleName(tr("Seed of the draws"));
    m_seed->setToolTip(tr("Another seed draws other blocks; the same one always the same."));
    caption->setBuddy(m_seed);
    caption->setMinimumWidth(kCaptionPx);
    auto* layout = lineIn(line);
    layout->addWidget(caption);
    layout->addWidget(m_seed);
    layout->addStretch(1);
    return line;
}

template <typename Change>
void StrategyOptions::change(Change change) {
    MaskSettings settings = m_settings;
    change(settings);
    Q_EMIT changed(settings);
}

void StrategyOptions::connectControls() {
    connect(m_skip, &QComboBox::activated, this, [this](int skip) {
        change([&](MaskSettings& settings) {
            settings.skipRatio = skip == Ratio ? std::optional(m_lastRatio) : std::nullopt;
        });
    });
    connect(m_ratio, &QDoubleSpinBox::valueChanged, this,
            [this](double ratio) { change([&](MaskSettings& settings) { settings.skipRatio = ratio; }); });
    connect(m_even, &QCheckBox::toggled, this,
            [this](bool even) { change([&](MaskSettings& settings) { settings.even = even; }); });
    connect(m_seed, &QSpinBox::valueChanged, this, [this](int seed) {
        change([&](MaskSettings& settings) { settings.seed = static_cast<std::uint64_t>(seed); });
    });
}

void StrategyOptions::setSettings(const MaskSettings& settings) {
    m_settings = settings;
    m_lastRatio = settings.skipRatio.value_or(m_lastRatio);
    const QSignalBlocker ratio(m_ratio), even(m_even), seed(m_seed);
    m_skip->setCurrentIndex(settings.skipRatio ? Ratio : Aligned);
    m_ratio->setValue(m_lastRatio);
    m_ratio->setVisible(settings.skipRatio.has_value());
    m_even->setChecked(settings.even);
    m_seed->setValue(static_cast<int>(std::min<std::uint64_t>(settings.seed, std::numeric_limits<int>::max())));
    const bool skips = settings.strategy == "conncomp", draws = findStrategy(settings.strategy).draws;
    m_skipLine->setVisible(skips);
    m_seedLine->setVisible(draws);
    setVisible(skips || draws);
}

} // namespace prunescope::ui
