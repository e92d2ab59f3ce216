#pragma once

#include "model/api/closer_look.h"
#include "ui/session/turn.h"
#include "ui/session/turn_keeper.h"

#include <QElapsedTimer>
#include <QObject>
#include <QString>
#include <functional>
#include <map>
#include <optional>
#include <vector>

namespace prunescope::ui {

class Conversations;
class MaskView;
class ModelSlot;
class OpenImage;
struct StoredConversation;

/// A place in an answer: region `index` of the turn with id `turn`. A negative index is none.
struct RegionRef {
    quint64 turn = 0;
    int index = -1;
    bool operator==(const RegionRef&) const = default;
};

/// Questions about the open image and their answers, and which of the places that they name is pointed at. Another
/// image begins another conversation: an answer about one that is gone is stopped. A question is on the disk before the
/// model is asked it, where it can be written. GUI thread.
class Conversation : public QObject {
    Q_OBJECT

public:
    /// Objects that this uses; all of them outlive this.
    struct Parts {
        const OpenImage& image;
        const MaskView& mask;
        ModelSlot& model;
        Conversations& store;
    };
    explicit Conversation(const Parts& parts, QObject* parent = nullptr);
    ~Conversation() override;

    /// From the first to the last one of the branch that is shown.
    const std::vector<Turn>& turns() const { return m_turns; }
    /// The turn with that id; null for an id that is not among them.
    const Turn* turn(quint64 id) const;
    /// The newest turn that was answered; null without one.
    const Turn* lastAnswered() const;
    /// The newest answer about the same part of the image without pruning, to compare with; null without one.
    const Turn* baselineOf(const Turn& turn) const;

    /// Its number in the database; 0: nothing of it is there yet.
    qint64 storedId() const { return m_keeper.conversation(); }
    /// Begins another conversation about the same image.
    void beginAnew();
    /// Shows a conversation, or another branch of this one, from the database. The open image is that of its last turn.
    void show(const StoredConversation& stored);
    /// Shows the branch that stands `by` places beside the one of a turn. Nothing while a question is being answered.
    void turnToBranch(quint64 id, int by);
    /// Asks the question of a turn once more, under the plan of the window: a branch beside that turn. False where
    /// `ask` would say false.
    bool askAgain(quint64 id);
    /// The turn whose question is being edited: the next one that is asked stands in a branch beside it; 0: none.
    quint64 edited() const { return m_edited; }
    /// Makes the question of a turn the draft; 0: leaves it alone, and what is asked follows on the last turn.
    void edit(quint64 id);

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
    bool isIdle() const { return m_engine.request == 0 && m_saving.turn == 0; }

    /// The turn whose places are marked on the picture; null for none.
    const Turn* shownTurn() const { return turn(m_shownTurn); }
    void showTurn(quint64 id);
    /// The place that is lit up, on the picture and in the text.
    RegionRef hovered() const { return m_hovered; }
    void setHovered(RegionRef region);
    /// Brings the place into view on the picture.
    void revealRegion(RegionRef region);

Q_SIGNALS:
    void cleared(); ///< all turns are gone; some may be added again
    void turnAdded(quint64 id);
    void turnChanged(quint64 id);
    void answered(const prunescope::ui::Turn& turn);
    void lookedCloser(const prunescope::ui::Turn& turn); ///< both looks are done
    void askingChanged(bool asking);
    void draftChanged();
    void editedChanged();
    void unsaved(const QString& why); ///< a turn is not on the disk, one line; once, until one could be written
    void thinksFirstChanged(bool thinks);
    void becameIdle();
    void shownTurnChanged();
    void hoveredChanged();
    void regionRevealed(prunescope::ui::RegionRef region);

private:
    void connectEngine();
    void connectStore();
    void clear();
    void setTurns(std::vector<Turn> turns);
    /// Ends what is being asked, as `why` says.
    void endRunning(const QString& why);
    void hideRedacted();
    bool canAsk(const QString& question) const;
    /// Leaves the branch that ends with a question that was edited.
    void leaveEdited();
    Turn nextTurn(const QString& letter, const PrunePlan& plan, const QString& question) const;
    quint64 begin(Turn next);
    void onKept(quint64 id, const Turn::Stored& stored);
    void onUnsaved(quint64 id, const QString& why);
    /// Asks the model what is on the disk now, or can't be.
    void askModel(quint64 id);
    /// The turn that a request is about; 0: it is about none of these any more.
    quint64 turnOfRequest(quint64 request) const { return request == m_engine.request ? m_engine.turn : 0; }
    void onThought(quint64 request, const QString& piece);
    void onText(quint64 request, const QString& piece);
    void onRewritten(quint64 request, const QString& thought, const QString& text);
    /// Ends the second look; nullptr: it failed, as `why` says.
    void endCloserLook(const model::Answer* second, const QString& why);
    void onAnswered(quint64 request, const model::Answer& answer);
    void onFailed(quint64 request, const QString& message);
    /// Changes a turn that is still there and tells; false when it is gone.
    bool changeTurn(quint64 id, const std::function<void(Turn&)>& change);
    void endAsking(quint64 request);

    const OpenImage& m_image;
    const MaskView& m_mask;
    ModelSlot& m_model;
    Conversations& m_store;
    TurnKeeper m_keeper;
    std::vector<Turn> m_turns;
    quint64 m_lastId = 0;                 ///< of a turn
    std::map<qint64, quint64> m_pictures; ///< stored picture -> the image that it was, as far as that was open
    quint64 m_prepared = 0;               ///< the image that was made ready to be stored
    quint64 m_edited = 0;
    bool m_saidUnsaved = false;
    std::function<bool(const QString&)> m_asker;
    QString m_draft;
    QElapsedTimer m_thoughtClock; ///< since the first piece of the thought that is being written
    bool m_thinksFirst = false;
    bool m_reuse = true;
    /// The question in the engine; its turn may be gone.
    struct Asked {
        quint64 request = 0;
        quint64 turn = 0; ///< 0: it is a second look
    };
    Asked m_engine;
    /// The question that is being written to the disk, and is to be asked then.
    struct Saving {
        quint64 turn = 0;
        model::Request request;
    };
    Saving m_saving;
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
