#include "model/train/file_examples.h"

#include "model/datasets/question_set.h"

#include <algorithm>
#include <random>
#include <utility>

namespace prunescope::model::train {

namespace {

/// Every picture is as likely as every other; its questions come in a drawn order, so that those which do not fit into
/// one training example are asked in another.
class FileExamples final : public ExampleSource {
public:
    explicit FileExamples(const DataConfig& data)
        : m_name(data.file), m_questions(static_cast<std::size_t>(data.questions)), m_set(openQuestionSet(data.file)) {}

    std::string name() const override { return m_name; }

    TrainingExample example(std::uint64_t seed, std::uint64_t) const override {
        QuestionGroup asked = m_set->at(static_cast<std::int64_t>(seed % static_cast<std::uint64_t>(m_set->size())));
        shuffle(asked.questions, seed);
        asked.questions.resize(std::min(asked.questions.size(), m_questions));
        TrainingExample example{std::move(asked.name), asked.picture(), {}, nullptr};
        for (AskedQuestion& question : asked.questions)
            example.questions.push_back({std::move(question.task), std::move(question.question),
                                         std::move(question.answer),
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

} // namespace prunescope::model::train
