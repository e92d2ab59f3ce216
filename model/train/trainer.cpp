#include "model/train/trainer.h"

#include "core/base/error.h"
#include "core/base/output_file.h"
#include "model/budget/mmap_allocation.h"
#include "model/device/device.h"
#include "model/device/torch_errors.h"
#include "model/progress/progress_log.h"
#include "model/train/batch_stream.h"
#include "model/train/checkpoint.h"
#include "model/train/losses.h"
#include "model/train/model_writer.h"
#include "model/train/optimizer.h"
#include "model/train/train_model.h"
#include "model/train/train_scores.h"

#include <ATen/core/grad_mode.h>
#include <algorithm>
#include <chrono>
#include <cmath>
#include <filesystem>
#include <nlohmann/json.hpp>

namespace prunescope::model::train {

namespace {

using Clock = std::chrono::steady_clock;
using Json = nlohmann::ordered_json;

double secondsSince(Clock::time_point start) {
    return std::chrono::duration<double>(Clock::now() - start).count();
}

double rounded(double value, double unit) {
    return std::round(value / unit) * unit;
}

/// Sums of the losses of some steps. They stay on the device until somebody asks.
class LossMeter {
public:
    void add(const std::string& name, const at::Tensor& value) {
        Sum& sum = m_sums[name];
        sum.value = sum.value.defined() ? sum.value + value.detach() : value.detach();
        ++sum.count;
    }
    /// Means since the last call.
    Json take() {
        Json means = Json::object();
        for (const auto& [name, sum] : m_sums)
            means[name] = sum.value.item<double>() / sum.count;
        m_sums.clear();
        return means;
    }

private:
    struct Sum {
        at::Tensor value;
        int count = 0;
    };
    std::map<std::string, Sum> m_sums;
};

at::ScalarType computeType(const std::string& text, at::Device device) {
    constexpr std::int64_t kLarge = std::int64_t{1} << 40; // no model is too small to be trained in bfloat16
    return resolveDtype(text, device, at::kBFloat16,
                        text == "auto" && device.is_cpu() && !cpuMultipliesBfloat16() ? 0 : kLarge);
}

} // namespace

class Trainer::Run {
public:
    Run(const TrainConfig& config, const TrainObserver& observer, std::stop_token stop)
        : m_config(config), m_observer(observer), m_stop(std::move(stop)), m_device(resolveDevice(config.device)),
          m_type(computeType(config.dtype, m_device)), m_log(prepared(config.output) + "/progress.jsonl") {
        setThreads(config.threads > 0 ? config.threads : suitableThreads(0, std::int64_t{1} << 40));
        m_model = openTrainModel(config, m_device, m_type, m_stop);
        if (config.ocrWeight > 0 && config.drawsScreens())
            network().addOcrHeads(config.seed);
        if (network().parameters().trained() == 0)
            throw Error(ErrorKind::BadFile, config.file + ": freeze leaves no parameter to be trained");
        if (m_model.encoder->numberIds())
            m_numbers = NumberTargets(*m_model.encoder->numberIds(), m_device);
        if (config.distill.on && !config.distill.isSelf())
            m_teacher = openTeacher(config.distill.teacher, m_model, m_stop);
        m_optimizer = std::make_unique<Optimizer>(network().parameters(), optimizerSettings());
        m_maker = std::make_unique<BatchMaker>(config, *m_model.encoder, m_type, m_model.parsed.images);
    }

