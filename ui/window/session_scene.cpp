#include "ui/window/session_scene.h"

#include "ui/session/session.h"
#include "ui/session/unseen_places.h"
#include "ui/style/format.h"

#include <algorithm>

namespace prunescope::ui {

namespace {

Box boxOf(const Turn& turn, const model::Region& region) {
    const std::vector<double>& px = region.px;
    Box box{{}, fromUtf8(region.label), region.kind == model::Region::Kind::Point, unseenText(turn, region)};
    if (box.isPoint && px.size() >= 2)
        box.rect = QRectF(px[0], px[1], 0, 0);
    else if (px.size() >= 4)
        box.rect = QRectF(QPointF(px[0], px[1]), QPointF(px[2], px[3]));
    return box;
}

} // namespace

SessionScene::SessionScene(Session& session, QObject* parent) : LiveScene(parent), m_session(session) {
    connectParts();
    connectComparison();
    connect(this, &LiveScene::boxHovered, this, &SessionScene::hover);
    connect(this, &LiveScene::modeChanged, this, [this](MaskMode mode) {
        m_session.maskView().setRestoredView(restoredViewOf(mode));
        m_session.comparison().setRestoredView(restoredViewOf(mode));
    });
    refresh();
}

void SessionScene::connectParts() {
    const MaskView& mask = m_session.maskView();
    connect(&m_session.image(), &OpenImage::changed, this, &SessionScene::refresh);
    connect(&mask, &MaskView::regionChanged, this, &SessionScene::refresh);
    connect(&mask, &MaskView::maskChanged, this, &SessionScene::refresh);
    connect(&mask, &MaskView::reasonsChanged, this, [this] {
        if (now().plan == 0)
            setReasons(m_session.maskView().reasons());
    });
    connect(&mask, &MaskView::planChanged, this, &SessionScene::refresh);
    connect(&mask, &MaskView::changesChanged, this, &SessionScene::refresh);
    connect(&mask, &MaskView::restorationChanged, this, &SessionScene::refresh);
    const Conversation& conversation = m_session.conversation();
    connect(&conversation, &Conversation::shownTurnChanged, this, &SessionScene::refresh);
    connect(&conversation, &Conversation::hoveredChanged, this, &SessionScene::refresh);
    connect(&conversation, &Conversation::regionRevealed, this, [this](RegionRef region) {
        const auto place = std::ranges::find(m_places, region);
        revealBox(place == m_places.end() ? -1 : static_cast<int>(place - m_places.begin()));
    });
}

void SessionScene::connectComparison() {
    Comparison& comparison = m_session.comparison();
    const auto refreshWhileOn = [this] {
        if (m_session.comparison().isOn())
            refresh();
    };
    connect(&comparison, &Comparison::plansChanged, this, refreshWhileOn);
    connect(&comparison, &Comparison::masksChanged, this, refreshWhileOn);
    connect(&comparison, &Comparison::resultsChanged, this, refreshWhileOn);
    connect(&comparison, &Comparison::viewChanged, this, &SessionScene::refresh); // also when it is switched off
    connect(this, &LiveScene::flipWanted, &comparison, &Comparison::flip);
    connect(this, &LiveScene::nextViewWanted, this, &SessionScene::showNextView);
}

void SessionScene::refresh() {
    const MaskView& mask = m_session.maskView();
    Scene scene = now();
    scene.picture = m_session.image().levels();
    scene.isNextFrame = m_session.image().isNextFrame();
    scene.desktop = m_session.image().screenshot().desktop;
    scene.region = mask.region();
    scene.isMarked = mask.part().isMarked();
    scene.redactions = m_session.image().redactions();
    scene.changes = mask.changes();
    scene.boxes.clear();
    m_places.clear();
    scene.isCompared = m_session.comparison().isOn();
    scene.isCompared ? showCompared(scene) : showPlan(scene);
    const auto lit = std::ranges::find(m_places, m_session.conversation().hovered());
    scene.litBox = lit == m_places.end() ? -1 : static_cast<int>(lit - m_places.begin());
    setScene(std::move(scene));
}

void SessionScene::showPlan(Scene& scene) {
    const MaskView& mask = m_session.maskView();
    scene.comparison.reset();
    scene.plan = 0;
    scene.mask = mask.mask();
    scene.reasons = mask.reasons();
    scene.restoration = mask.restoration();
    showFates(scene, fates());
    addBoxes(scene, m_session.conversation().shownTurn(), -1);
}

void SessionScene::showCompared(Scene& scene) {
    const Comparison& comparison = m_session.comparison();
    const int other = comparison.other();
    const bool isSingle = comparison.view() == CompareView::Single;
    const int plan = isSingle ? comparison.front() : 0;
    scene.plan = plan;
    scene.mask = comparison.mask(plan).mask();
    scene.reasons = comparison.mask(plan).reasons();
    scene.restoration = comparison.mask(plan).restoration();
    showFates(scene, comparison.fates(plan));
    addBoxes(scene, comparison.turn(plan), plan);
    scene.comparison.reset();
    if (isSingle)
        return;
    addBoxes(scene, comparison.turn(other), other);
    const MaskView& beside = comparison.mask(other);
    scene.comparison = {comparison.view(),     other,
                        beside.mask(),         comparison.fates(other),
                        beside.restoration(),  comparison.left(plan),
                        comparison.left(other)};
}

void SessionScene::showFates(Scene& scene, std::shared_ptr<const ShownFates> fates) const {
    if (fates == scene.fates)
        return;
    scene.fates = std::move(fates);
    scene.depth = scene.fates ? scene.fates->lastDepth() : depths::kInput;
}

void SessionScene::addBoxes(Scene& scene, const Turn* turn, int plan) {
    if (!turn)
        return;
    for (const model::Region& region : turn->shown().regions) {
        Box box = boxOf(*turn, region);
        box.plan = plan;
        scene.boxes.push_back(std::move(box));
        m_places.push_back({turn->id, static_cast<int>(&region - turn->shown().regions.data())});
    }
}

void SessionScene::showNextView() {
    Comparison& comparison = m_session.comparison();
    comparison.setView(comparison.view() == CompareView::Swipe ? CompareView::Differences : CompareView::Swipe);
}

std::shared_ptr<const ShownFates> SessionScene::fates() {
    const Turn* shown = m_session.conversation().shownTurn();
    std::shared_ptr<const ShownFates> known = ShownFates::of(shown, m_session.maskView());
    const bool same = known && now().fates && shown->id == m_fatesOf;
    m_fatesOf = known ? shown->id : 0;
    return same ? now().fates : known;
}

void SessionScene::hover(int index) {
    const bool isPlace = index >= 0 && index < std::ssize(m_places);
    m_session.conversation().setHovered(isPlace ? m_places[static_cast<std::size_t>(index)] : RegionRef{});
}

} // namespace prunescope::ui
