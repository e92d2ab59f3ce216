#include "model/engine/describe_weights.h"

#include "model/device/device.h"
#include "model/weights/adapted_weights.h"

namespace prunescope::model {

namespace {

/// What became of quantised weights; nothing where they were all packed anew.
std::string keepingOf(const Checkpoint& checkpoint, const WeightSource& weights) {
    if (weights.packs() || !isQuantized(checkpoint))
        return {};
    return weights.hasPacked() ? keepingText(checkpoint) : "widened to " + dtypeText(weights.target().dtype);
}

/// Of an adapter that nobody asked for.
std::string ownAdapterNote(const std::string& folder) {
    return folder + "/" + kAdapterConfigFile +
           ": the adapter in the model's folder is applied; --adapter none leaves it out";
}

} // namespace

std::shared_ptr<const WeightChange> changeBy(const std::string& adapter, const Checkpoint& base) {
    return adapter.empty() ? nullptr : adaptedWeights(AdapterChanges(AdapterFolder::open(adapter), base));
}

void describeWeights(ModelInfo& info, const ModelFolder& folder, const AdaptedModel& place,
                     const WeightSource& weights) {
    info.adapter = adapterName(place);
    info.name = info.adapter.empty() ? folder.name() : folder.name() + " + " + info.adapter;
    info.adapterFolder = place.adapter;
    info.keeping = keepingOf(folder.checkpoint(), weights);
    info.parameters = weights.parameters();
    info.weightBytes = weights.bytes();
    std::erase(info.notes, ownAdapterNote(folder.path()));
    if (place.adapter == folder.path())
        info.notes.push_back(ownAdapterNote(folder.path()));
}

} // namespace prunescope::model
