#pragma once

#include "core/records/interaction_record.h"
#include "core/report/mask_report.h"
#include "model/bundle/model_digest.h"
#include "model/values/asked_part.h"
#include "model/values/request.h"

#include <optional>
#include <string>
#include <vector>

namespace prunescope::model {

/// The answer of a request in float32, which every machine gives alike.
struct Float32Run {
    std::vector<std::int64_t> tokenIds;
    std::string whyMissing; ///< there was no memory for it: one line; empty: it is here
};

/// The model that answered, and how it was loaded.
struct BundleModel {
    ModelIdentity identity;
    std::string weights = "native"; ///< as in LoadOptions
    PixelLimits limits;             ///< how pictures became what it saw
};

/// An interaction that can be run again (docs: bundle.md). Its pictures are as the model was given them: what was
/// redacted is black in them.
struct Bundle {
    static constexpr int kVersion = 1; ///< of the format

    std::string program;      ///< version that wrote it
    InteractionRecord record; ///< as in the log, with names of pictures without their folders
    Request request;
    AskedPart part; ///< what people wanted seen
    BundleModel model;
    Float32Run float32;
};

/// A bundle of what was asked and answered. The limits of `model` are its own (`ModelInfo::limits`); in the bundle they
/// are the request's where it has some.
Bundle makeBundle(const Request& request, const AskedPart& part, const InteractionRecord& record, BundleModel model);

/// The masks that its record has, of each picture. Throws Error(BadFile) that names the field.
std::vector<MaskReport> recordedMasks(const Bundle& bundle, const std::string& name);

} // namespace prunescope::model
