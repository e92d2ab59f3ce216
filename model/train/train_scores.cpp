#include "model/train/train_scores.h"

namespace prunescope::model::train {

namespace {

/// Is the middle of the box of these tokens inside `truth`?
bool pointsInto(const std::vector<std::int64_t>& coordinates, const std::array<int, 4>& truth) {
    if (coordinates.size() != 4)
        return false;
    for (const std::int64_t coordinate : coordinates)
        if (coordinate < 0)
            return false;
    const std::int64_t twiceX = coordinates[0] + coordinates[2], twiceY = coordinates[1] + coordinates[3];
    return twiceX >= 2 * truth[0] && twiceX <= 2 * truth[2] && twiceY >= 2 * truth[1] && twiceY <= 2 * truth[3];
}

} // namespace

void countRight(const TrainBatch& batch, const at::Tensor& best, const ExampleEncoder& encoder,
                std::map<std::string, TaskCount>& counts) {
    const auto* said = best.const_data_ptr<std::int64_t>();
    const auto* label = batch.labels.const_data_ptr<std::int64_t>();
    const auto* number = batch.numbers.const_data_ptr<std::int64_t>();
    for (const BatchAnswer& answer : batch.answers) {
        bool same = true;
        std::vector<std::int64_t> coordinates;
        for (std::int64_t i = answer.firstLabel; i < answer.firstLabel + answer.span.count; ++i) {
            same = same && said[i] == label[i];
            if (number[i] >= 0)
                coordinates.push_back(encoder.numberOf(said[i]));
        }
        TaskCount& count = counts[answer.span.task];
        count.right += same || (answer.span.task == "locate" && pointsInto(coordinates, answer.span.box));
        ++count.total;
    }
}

} // namespace prunescope::model::train
