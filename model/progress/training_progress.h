#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace prunescope {

class JsonFields;

/// One curve of a training run: `values[i]` at `steps[i]`, steps rising.
struct TrainingSeries {
    std::string name;
    std::string plan; ///< of evaluations; else empty
    std::vector<double> steps;
    std::vector<double> values;

    /// Adds a point; points from that step on are removed first: a resumed run repeats them.
    void add(double step, double value);
    void forgetFrom(double step);
};

/// The newest step that was reported.
struct TrainingStep {
    std::int64_t step = 0;
    std::int64_t of = 0;     ///< steps of the whole run; 0: unknown
    std::int64_t images = 0; ///< seen so far
    double seconds = 0;      ///< trained so far
    double imagesPerSecond = 0;
    double etaSeconds = 0; ///< until the end
    double learningRate = 0;
    double loss = 0;
    std::string plan; ///< pruning of this batch
    double keptShare = 1;
};

/// First line of a run. Empty texts and 0: it did not say.
struct TrainingStart {
    std::string device; ///< cpu, cuda:0
    std::string dtype;
    std::int64_t parameters = 0;
    std::int64_t trained = 0; ///< of these
};

struct TrainingCheckpoint {
    std::string path;
    std::int64_t step = 0;
};

/// Savings of pruning: a step unpruned takes `stepTime` times as long; pruned it needs `memory` of the bytes.
struct TrainingRatio {
    double stepTime = 1;
    double memory = 1;
};

struct TrainingEnd {
    enum class Kind { Finished, Stopped, Failed };
    Kind kind = Kind::Finished;
    std::string message;
    std::string modelFolder; ///< of a finished run
};

/// Whether a part of the loss is one that people follow: the whole, all answers together, and their boxes. The others
/// (a dozen and more where reading is taught) say where a run that goes wrong does.
bool isMainLoss(std::string_view name);

/// Progress of a training run, read from its progress.jsonl: one JSON object a line, of these kinds.
///   {"start": {"device", "dtype", "parameters", "trained"}}
///   {"step", "of", "images", "seconds", "images_per_s", "eta_s", "lr", "loss", "losses": {...}, "plan", "kept_share"}
///   {"step", "eval": {"locate": 0.41, ...}, "plan"}
///   {"checkpoint": "path", "step"}
///   {"ratio": {"step_time": 1.8, "memory": 0.66}}
///   {"end": "finished"|"stopped"|"error", "message", "model"}
/// A resumed run goes on in the same file or in a new one: what it repeats replaces what was there. Fields and kinds of
/// lines that are not known are ignored, bad lines are counted and the last one is named.
class TrainingProgress {
public:
    /// `line` without its end. Never throws for what is in it.
    void addLine(std::string_view line);
    /// Lines are counted from one again: the next one is the first of another file.
    void startFile() { m_lineNumber = 0; }

    /// The loss that is minimised under the name "loss", then its parts: those of the first line by name, later ones
    /// after them.
    const std::vector<TrainingSeries>& losses() const { return m_losses; }
    /// Curves of the evaluations, 0..1: one for each task and plan.
    const std::vector<TrainingSeries>& accuracies() const { return m_accuracies; }
    const TrainingSeries& learningRates() const { return m_learningRates; }
    const TrainingSeries& imagesPerSecond() const { return m_imagesPerSecond; }

    /// The newest step; nothing before the first one.
    const std::optional<TrainingStep>& step() const { return m_step; }
    const std::optional<TrainingCheckpoint>& checkpoint() const { return m_checkpoint; }
    const std::optional<TrainingRatio>& ratio() const { return m_ratio; }
    /// The end of the run; nothing while it runs, as far as the file says.
    const std::optional<TrainingEnd>& end() const { return m_end; }
    /// The start of the run, the last one where it was resumed; nothing before the run has said so.
    const std::optional<TrainingStart>& start() const { return m_start; }

    int badLines() const { return m_badLines; }
    /// "line 12: not valid JSON"; empty while all lines were good.
    const std::string& lastBadLine() const { return m_lastBadLine; }

private:
    void addObject(const JsonFields& fields);
    void addStep(const JsonFields& fields);
    void addEvaluation(const JsonFields& fields);
    void addEnd(const JsonFields& fields);
    void forgetFrom(std::int64_t step);

    std::vector<TrainingSeries> m_losses;
    std::vector<TrainingSeries> m_accuracies;
    TrainingSeries m_learningRates{"lr", {}, {}, {}};
    TrainingSeries m_imagesPerSecond{"images_per_s", {}, {}, {}};
    std::optional<TrainingStep> m_step;
    std::optional<TrainingCheckpoint> m_checkpoint;
    std::optional<TrainingRatio> m_ratio;
    std::optional<TrainingEnd> m_end;
    std::optional<TrainingStart> m_start;
    std::int64_t m_lineNumber = 0;
    int m_badLines = 0;
    std::string m_lastBadLine;
};

/// The progress file of a run folder, which need not be there yet; a file stays itself, and so does what ends in
/// .jsonl.
std::string progressFileOf(const std::string& folderOrFile);

/// The folder that a training config names under "output", relative to the config. Throws Error(NotFound) or
/// Error(BadFile).
std::string runFolderOf(const std::string& configPath);

/// Exponential moving average that starts unbiased: each value is `weight` the past, the rest itself. `weight` in
/// [0, 1); 0 changes nothing.
std::vector<double> smoothed(const std::vector<double>& values, double weight);

} // namespace prunescope
