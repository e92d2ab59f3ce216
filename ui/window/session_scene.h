#pragma once

#include "ui/canvas/live_scene.h"
#include "ui/session/conversation.h"

namespace prunescope::ui {

class Session;

/// The scene of a session: image, mask and the places that the shown answer names; a box that is hovered here is one
/// with its link in the conversation. GUI thread.
class SessionScene : public LiveScene {
    Q_OBJECT

public:
    /// `session` outlives this.
    explicit SessionScene(Session& session, QObject* parent = nullptr);

private:
    void connectParts();
    void connectComparison();
    void refresh();
    /// One plan alone, with the places of its shown answer.
    void showPlan(Scene& scene);
    /// One of several plans, or two of them.
    void showCompared(Scene& scene);
    void showFates(Scene& scene, std::shared_ptr<const ShownFates> fates) const;
    /// `plan`: of several that are compared, whose answer it is; negative: there are none.
    void addBoxes(Scene& scene, const Turn* turn, int plan);
    /// The fates of what is shown; as long as they hold they stay the same object.
    std::shared_ptr<const ShownFates> fates();
    void hover(int index);
    void showNextView();

    Session& m_session;
    quint64 m_fatesOf = 0;           ///< the turn that `now().fates` are of
    std::vector<RegionRef> m_places; ///< of the boxes, in their order
};

} // namespace prunescope::ui
