#pragma once

#include "core/blocks/pixel_blocks.h"
#include "core/pruning/method_settings.h"
#include "core/pruning/prune_plan.h"
#include "ui/workers/latest_job.h"

#include <QObject>
#include <QString>
#include <optional>
#include <vector>

namespace prunescope::ui {

class Conversation;
class ExpectedCost;
class MaskView;

/// What a threshold costs: expected, or as it was measured.
struct TauPoint {
    double tau = 0;
    int kept = 0; ///< blocks
    int promptTokens = 0;
    std::optional<double> firstTokenMs; ///< nothing before there was an answer to expect it from
};

/// The cost of a question about the shown picture over the thresholds of the shown plan: masks are made off the GUI
/// thread, while somebody looks, once per picture and settings. GUI thread.
class TauCurve : public QObject {
    Q_OBJECT

public:
    /// All of them outlive this.
    TauCurve(MaskView& mask, const ExpectedCost& cost, const Conversation& conversation, QObject* parent = nullptr);

    /// Whether anybody looks: nothing is computed while nobody does.
    void setWatched(bool watched);
    /// Expected, by rising tau; empty while they are being found, or `whyNone`.
    const std::vector<TauPoint>& points() const { return m_points; }
    /// Of the questions that were asked about this picture with this plan but for tau, by rising tau.
    std::vector<TauPoint> measured() const;
    /// Reason why there is no curve, as one sentence; empty where there is one, or will be.
    QString whyNone() const;
    /// The threshold of the plan.
    double tau() const;
    /// The plan gets that threshold.
    void setTau(double tau);
    bool isIdle() const { return m_job.isIdle(); }

Q_SIGNALS:
    void changed();
    void becameIdle();

private:
    /// What the counts are of.
    struct Key {
        PixelBlocks blocks;
        MethodSettings settings; ///< their tau does not matter
        bool operator==(const Key& other) const;
    };
    struct Count {
        double tau;
        BlockGrid grid;
        int kept;
    };
    void refresh();
    void showCosts();

    MaskView& m_mask;
    const ExpectedCost& m_cost;
    const Conversation& m_conversation;
    LatestJob m_job;
    std::optional<Key> m_key;
    std::vector<Count> m_counts;
    std::vector<TauPoint> m_points;
    QString m_failure; ///< of the last masks
    bool m_isWatched = false;
};

} // namespace prunescope::ui
