#pragma once

#include "core/resize/resize.h"
#include "model/train/batch.h"
#include "model/train/train_config.h"

#include <condition_variable>
#include <deque>
#include <exception>
#include <map>
#include <memory>
#include <mutex>
#include <thread>

namespace prunescope::model::train {

/// The batches of a run, each a function of config and number alone: a run that goes on from a checkpoint sees what it
/// would have seen. Four batches are made of one group of pictures, sorted by complexity, so that pictures of a batch
/// keep about as many blocks; where a stage begins within a group, those before it and the others are sorted apart.
class BatchMaker {
public:
    /// `config` and `encoder` must outlive this. Opens the question sets; throws as these do.
    BatchMaker(const TrainConfig& config, const ExampleEncoder& encoder, at::ScalarType type, PixelLimits limits);
    ~BatchMaker();

    /// The four batches that begin at `group` * 4.
    std::vector<TrainBatch> group(std::int64_t group) const;
    /// Held-out pictures of the data of a stage; `plan` for all.
    TrainBatch heldOut(const StageConfig& stage, std::int64_t number, const PrunePlan& plan) const;
    /// A batch of the same pictures of a stage each time, under this plan.
    TrainBatch underPlan(const StageConfig& stage, const PrunePlan& plan) const;

    static constexpr std::int64_t kGroup = 4;

private:
    std::uint64_t seedOf(std::uint64_t stream, std::int64_t number) const;
    const StageConfig& stageOfBatch(std::int64_t batch) const;
    /// The batches [first, end), all of one stage.
    std::vector<TrainBatch> sorted(std::int64_t first, std::int64_t end, std::uint64_t seed, std::uint64_t order) const;
    TrainBatch drawnBatch(const std::vector<PreparedExample>& examples, const StageConfig& stage,
                          std::int64_t number) const;
    std::vector<PreparedExample> examples(const StageConfig& stage, int count, std::uint64_t seed) const;
    TrainBatch wholeBatch(const std::vector<PreparedExample>& examples, BatchOptions options) const;

    const TrainConfig& m_config;
    const ExampleEncoder& m_encoder;
    at::ScalarType m_type;
    PixelLimits m_limits;
    std::map<const DataConfig*, std::unique_ptr<ExampleSource>> m_sources; ///< of the config's data
};

/// Makes batches ahead of the trainer, in a thread of its own.
class BatchStream {
public:
    BatchStream(const BatchMaker& maker, std::int64_t firstBatch, std::int64_t endBatch);
    ~BatchStream();
    /// The next batch; waits for it. Throws what making it threw.
    TrainBatch next();

private:
    void run(std::stop_token stop);

    const BatchMaker& m_maker;
    std::int64_t m_next, m_end;
    std::mutex m_mutex;
    std::condition_variable_any m_changed;
    std::deque<TrainBatch> m_ready;
    std::exception_ptr m_failure;
    std::jthread m_thread;
};

/// Independent streams of random numbers from one seed.
std::uint64_t mixed(std::uint64_t seed, std::uint64_t stream, std::uint64_t number);

} // namespace prunescope::model::train
