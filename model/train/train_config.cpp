#include "model/train/train_config.h"

#include "core/base/ascii.h"
#include "core/base/error.h"
#include "core/base/format.h"
#include "core/base/json_fields.h"
#include "core/pruning/method.h"
#include "model/families/families.h"

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <initializer_list>
#include <numbers>

namespace prunescope::model::train {

namespace {

void requireTrained(const std::string& folder) {
    const ModelDocument config = readModelTexts(folder).config;
    findTrainedFamily(config.json, config.where);
}

constexpr std::int64_t kMostSteps = 100'000'000;
constexpr std::int64_t kMostBatch = 65536;

/// Reads one config. Every error names the file.
class ConfigReader {
public:
    ConfigReader(const nlohmann::json& json, std::string where, std::string folder)
        : m_json(json), m_where(std::move(where)), m_folder(std::move(folder)) {}

    TrainConfig read() {
        if (!m_json.is_object())
            bad("is no JSON object, expected a training config");
        knowAll(m_json, "",
                {"output", "seed", "device", "dtype", "threads", "model", "stages", "accumulate", "optimizer",
                 "schedule", "reading", "distill", "lora", "freeze", "task_weights", "checkpoint_minutes", "log_every",
                 "evaluate", "compare_batches"});
        const JsonFields fields(m_json, m_where);
        m_config.file = m_where;
        m_config.output = resolved("output", fields.text("output"));
        m_config.seed = static_cast<std::uint64_t>(fields.integer("seed", 0, std::int64_t{1} << 53, 1));
        m_config.device = fields.text("device", m_config.device);
        m_config.dtype = fields.text("dtype", m_config.dtype);
        m_config.threads = static_cast<int>(fields.integer("threads", 0, 4096, 0));
        m_config.accumulate = static_cast<int>(fields.integer("accumulate", 1, 4096, 1));
        m_config.checkpointMinutes = fields.number("checkpoint_minutes", 0.001, 1e6, m_config.checkpointMinutes);
        m_config.logEvery = fields.integer("log_every", 1, kMostSteps, m_config.logEvery);
        m_config.compareBatches = static_cast<int>(fields.integer("compare_batches", 0, 1000, 0));
        m_config.freeze = texts(m_json, "", "freeze");
        for (const auto& [task, weight] : part("task_weights").items())
            m_config.taskWeights[task] =
                JsonFields(part("task_weights"), m_where, "task_weights.").number(task.c_str(), 0, 1000);
        readModel(fields.object("model"));
        readOptimizer();
        readSchedule();
        readOcr();
        readDistill();
        readLora();
        readEvaluate();
        readStages();
        return std::move(m_config);
    }

private:
    [[noreturn]] void bad(const std::string& what) const { throw Error(ErrorKind::BadFile, m_where + ": " + what); }

    /// A typing error must not silently be a default.
    void knowAll(const nlohmann::json& object, const std::string& prefix,
                 std::initializer_list<std::string_view> names) const {
        for (const auto& [name, value] : object.items())
            if (std::find(names.begin(), names.end(), name) == names.end())
                bad("unknown field " + inQuotes(prefix + name) + ", expected one of " +
                    join(std::vector<std::string>(names.begin(), names.end())));
    }

    std::string resolved(const std::string& name, const std::string& path) const {
        if (path.empty())
            bad(name + " is \"\", expected a path");
        const std::filesystem::path given(path);
        return (given.is_absolute() ? given : std::filesystem::path(m_folder) / given).lexically_normal().string();
    }

    std::vector<std::string> texts(const nlohmann::json& object, const std::string& prefix, const char* name,
                                   std::vector<std::string> otherwise = {}) const {
        if (!object.contains(name))
            return otherwise;
        const nlohmann::json& list = object[name];
        const bool good =
            list.is_array() && std::all_of(list.begin(), list.end(), [](auto& e) { return e.is_string(); });
        if (!good)
            bad(prefix + name + " is " + list.dump() + ", expected a list of texts");
        return list.get<std::vector<std::string>>();
    }

    void readModel(const JsonFields& model) {
        knowAll(model.json(), "model.", {"folder", "new", "tokenizer"});
        if (model.has("folder") == model.has("new"))
            bad("model: expected either folder or new");
        if (model.has("folder")) {
            m_config.modelFolder = resolved("model.folder", model.text("folder"));
            return;
        }
        m_config.newModel = model.object("new").json();
        m_config.tokenizerFolder = resolved("model.tokenizer", model.text("tokenizer"));
    }

    /// The object `name`, or an empty one.
    const nlohmann::json& part(const char* name) const {
        static const nlohmann::json none = nlohmann::json::object();
        if (!m_json.contains(name))
            return none;
        if (!m_json[name].is_object())
            bad(std::string(name) + " is " + m_json[name].dump() + ", expected an object");
        return m_json[name];
    }

