#pragma once

#include "ui/canvas/live_scene.h"

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
    void refresh();
    /// The fates of what is shown; as long as they hold they stay the same object.
    std::shared_ptr<const ShownFates> fates();
    /// The places of the shown answer; found anew for another answer alone.
    const std::vector<Box>& boxes();
    void hover(int index);

    Session& m_session;
    quint64 m_fatesOf = 0; ///< the turn that `now().fates` are of
    std::vector<Box> m_boxes;
    std::pair<quint64, bool> m_boxesOf; ///< the turn, and whether it is the answer of a closer look
};

} // namespace prunescope::ui
