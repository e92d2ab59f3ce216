#include "core/mask/mask_report.h"

#include "core/base/error.h"
#include "core/base/json_fields.h"
#include "core/base/text.h"
#include "core/image/image_file.h"
#include "core/pruning/method.h"

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

MethodSettings readMethod(const JsonFields& fields) {
    const std::string name = fields.text("strategy", "");
    std::vector<std::string> names;
    for (const MethodEntry& entry : methods()) {
        if (entry.pixels && entry.name == name)
            return MethodSettings(entry);
        if (entry.pixels)
            names.emplace_back(entry.name);
    }
    fields.fail("strategy", "one of " + join(names));
}

/// The options beside `strategy`, or those below `options`.
void readOptions(const JsonFields& fields, bool beside, MethodSettings& settings) {
    for (const OptionSpec& spec : settings.entry().options) {
        const std::string name = jsonName(spec);
        if ((spec.json != OptionJson::Options) != beside ||
            (!fields.has(name.c_str()) && spec.json != OptionJson::TopAlways))
            continue;
        const auto found = fields.json().find(name);
        const auto value = found == fields.json().end() ? std::nullopt : optionFromJson(spec, *found);
        if (!value)
            fields.fail(name.c_str(), expectation(spec));
        settings.set(spec.name, *value);
    }
}

MethodSettings readSettings(const JsonFields& fields) {
    MethodSettings settings = readMethod(fields);
    readOptions(fields, true, settings);
    if (fields.has("options"))
        readOptions(fields.object("options"), false, settings);
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

void writeOptions(const MethodSettings& settings, nlohmann::json& object) {
    for (const OptionSpec& spec : settings.entry().options) {
        if (spec.json != OptionJson::TopAlways && !settings.isSet(spec.name))
            continue;
        const nlohmann::json value = toJson(spec, settings.find(spec.name).value());
        if (spec.json == OptionJson::Options)
            object["options"][jsonName(spec)] = value;
        else
            object[jsonName(spec)] = value;
    }
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
        {"strategy", report.settings.method()},
        {"mask", report.mask.toBase64()},
        {"times_ms", std::move(times)},
        {"flops",
         {{"shape", shape.name},
          {"text_tokens", textTokens},
          {"full", promptFlops(shape, full, textTokens).total()},
          {"pruned", promptFlops(shape, pruned, textTokens).total()}}},
    };
    writeOptions(report.settings, object);
    return object;
}

MaskReport maskReportFromJson(const nlohmann::json& object) {
    const JsonFields fields(object, kWhere);
    const Size original = readOriginal(fields);
    const BlockGrid grid = readGrid(fields, original);
    return {fields.text("image"), original, readSettings(fields), readMask(fields, grid), readTimes(fields)};
}

MaskReport parseMaskJson(const std::string& text) {
    return maskReportFromJson(parseJson(text, kWhere));
}

} // namespace prunescope
