#pragma once

#include "app/terminal/option_table.h"
#include "model/values/load_options.h"

#include <optional>
#include <string>

namespace prunescope::app {

/// Which model runs, and where.
struct ModelOptions {
    std::string model;   ///< folder or name; empty: not given
    std::string adapter; ///< folder or name, or "none"; empty: not given
    std::string device = "auto";
    std::string dtype = "auto";
    std::string weights = "native";
    int threads = 0; ///< 0: as many as there are cores

    /// The folder is looked up by name if need be; without one it is that of the adapter's base, or the bundled
    /// model's. Throws Error(Usage) where that is missing, Error(NotFound) for a name that is not here.
    model::LoadOptions loadOptions() const;
    /// Load options without a folder: for random weights.
    model::LoadOptions withoutFolder() const;
};

/// `--model`. `fallback`: what runs without it, for the help.
void addModelOption(OptionTable& table, ModelOptions& options, std::string fallback = "the bundled model");
/// `--adapter`, beside `--model`.
void addAdapterOption(OptionTable& table, ModelOptions& options);
/// `--device`, `--dtype`, `--weights`, `--threads`. `options` must outlive the table.
void addDeviceOptions(OptionTable& table, ModelOptions& options);
/// `--device` and `--threads` alone.
void addMachineOptions(OptionTable& table, ModelOptions& options);

/// `--shape`: a published size of the model. `shape` must outlive the table; `fallback` stands in the help, by default
/// what `shape` holds now.
void addShapeOption(OptionTable& table, std::string& shape, std::string help, std::optional<std::string> fallback = {});

} // namespace prunescope::app
