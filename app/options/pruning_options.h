#pragma once

#include "app/options/method_options.h"
#include "app/options/option_table.h"
#include "core/image/resize.h"
#include "core/pruning/prune_plan.h"

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
    bool resize = true;

    /// Was a method, an option of one or a plan given?
    bool planGiven() const { return method.given() || !plans.empty(); }
    /// All plans, at least one, with `--seed` where that was given. Throws Error(Usage) for options that do not go
    /// together.
    std::vector<PrunePlan> allPlans() const;
    /// The plan. Throws Error(Usage) when several were given.
    PrunePlan onePlan() const;
    /// `base` with what was given here. Throws Error(Usage) when the least is above the most.
    PixelLimits limits(PixelLimits base) const;
    /// Throws Error(BadInput) that names `path` when the model cannot be shown a picture of `size`.
    void checkSize(const std::string& path, Size size) const;
};

/// The method's options and `--plan`. `options` must outlive the table.
void addPlanOptions(OptionTable& table, PruningOptions& options);

/// The above with `--min-pixels`, `--max-pixels`, `--no-resize`.
/// `options` must outlive the table.
void addPruningOptions(OptionTable& table, PruningOptions& options);

} // namespace prunescope::app
