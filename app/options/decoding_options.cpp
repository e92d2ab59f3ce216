#include "app/options/decoding_options.h"

namespace prunescope::app {

namespace {

constexpr const char* kFromFolder = "generation_config.json";
constexpr double kLeastShare = 1e-6;

} // namespace

model::Decoding DecodingOptions::decoding(const model::Decoding& folder, std::uint64_t seed) const {
    model::Decoding chosen = sample ? folder : model::Decoding{};
    chosen.sample = sample;
    chosen.temperature = temperature.value_or(chosen.temperature);
    chosen.topP = topP.value_or(chosen.topP);
    chosen.topK = static_cast<int>(topK.value_or(chosen.topK));
    chosen.repetitionPenalty = repetitionPenalty.value_or(chosen.repetitionPenalty);
    chosen.presencePenalty = presencePenalty.value_or(chosen.presencePenalty);
    chosen.seed = seed;
    return chosen;
}

void addDecodingOptions(OptionTable& table, DecodingOptions& options) {
    table.startGroup("Decoding");
    table.addInteger("--max-tokens", "N", options.maxTokens, {1, 1 << 20}, "longest answer");
    table.addFlag("--sample", options.sample, "draw words at random as generation_config.json says; else greedy");
    table.addNumber("--temperature", "T", options.temperature, {0.0, 100.0}, kFromFolder,
                    "with --sample: above 1 bolder, below 1 safer");
    table.addNumber("--top-p", "P", options.topP, {kLeastShare, 1.0}, kFromFolder,
                    "with --sample: only the likeliest tokens that make up this share");
    table.addInteger("--top-k", "K", options.topK, {0, 1 << 20}, kFromFolder,
                     "with --sample: only the K likeliest tokens, 0 for all");
    table.addNumber("--repetition-penalty", "R", options.repetitionPenalty, {0.01, 100.0},
                    "1; with --sample generation_config.json", "divides the logits of ids that are there already");
    table.addNumber("--presence-penalty", "P", options.presencePenalty, {-100.0, 100.0}, "0",
                    "taken from the logits of ids that were generated already");
    for (const char* name : {"--temperature", "--top-p", "--top-k"})
        table.require(name, "--sample");
}

} // namespace prunescope::app
