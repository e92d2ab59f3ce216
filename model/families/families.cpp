#include "core/base/error.h"
#include "core/base/format.h"
#include "core/base/json_fields.h"
#include "model/config/model_types.h"
#include "model/families/family.h"

#include <array>

namespace prunescope::model {

FamilyEntry qwen3VlFamily();

std::span<const FamilyEntry> families() {
    static const std::array list{qwen3VlFamily()};
    return list;
}

const FamilyEntry& findFamily(const nlohmann::json& config, const std::string& configPath) {
    const std::string modelType = JsonFields(config, configPath).text("model_type", "");
    for (const FamilyEntry& entry : families())
        if (entry.modelType == modelType)
            return entry;
    throw Error(ErrorKind::Unsupported, configPath + ": model_type is " + inQuotes(modelType) + ", expected one of " +
                                            join({kModelTypes.begin(), kModelTypes.end()}));
}

} // namespace prunescope::model
