#pragma once

#include "app/options/method_options.h"
#include "app/terminal/option_table.h"
#include "core/pruning/prune_plan.h"
#include "core/resize/resize.h"
#include "model/families/model_config.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace prunescope::app {

/// The pruning options of the command line, the same for every command that looks at a picture.
struct PruningOptions {
    MethodOptions method;                  ///< `--strategy`, `--metric`, `--tau`, ...
    std::vector<PrunePlan> plans;          ///< each `--plan`; they replace `method`
    std::optional<std::int64_t> minPixels; ///< unset: the model folder's
    std::optional<std::int64_t> maxPixels;
    std::optional<std::int64_t> maxTokensPerImage; ///< unset: as the plan says
    bool resize = true;

    /// Whether a method, an option of one or a plan was given.
    bool planGiven() const { return method.given() || !plans.empty() || maxTokensPerImage; }
    /// All plans, at least one, with `--seed` where that was given. Throws Error(Usage) for options that do not go
    /// together.
    std::vector<PrunePlan> allPlans() const;
    /// The plan. Throws Error(Usage) when several were given.
    PrunePlan onePlan() const;
    /// `plan` where the model lets pixels decide, unless `--plan` says where: other options name no place. Throws
    /// Error(Usage) that names the option where they ask for what the model can't do at all.
    PrunePlan suited(const PrunePlan& plan, const model::PixelPlaces& places) const;
    /// `base` with what was given here. Throws Error(Usage) when the least is above the most.
    PixelLimits limits(PixelLimits base) const;
    /// Checks a picture's size. Throws Error(BadInput) that names `path` when the model cannot be shown a picture of
    /// `size`.
    void checkSize(const std::string& path, Size size, const PixelLimits& limits) const;
};

/// The method's options, `--plan` and `--max-tokens-per-image`. `options` must outlive the table.
void addPlanOptions(OptionTable& table, PruningOptions& options);

/// The above with `--min-pixels`, `--max-pixels`, `--no-resize`.
/// `options` must outlive the table.
void addPruningOptions(OptionTable& table, PruningOptions& options);

} // namespace prunescope::app
