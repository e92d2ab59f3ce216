#include "ui/session/tau_curve.h"

#include "core/pruning/make_mask.h"
#include "core/pruning/pixel_options.h"
#include "ui/session/conversation.h"
#include "ui/session/expected_cost.h"
#include "ui/session/mask_view.h"
#include "ui/session/plan_change.h"
#include "ui/style/format.h"
#include "ui/widgets/tau_scale.h"

#include <algorithm>

namespace prunescope::ui {

namespace {

MethodSettings withTau(MethodSettings settings, double tau) {
    if (settings.spec(kTau.name))
        settings.change(kTau.name, tau);
    return settings;
}

PrunePlan withTau(const PrunePlan& plan, double tau) {
    return withPixelSettings(plan, withTau(plan.pixelStage().settings, tau));
}

} // namespace

bool TauCurve::Key::operator==(const Key& other) const {
    return blocks.grid() == other.blocks.grid() && blocks.picture().row(0) == other.blocks.picture().row(0) &&
           withTau(settings, 0) == withTau(other.settings, 0);
}

TauCurve::TauCurve(MaskView& mask, const ExpectedCost& cost, const Conversation& conversation, QObject* parent)
    : QObject(parent), m_mask(mask), m_cost(cost), m_conversation(conversation), m_job(this) {
    connect(&m_mask, &MaskView::planChanged, this, &TauCurve::refresh);
    connect(&m_mask, &MaskView::maskChanged, this, &TauCurve::refresh);
    connect(&m_cost, &ExpectedCost::changed, this, &TauCurve::showCosts);
    connect(&m_conversation, &Conversation::cleared, this, &TauCurve::changed);
    connect(&m_job, &LatestJob::failed, this, [this](const QString& message) {
        m_failure = message;
        Q_EMIT changed();
    });
    connect(&m_job, &LatestJob::becameIdle, this, &TauCurve::becameIdle);
}

void TauCurve::setWatched(bool watched) {
    m_isWatched = watched;
    refresh();
}

QString TauCurve::whyNone() const {
    const MethodSettings& settings = m_mask.settings();
    if (!m_mask.pictureId())
        return tr("Open a picture first.");
    if (!settings.applies(kTau.name))
        return tr("%1 reads no threshold: choose another method in the panel Pruning.")
            .arg(fromUtf8(settings.entry().title));
    const QString problem = m_cost.problem();
    return problem.isEmpty() ? m_failure : problem;
}

double TauCurve::tau() const {
    return m_mask.settings().find(kTau).value_or(0);
}

void TauCurve::setTau(double tau) {
    m_mask.setPlan(withTau(m_mask.plan(), tau));
}

void TauCurve::refresh() {
    if (!m_isWatched)
        return;
    const PixelBlocks* blocks = m_mask.blocks();
    if (!blocks || !m_mask.settings().applies(kTau.name)) {
        m_job.cancel();
        m_key.reset();
        m_counts.clear();
        return showCosts();
    }
    Key key{*blocks, m_mask.settings()};
    if (m_key == key)
        return Q_EMIT changed(); // tau alone moved
    m_job.cancel();
    m_key = key;
    m_counts.clear();
    m_failure.clear();
    showCosts();
    m_job.start(
        [key = std::move(key)] {
            MaskMaker maker(key.blocks); // of its own: the one of the mask may be at work
            std::vector<Count> counts;
            for (const double tau : tauStops(key.settings.value(kMetric))) {
                const KeepMask mask = maker.mask(withTau(key.settings, tau));
                counts.push_back({tau, mask.grid(), mask.keptCount()});
            }
            return counts;
        },
        [this](std::vector<Count> counts) {
            m_counts = std::move(counts);
            showCosts();
        });
}

void TauCurve::showCosts() {
    if (!m_isWatched)
        return;
    m_points.clear();
    for (const Count& count : m_counts)
        if (const auto costs = m_cost.figuresOf(withTau(m_mask.plan(), count.tau), count.grid, count.kept))
            m_points.push_back({count.tau, count.kept, costs->promptTokens, costs->firstTokenMs});
    Q_EMIT changed();
}

std::vector<TauPoint> TauCurve::measured() const {
    std::vector<TauPoint> points;
    if (!m_mask.settings().applies(kTau.name))
        return points;
    for (const Turn& turn : m_conversation.turns()) {
        const bool isWhole = turn.isDone() && !turn.wasStopped() && !turn.wasShortened();
        if (!isWhole || turn.picture != m_mask.pictureId() || turn.region != m_mask.region() ||
            turn.answer.images.size() != 1 || withTau(turn.plan, 0) != withTau(m_mask.plan(), 0))
            continue;
        points.push_back({turn.plan.pixelStage().settings.find(kTau).value_or(0),
                          turn.answer.images.front().mask.keptCount(), turn.answer.promptTokens,
                          turn.answer.times.ms(stage::kTtft)});
    }
    std::ranges::stable_sort(points, {}, &TauPoint::tau);
    return points;
}

} // namespace prunescope::ui