    void readOptimizer() {
        const JsonFields fields(part("optimizer"), m_where, "optimizer.");
        knowAll(fields.json(), "optimizer.", {"kind", "lr", "adam_lr", "beta2", "weight_decay", "clip"});
        const std::string kind = fields.text("kind", "muon");
        if (kind != "muon" && kind != "adamw")
            fields.fail("kind", "muon or adamw");
        m_config.muon = kind == "muon";
        m_config.learningRate = fields.number("lr", 1e-9, 1, m_config.learningRate);
        m_config.adamLearningRate =
            fields.number("adam_lr", 1e-9, 1, m_config.muon ? m_config.adamLearningRate : m_config.learningRate);
        m_config.beta2 = fields.number("beta2", 0.5, 0.99999, m_config.beta2);
        m_config.weightDecay = fields.number("weight_decay", 0, 1, m_config.weightDecay);
        m_config.clip = fields.number("clip", 1e-6, 1e6, m_config.clip);
    }

    void readSchedule() {
        const JsonFields fields(part("schedule"), m_where, "schedule.");
        knowAll(fields.json(), "schedule.", {"warmup", "decay", "decay_to", "form"});
        m_config.warmup = fields.integer("warmup", 0, kMostSteps, m_config.warmup);
        m_config.decay = fields.number("decay", 0, 1, m_config.decay);
        m_config.decayTo = fields.number("decay_to", 0, 1, m_config.decayTo);
        m_config.decayForm = fields.text("form", m_config.decayForm);
        if (m_config.decayForm != "linear" && m_config.decayForm != "cosine")
            fields.fail("form", "linear or cosine");
    }

    void readOcr() {
        const JsonFields fields(part("reading"), m_where, "reading.");
        knowAll(fields.json(), "reading.", {"weight", "end_weight"});
        m_config.ocrWeight = fields.number("weight", 0, 1000, m_config.ocrWeight);
        m_config.ocrWeightEnd =
            fields.number("end_weight", 0, 1000, std::min(m_config.ocrWeight, m_config.ocrWeightEnd));
    }

    void readDistill() {
        const JsonFields fields(part("distill"), m_where, "distill.");
        knowAll(fields.json(), "distill.", {"teacher", "alpha", "sum", "temperature"});
        DistillConfig& distill = m_config.distill;
        distill.on = m_json.contains("distill");
        distill.teacher = fields.text("teacher", distill.teacher);
        if (!distill.isSelf())
            distill.teacher = resolved("distill.teacher", distill.teacher);
        distill.alpha = fields.number("alpha", 0, 1, distill.alpha);
        distill.sum = fields.boolean("sum", distill.sum);
        distill.temperature = fields.number("temperature", 0.01, 100, distill.temperature);
    }

    void readLora() {
        const JsonFields fields(part("lora"), m_where, "lora.");
        knowAll(fields.json(), "lora.", {"rank", "alpha", "targets"});
        LoraConfig& lora = m_config.lora;
        if (!m_json.contains("lora"))
            return;
        lora.rank = static_cast<int>(fields.integer("rank", 1, 4096));
        lora.alpha = fields.number("alpha", 1e-6, 1e6, lora.alpha);
        lora.targets = texts(part("lora"), "lora.", "targets", lora.targets);
        if (lora.targets.empty())
            bad("lora.targets is empty, expected names of matrices such as q_proj");
    }

    void readEvaluate() {
        const JsonFields fields(part("evaluate"), m_where, "evaluate.");
        knowAll(fields.json(), "evaluate.", {"every", "pictures"});
        m_config.evaluateEvery = fields.integer("every", 0, kMostSteps, m_config.evaluateEvery);
        m_config.evaluatePictures = static_cast<int>(fields.integer("pictures", 1, 100000, m_config.evaluatePictures));
    }

    const nlohmann::json& list(const nlohmann::json& object, const char* name, const std::string& prefix) const {
        if (!object.contains(name) || !object[name].is_array() || object[name].empty())
            bad(prefix + name + " is " + (object.contains(name) ? object[name].dump() : "missing") +
                ", expected a list with at least one entry");
        for (const nlohmann::json& entry : object[name])
            if (!entry.is_object())
                bad(prefix + name + " has " + entry.dump() + ", expected objects");
        return object[name];
    }

    void readStages() {
        const nlohmann::json& stages = list(m_json, "stages", "");
        for (std::size_t i = 0; i < stages.size(); ++i)
            m_config.stages.push_back(stage(stages[i], "stages[" + std::to_string(i) + "]."));
    }

    StageConfig stage(const nlohmann::json& json, const std::string& prefix) const {
        knowAll(json, prefix, {"steps", "batch", "data", "plans", "answers"});
        const JsonFields fields(json, m_where, prefix);
        StageConfig stage;
        stage.steps = fields.integer("steps", 1, kMostSteps);
        stage.batch = static_cast<int>(fields.integer("batch", 1, kMostBatch, stage.batch));
        stage.answers = fields.boolean("answers", true);
        const nlohmann::json& data = list(json, "data", prefix);
        for (std::size_t i = 0; i < data.size(); ++i)
            stage.data.push_back(dataOf(data[i], prefix + "data[" + std::to_string(i) + "]."));
        const nlohmann::json& plans = list(json, "plans", prefix);
        for (std::size_t i = 0; i < plans.size(); ++i)
            stage.plans.push_back(plan(plans[i], prefix + "plans[" + std::to_string(i) + "]."));
        if (!stage.answers && std::any_of(stage.data.begin(), stage.data.end(),
                                          [](const DataConfig& each) { return !each.file.empty(); }))
            bad(prefix + "answers is false, expected drawn screens only: files have no labels to read by");
        if (!stage.answers && m_config.ocrWeight == 0)
            bad(prefix + "answers is false and reading.weight is 0, expected one of them to be learned");
        return stage;
    }

