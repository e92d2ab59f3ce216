#pragma once

#include "ui/session/draft_parts.h"

#include <QObject>
#include <QTimer>

namespace prunescope::ui {

/// Tokens of text that the prompt of the question that is typed would have, the chat template's among them. Counted by
/// the loaded model, in its thread, and never while that answers or loads; a guess as long as there is none. GUI
/// thread.
class TextCount : public QObject {
    Q_OBJECT

public:
    static constexpr int kGuess = 64; ///< of a question, as `prunescope mask` assumes too

    explicit TextCount(const DraftParts& parts, QObject* parent = nullptr);

    int tokens() const { return m_tokens; }
    /// Whether nothing has counted them: there is no model, or it can't be asked that.
    bool isGuess() const { return m_isGuess; }
    bool isIdle() const { return !m_wait.isActive() && m_requestId == 0; }

Q_SIGNALS:
    void changed();
    void becameIdle();

private:
    void connectParts();
    void outdate();
    void update();
    void set(int tokens, bool isGuess);
    void endRequest(quint64 id);

    DraftParts m_parts;
    QTimer m_wait; ///< for the end of what is being typed
    int m_tokens = kGuess;
    quint64 m_requestId = 0; ///< of what the engine counts now; 0: nothing
    bool m_isGuess = true;
    bool m_outdated = true;
};

} // namespace prunescope::ui
