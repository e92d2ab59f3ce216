#pragma once

#include "core/blocks/keep_mask.h"
#include "model/values/answer.h"

#include <optional>
#include <vector>

/// How far two plans agree on the same question about the same picture.
namespace prunescope::ui {

/// What becomes of each block under two plans.
struct MaskAgreement {
    int both = 0;       ///< blocks that both keep
    int onlyFirst = 0;  ///< that the first alone keeps
    int onlySecond = 0; ///< that the second alone keeps
    int neither = 0;
    int blocks() const { return both + onlyFirst + onlySecond + neither; }
    /// Share of the blocks about which both decide alike; 1 of none.
    double share() const { return blocks() > 0 ? static_cast<double>(both + neither) / blocks() : 1; }
    bool operator==(const MaskAgreement&) const = default;
};

/// Nothing where the masks lie on different grids: one of the plans shows a smaller picture.
std::optional<MaskAgreement> maskAgreement(const KeepMask& first, const KeepMask& second);

/// How the places agree that two answers name. A place of one is paired with that of the other, of its kind, which it
/// meets best; each has one partner at most.
struct PlaceAgreement {
    int boxPairs = 0;
    double meanIou = 0; ///< of the pairs of boxes
    int pointPairs = 0;
    double meanDistancePx = 0; ///< of the pairs of points, in pixels of the picture
    int alone = 0;             ///< places of either without a partner
    bool any() const { return boxPairs + pointPairs + alone > 0; }
};
PlaceAgreement placeAgreement(const std::vector<model::Region>& first, const std::vector<model::Region>& second);

/// Whether two answers say the same, whatever the spacing at their ends.
bool sameText(const model::Answer& first, const model::Answer& second);

} // namespace prunescope::ui
