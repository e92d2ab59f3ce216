#include "model/engine/adapter_exchange.h"

#include "core/base/error.h"
#include "model/budget/load_budget.h"
#include "model/engine/describe_weights.h"
#include "model/files/adapter_base.h"
#include "model/weights/adapted_weights.h"

#include <c10/core/DeviceGuard.h>

namespace prunescope::model {

void AdapterExchange::exchange(std::unique_ptr<VisionLanguageModel>& network, ModelInfo& info,
                               const std::string& adapter, const LoadProgress& progress, std::stop_token stop) const {
    check(network != nullptr, "adapters are exchanged on a loaded network");
    const AdaptedModel wanted = resolveAdapter(m_folder.path(), adapter);
    const std::shared_ptr<const WeightChange> before = m_weights->change(),
                                              after = changeBy(wanted.adapter, m_folder.checkpoint());
    const WeightTarget& target = m_weights->target();
    requireMemoryToChange(m_folder.checkpoint(), target, before.get(), after.get(), m_gauge);
    const c10::DeviceGuard current(target.device);
    const ModelConfig config = network->traits().config;
    const auto makeNetwork = [&](std::shared_ptr<const WeightChange> change, const LoadProgress& told,
                                 std::stop_token asked) {
        network.reset();
        m_weights->setChange(std::move(change), told, std::move(asked));
        network = loadModel(config, m_folder.configPath(), m_folder.name(), *m_weights, target);
    };
    try {
        makeNetwork(after, progress, std::move(stop));
    } catch (...) {
        makeNetwork(before, {}, {});
        throw;
    }
    describeWeights(info, m_folder, wanted, *m_weights);
}

} // namespace prunescope::model
