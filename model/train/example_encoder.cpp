#include "model/train/example_encoder.h"

#include "core/base/error.h"
#include "model/tokenizer/chat_template.h"
#include "model/train/answer_numbers.h"
#include "model/values/request.h"

#include <algorithm>
#include <cmath>

namespace prunescope::model::train {

namespace {

constexpr int kScale = 1000; ///< of coordinates in answers

std::vector<PromptPiece> opening(const FamilyEntry& family, const std::string& question, bool withPicture) {
    Message message{"user", {}, {}};
    if (withPicture)
        message.parts.push_back(Part::ofImage());
    message.parts.push_back(Part::ofText(question));
    return family.renderChat({message}, nlohmann::ordered_json::array(), {});
}

std::int64_t required(const BpeTokenizer& tokenizer, std::string_view token) {
    const auto id = tokenizer.id(token);
    if (!id)
        throw Error(ErrorKind::BadFile,
                    "tokenizer.json has no " + std::string(token) + ", expected the tokens of the model's chats");
    return *id;
}

} // namespace

std::array<int, 4> onAnswerScale(const PixelRect& box, Size size) {
    const auto scaled = [](int at, int side) {
        return std::clamp(static_cast<int>(std::lround(static_cast<double>(at) * kScale / side)), 0, kScale);
    };
    return {scaled(box.x, size.width), scaled(box.y, size.height), scaled(box.right(), size.width),
            scaled(box.bottom(), size.height)};
}

ExampleEncoder::ExampleEncoder(const BpeTokenizer& tokenizer, const FamilyEntry& family, const ImageTokens& tokens)
    : m_tokenizer(tokenizer), m_family(family), m_tokens(tokens), m_end(required(tokenizer, family.endTokens.front())),
      m_pad(required(tokenizer, family.endTokens.back())),
      m_numberOfId(static_cast<std::size_t>(tokenizer.size()), -1) {
    std::vector<std::int64_t> numbers;
    for (int number = 0; number <= kScale; ++number) {
        const auto ids = tokenizer.encode(std::to_string(number));
        if (ids.size() != 1)
            return;
        numbers.push_back(ids.front());
    }
    for (std::size_t number = 0; number < numbers.size(); ++number)
        m_numberOfId[static_cast<std::size_t>(numbers[number])] = static_cast<std::int64_t>(number);
    m_numbers = std::move(numbers);
}

std::int64_t ExampleEncoder::numberOf(std::int64_t id) const {
    return id < static_cast<std::int64_t>(m_numberOfId.size()) ? m_numberOfId[static_cast<std::size_t>(id)] : -1;
}

AnswerSpan ExampleEncoder::span(const std::string& task, int first, const std::vector<std::int64_t>& answer) const {
    AnswerSpan span{task, first, static_cast<int>(answer.size()), {}, {}};
    const std::vector<bool> coordinates = coordinateTokens(m_tokenizer, answer);
    for (std::size_t i = 0; i < answer.size(); ++i)
        span.numbers.push_back(coordinates[i] ? numberOf(answer[i]) : -1);
    return span;
}

std::vector<std::int64_t> ExampleEncoder::slots(const std::string& text, std::size_t slots) const {
    std::vector<std::int64_t> ids = m_tokenizer.encode(text, false);
    ids.resize(std::min(ids.size(), slots));
    if (ids.size() < slots)
        ids.push_back(m_end);
    ids.resize(slots, -1);
    return ids;
}

EncodedExample ExampleEncoder::encode(const TrainingExample& example, const BlockGrid& grid, int mostTokens) const {
    EncodedExample encoded;
    std::vector<std::int64_t> ids;
    int text = 0;
    const auto join = [&](const std::vector<std::int64_t>& more) { ids.insert(ids.end(), more.begin(), more.end()); };
    for (const ExampleQuestion& question : example.questions) {
        const bool isFirst = ids.empty();
        std::vector<PromptPiece> pieces = opening(m_family, question.question, isFirst);
        if (!isFirst)
            pieces.insert(pieces.begin(), PromptPiece{"\n", true});
        const std::vector<BlockGrid> grids = isFirst ? std::vector{grid} : std::vector<BlockGrid>{};
        const auto prompt = encodePrompt(m_tokenizer, pieces, grids, m_tokens).ids;
        auto answer = m_tokenizer.encode(question.answer, false);
        answer.push_back(m_end);
        const int cost = static_cast<int>(prompt.size() + answer.size()) - (isFirst ? grid.count() : 0);
        if (text + cost > mostTokens)
            continue; // a later one may fit
        text += cost;
        join(prompt);
        encoded.answers.push_back(span(question.task, static_cast<int>(ids.size()), answer));
        encoded.answers.back().box = onAnswerScale(question.box, example.picture.size());
        join(answer);
    }
    if (!ids.empty())
        encoded.tokens = makeSequence(std::move(ids), {grid}, m_tokens);
    return encoded;
}

} // namespace prunescope::model::train
