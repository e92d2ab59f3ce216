#include "model/bundle/bundle_json.h"

#include "core/base/error.h"
#include "core/base/format.h"
#include "core/image/image_file.h"
#include "model/bundle/request_json.h"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

namespace prunescope::model {

using nlohmann::ordered_json;

namespace {

constexpr const char* kFormat = "prunescope-bundle";
constexpr std::int64_t kMostIds = 1 << 24;

constexpr std::array kFits{std::pair{PictureFit::Resized, "resized"}, std::pair{PictureFit::Cropped, "cropped"},
                           std::pair{PictureFit::Padded, "padded"}, std::pair{PictureFit::Tiled, "tiled"}};

ordered_json toJson(const PixelLimits& limits) {
    ordered_json object{{"min_pixels", limits.minPixels},
                        {"max_pixels", limits.maxPixels},
                        {"patch_px", limits.geometry.patchPx},
                        {"merge", limits.geometry.merge}};
    for (const auto& [fit, name] : kFits)
        if (fit == limits.fit)
            object["fit"] = name;
    if (limits.fixed())
        object.update(
            {{"side_px", limits.sidePx}, {"least_tiles", limits.leastTiles}, {"most_tiles", limits.mostTiles}});
    return object;
}

PictureFit fitFromJson(const JsonFields& fields) {
    const std::string text = fields.text("fit");
    std::vector<std::string> names;
    for (const auto& [fit, name] : kFits) {
        if (text == name)
            return fit;
        names.emplace_back(name);
    }
    fields.fail("fit", "one of " + join(names));
}

PixelLimits limitsFromJson(const JsonFields& fields) {
    constexpr std::int64_t kMostArea = std::int64_t{1} << 40, kMostSide = 1 << 14;
    PixelLimits limits;
    limits.minPixels = fields.integer("min_pixels", 1, kMaxPicturePixels);
    limits.maxPixels = fields.integer("max_pixels", limits.minPixels, kMostArea);
    limits.geometry.patchPx = static_cast<int>(fields.integer("patch_px", 1, PatchGeometry::kMostBlockPx));
    limits.geometry.merge =
        static_cast<int>(fields.integer("merge", 1, PatchGeometry::kMostBlockPx / limits.geometry.patchPx));
    limits.fit = fitFromJson(fields);
    const std::int64_t side = limits.geometry.blockPx();
    if (side < PatchGeometry::kLeastBlockPx)
        fields.fail("patch_px", "blocks of at least " + std::to_string(PatchGeometry::kLeastBlockPx) + " pixels");
    if (!limits.fixed())
        return limits;
    limits.sidePx = static_cast<int>(fields.integer("side_px", side, kMostSide));
    if (limits.sidePx % side != 0)
        fields.fail("side_px", "a multiple of " + std::to_string(side));
    limits.leastTiles = static_cast<int>(fields.integer("least_tiles", 1, 1 << 10));
    const std::int64_t room =
        kMaxPicturePixels / (std::int64_t{limits.sidePx} * limits.sidePx) - 1; // less the small one
    limits.mostTiles =
        static_cast<int>(fields.integer("most_tiles", limits.leastTiles, std::max<std::int64_t>(room, 1)));
    return limits;
}

ordered_json toJson(const BundleModel& used) {
    const ModelIdentity& model = used.identity;
    ordered_json object{{"name", model.name}, {"family", model.family}, {"sha256", model.sha256}};
    if (!model.adapter.empty())
        object["adapter"] = {{"name", model.adapter}, {"sha256", model.adapterSha256}};
    object["weights"] = used.weights;
    object["pixel_limits"] = toJson(used.limits);
    return object;
}

std::string hashFromJson(const JsonFields& fields) {
    const std::string hash = fields.text("sha256");
    if (hash.size() != 64 || hash.find_first_not_of("0123456789abcdef") != std::string::npos)
        fields.fail("sha256", "64 hexadecimal digits");
    return hash;
}

ModelIdentity identityFromJson(const JsonFields& fields) {
    ModelIdentity model{fields.text("name"), fields.text("family"), hashFromJson(fields)};
    if (fields.has("adapter")) {
        const JsonFields adapter = fields.object("adapter");
        model.adapter = adapter.text("name");
        model.adapterSha256 = hashFromJson(adapter);
    }
    return model;
}

BundleModel modelFromJson(const JsonFields& fields) {
    return {identityFromJson(fields), fields.text("weights"), limitsFromJson(fields.object("pixel_limits"))};
}

ordered_json toJson(const Float32Run& run) {
    if (!run.whyMissing.empty())
        return {{"missing", run.whyMissing}};
    return {{"token_ids", run.tokenIds}};
}

Float32Run float32FromJson(const JsonFields& fields) {
    if (fields.has("missing"))
        return {{}, fields.text("missing")};
    const nlohmann::json& ids = fields.json().value("token_ids", nlohmann::json());
    if (!ids.is_array() || ids.size() > kMostIds)
        fields.fail("token_ids", "a list of numbers, or \"missing\"");
    return {fields.integers("token_ids", 0, std::int64_t{1} << 40, {}), {}};
}

} // namespace

std::string headText(const Bundle& bundle) {
    const ordered_json head{{"format", kFormat},
                            {"version", Bundle::kVersion},
                            {"program", bundle.program},
                            {"model", toJson(bundle.model)},
                            {"request", toJson(bundle.request)},
                            {"float32", toJson(bundle.float32)}};
    return head.dump(2, ' ', false, ordered_json::error_handler_t::replace) + "\n";
}

Bundle bundleFromHead(const std::string& text, const std::string& where) {
    const nlohmann::json object = parseJson(text, where);
    const JsonFields fields(object, where);
    if (!object.is_object() || fields.text("format", "") != kFormat)
        throw Error(ErrorKind::BadFile, where + ": is not of a bundle, expected \"format\": \"" + kFormat + "\"");
    if (const auto version = fields.integer("version", 1, 1 << 30); version > Bundle::kVersion)
        throw Error(ErrorKind::BadFile, where + ": version is " + std::to_string(version) + ", expected " +
                                            std::to_string(Bundle::kVersion) + ", or a newer PruneScope");
    Bundle bundle;
    bundle.program = fields.text("program");
    bundle.request = requestFromJson(fields.object("request"));
    bundle.model = modelFromJson(fields.object("model"));
    bundle.float32 = float32FromJson(fields.object("float32"));
    return bundle;
}

} // namespace prunescope::model
