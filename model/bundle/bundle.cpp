#include "model/bundle/bundle.h"

#include "core/base/error.h"
#include "core/records/record_summary.h"

#include <filesystem>

namespace prunescope::model {

namespace {

/// Who looks at a bundle need not know where the sender keeps pictures.
InteractionRecord withoutFolders(InteractionRecord record) {
    if (const auto images = record.answer.find("images"); images != record.answer.end() && images->is_array())
        for (nlohmann::json& image : *images)
            if (const std::string name = textBelow(image, {"image"}); !name.empty())
                image["image"] = std::filesystem::path(name).filename().string();
    return record;
}

} // namespace

Bundle makeBundle(const Request& request, const AskedPart& part, const InteractionRecord& record, BundleModel model) {
    Bundle bundle{PRUNESCOPE_VERSION, withoutFolders(record), request, part, std::move(model), {}};
    PixelLimits& limits = bundle.model.limits;
    limits.minPixels = request.minPixels.value_or(limits.minPixels);
    limits.maxPixels = request.maxPixels.value_or(limits.maxPixels);
    return bundle;
}

std::vector<MaskReport> recordedMasks(const Bundle& bundle, const std::string& name) {
    const nlohmann::json& images = valueBelow(bundle.record.answer, {"images"});
    if (!images.is_array() || images.size() != bundle.request.images.size())
        throw Error(ErrorKind::BadFile, name + ": record.json has no mask for each of its " +
                                            std::to_string(bundle.request.images.size()) + " pictures");
    std::vector<MaskReport> masks;
    for (const nlohmann::json& image : images) {
        try {
            masks.push_back(maskReportFromJson(image));
        } catch (const Error& error) {
            throw Error(ErrorKind::BadFile, name + ": record.json: " + error.what());
        }
    }
    return masks;
}

} // namespace prunescope::model
