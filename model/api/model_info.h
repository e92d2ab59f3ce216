#pragma once

#include "core/report/cost_model.h"
#include "core/resize/resize.h"
#include "model/families/model_config.h"
#include "model/families/thinking.h"
#include "model/values/request.h"

#include <cstdint>
#include <string>
#include <vector>

namespace prunescope::model {

/// Facts about a loaded model.
struct ModelInfo {
    std::string name = {};    ///< with that of its adapter
    std::string folder;       ///< of the base
    std::string adapter = {}; ///< what people call it; empty: none
    std::string adapterFolder = {};
    std::string device;
    std::string dtype;
    std::string weights; ///< as in LoadOptions; of a quantised checkpoint what it is stored in (`storageText`)
    std::string keeping =
        {}; ///< what became of quantised ones (`keepingText`); empty: none are, or they were packed anew
    ModelShape shape;
    PixelLimits limits;      ///< how pictures become what it sees
    PixelPlaces places = {}; ///< where methods that choose by pixels may be applied
    CoordinateScale coordinates = CoordinateScale::Thousandths;
    Decoding sampling; ///< generation_config.json, for `Decoding::sample`
    std::int64_t parameters = 0;
    std::int64_t weightBytes = 0; ///< that they take in memory
    int maxPositions = 0;
    Thinking thinking = Thinking::Never;
    std::string chatTemplate = {};  ///< the file that it comes from; empty: that of the model's family is used
    std::vector<std::string> notes; ///< what people should know of how its files were read, a line each
};

} // namespace prunescope::model
