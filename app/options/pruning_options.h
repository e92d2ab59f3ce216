#pragma once

#include "app/options/option_table.h"
#include "core/image/resize.h"
#include "model/prune_plan.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace prunescope::app {

/// The pruning options of the command line, the same for every command that looks at a picture.
struct PruningOptions {
    MaskSettings mask;                     ///< `--strategy`, `--metric`, `--tau`, ...
    std::vector<model::PrunePlan> plans;   ///< each `--plan`; they replace `mask`
    std::optional<std::uint64_t> seed;     ///< unset: the plan's, else 42
    std::optional<std::int64_t> minPixels; ///< unset: the model folder's
    std::optional<std::int64_t> maxPixels;
    bool resize = true;

    /// All plans, at least one, with `seed` where that was given. Throws Error(Usage) for options that do not go
    /// together.
    std::vector<model::PrunePlan> allPlans() const;
    /// The plan. Throws Error(Usage) when several were given.
    model::PrunePlan onePlan() const;
    /// `base` with what was given here. Throws Error(Usage) when the least is above the most.
    PixelLimits limits(PixelLimits base) const;
    /// Throws Error(BadInput) that names `path` when the model cannot be shown a picture of `size`.
    void checkSize(const std::string& path, Size size) const;
};

/// `--strategy`, `--metric`, `--tau`, `--skip-ratio`, `--even`, `--sliding`. `mask` must outlive the table.
void addSelectorOptions(OptionTable& table, MaskSettings& mask);
/// Throws Error(Usage) for options of another strategy than the one that was chosen.
void checkTogether(const MaskSettings& mask);

/// The above with `--plan`, `--seed`, `--min-pixels`, `--max-pixels`, `--no-resize`.
/// `options` must outlive the table.
void addPruningOptions(OptionTable& table, PruningOptions& options);

} // namespace prunescope::app
