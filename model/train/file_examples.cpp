#include "model/train/file_examples.h"

#include "model/datasets/prompt_style.h"
#include "model/datasets/question_set.h"

#include <algorithm>
#include <random>
#include <set>
#include <utility>

namespace prunescope::model::train {

namespace {

std::unique_ptr<QuestionSet> openFile(const std::string& file) {
    return openQuestionSet(file, {.strict = true, .forTraining = true});
}

/// The text after the picture; nothing where the prompt is more than a picture and a text.
std::string textAfterPicture(const std::vector<Message>& messages) {
    const std::vector<Part>& parts = messages.back().parts;
    const bool isPlain = messages.size() == 1 && parts.size() == 2 && parts.front().kind == Part::Kind::Image;
    return isPlain ? parts.back().text : std::string();
}

/// As `eval` asks it; in the style `plain` where its own has a system text or a picture within the words.
std::string promptOf(const QuestionSet& set, const AskedQuestion& asked) {
    const std::string name = set.name();
    const auto text = [&](const PromptStyle& style) {
        return textAfterPicture(style.ask(asked, setRule(name), name, 1));
    };
    std::string prompt = text(defaultStyle(set));
    return prompt.empty() ? text(promptStyle("plain")) : prompt;
}

/// What a model should say: of a choice without options its text, which stands among them for the judge.
std::string answerOf(AskedQuestion& asked) {
    return std::move(asked.open ? asked.options.front().text : asked.answer);
}

/// Every picture is as likely as every other; its questions come in a drawn order, so that those which do not fit into
/// one training example are asked in another.
class FileExamples final : public ExampleSource {
public:
    explicit FileExamples(const DataConfig& data)
        : m_name(data.file), m_questions(static_cast<std::size_t>(data.questions)), m_set(openFile(data.file)) {}

    std::string name() const override { return m_name; }

    TrainingExample example(std::uint64_t seed, std::uint64_t) const override {
        QuestionGroup asked = m_set->at(static_cast<std::int64_t>(seed % static_cast<std::uint64_t>(m_set->size())));
        shuffle(asked.questions, seed);
        asked.questions.resize(std::min(asked.questions.size(), m_questions));
        TrainingExample example{std::move(asked.name), asked.picture(), {}, nullptr};
        for (AskedQuestion& question : asked.questions)
            example.questions.push_back({question.task, promptOf(*m_set, question), answerOf(question),
                                         question.box ? pixelsOf(*question.box) : PixelRect{}});
        return example;
    }

private:
    /// As std::shuffle, which is not the same everywhere.
    static void shuffle(std::vector<AskedQuestion>& questions, std::uint64_t seed) {
        std::mt19937_64 random(seed);
        for (std::size_t left = questions.size(); left > 1; --left)
            std::swap(questions[left - 1], questions[random() % left]);
    }

    std::string m_name;
    std::size_t m_questions;
    std::unique_ptr<QuestionSet> m_set;
};

} // namespace

std::unique_ptr<ExampleSource> fileExamples(const DataConfig& data) {
    return std::make_unique<FileExamples>(data);
}

std::vector<CheckedFile> checkFiles(const TrainConfig& config) {
    std::vector<CheckedFile> checked;
    std::set<std::string> seen;
    for (const StageConfig& stage : config.stages)
        for (const DataConfig& data : stage.data)
            if (!data.file.empty() && seen.insert(data.file).second) {
                const auto set = openFile(data.file);
                checked.push_back({data.file, set->questions(), set->notes()});
            }
    return checked;
}

} // namespace prunescope::model::train
