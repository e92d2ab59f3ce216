#pragma once

#include "model/train/train_config.h"

#include <functional>
#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <stop_token>
#include <string>

namespace prunescope::model::train {

/// End of a training run.
struct TrainResult {
    std::int64_t steps = 0;  ///< that are done
    bool finished = false;   ///< false: stopped; the checkpoint is saved
    std::string modelFolder; ///< of a finished run
};

/// Observer of a training run: gets every line of progress.jsonl as it is written.
using TrainObserver = std::function<void(const nlohmann::ordered_json& line)>;

/// Trains a model from a config until its steps are done or `stop` is requested, which saves a checkpoint. Where the
/// run folder has a checkpoint the run goes on from it, with the same losses as if it had never stopped. Throws Error;
/// a loss that is no number leaves the last good checkpoint and says the step.
class Trainer {
public:
    explicit Trainer(TrainConfig config);
    ~Trainer();
    TrainResult run(const TrainObserver& observer, std::stop_token stop);

private:
    class Run;
    TrainConfig m_config;
};

} // namespace prunescope::model::train
