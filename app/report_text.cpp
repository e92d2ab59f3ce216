#include "app/report_text.h"

#include "app/options/values.h"
#include "core/base/text.h"
#include "core/pruning/method.h"
#include "core/pruning/prune_plan.h"

#include <array>
#include <nlohmann/json.hpp>

namespace prunescope::app {

namespace {

std::string shareText(double share) {
    return formatFixed(100 * share, 1) + " %";
}

/// "tau 0.02", "max", "sliding"; nothing for what needs no word.
std::string optionWords(const OptionSpec& spec, const OptionValue& value) {
    const std::string text = optionText(spec, value);
    return spec.kind == OptionKind::Flag || spec.kind == OptionKind::Choice ? text
                                                                            : std::string(spec.name) + " " + text;
}

/// The method with the options that matter.
std::string settingsText(const MethodSettings& settings) {
    std::vector<std::string> words{std::string(settings.method())};
    for (const OptionSpec& spec : settings.entry().options) {
        const std::optional<OptionValue> value = settings.find(spec.name);
        if (value && settings.applies(spec.name))
            words.push_back(optionWords(spec, *value));
    }
    std::erase(words, ""); // a flag that is off and has no word for that
    return join(words);
}

std::string flopsText(const MaskReport& report, const ModelShape& shape, int textTokens) {
    const std::array full{report.mask.grid().patchCount()};
    const std::array pruned{report.mask.keptCount() * kPatchesPerBlock};
    const double before = promptFlops(shape, full, textTokens).total() / 1e12;
    const double after = promptFlops(shape, pruned, textTokens).total() / 1e12;
    return formatFixed(after, 3) + " of " + formatFixed(before, 3) + " TFLOP, " + formatFixed(before / after, 2) +
           "x less (" + shape.name + ", " + std::to_string(textTokens) + " text tokens)";
}

/// "preprocess 30.1 ms, select 0.42 ms": of `names`, those that were measured.
std::string timesText(const StageTimes& times, std::initializer_list<std::string_view> names) {
    std::vector<std::string> parts;
    for (const std::string_view name : names)
        if (times.has(name))
            parts.push_back(std::string(name) + " " + formatMs(times.ms(name)));
    return join(parts);
}

std::string keptText(const model::Answer& answer) {
    int kept = 0;
    int blocks = 0;
    for (const MaskReport& image : answer.images) {
        kept += image.mask.keptCount();
        blocks += image.mask.count();
    }
    const double share = blocks > 0 ? static_cast<double>(kept) / blocks : 1.0;
    return formatCount(kept) + " of " + formatCount(blocks) + " blocks (" + shareText(share) + ")";
}

std::string coordinates(const std::vector<double>& px, std::size_t first) {
    return formatFixed(px.at(first), 0) + ", " + formatFixed(px.at(first + 1), 0);
}

} // namespace

Facts maskFacts(const MaskReport& report, const ModelShape& shape, int textTokens) {
    const BlockGrid grid = report.mask.grid();
    return {
        {"picture", report.image},
        {"size", sizeText(report.original) + ", seen as " + sizeText(grid.size())},
        {"blocks", formatCount(grid.count()) + " (" + std::to_string(grid.rows) + " rows x " +
                       std::to_string(grid.cols) + " columns)"},
        {"kept", formatCount(report.mask.keptCount()) + " (" + shareText(report.mask.keptShare()) + ")"},
        {"selector", settingsText(report.settings)},
        {"cost", flopsText(report, shape, textTokens)},
        {"time", timesText(report.times, {stage::kReadImage, stage::kResize, stage::kSelect})},
    };
}

Facts answerFacts(const model::Answer& answer) {
    const StageTimes& times = answer.times;
    return {
        {"prompt", formatCount(answer.promptTokens) + " of " + formatCount(answer.promptTokensFull) + " tokens, kept " +
                       keptText(answer)},
        {"plan", answer.plan},
        {"first token",
         formatMs(times.ms(stage::kTtft)) + " (" +
             timesText(times, {stage::kPreprocess, stage::kSelect, stage::kVit, stage::kPrefill, stage::kSample}) +
             ")"},
        {"answer", formatCount(static_cast<std::int64_t>(answer.tokenIds.size())) + " tokens, " +
                       formatMs(times.ms(stage::kDecodePerToken)) + " a token, " + formatMs(times.ms(stage::kTotal)) +
                       " in all, finished by " + toText(answer.finishReason)},
        {"memory",
         formatBytes(answer.memory.peakBytes) + " at most, " + formatBytes(answer.memory.kvBytes) + " keys and values"},
        {"model", answer.model + ", " + answer.device + ", " + answer.dtype + ", " + answer.weights + " weights"},
    };
}

std::string sizeText(Size size) {
    return std::to_string(size.width) + " x " + std::to_string(size.height) + " px";
}

std::string regionLines(const model::Answer& answer) {
    std::string lines;
    for (const model::Region& region : answer.regions) {
        const bool isBox = region.kind == model::Region::Kind::Box;
        lines += isBox ? "box " + coordinates(region.px, 0) + " - " + coordinates(region.px, 2)
                       : "point " + coordinates(region.px, 0);
        lines += (region.label.empty() ? "" : ": " + region.label) + "\n";
    }
    return lines;
}

std::string jsonLine(const nlohmann::json& object) {
    return object.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace) + "\n";
}

} // namespace prunescope::app
