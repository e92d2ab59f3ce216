#include "app/reports/report_facts.h"

#include "app/terminal/values.h"
#include "core/base/format.h"
#include "core/pruning/method.h"
#include "core/pruning/prune_plan.h"
#include "core/report/budget_text.h"
#include "model/values/explain.h"

#include <array>
#include <nlohmann/json.hpp>

namespace prunescope::app {

namespace {

/// "tau 0.02", "max", "sliding"; nothing for what needs no word.
std::string optionWords(const OptionSpec& spec, const OptionValue& value) {
    const std::string text = optionText(spec, value);
    const bool bare =
        spec.kind == OptionKind::Choice && spec.json == OptionJson::TopAlways; // the metric's name says it
    return spec.kind == OptionKind::Flag || bare ? text : std::string(spec.name) + " " + text;
}

/// The method with the options that matter.
std::string settingsText(const MethodSettings& settings) {
    std::vector<std::string> words{std::string(settings.method())};
    for (const OptionSpec& spec : settings.entry().options) {
        const std::optional<OptionValue> value = settings.find(spec.name);
        const bool told = spec.json == OptionJson::TopAlways || settings.isSet(spec.name);
        if (value && told && settings.applies(spec.name))
            words.push_back(optionWords(spec, *value));
    }
    std::erase(words, ""); // a flag that is off and has no word for that
    return join(words);
}

std::string flopsText(const MaskReport& report, const ModelShape& shape, int textTokens) {
    const std::array full{report.mask.grid().patchCount()};
    const std::array pruned{report.mask.keptPatchCount()};
    const double before = promptFlops(shape, full, textTokens).total();
    const double after = promptFlops(shape, pruned, textTokens).total();
    return formatFlop(after) + " of " + formatFlop(before) + ", " + formatFixed(before / after, 2) + "x less (" +
           shape.name + ", " + formatCounted(textTokens, "text token") + ")";
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
    const int kept = model::enteringTokens(answer.pruning, answer.images);
    int blocks = 0;
    for (const MaskReport& image : answer.images)
        blocks += image.mask.count();
    const double share = blocks > 0 ? static_cast<double>(kept) / blocks : 1.0;
    return formatCount(kept) + " of " + formatCounted(blocks, "block") + " (" + formatPercent(share) + ")";
}

/// "120 of 360 tokens, 14 tokens of answer, 0.61 s"
std::string costText(const model::LookTotals& cost) {
    return formatCount(cost.promptTokens) + " of " + formatCounted(cost.promptTokensFull, "token") + ", " +
           formatCounted(cost.answerTokens, "token") + " of answer, " + formatMs(cost.totalMs);
}

std::string lookText(const model::Look& look) {
    const PixelRect part = look.part;
    return sizeText({part.width, part.height}) + " at " + std::to_string(part.x) + ", " + std::to_string(part.y) +
           ": " + costText({look.promptTokens, look.promptTokensFull, look.answerTokens, look.times.ms(stage::kTotal)});
}

void addLooks(Facts& facts, const model::Answer& answer) {
    constexpr std::array kNames{"first look", "second look"};
    for (std::size_t i = 0; i < answer.looks.size() && i < kNames.size(); ++i)
        facts.emplace_back(kNames[i], lookText(answer.looks[i]));
    if (answer.looks.size() > 1)
        facts.emplace_back("both looks", costText(totalsOf(answer)));
}

std::string coordinates(const std::vector<double>& px, std::size_t first) {
    return formatFixed(px.at(first), 0) + ", " + formatFixed(px.at(first + 1), 0);
}

} // namespace

Facts maskFacts(const MaskReport& report, const ModelShape& shape, int textTokens) {
    const BlockGrid grid = report.mask.grid();
    Facts facts{
        {"picture", report.image},
        {"size", sizeText(report.original) + ", seen as " + sizeText(grid.size())},
        {"blocks", formatCount(grid.count()) + " (" + formatCounted(grid.rows, "row") + " x " +
                       formatCounted(grid.cols, "column") + ")"},
        {"kept", formatCount(report.mask.keptCount()) + " (" + formatPercent(report.mask.keptShare()) + ")"},
        {"method", settingsText(report.settings)},
    };
    if (report.fit)
        facts.emplace_back("budget", budgetText(report.choice(), report.settings));
    facts.emplace_back("cost", flopsText(report, shape, textTokens));
    facts.emplace_back("time", timesText(report.times, {stage::kReadImage, stage::kResize, stage::kSelect}));
    return facts;
}

Facts answerFacts(const model::Answer& answer) {
    const StageTimes& times = answer.times;
    Facts facts{
        {"prompt", formatCount(answer.promptTokens) + " of " + formatCounted(answer.promptTokensFull, "token") +
                       ", kept " + keptText(answer)},
        {"plan", answer.plan},
        {"first token", formatMs(times.ms(stage::kTtft)) + " (" +
                            timesText(times, {stage::kPreprocess, stage::kSelect, stage::kVit, stage::kMethod,
                                              stage::kPrefill, stage::kSample}) +
                            ")"},
        {"answer", formatCounted(static_cast<std::int64_t>(answer.tokenIds.size()), "token") + ", " +
                       formatMs(times.ms(stage::kDecodePerToken)) + " a token, " + formatMs(times.ms(stage::kTotal)) +
                       " in all, finished by " + toText(answer.finishReason)},
        {"memory",
         formatBytes(answer.memory.peakBytes) + " at most, " + formatBytes(answer.memory.kvBytes) + " keys and values"},
        {"model", answer.model + ", " + answer.device + ", " + answer.dtype + ", " + answer.weights + " weights"},
    };
    if (answer.pruning.plan.size() > 1 || times.has(stage::kMethod))
        facts.insert(facts.begin() + 2, {"stages", model::stagesText(answer.pruning)});
    addLooks(facts, answer);
    return facts;
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
    for (const model::UnreadPlace& place : answer.unread)
        lines += "no place: " + place.why + "\n";
    return lines;
}

std::string jsonLine(const nlohmann::json& object) {
    return object.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace) + "\n";
}

} // namespace prunescope::app
