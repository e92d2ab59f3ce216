#include "core/mask/mask_report.h"

#include "core/base/error.h"
#include "core/base/json_fields.h"
#include "core/base/text.h"
#include "core/image/image_file.h"
#include "core/metrics/metric.h"
#include "core/strategies/strategy.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <span>
#include <vector>

namespace prunescope {

namespace {

constexpr const char* kWhere = "mask object";
constexpr std::int64_t kMaxBlocks = kMaxPicturePixels / (kBlockPx * kBlockPx);
constexpr std::size_t kMaxStages = 64; // three are written

Size readOriginal(const JsonFields& fields) {
    const std::int64_t width = fields.integer("width", 1, kMaxPicturePixels);
    const std::int64_t height = fields.integer("height", 1, kMaxPicturePixels / width);
    return {static_cast<int>(width), static_cast<int>(height)};
}

/// Do the sides of both differ by the same factor, but for rounding to whole blocks? The resize for the model rounds
/// each side by less than a block, a strategy that shows a smaller picture twice more.
bool sameShape(Size original, Size resized) {
    constexpr std::int64_t kRounding = 3 * kBlockPx;
    const auto fits = [](std::int64_t a, std::int64_t b, std::int64_t resizedA, std::int64_t resizedB) {
        return (resizedA - kRounding) * b <= (resizedB + kRounding) * a;
    };
    return fits(original.width, original.height, resized.width, resized.height) &&
           fits(original.height, original.width, resized.height, resized.width);
}

BlockGrid readGrid(const JsonFields& fields, Size original) {
    const std::int64_t rows = fields.integer("rows", 1, kMaxBlocks);
    const std::int64_t cols = fields.integer("cols", 1, kMaxBlocks / rows);
    const BlockGrid grid{static_cast<int>(rows), static_cast<int>(cols)};
    if (fields.integer("blocks", 1, kMaxBlocks) != grid.count())
        fields.fail("blocks", std::to_string(grid.count()) + ", which is rows * cols");
    const Size size = grid.size();
    if (fields.integers("resized", 1, kMaxPicturePixels, {}) != std::vector<std::int64_t>{size.width, size.height})
        fields.fail("resized", "[" + std::to_string(size.width) + "," + std::to_string(size.height) +
                                   "], which is 32 pixels for each of cols and rows");
    if (!sameShape(original, size))
        fields.fail("resized", "the aspect ratio of " + std::to_string(original.width) + "x" +
                                   std::to_string(original.height) + " pixels");
    return grid;
}

/// The text of a field that has to be the name of one of `entries`.
template <typename Entry>
std::string readName(const JsonFields& fields, const char* field, std::span<const Entry> entries) {
    std::string text = fields.text(field, "");
    std::vector<std::string> names;
    for (const Entry& entry : entries)
        names.emplace_back(entry.name);
    if (std::find(names.begin(), names.end(), text) == names.end())
        fields.fail(field, "one of " + join(names));
    return text;
}

MaskSettings readSettings(const JsonFields& fields) {
    MaskSettings settings;
    settings.strategy = readName(fields, "strategy", strategies());
    settings.metric = readName(fields, "metric", metrics());
    settings.tau = fields.number("tau", 0.0, 1.0);
    settings.anchored = fields.boolean("anchored");
    settings.seed = fields.unsignedInteger("seed");
    if (fields.has("skip_ratio"))
        settings.skipRatio = fields.number("skip_ratio", 0.0, 1.0);
    settings.even = fields.boolean("even", false);
    return settings;
}

KeepMask maskOf(const BlockGrid& grid, const std::string& text) {
    try {
        return KeepMask::fromBase64(grid, text);
    } catch (const Error& error) {
        throw Error(ErrorKind::BadFile, std::string(kWhere) + ": " + error.what());
    }
}

KeepMask readMask(const JsonFields& fields, BlockGrid grid) {
    const KeepMask mask = maskOf(grid, fields.text("mask"));
    if (fields.integer("kept", 0, grid.count()) != mask.keptCount())
        fields.fail("kept", std::to_string(mask.keptCount()) + ", as many as mask has");
    return mask;
}

StageTimes readTimes(const JsonFields& fields) {
    const nlohmann::json& stages = fields.object("times_ms").json();
    if (stages.size() > kMaxStages)
        fields.fail("times_ms", "at most " + std::to_string(kMaxStages) + " stages");
    StageTimes times;
    for (const auto& [name, ms] : stages.items()) {
        if (!ms.is_number() || !std::isfinite(ms.get<double>()) || ms.get<double>() < 0)
            fields.fail("times_ms", "milliseconds from 0 on for each stage");
        times.set(name, ms.get<double>());
    }
    return times;
}

} // namespace

nlohmann::json toJson(const MaskReport& report, const ModelShape& shape, int textTokens) {
    const BlockGrid grid = report.mask.grid();
    const int kept = report.mask.keptCount();
    const std::array full{grid.patchCount()};
    const std::array pruned{kept * kPatchesPerBlock};
    nlohmann::json times = nlohmann::json::object();
    for (const auto& [name, ms] : report.times.entries())
        times[name] = ms;
    nlohmann::json object{
        {"image", report.image},
        {"width", report.original.width},
        {"height", report.original.height},
        {"resized", {grid.size().width, grid.size().height}},
        {"rows", grid.rows},
        {"cols", grid.cols},
        {"blocks", grid.count()},
        {"kept", kept},
        {"kept_share", report.mask.keptShare()},
        {"strategy", report.settings.strategy},
        {"metric", report.settings.metric},
        {"tau", report.settings.tau},
        {"anchored", report.settings.anchored},
        {"seed", report.settings.seed},
        {"mask", report.mask.toBase64()},
        {"times_ms", std::move(times)},
        {"flops",
         {{"shape", shape.name},
          {"text_tokens", textTokens},
          {"full", promptFlops(shape, full, textTokens).total()},
          {"pruned", promptFlops(shape, pruned, textTokens).total()}}},
    };
    if (report.settings.skipRatio)
        object["skip_ratio"] = *report.settings.skipRatio;
    if (report.settings.even)
        object["even"] = true;
    if (report.decodedOnWhite)
        object["decoded_on_white"] = true;
    return object;
}

MaskReport maskReportFromJson(const nlohmann::json& object) {
    const JsonFields fields(object, kWhere);
    const Size original = readOriginal(fields);
    const BlockGrid grid = readGrid(fields, original);
    return {fields.text("image"),   original,          readSettings(fields),
            readMask(fields, grid), readTimes(fields), fields.boolean("decoded_on_white", false)};
}

MaskReport parseMaskJson(const std::string& text) {
    return maskReportFromJson(parseJson(text, kWhere));
}

} // namespace prunescope
