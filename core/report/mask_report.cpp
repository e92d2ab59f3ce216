#include "core/report/mask_report.h"

#include "core/base/error.h"
#include "core/base/format.h"
#include "core/base/json_fields.h"
#include "core/image/image_file.h"
#include "core/metrics/metric.h"
#include "core/pruning/pixel_options.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <span>
#include <vector>

namespace prunescope {

namespace {

constexpr const char* kWhere = "mask object";
constexpr std::size_t kMaxStages = 64; // three are written

Size readOriginal(const JsonFields& fields) {
    const std::int64_t width = fields.integer("width", 1, kMaxPicturePixels);
    const std::int64_t height = fields.integer("height", 1, kMaxPicturePixels / width);
    return {static_cast<int>(width), static_cast<int>(height)};
}

/// Do the sides of both differ by the same factor, but for rounding to whole blocks? The resize for the model rounds
/// each side by less than a block, a pruning method that shows a smaller picture twice more.
bool sameShape(Size original, Size resized, int blockPx) {
    const std::int64_t rounding = 3 * blockPx;
    const auto fits = [rounding](std::int64_t a, std::int64_t b, std::int64_t resizedA, std::int64_t resizedB) {
        return (resizedA - rounding) * b <= (resizedB + rounding) * a;
    };
    return fits(original.width, original.height, resized.width, resized.height) &&
           fits(original.height, original.width, resized.height, resized.width);
}

/// Pixels of `resized` for each of `cols` are the side of a block, of two by two patches where that goes, else of one.
/// Qwen3-VL's blocks where they do not go together.
PatchGeometry readGeometry(const JsonFields& fields) {
    const auto number = [](const nlohmann::json& value) {
        return value.is_number_integer() ? value.get<std::int64_t>() : 0;
    };
    const nlohmann::json& object = fields.json();
    const auto resized = object.find("resized"), cols = object.find("cols");
    if (resized == object.end() || !resized->is_array() || resized->empty() || cols == object.end())
        return {};
    const std::int64_t width = number(resized->front()), count = number(*cols);
    const std::int64_t side = width > 0 && count > 0 && width % count == 0 ? width / count : 0;
    if (side < PatchGeometry::kLeastBlockPx || side > PatchGeometry::kMostBlockPx)
        return {};
    const int merge = side % 2 == 0 ? 2 : 1;
    return {static_cast<int>(side) / merge, merge};
}

BlockGrid readGrid(const JsonFields& fields, Size original) {
    const PatchGeometry geometry = readGeometry(fields);
    const std::int64_t side = geometry.blockPx(), mostBlocks = kMaxPicturePixels / (side * side);
    const std::int64_t rows = fields.integer("rows", 1, mostBlocks);
    const std::int64_t cols = fields.integer("cols", 1, mostBlocks / rows);
    const BlockGrid grid{static_cast<int>(rows), static_cast<int>(cols), geometry};
    if (fields.integer("blocks", 1, mostBlocks) != grid.count())
        fields.fail("blocks", std::to_string(grid.count()) + ", which is rows * cols");
    const Size size = grid.size();
    if (fields.integers("resized", 1, kMaxPicturePixels, {}) != std::vector<std::int64_t>{size.width, size.height})
        fields.fail("resized", "[" + std::to_string(size.width) + "," + std::to_string(size.height) + "], which is " +
                                   std::to_string(side) + " pixels for each of cols and rows");
    if (!fields.has("views") && !sameShape(original, size, geometry.blockPx()))
        fields.fail("resized", "the aspect ratio of " + std::to_string(original.width) + "x" +
                                   std::to_string(original.height) + " pixels");
    return grid;
}

constexpr const char* kSeenRule = "parts of the resized picture, all of its width, one below the other";

/// [left, top, right, bottom], the first two below the others.
std::array<double, 4> readBox(const JsonFields& view, const char* name) {
    const nlohmann::json& json = view.json();
    const auto found = json.find(name);
    std::array<double, 4> box{};
    if (found == json.end() || !found->is_array() || found->size() != box.size())
        view.fail(name, "[left, top, right, bottom]");
    for (std::size_t i = 0; i < box.size(); ++i) {
        const nlohmann::json& edge = (*found)[i];
        if (!edge.is_number() || std::abs(box[i] = edge.get<double>()) > kMaxPicturePixels)
            view.fail(name, "[left, top, right, bottom] in pixels");
    }
    if (!(box[0] < box[2] && box[1] < box[3]))
        view.fail(name, "left below right and top below bottom");
    return box;
}

/// A view whose part of the resized picture begins at row `top`.
PictureView readView(const JsonFields& fields, const BlockGrid& grid, int top) {
    const auto [left, first, right, last] = readBox(fields, "seen");
    const int side = grid.geometry.blockPx();
    const bool wholeBlocks =
        last == std::floor(last) && last <= grid.size().height && static_cast<int>(last) % side == 0;
    if (left != 0 || right != grid.size().width || first != top || !wholeBlocks)
        fields.fail("seen", kSeenRule);
    const auto [x, y, endX, endY] = readBox(fields, "source");
    return {{0, top, grid.size().width, static_cast<int>(last) - top}, x, y, endX - x, endY - y};
}

std::vector<PictureView> readViews(const JsonFields& fields, const BlockGrid& grid) {
    std::vector<PictureView> views;
    if (!fields.has("views"))
        return views;
    const nlohmann::json& list = fields.json().at("views");
    if (!list.is_array() || list.empty())
        fields.fail("views", "a list of objects");
    int top = 0;
    for (const nlohmann::json& view : list) {
        if (!view.is_object())
            fields.fail("views", "a list of objects");
        const std::string prefix = "views[" + std::to_string(views.size()) + "].";
        views.push_back(readView(JsonFields(view, fields.where(), prefix), grid, top));
        top = views.back().seen.bottom();
    }
    if (top != grid.size().height)
        fields.fail("views", std::string(kSeenRule) + ", down to its end");
    return views;
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

nlohmann::json toJson(const BudgetFit& fit, Reduction reduction, int samples) {
    nlohmann::json object{{"tokens", fit.tokens},
                          {"threshold", fit.threshold},
                          {"tau", inSampleUnits(reduction, fit.threshold, samples)},
                          {"bound", fit.bound},
                          {"worst_error", inSampleUnits(reduction, fit.bound, samples)},
                          {"bounded", fit.isBounded()}};
    if (fit.isBounded())
        object["core"] = fit.core.toBase64();
    if (fit.uncovered > 0)
        object["uncovered"] = fit.uncovered;
    return object;
}

std::optional<BudgetFit> readFit(const JsonFields& report, const KeepMask& mask) {
    if (!report.has("budget"))
        return std::nullopt;
    const JsonFields fields = report.object("budget");
    constexpr std::int64_t kMost = std::numeric_limits<std::uint32_t>::max();
    BudgetFit fit;
    fit.tokens = static_cast<int>(fields.integer("tokens", 1, mask.count()));
    fit.threshold = static_cast<std::uint32_t>(fields.integer("threshold", 0, kMost));
    fit.bound = static_cast<std::uint32_t>(fields.integer("bound", 0, kMost));
    fit.uncovered = static_cast<int>(fields.integer("uncovered", 0, mask.count(), 0));
    if (fields.has("core"))
        fit.core = maskOf(mask.grid(), fields.text("core"));
    if (fit.isBounded() && !fit.core.kept(0))
        fields.fail("core", "the first block among the kept ones");
    for (const int i : fit.core.keptIndices())
        if (!mask.kept(i))
            fields.fail("core", "blocks that mask keeps");
    return fit;
}

nlohmann::json toJson(const PictureView& view) {
    const PixelBox source = view.source();
    return {{"seen", {view.seen.x, view.seen.y, view.seen.right(), view.seen.bottom()}},
            {"source", {source.left, source.top, source.right, source.bottom}}};
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
    const std::array pruned{report.mask.keptPatchCount()};
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
    if (report.fit)
        object["budget"] = toJson(*report.fit, reductionOf(report.settings), grid.geometry.blockSamples());
    if (report.decodedOnWhite)
        object["decoded_on_white"] = true;
    for (const PictureView& view : report.views)
        object["views"].push_back(toJson(view));
    return object;
}

MaskReport maskReportFromJson(const nlohmann::json& object) {
    const JsonFields fields(object, kWhere);
    const Size original = readOriginal(fields);
    const BlockGrid grid = readGrid(fields, original);
    MaskReport report{fields.text("image"), original, readSettings(fields), readMask(fields, grid), readTimes(fields)};
    report.fit = readFit(fields, report.mask);
    report.decodedOnWhite = fields.boolean("decoded_on_white", false);
    report.views = readViews(fields, grid);
    return report;
}

MaskReport parseMaskJson(const std::string& text) {
    return maskReportFromJson(parseJson(text, kWhere));
}

} // namespace prunescope