    TrainResult operator()() {
        if (std::filesystem::exists(checkpointPath(m_config.output)))
            m_step = restoreCheckpoint(checkpointPath(m_config.output), network().parameters(), *m_optimizer);
        announceStart(); // from here on the folder is this run's alone
        removeUnfinished(checkpointPath(m_config.output));
        try {
            return trained();
        } catch (const std::exception& error) {
            try {
                note({{"end", "error"}, {"message", error.what()}});
            } catch (const Error&) { // the first error is the one to tell
            }
            throw;
        }
    }

private:
    TrainResult trained() {
        if (m_config.compareBatches > 0)
            comparePlans();
        const std::int64_t end = m_config.steps();
        if (m_step < end) {
            BatchStream batches(*m_maker, m_step * m_config.accumulate, end * m_config.accumulate);
            m_start = m_saved = m_logged = Clock::now();
            m_firstStep = m_step;
            while (m_step < end && !m_stop.stop_requested()) {
                step(batches);
                afterStep(end);
            }
        }
        save();
        if (m_step < end) {
            note({{"end", "stopped"}, {"step", m_step}, {"message", "the same command goes on from here"}});
            return {m_step, false, {}};
        }
        const std::string folder = m_config.output + "/model";
        writeModelFolder(folder, m_model.config, network().parameters(), m_model.companions);
        note({{"end", "finished"}, {"step", m_step}, {"model", folder}});
        return {m_step, true, folder};
    }

    static std::string prepared(const std::string& folder) {
        std::error_code error;
        std::filesystem::create_directories(folder, error);
        if (error)
            throw Error(ErrorKind::WriteFailed, "output: " + folder + " cannot be made: " + error.message());
        return folder;
    }

    OptimizerSettings optimizerSettings() const {
        OptimizerSettings settings;
        settings.adamRate = m_config.adamLearningRate;
        settings.muonRate = m_config.learningRate;
        settings.beta2 = m_config.beta2;
        settings.weightDecay = m_config.weightDecay;
        settings.clip = m_config.clip;
        settings.muon = m_config.muon;
        return settings;
    }

    TrainingNetwork& network() { return *m_model.network; }

    void note(const Json& line) {
        m_log.add(line);
        if (m_observer)
            m_observer(line);
    }

    void announceStart() {
        const ParameterSet& parameters = network().parameters();
        note({{"start",
               {{"step", m_step},
                {"of", m_config.steps()},
                {"parameters", parameters.total()},
                {"trained", parameters.trained()},
                {"device", deviceText(m_device)},
                {"dtype", dtypeText(m_type)},
                {"threads", threads()},
                {"seed", m_config.seed}}}});
    }

    // --- one step

    double ocrWeight() const {
        const double share =
            static_cast<double>(m_step) / static_cast<double>(std::max<std::int64_t>(1, m_config.steps()));
        return m_config.ocrWeight + (m_config.ocrWeightEnd - m_config.ocrWeight) * share;
    }

    AnswerLossOptions lossOptions() const {
        AnswerLossOptions options;
        options.alpha = m_config.distill.alpha;
        options.sum = m_config.distill.sum;
        options.temperature = m_config.distill.temperature;
        return options;
    }

    /// What the teacher's language layers say about the same answers.
    TeacherStates teach(const TrainBatch& batch) {
        if (!batch.whole)
            return {};
        const at::NoGradGuard noGradient;
        TrainingNetwork& teacher = m_teacher ? *m_teacher : network();
        return {teacher.answerStates(*batch.whole, teacher.encode(*batch.whole)), teacher.head()};
    }

    /// The loss of a batch, with gradient; answers are weighed by `answerScale` each.
    at::Tensor loss(const TrainBatch& batch, bool answers, double answerScale) {
        const VisionFeatures features = network().encode(batch);
        at::Tensor total = at::zeros({}, at::TensorOptions(m_device).dtype(at::kFloat));
        if (answers) {
            const AnswerLoss said = answerLoss(network().answerStates(batch, features), network().head(), teach(batch),
                                               batch, m_numbers, lossOptions());
            total = total + said.total * answerScale;
            const auto numbers = static_cast<double>(batch.numbers.ge(0).sum().item<std::int64_t>());
            m_meter.add("answers", said.total / static_cast<double>(batch.labels.size(0)));
            m_meter.add("text", said.text / std::max(1.0, static_cast<double>(batch.labels.size(0)) - numbers));
            if (numbers > 0 && m_numbers.areKnown())
                m_meter.add("box", said.number / numbers);
            if (batch.whole)
                m_meter.add("distillation", said.distillation / static_cast<double>(batch.labels.size(0)));
        }
        if (network().ocrHeads() && batch.ocr.own.defined()) {
            const auto read = (*network().ocrHeads())(features, batch.ocr, network().embedding(), m_numbers);
            total = total + read.total * (ocrWeight() / m_config.accumulate);
            for (const auto& [name, part] : read.parts)
                m_meter.add(name, part);
        }
        return total;
    }

