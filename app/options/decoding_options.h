#pragma once

#include "app/terminal/option_table.h"
#include "model/values/request.h"

#include <optional>

namespace prunescope::app {

/// Options of how the words of an answer are chosen.
struct DecodingOptions {
    bool sample = false;
    std::optional<double> temperature; ///< unset: generation_config.json
    std::optional<double> topP;
    std::optional<std::int64_t> topK;
    std::optional<double> repetitionPenalty;
    std::optional<double> presencePenalty;
    int maxTokens = 512;

    /// `folder` is what the model folder's generation_config.json asks for.
    model::Decoding decoding(const model::Decoding& folder, std::uint64_t seed) const;
};

/// `--max-tokens`, `--sample`, `--temperature`, `--top-p`, `--top-k`, `--repetition-penalty`, `--presence-penalty`.
/// `options` must outlive the table.
void addDecodingOptions(OptionTable& table, DecodingOptions& options);

} // namespace prunescope::app
