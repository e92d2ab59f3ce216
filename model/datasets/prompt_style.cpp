#include "model/datasets/prompt_style.h"

#include "core/base/error.h"
#include "core/base/format.h"
#include "model/datasets/prompt_words.h"

#include <algorithm>
#include <array>

namespace prunescope::model {

namespace {

constexpr std::array kStyles{
    PromptStyle{"plain", "the question as the set has it, options below it", askPlain},
    PromptStyle{"dataset", "the data set's own prompt, as VLMEvalKit builds it", askAsDataset},
    PromptStyle{"pixelprune", "PixelPrune's prompts for Qwen3-VL", askAsPixelPrune},
    PromptStyle{"qwen2vl", "VLMEvalKit's prompts for Qwen2-VL", askAsQwen2Vl},
    PromptStyle{"internvl3", "VLMEvalKit's prompts for InternVL3", askAsInternVl3},
    PromptStyle{"llava15", "VLMEvalKit's prompts for LLaVA-1.5", askAsLlava15},
};

} // namespace

std::vector<std::size_t> shownPictures(std::span<const Message> messages) {
    std::vector<std::size_t> shown;
    for (const Message& message : messages)
        for (const Part& part : message.parts)
            if (part.kind == Part::Kind::Image)
                shown.push_back(part.text.empty() ? shown.size() : std::stoul(part.text) - 1);
    return shown;
}

std::span<const PromptStyle> promptStyles() {
    return kStyles;
}

const PromptStyle& promptStyle(std::string_view name) {
    const auto found = std::ranges::find(kStyles, name, &PromptStyle::name);
    if (found != kStyles.end())
        return *found;
    std::vector<std::string> names;
    for (const PromptStyle& style : kStyles)
        names.emplace_back(style.name);
    throw Error(ErrorKind::Usage, "--prompt: found " + inQuotes(name) + ", expected one of " + join(names));
}

const PromptStyle& defaultStyle(const QuestionSet& set) {
    return promptStyle(set.isTable() || setRule(set.name()) ? "dataset" : "plain");
}

} // namespace prunescope::model
