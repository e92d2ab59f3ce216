#pragma once

#include "core/base/error.h"
#include "model/api/engine.h"
#include "model/datasets/question_set.h"
#include "model/eval/eval_run.h"
#include "tests/support/pictures.h"

#include <functional>
#include <set>
#include <string>
#include <vector>

namespace prunescope::test {

using namespace prunescope::model;

/// Answers as it is told to; knows what it was asked.
class FakeEngine final : public Engine {
public:
    std::function<std::string(const Request&)> say = [](const Request&) { return "yes"; };
    std::function<void(std::size_t asked)> onAsked;
    std::vector<Request> requests;

    const ModelInfo& info() const override { return m_info; }
    void setAdapter(const std::string&, const LoadProgress&, std::stop_token) override {}

    Answer answer(const Request& request, const AnswerEvents&, std::stop_token stop) override {
        requests.push_back(request);
        if (onAsked)
            onAsked(requests.size());
        Answer answer;
        answer.plan = toText(request.plan);
        answer.text = say(request);
        answer.tokenIds = {1, 2, 3};
        const bool prunes = request.plan.prunes();
        const int images = static_cast<int>(request.images.size());
        for (int number = 0; number < images; ++number) {
            MaskReport image;
            image.mask = KeepMask({2, 4});
            for (int i = 0; i < (prunes ? 2 : 8); ++i)
                image.mask.keep(i);
            answer.images.push_back(image);
        }
        answer.promptTokensFull = 12 + 8 * images;
        answer.promptTokens = 12 + (prunes ? 2 : 8) * images;
        answer.reuse.pictures = request.reuse ? 1 : 0;
        answer.times.set(stage::kTtft, request.reuse ? 1 : (prunes ? 40 : 100));
        answer.times.set(stage::kTotal, request.reuse ? 10 : (prunes ? 60 : 120));
        if (answer.text.starts_with("box"))
            answer.regions.push_back({Region::Kind::Box, "", {}, {10, 10, 30, 20}, 0, 0});
        answer.finishReason = stop.stop_requested() ? FinishReason::Cancelled : FinishReason::Stop;
        return answer;
    }

    PromptView showPrompt(const Request&) override { return {}; }

private:
    static ModelInfo small() {
        ModelInfo info;
        info.name = "fake";
        info.device = "cpu";
        info.dtype = "float32";
        info.weights = "native";
        info.limits.minPixels = 32 * 32; // pictures of the tests stay as they are
        return info;
    }

    ModelInfo m_info = small();
};

/// Pictures with two questions each: one to read and one to locate.
class SmallSet final : public QuestionSet {
public:
    explicit SmallSet(std::int64_t size, std::string first = "Read ") : m_size(size), m_first(std::move(first)) {}
    std::set<std::int64_t> broken; ///< groups that can't be read
    std::string name() const override { return "small"; }
    std::int64_t size() const override { return m_size; }
    std::int64_t questions() const override { return 2 * m_size; }
    QuestionGroup at(std::int64_t index) const override {
        if (broken.contains(index))
            throw Error(ErrorKind::BadFile, "small.tsv:" + std::to_string(index + 2) + ": image is no base64");
        const std::string number = std::to_string(index);
        return {
            "picture " + number,
            {{"picture " + number, flatBlocks(2, 4, std::vector<int>(8, 3)), index % 2 == 1}},
            {{"read", m_first + number, "Yes", {}}, {"locate", "Where " + number, "there", PixelBox{15, 10, 25, 20}}}};
    }

private:
    std::int64_t m_size;
    std::string m_first;
};

/// The text of a request's question.
inline std::string questionOf(const Request& request) {
    return request.messages.back().parts.back().text;
}

/// Nothing dropped, and Pred-2D.
inline EvalOptions twoPlans() {
    EvalOptions options;
    options.plans = {parsePlan("input:keep_all"), parsePlan("input:pred_2d")};
    return options;
}

} // namespace prunescope::test
