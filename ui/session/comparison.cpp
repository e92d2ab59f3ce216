#include "ui/session/comparison.h"

#include "ui/session/conversation.h"
#include "ui/session/model_slot.h"
#include "ui/session/open_image.h"
#include "ui/style/plan_look.h"

#include <algorithm>
#include <ranges>

namespace prunescope::ui {

Comparison::Comparison(const OpenImage& image, MaskView& mask, ModelSlot& model, Conversation& conversation,
                       QObject* parent)
    : QObject(parent), m_image(image), m_mask(mask), m_model(model), m_conversation(conversation) {
    follow();
}

Comparison::~Comparison() = default;

void Comparison::follow() {
    connect(&m_image, &OpenImage::changed, this, &Comparison::forgetQuestion);
    connect(&m_mask, &MaskView::regionChanged, this, [this] {
        for (const auto& kept : m_kept)
            kept->setRegion(m_mask.region());
        forgetQuestion();
    });
    connect(&m_mask, &MaskView::regionUseChanged, this, [this] {
        for (const auto& kept : m_kept)
            kept->setRegionUse(m_mask.regionUse());
        forgetQuestion();
    });
    connect(&m_mask, &MaskView::planChanged, this, [this] { tell(&Comparison::plansChanged); });
    connect(&m_mask, &MaskView::maskChanged, this, [this] {
        if (m_isOn) // of a threshold that moves there are many
            tell(&Comparison::masksChanged);
    });
    connect(&m_model, &ModelSlot::loaded, this, [this] {
        m_limits = m_model.model()->limits;
        for (const auto& kept : m_kept)
            kept->setLimits(m_limits);
        forgetQuestion(); // another model answered it
    });
    connect(&m_conversation, &Conversation::turnChanged, this, [this](quint64 id) {
        if (const Turn* turn = m_conversation.turn(id); m_isOn && turn && !turn->letter.isEmpty())
            tell(&Comparison::resultsChanged);
    });
    connect(&m_conversation, &Conversation::becameIdle, this, &Comparison::onIdle);
}

void Comparison::setOn(bool on) {
    if (on == m_isOn)
        return;
    m_isOn = on;
    if (on && m_kept.empty())
        add(m_mask.plan().prunes() ? PrunePlan::none() : PrunePlan());
    if (on) {
        m_conversation.setAsker([this](const QString& question) { return ask(question); });
    } else {
        stop();
        m_conversation.setAsker({});
    }
    tell(&Comparison::masksChanged);
    Q_EMIT onChanged(on);
    Q_EMIT viewChanged();
}

void Comparison::compareWith(const std::vector<PrunePlan>& others) {
    m_kept.clear();
    for (const PrunePlan& plan : others)
        add(plan);
    setOther(1);
    setOn(true);
}

// Plans --------------------------------------------------------------------------------------------------------------

const MaskView& Comparison::mask(int plan) const {
    return plan == 0 ? m_mask : *m_kept.at(static_cast<std::size_t>(plan) - 1);
}

QString Comparison::whyNotKeep() const {
    if (count() == kMostPlans)
        return tr("There are %1 plans already: remove one first.").arg(kMostPlans);
    for (int i = 1; i < count(); ++i)
        if (plan(i) == plan(0))
            return tr("Plan %1 is this plan already: change plan A in the panel Pruning first.")
                .arg(planLetter(static_cast<std::size_t>(i)));
    return {};
}

bool Comparison::keep() {
    if (!whyNotKeep().isEmpty())
        return false;
    add(m_mask.plan());
    return true;
}

std::unique_ptr<MaskView> Comparison::makeMask(const PrunePlan& plan) {
    auto mask = std::make_unique<MaskView>(m_image);
    mask->setLimits(m_limits);
    mask->setPlan(plan);
    mask->setRegion(m_mask.region());
    mask->setRegionUse(m_mask.regionUse());
    mask->setRestoredView(m_restored);
    connect(mask.get(), &MaskView::maskChanged, this, [this] { tell(&Comparison::masksChanged); });
    connect(mask.get(), &MaskView::restorationChanged, this, &Comparison::viewChanged);
    connect(mask.get(), &MaskView::reasonsChanged, this, &Comparison::viewChanged);
    connect(mask.get(), &MaskView::failed, this, &Comparison::failed);
    connect(mask.get(), &MaskView::becameIdle, this, [this] {
        if (isIdle())
            Q_EMIT becameIdle();
    });
    return mask;
}

void Comparison::add(const PrunePlan& plan) {
    m_kept.push_back(makeMask(plan));
    m_other = count() - 1;
    tell(&Comparison::plansChanged);
    Q_EMIT viewChanged();
}

void Comparison::remove(int plan) {
    if (plan < 1 || plan >= count() || count() == 2) // one to compare with stays
        return;
    m_kept.erase(m_kept.begin() + (plan - 1));
    m_other = std::clamp(m_other >= plan ? m_other - 1 : m_other, 1, count() - 1);
    tell(&Comparison::plansChanged);
    Q_EMIT viewChanged();
}

void Comparison::exchange(int plan) {
    if (plan < 1 || plan >= count())
        return;
    const PrunePlan before = m_mask.plan(), wanted = this->plan(plan);
    m_mask.setPlan(wanted);
    if (m_mask.plan() == wanted) // else it was refused
        m_kept[static_cast<std::size_t>(plan) - 1]->setPlan(before);
    tell(&Comparison::plansChanged);
}

// What is shown ------------------------------------------------------------------------------------------------------

void Comparison::setView(CompareView view) {
    if (view == m_view)
        return;
    m_view = view;
    Q_EMIT viewChanged();
}

void Comparison::setOther(int plan) {
    if (plan == m_other || plan < 1 || plan >= count())
        return;
    m_other = plan;
    Q_EMIT viewChanged();
}

void Comparison::setFlipped(bool flipped) {
    m_view = CompareView::Single;
    m_isFlipped = flipped;
    Q_EMIT viewChanged();
}

void Comparison::setRestoredView(RestoredView view) {
    m_restored = view;
    for (const auto& kept : m_kept)
        kept->setRestoredView(view);
}

// Questions ----------------------------------------------------------------------------------------------------------

bool Comparison::ask(const QString& question) {
    if (isRunning() || m_conversation.isAsking() || question.trimmed().isEmpty() ||
        !m_conversation.whyNotAsk().isEmpty())
        return false;
    m_question = question.trimmed();
    m_waiting.clear();
    for (int i = 0; i < count(); ++i)
        if (std::ranges::find(m_waiting, plan(i), &Waiting::plan) == m_waiting.end())
            m_waiting.push_back({planLetter(static_cast<std::size_t>(i)), plan(i)});
    m_ofQuestion = static_cast<int>(m_waiting.size());
    askNext();
    return true;
}

void Comparison::askNext() {
    m_runningTurn = 0;
    if (!m_waiting.empty()) {
        const Waiting next = m_waiting.front();
        m_waiting.erase(m_waiting.begin());
        m_runningTurn = m_conversation.askUnder(next.letter, next.plan, m_question);
    }
    if (m_runningTurn == 0)
        m_waiting.clear(); // what can't be asked now is not asked later
    tell(&Comparison::resultsChanged);
    if (isRunning())
        return;
    if (const Turn* first = turn(0); first && first->isDone())
        m_conversation.showTurn(first->id); // that of the plan that the window has
    Q_EMIT becameIdle();
}

void Comparison::onIdle() {
    if (!isRunning())
        return;
    const Turn* done = m_conversation.turn(m_runningTurn);
    if (!done || done->wasStopped())
        m_waiting.clear();
    askNext();
}

void Comparison::stop() {
    m_waiting.clear();
    if (isRunning())
        m_conversation.stopAnswer();
}

// The answers to come would be about something else.
void Comparison::forgetQuestion() {
    stop();
    m_runningTurn = 0;
    m_question.clear();
    m_ofQuestion = 0;
    tell(&Comparison::resultsChanged);
}

bool Comparison::isWaiting(int plan) const {
    return std::ranges::find(m_waiting, this->plan(plan), &Waiting::plan) != m_waiting.end();
}

const Turn* Comparison::turn(int plan) const {
    const MaskView& mask = this->mask(plan);
    if (m_question.isEmpty())
        return nullptr;
    for (const Turn& turn : m_conversation.turns() | std::views::reverse)
        if (!turn.letter.isEmpty() && turn.question == m_question && turn.plan == mask.plan() &&
            turn.picture == m_image.id() && turn.region == mask.region())
            return &turn;
    return nullptr;
}

void Comparison::tell(void (Comparison::*signal)()) {
    m_fates.resize(static_cast<std::size_t>(count()));
    for (int i = 0; i < count(); ++i) {
        Fates& fates = m_fates[static_cast<std::size_t>(i)];
        const Turn* turn = this->turn(i);
        auto known = ShownFates::of(turn, mask(i));
        if (!known || !fates.known || fates.turn != turn->id)
            fates = {known ? turn->id : 0, std::move(known)};
    }
    Q_EMIT(this->*signal)();
}

std::shared_ptr<const ShownFates> Comparison::fates(int plan) const {
    const auto index = static_cast<std::size_t>(plan);
    return index < m_fates.size() ? m_fates[index].known : nullptr;
}

KeepMask Comparison::left(int plan) const {
    const KeepMask& mask = this->mask(plan).mask().mask;
    const auto known = fates(plan);
    if (!known)
        return mask;
    KeepMask left(mask.grid());
    for (int block = 0; block < mask.count(); ++block)
        if (!known->droppedBy(block, known->lastDepth()))
            left.keep(block);
    return left;
}

bool Comparison::isIdle() const {
    return !isRunning() && std::ranges::all_of(m_kept, [](const auto& kept) { return kept->isIdle(); });
}

} // namespace prunescope::ui