    void step(BatchStream& batches) {
        const bool answers = m_config.stageOf(m_step).answers;
        std::vector<TrainBatch> mine;
        double weight = 0;
        for (int i = 0; i < m_config.accumulate; ++i) {
            mine.push_back(batches.next().to(m_device));
            weight += mine.back().weight;
        }
        double value = 0;
        for (const TrainBatch& batch : mine) {
            const at::Tensor total = loss(batch, answers, 1.0 / std::max(1.0, weight));
            total.backward();
            m_optimizer->accumulate(1);
            value += total.item<double>();
            m_pictures += batch.pictures;
            m_keptShare = batch.keptShare;
            m_plan = batch.plan;
        }
        requireFinite(value);
        m_meter.add("loss", at::scalar_tensor(value, at::kDouble));
        m_optimizer->step(m_config.rateFactor(m_step));
        ++m_step;
    }

    /// A step with such gradients would spoil every weight: it is not made.
    void requireFinite(double value) {
        const double norm = m_optimizer->gradientNorm();
        if (std::isfinite(value) && std::isfinite(norm))
            return;
        const std::string found =
            std::isfinite(value) ? "gradient's norm is " + std::to_string(norm) : "loss is " + std::to_string(value);
        throw Error(ErrorKind::BadInput,
                    "training: step " + std::to_string(m_step + 1) + ": the " + found + " (plan " + m_plan +
                        "), expected a finite number; the last good checkpoint is kept, try a lower "
                        "optimizer.lr");
    }

    // --- between steps

    void afterStep(std::int64_t end) {
        const bool last = m_step == end;
        if (m_step % m_config.logEvery == 0 || last)
            report(end);
        if (m_config.evaluateEvery > 0 && (m_step % m_config.evaluateEvery == 0 || last))
            evaluate();
        if (secondsSince(m_saved) > m_config.checkpointMinutes * 60)
            save();
    }

    void report(std::int64_t end) {
        const double seconds = secondsSince(m_logged), whole = secondsSince(m_start);
        const auto steps = static_cast<double>(m_step - m_firstStep);
        Json losses = m_meter.take();
        const double total = losses["loss"].get<double>();
        losses.erase("loss");
        for (auto& [name, value] : losses.items())
            value = rounded(value.get<double>(), 1e-5);
        note({{"step", m_step},
              {"of", end},
              {"images", m_pictures},
              {"seconds", rounded(whole, 0.1)},
              {"images_per_s", rounded(static_cast<double>(m_pictures - m_loggedPictures) / seconds, 0.1)},
              {"eta_s", std::round(whole / steps * static_cast<double>(end - m_step))},
              {"lr", m_config.learningRate * m_config.rateFactor(m_step - 1)},
              {"loss", total},
              {"losses", losses},
              {"plan", m_plan},
              {"kept_share", rounded(m_keptShare, 1e-4)}});
        m_logged = Clock::now();
        m_loggedPictures = m_pictures;
    }

    /// Accuracy on held-out pictures, whole and under the stage's first plan that prunes.
    void evaluate() {
        const StageConfig& stage = m_config.stageOf(m_step - 1);
        if (!stage.answers)
            return;
        std::vector<PrunePlan> plans{PrunePlan::none()};
        for (const PlanConfig& plan : stage.plans)
            if (plan.plan.prunes() && plans.size() < 2)
                plans.push_back(plan.plan);
        const auto started = Clock::now();
        for (const PrunePlan& plan : plans)
            note({{"step", m_step}, {"eval", accuracies(stage, plan)}, {"plan", toText(plan)}});
        const auto taken = Clock::now() - started; // is no time of training
        m_start += taken;
        m_logged += taken;
    }

