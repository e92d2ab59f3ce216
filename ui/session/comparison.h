#pragma once

#include "ui/session/agreement.h"
#include "ui/session/compare_view.h"
#include "ui/session/mask_view.h"
#include "ui/session/shown_fates.h"
#include "ui/session/turn.h"

#include <QObject>
#include <QString>
#include <memory>
#include <optional>
#include <vector>

namespace prunescope::ui {

class Conversation;
class ModelSlot;
class OpenImage;

/// Several plans on the same picture. Plan A is the window's; the others were kept, each with a mask of its own. While
/// this is on, a question is asked under each of them in turn: in prompts of their own, nothing taken over from another
/// one. What was answered are turns of the conversation; this finds those that are about the plans as they are now.
/// GUI thread.
class Comparison : public QObject {
    Q_OBJECT

public:
    static constexpr int kMostPlans = 4;

    /// All of them outlive this.
    Comparison(const OpenImage& image, MaskView& mask, ModelSlot& model, Conversation& conversation,
               QObject* parent = nullptr);
    ~Comparison() override;

    bool isOn() const { return m_isOn; }
    /// Turns it on or off. With plan A alone, plan B becomes the whole picture, or what Pred-2D keeps of it where A
    /// drops nothing.
    void setOn(bool on);

    /// Compares A with these, at least one and `kMostPlans` - 1 at most, in place of what was kept.
    void compareWith(const std::vector<PrunePlan>& others);

    // Plans, from 0: A.
    int count() const { return 1 + static_cast<int>(m_kept.size()); }
    const MaskView& mask(int plan) const;
    const PrunePlan& plan(int plan) const { return mask(plan).plan(); }
    /// Reason why A can't be kept as a further plan, as one sentence; empty when it can.
    QString whyNotKeep() const;
    /// Keeps A as the next letter. False when `whyNotKeep`.
    bool keep();
    /// Removes a plan other than A; those behind it move up.
    void remove(int plan);
    /// A becomes that plan, and that plan what A was.
    void exchange(int plan);

    // What is shown.
    CompareView view() const { return m_view; }
    void setView(CompareView view);
    /// The plan that is shown beside A.
    int other() const { return m_other; }
    void setOther(int plan);
    /// Of `CompareView::Single`: the plan that is shown.
    int front() const { return m_isFlipped ? m_other : 0; }
    /// Shows A or the other plan alone.
    void setFlipped(bool flipped);
    /// The other plan alone, then A alone, then the other one again.
    void flip() { setFlipped(m_view != CompareView::Single || !m_isFlipped); }
    void setRestoredView(RestoredView view);

    // Questions.
    /// Asks a question under each plan in turn. False where no question can be asked, or one is being answered.
    bool ask(const QString& question);
    /// Stops the run that goes on; the plans behind it are not asked.
    void stop();
    bool isRunning() const { return m_runningTurn != 0; }
    /// Whether that plan is still to be asked.
    bool isWaiting(int plan) const;
    /// Plans that were asked or are being asked, and all of this question.
    int asked() const { return m_ofQuestion - static_cast<int>(m_waiting.size()); }
    int ofQuestion() const { return m_ofQuestion; }
    const QString& question() const { return m_question; }
    /// The question's newest turn under a plan as it is now, about what is open now; null where there is none.
    const Turn* turn(int plan) const;
    /// The blocks that a plan leaves at the end of the model, as far as is known; without an answer, of its mask.
    KeepMask left(int plan) const;
    /// Fates of the blocks under a plan, from its answer; null where nobody knows. The same object as long as they
    /// hold.
    std::shared_ptr<const ShownFates> fates(int plan) const;
    /// How plan A and another one decide about the blocks; nothing without masks of the same grid.
    std::optional<MaskAgreement> masks(int plan) const { return maskAgreement(left(0), left(plan)); }

    /// Whether all masks are there and nothing is being asked.
    bool isIdle() const;

Q_SIGNALS:
    void onChanged(bool on);
    void plansChanged();                 ///< which there are, or what one of them is
    void masksChanged();                 ///< of any plan
    void viewChanged();                  ///< what is shown of them
    void resultsChanged();               ///< anything that was answered, or is being asked
    void failed(const QString& message); ///< to make a mask
    void becameIdle();

private:
    struct Fates {
        quint64 turn = 0;
        std::shared_ptr<const ShownFates> known;
    };
    struct Waiting {
        QString letter;
        PrunePlan plan;
    };
    std::unique_ptr<MaskView> makeMask(const PrunePlan& plan);
    void add(const PrunePlan& plan);
    void follow();
    /// Finds the fates anew, then tells.
    void tell(void (Comparison::*signal)());
    void askNext();
    void onIdle();
    void forgetQuestion();

    const OpenImage& m_image;
    MaskView& m_mask;
    ModelSlot& m_model;
    Conversation& m_conversation;
    std::vector<std::unique_ptr<MaskView>> m_kept; ///< B and what follows
    std::vector<Fates> m_fates;                    ///< of each plan
    PixelLimits m_limits;
    RestoredView m_restored = RestoredView::None;
    bool m_isOn = false;
    CompareView m_view = CompareView::Swipe;
    int m_other = 1;
    bool m_isFlipped = false;
    QString m_question;
    std::vector<Waiting> m_waiting; ///< not asked yet
    int m_ofQuestion = 0;
    quint64 m_runningTurn = 0;
};

} // namespace prunescope::ui
