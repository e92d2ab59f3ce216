#pragma once

#include "model/train/batch.h"

#include <map>
#include <string>

namespace prunescope::model::train {

/// Number of right answers of a task, and of all.
struct TaskCount {
    std::int64_t right = 0;
    std::int64_t total = 0;
};

/// Judges answers by their most probable tokens, each after the true ones before it: all of them right, or for "locate"
/// the middle of the box inside the true one. `best` [n]: as AnswerLoss::best, on the CPU.
void countRight(const TrainBatch& batch, const at::Tensor& best, const ExampleEncoder& encoder,
                std::map<std::string, TaskCount>& counts);

} // namespace prunescope::model::train
