#include "model/train/screen_examples.h"

#include "model/datasets/screens/ask_about.h"

namespace prunescope::model::train {

namespace {

class ScreenExamples final : public ExampleSource {
public:
    explicit ScreenExamples(const DataConfig& data) : m_questions(data.questions) {
        for (const Size size : data.screens.sizes) {
            ScreenOptions options = data.screens;
            options.sizes = {size};
            m_makers.emplace_back(options);
        }
    }

    std::string name() const override { return "drawn screens"; }

    TrainingExample example(std::uint64_t seed, std::uint64_t group) const override {
        const ScreenMaker& maker = m_makers[(group >> 7) % m_makers.size()];
        auto screen = std::make_shared<Screen>(maker.draw(seed));
        TrainingExample example{"screen " + std::to_string(seed), screen->picture, {}, screen};
        for (ScreenQuestion& question : askAbout(*screen, seed, m_questions))
            example.questions.push_back(
                {toText(question.task), std::move(question.question), std::move(question.answer), question.box});
        return example;
    }

private:
    int m_questions;
    std::vector<ScreenMaker> m_makers; ///< one a size
};

} // namespace

std::unique_ptr<ExampleSource> screenExamples(const DataConfig& data) {
    return std::make_unique<ScreenExamples>(data);
}

} // namespace prunescope::model::train
