#include "ui/window/session_scene.h"

#include "ui/session/session.h"
#include "ui/session/unseen_places.h"
#include "ui/style/format.h"

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
    connect(this, &LiveScene::boxHovered, this, &SessionScene::hover);
    connect(this, &LiveScene::modeChanged, this,
            [this](MaskMode mode) { m_session.maskView().setRestoredView(restoredViewOf(mode)); });
    refresh();
}

void SessionScene::connectParts() {
    const MaskView& mask = m_session.maskView();
    connect(&m_session.image(), &OpenImage::changed, this, &SessionScene::refresh);
    connect(&mask, &MaskView::regionChanged, this, &SessionScene::refresh);
    connect(&mask, &MaskView::maskChanged, this, &SessionScene::refresh);
    connect(&mask, &MaskView::reasonsChanged, this, [this] { setReasons(m_session.maskView().reasons()); });
    connect(&mask, &MaskView::planChanged, this, &SessionScene::refresh);
    connect(&mask, &MaskView::changesChanged, this, &SessionScene::refresh);
    connect(&mask, &MaskView::restorationChanged, this, &SessionScene::refresh);
    const Conversation& conversation = m_session.conversation();
    connect(&conversation, &Conversation::shownTurnChanged, this, &SessionScene::refresh);
    connect(&conversation, &Conversation::hoveredChanged, this, &SessionScene::refresh);
    connect(&conversation, &Conversation::regionRevealed, this, [this](RegionRef region) { revealBox(region.index); });
}

void SessionScene::refresh() {
    const MaskView& mask = m_session.maskView();
    const Conversation& conversation = m_session.conversation();
    const Turn* shown = conversation.shownTurn();
    const RegionRef hovered = conversation.hovered();
    Scene scene = now();
    scene.picture = m_session.image().levels();
    scene.isNextFrame = m_session.image().isNextFrame();
    scene.desktop = m_session.image().screenshot().desktop;
    scene.region = mask.region();
    scene.isMarked = mask.part().isMarked();
    scene.redactions = m_session.image().redactions();
    scene.mask = mask.mask();
    if (auto known = fates(); known != scene.fates) {
        scene.fates = std::move(known);
        scene.depth = scene.fates ? scene.fates->lastDepth() : depths::kInput;
    }
    scene.reasons = mask.reasons();
    scene.restoration = mask.restoration();
    scene.changes = mask.changes();
    scene.boxes = boxes();
    scene.litBox = shown && shown->id == hovered.turn ? hovered.index : -1;
    setScene(std::move(scene));
}

const std::vector<Box>& SessionScene::boxes() {
    const Turn* shown = m_session.conversation().shownTurn();
    const std::pair key(shown ? shown->id : 0, shown && shown->closer);
    if (key == m_boxesOf)
        return m_boxes;
    m_boxesOf = key;
    m_boxes.clear();
    if (shown)
        for (const model::Region& region : shown->shown().regions)
            m_boxes.push_back(boxOf(*shown, region));
    return m_boxes;
}

std::shared_ptr<const ShownFates> SessionScene::fates() {
    const Turn* shown = m_session.conversation().shownTurn();
    std::shared_ptr<const ShownFates> known = ShownFates::of(shown, m_session.maskView());
    const bool same = known && now().fates && shown->id == m_fatesOf;
    m_fatesOf = known ? shown->id : 0;
    return same ? now().fates : known;
}

void SessionScene::hover(int index) {
    const Turn* shown = m_session.conversation().shownTurn();
    m_session.conversation().setHovered(shown && index >= 0 ? RegionRef{shown->id, index} : RegionRef{});
}

} // namespace prunescope::ui
