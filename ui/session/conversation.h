#pragma once

#include "model/api/closer_look.h"
#include "ui/session/turn.h"

#include <QElapsedTimer>
#include <QObject>
#include <QString>
#include <functional>
#include <optional>
#include <vector>

namespace prunescope::ui {

class MaskView;
class ModelSlot;
class OpenImage;

/// A place in an answer: region `index` of the turn with id `turn`. A negative index is none.
struct RegionRef {
    quint64 turn = 0;
    int index = -1;
    bool operator==(const RegionRef&) const = default;
};

/// Questions about the open image and their answers, and which of the places that they name is pointed at. Another
/// image begins another conversation: an answer about one that is gone is stopped and dropped. GUI thread.
class Conversation : public QObject {
    Q_OBJECT

public:
    /// All three outlive this.
    Conversation(const OpenImage& image, const MaskView& mask, ModelSlot& model, QObject* parent = nullptr);

    const std::vector<Turn>& turns() const { return m_turns; }
    /// The turn with that id; null for an id that is not among them.
    const Turn* turn(quint64 id) const;
    /// The newest turn that was answered; null without one.
    const Turn* lastAnswered() const;
    /// The newest answer about the same part of the image without pruning, to compare with; null without one.
    const Turn* baselineOf(const Turn& turn) const;

    bool isAsking() const;
    /// Reason why no question can be asked, as one line that says what to do; empty when nothing is.
    QString whyNotAsk() const;
    /// Asks a question. False when `whyNotAsk` or while one is being answered: nothing happens then.
    bool ask(const QString& question);
    /// Asks a question under a plan of several, in a prompt of its own that takes nothing over: the id of its turn; 0
    /// where `ask` would say false.
    quint64 askUnder(const QString& letter, const PrunePlan& plan, const QString& question);
    /// What `ask` does from now on in place of asking once; null: nothing else. It may call `askUnder`.
    void setAsker(std::function<bool(const QString&)> asker);
    /// Whether the next question stands beside the chat.
    bool asksApart() const { return m_asker != nullptr; }
    void stopAnswer();
    /// Reason why no second look can be taken at the part of the picture that this answer names; empty when one can.
    QString whyNotLookCloser(const Turn& turn) const;
    /// Takes a second look: asks the turn's question again about the part around the first place of its answer
    /// (model/api/closer_look.h). False where that can't be; `Turn::whyNotCloser` says why.
    bool lookCloser(quint64 id);
    /// The question that is being typed.
    const QString& draft() const { return m_draft; }
    void setDraft(const QString& draft);
    /// Whether people want a model that can to think before it answers.
    bool thinksFirst() const { return m_thinksFirst; }
    void setThinksFirst(bool thinks);
    /// Whether the next answer begins with a thought; nothing where there is no model, or one that can't think.
    std::optional<bool> thinking() const;
    /// Whether a question may use the prefix cache of the one before it. True unless somebody measures.
    bool reuse() const { return m_reuse; }
    void setReuse(bool reuse) { m_reuse = reuse; }
    /// The engine answers nothing, not even about an image that is gone.
    bool isIdle() const { return m_askId == 0; }

    /// The turn whose places are marked on the picture; null for none.
    const Turn* shownTurn() const { return turn(m_shownTurn); }
    void showTurn(quint64 id);
    /// The place that is lit up, on the picture and in the text.
    RegionRef hovered() const { return m_hovered; }
    void setHovered(RegionRef region);
    /// Brings the place into view on the picture.
    void revealRegion(RegionRef region);

Q_SIGNALS:
    void cleared(); ///< all turns are gone
    void turnAdded(quint64 id);
    void turnChanged(quint64 id);
    void answered(const prunescope::ui::Turn& turn);
    void lookedCloser(const prunescope::ui::Turn& turn); ///< both looks are done
    void askingChanged(bool asking);
    void draftChanged();
    void thinksFirstChanged(bool thinks);
    void becameIdle();
    void shownTurnChanged();
    void hoveredChanged();
    void regionRevealed(prunescope::ui::RegionRef region);

private:
    void connectEngine();
    void clear();
    void onThought(quint64 id, const QString& piece);
    void onText(quint64 id, const QString& piece);
    void onRewritten(quint64 id, const QString& thought, const QString& text);
    /// Ends the second look; nullptr: it failed, as `why` says.
    void endCloserLook(const model::Answer* second, const QString& why);
    void onAnswered(quint64 id, const model::Answer& answer);
    void onFailed(quint64 id, const QString& message);
    /// Changes a turn that is still there and tells; false when it is gone.
    template <typename Change>
    bool changeTurn(quint64 id, Change change);
    void endAsking(quint64 id);

    const OpenImage& m_image;
    const MaskView& m_mask;
    ModelSlot& m_model;
    std::vector<Turn> m_turns;
    std::function<bool(const QString&)> m_asker;
    QString m_draft;
    QElapsedTimer m_thoughtClock; ///< since the first piece of the thought that is being written
    bool m_thinksFirst = false;
    bool m_reuse = true;
    quint64 m_askId = 0; ///< of the question in the engine; it may belong to an image that is gone
    /// The second look that is being taken: its ids in the engine and of its turn, 0 for none.
    struct SecondLook {
        quint64 id = 0;
        quint64 turn = 0;
        model::Request request; ///< of the first look
        model::CloserLook look;
    };
    SecondLook m_second;
    quint64 m_shownTurn = 0;
    RegionRef m_hovered;
};

} // namespace prunescope::ui
