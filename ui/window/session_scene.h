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
    void hover(int index);

    Session& m_session;
    quint64 m_fatesOf = 0; ///< the turn that `now().fates` are of
};

} // namespace prunescope::ui
