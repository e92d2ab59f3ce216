#include "model/progress/training_progress.h"

#include "core/base/error.h"
#include "core/base/format.h"
#include "core/base/json_fields.h"

#include <algorithm>
#include <filesystem>

namespace prunescope {

namespace fs = std::filesystem;

namespace {

constexpr double kAny = 1e12; ///< far beyond what any of these numbers can be
constexpr std::int64_t kMost = 1000000000000;
constexpr const char* kProgressFile = "progress.jsonl";

TrainingSeries& seriesOf(std::vector<TrainingSeries>& all, const std::string& name, const std::string& plan) {
    const auto found = std::find_if(all.begin(), all.end(),
                                    [&](const TrainingSeries& one) { return one.name == name && one.plan == plan; });
    return found != all.end() ? *found : all.emplace_back(TrainingSeries{name, plan, {}, {}});
}

/// The numbers of an object, by name.
std::vector<std::pair<std::string, double>> numbersOf(const JsonFields& fields, double low, double high) {
    std::vector<std::pair<std::string, double>> numbers;
    for (const auto& [name, value] : fields.json().items())
        numbers.emplace_back(name, fields.number(name.c_str(), low, high));
    return numbers;
}

TrainingStart readStart(const JsonFields& fields) {
    return {fields.text("device", ""), fields.text("dtype", ""), fields.integer("parameters", 0, kMost, 0),
            fields.integer("trained", 0, kMost, 0)};
}

TrainingStep readStep(const JsonFields& fields) {
    TrainingStep step;
    step.step = fields.integer("step", 0, kMost);
    step.of = fields.integer("of", 0, kMost, 0);
    step.images = fields.integer("images", 0, kMost, 0);
    step.seconds = fields.number("seconds", 0, kAny, 0);
    step.imagesPerSecond = fields.number("images_per_s", 0, kAny, 0);
    step.etaSeconds = fields.number("eta_s", 0, kAny, 0);
    step.learningRate = fields.number("lr", 0, kAny, 0);
    step.loss = fields.number("loss", -kAny, kAny);
    step.plan = fields.text("plan", "");
    step.keptShare = fields.number("kept_share", 0, 1, 1);
    return step;
}

TrainingEnd::Kind endKind(const JsonFields& fields) {
    const std::string kind = fields.text("end");
    if (kind == "finished")
        return TrainingEnd::Kind::Finished;
    if (kind == "stopped")
        return TrainingEnd::Kind::Stopped;
    if (kind == "error")
        return TrainingEnd::Kind::Failed;
    fields.fail("end", "finished, stopped or error");
}

} // namespace

void TrainingSeries::add(double step, double value) {
    forgetFrom(step);
    steps.push_back(step);
    values.push_back(value);
}

void TrainingSeries::forgetFrom(double step) {
    steps.erase(std::lower_bound(steps.begin(), steps.end(), step), steps.end());
    values.resize(steps.size());
}

bool isMainLoss(std::string_view name) {
    return name == "loss" || name == "answers" || name == "box";
}

void TrainingProgress::addLine(std::string_view line) {
    ++m_lineNumber;
    if (trimmed(line).empty())
        return;
    const std::string where = "line " + std::to_string(m_lineNumber);
    try {
        const nlohmann::json object = parseJson(std::string(line), where);
        addObject(JsonFields(object, where));
    } catch (const std::exception& error) {
        ++m_badLines;
        m_lastBadLine = error.what();
    }
}

void TrainingProgress::addObject(const JsonFields& fields) {
    if (fields.has("start")) {
        m_start = readStart(fields.object("start"));
        m_end.reset();
    } else if (fields.has("end")) {
        addEnd(fields);
    } else if (fields.has("eval")) {
        addEvaluation(fields);
    } else if (fields.has("checkpoint")) {
        m_checkpoint = {fields.text("checkpoint"), fields.integer("step", 0, kMost, m_step ? m_step->step : 0)};
    } else if (fields.has("ratio")) {
        const JsonFields ratio = fields.object("ratio");
        m_ratio = {ratio.number("step_time", 0, kAny, 1), ratio.number("memory", 0, kAny, 1)};
    } else if (fields.has("step")) {
        addStep(fields);
    }
}

void TrainingProgress::addStep(const JsonFields& fields) {
    const TrainingStep step = readStep(fields); // all of the line, before any of it is kept
    std::vector<std::pair<std::string, double>> parts;
    if (fields.has("losses"))
        parts = numbersOf(fields.object("losses"), -kAny, kAny);
    if (m_step && step.step <= m_step->step)
        forgetFrom(step.step);
    const auto at = static_cast<double>(step.step);
    seriesOf(m_losses, "loss", "").add(at, step.loss);
    for (const auto& [name, value] : parts)
        if (name != "loss")
            seriesOf(m_losses, name, "").add(at, value);
    if (fields.has("lr"))
        m_learningRates.add(at, step.learningRate);
    if (fields.has("images_per_s"))
        m_imagesPerSecond.add(at, step.imagesPerSecond);
    m_step = step;
    m_end.reset();
}

void TrainingProgress::addEvaluation(const JsonFields& fields) {
    const auto step = static_cast<double>(fields.integer("step", 0, kMost));
    const std::string plan = fields.text("plan", "");
    for (const auto& [name, value] : numbersOf(fields.object("eval"), 0, 1))
        seriesOf(m_accuracies, name, plan).add(step, value);
}

void TrainingProgress::addEnd(const JsonFields& fields) {
    m_end = {endKind(fields), fields.text("message", ""), fields.text("model", "")};
}

void TrainingProgress::forgetFrom(std::int64_t step) {
    const auto at = static_cast<double>(step);
    for (std::vector<TrainingSeries>* all : {&m_losses, &m_accuracies})
        for (TrainingSeries& series : *all)
            series.forgetFrom(at);
    m_learningRates.forgetFrom(at);
    m_imagesPerSecond.forgetFrom(at);
    if (m_checkpoint && m_checkpoint->step >= step)
        m_checkpoint.reset();
}

std::string progressFileOf(const std::string& folderOrFile) {
    std::error_code error;
    const fs::path path = folderOrFile;
    const bool isFile =
        fs::is_regular_file(path, error) || (path.extension() == ".jsonl" && !fs::is_directory(path, error));
    return isFile ? folderOrFile : (path / kProgressFile).string();
}

std::string runFolderOf(const std::string& configPath) {
    const nlohmann::json config = readJsonFile(configPath);
    const fs::path out = JsonFields(config, configPath).text("output");
    return (fs::absolute(configPath).parent_path() / out).lexically_normal().string();
}

std::vector<double> smoothed(const std::vector<double>& values, double weight) {
    check(weight >= 0 && weight < 1, "a weight of the past in [0, 1)");
    std::vector<double> result;
    result.reserve(values.size());
    double sum = 0, mass = 0;
    for (const double value : values) {
        sum = weight * sum + (1 - weight) * value;
        mass = weight * mass + (1 - weight);
        result.push_back(sum / mass);
    }
    return result;
}

} // namespace prunescope