    DataConfig dataOf(const nlohmann::json& json, const std::string& prefix) const {
        knowAll(json, prefix, {"share", "file", "screens", "questions", "text_tokens"});
        const JsonFields fields(json, m_where, prefix);
        if (fields.has("file") == fields.has("screens"))
            bad(prefix.substr(0, prefix.size() - 1) + ": expected either file or screens");
        DataConfig data;
        data.share = fields.number("share", 1e-6, 1e6, 1);
        data.questions = static_cast<int>(fields.integer("questions", 1, 1000, data.questions));
        data.textTokens = static_cast<int>(fields.integer("text_tokens", 8, 1 << 20, data.textTokens));
        if (fields.has("file"))
            data.file = setFile(fields, prefix);
        else
            data.screens = screenOptionsFromJson(fields.object("screens").json(), m_where + ": " + prefix + "screens");
        return data;
    }

    std::string setFile(const JsonFields& fields, const std::string& prefix) const {
        const std::string path = resolved(prefix + "file", fields.text("file"));
        const std::string ending = asciiLowerCase(std::filesystem::path(path).extension().string());
        if (ending != ".jsonl" && ending != ".json" && ending != ".tsv" && ending != ".csv")
            fields.fail("file", "FILE.jsonl, FILE.json, FILE.tsv or FILE.csv");
        return path;
    }

    PlanConfig plan(const nlohmann::json& json, const std::string& prefix) const {
        knowAll(json, prefix, {"share", "plan"});
        const JsonFields fields(json, m_where, prefix);
        PlanConfig config;
        config.share = fields.number("share", 1e-6, 1e6, 1);
        try {
            config.plan = parsePlan(fields.text("plan"));
        } catch (const Error& error) {
            bad(prefix + "plan: " + error.what());
        }
        const PruneStage& stage = config.plan.pixelStage();
        if (config.plan.stages.size() != 1 || stage.place != Place::Input)
            fields.fail("plan", "a plan at input: training drops blocks before the encoder");
        if (stage.settings.entry().showsSmallerPicture)
            fields.fail("plan", "a method that drops blocks");
        return config;
    }

    const nlohmann::json& m_json;
    std::string m_where, m_folder;
    TrainConfig m_config;
};

} // namespace

std::int64_t TrainConfig::steps() const {
    std::int64_t sum = 0;
    for (const StageConfig& stage : stages)
        sum += stage.steps;
    return sum;
}

bool TrainConfig::drawsScreens() const {
    return std::any_of(stages.begin(), stages.end(), [](const StageConfig& stage) {
        return std::any_of(stage.data.begin(), stage.data.end(),
                           [](const DataConfig& data) { return data.file.empty(); });
    });
}

const StageConfig& TrainConfig::stageOf(std::int64_t step, std::int64_t* first) const {
    std::int64_t begin = 0;
    for (const StageConfig& stage : stages) {
        if (first)
            *first = begin;
        if (step < begin + stage.steps)
            return stage;
        begin += stage.steps;
    }
    return stages.back();
}

double TrainConfig::rateFactor(std::int64_t step) const {
    const double total = static_cast<double>(steps()), at = static_cast<double>(step);
    const double warm = warmup > 0 ? std::min(1.0, (at + 1) / static_cast<double>(warmup)) : 1.0;
    const double begin = total * (1 - decay);
    if (at < begin || decay == 0)
        return warm;
    const double share = std::min(1.0, (at - begin) / (total - begin)); // of the decay that is over
    const double left = decayForm == "cosine" ? 0.5 * (1 + std::cos(std::numbers::pi * share)) : 1 - share;
    return warm * (decayTo + (1 - decayTo) * left);
}

TrainConfig parseTrainConfig(const nlohmann::json& json, const std::string& where, const std::string& folder) {
    return ConfigReader(json, where, folder).read();
}

TrainConfig readTrainConfig(const std::string& path) {
    const std::filesystem::path folder = std::filesystem::path(path).parent_path();
    return parseTrainConfig(readJsonFile(path), path, folder.empty() ? "." : folder.string());
}

void requireTrainedFamilies(const TrainConfig& config) {
    if (config.modelFolder.empty())
        findTrainedFamily(config.newModel, config.file + ": model.new");
    else
        requireTrained(config.modelFolder);
    if (config.distill.on && !config.distill.isSelf())
        requireTrained(config.distill.teacher);
}

} // namespace prunescope::model::train
