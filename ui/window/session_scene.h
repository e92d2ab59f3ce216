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
    void hover(int index);

    Session& m_session;
};

} // namespace prunescope::ui