    Json accuracies(const StageConfig& stage, const PrunePlan& plan) {
        const at::NoGradGuard noGradient;
        std::map<std::string, TaskCount> counts;
        std::int64_t pictures = 0;
        for (std::int64_t i = 0; pictures < m_config.evaluatePictures; ++i) {
            const TrainBatch onHost = m_maker->heldOut(stage, i, plan), batch = onHost.to(m_device);
            const AnswerLoss said = answerLoss(network().answerStates(batch, network().encode(batch)), network().head(),
                                               {}, batch, m_numbers, {});
            countRight(onHost, said.best.to(at::kCPU), *m_model.encoder, counts);
            pictures += batch.pictures;
        }
        Json shares = Json::object();
        for (const auto& [task, count] : counts)
            shares[task] = rounded(static_cast<double>(count.right) / static_cast<double>(count.total), 1e-4);
        return shares;
    }

    void save() {
        saveCheckpoint(checkpointPath(m_config.output), network().parameters(), *m_optimizer, m_step);
        m_saved = Clock::now();
        note({{"checkpoint", checkpointPath(m_config.output)}, {"step", m_step}});
    }

    // --- what pruning saves

    struct StepCost {
        double ms = 0;
        double bytes = 0;
    };

    void passes(const TrainBatch& batch) {
        loss(batch, true, 1.0 / static_cast<double>(batch.labels.size(0))).backward();
        synchronize(m_device);
        network().parameters().clearGradients();
        m_meter.take();
    }

    StepCost cost(const PrunePlan& plan) {
        const TrainBatch batch = m_maker->underPlan(m_config.stageOf(m_step), plan).to(m_device);
        std::vector<double> times;
        for (int i = 0; i <= m_config.compareBatches; ++i) {
            synchronize(m_device);
            const auto start = Clock::now();
            passes(batch);
            if (i > 0) // the first one sets things up
                times.push_back(secondsSince(start) * 1000);
        }
        std::sort(times.begin(), times.end());
        const MmapAllocation heap(m_device.is_cpu()); // the C library's heap would hide what is freed
        resetPeak(m_device);
        const auto before = peakBytes(m_device);
        passes(batch);
        return {times[times.size() / 2], static_cast<double>(peakBytes(m_device) - before)};
    }

    /// Time and memory of forward and backward with all blocks, over those with the stage's first pruning plan.
    void comparePlans() {
        const auto& plans = m_config.stageOf(m_step).plans;
        const auto pruning =
            std::find_if(plans.begin(), plans.end(), [](const PlanConfig& plan) { return plan.plan.prunes(); });
        if (pruning == plans.end())
            return;
        const StepCost pruned = cost(pruning->plan), full = cost(PrunePlan::none());
        note({{"ratio",
               {{"step_time", rounded(full.ms / pruned.ms, 1e-3)},
                {"memory", rounded(pruned.bytes / std::max(1.0, full.bytes), 1e-3)},
                {"full_ms", rounded(full.ms, 0.1)},
                {"pruned_ms", rounded(pruned.ms, 0.1)},
                {"plan", toText(pruning->plan)}}}});
    }

    const TrainConfig& m_config;
    const TrainObserver& m_observer;
    std::stop_token m_stop;
    at::Device m_device;
    at::ScalarType m_type;
    ProgressLog m_log;
    TrainModel m_model;
    NumberTargets m_numbers;
    std::unique_ptr<TrainingNetwork> m_teacher;
    std::unique_ptr<Optimizer> m_optimizer;
    std::unique_ptr<BatchMaker> m_maker;
    LossMeter m_meter;
    std::int64_t m_step = 0, m_firstStep = 0;
    std::int64_t m_pictures = 0, m_loggedPictures = 0;
    double m_keptShare = 1;
    std::string m_plan;
    Clock::time_point m_start, m_saved, m_logged;
};

Trainer::Trainer(TrainConfig config) : m_config(std::move(config)) {}
Trainer::~Trainer() = default;

TrainResult Trainer::run(const TrainObserver& observer, std::stop_token stop) {
    return withOwnErrors("use a smaller batch, fewer text tokens or a plan that drops more", [&] {
        Run run(m_config, observer, stop);
        return run();
    });
}

} // namespace prunescope::model::train
