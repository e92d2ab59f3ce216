#pragma once

#include "core/mask/mask_settings.h"

#include <string>

namespace prunescope::model {

/// Which selector runs where. Written `input:pred_2d,tau=0.02`; stages are joined by `;`.
struct PrunePlan {
    /// Where the pixel selector's mask is applied (pixelprune spec 6).
    enum class Place {
        Input,    ///< before the vision encoder
        VitLayer, ///< after `vitLayer` encoder blocks
        Post,     ///< after the vision encoder
    };
    Place place = Place::Input;
    int vitLayer = 0;
    MaskSettings mask;

    bool prunes() const { return mask.strategy != "keep_all"; }
    bool operator==(const PrunePlan&) const = default;
};

/// Throws Error(Usage) that names the part that is wrong, Error(Unsupported) for stages that this build has not.
PrunePlan parsePlan(const std::string& text);
/// The canonical text: `parsePlan(toText(plan)) == plan`, but for settings that the strategy has no use for.
std::string toText(const PrunePlan& plan);

} // namespace prunescope::model
