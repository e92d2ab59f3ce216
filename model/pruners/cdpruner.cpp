#include "model/pruners/cdpruner.h"

#include "core/base/error.h"
#include "core/pruning/token_options.h"
#include "model/pruners/cosines.h"
#include "model/pruners/determinant_greedy.h"
#include "model/pruners/encoder_entries.h"
#include "model/pruners/ranking.h"

#include <algorithm>
#include <cmath>

namespace prunescope::model {

namespace {

/// Cosine of each token to the mean of the text: the products first, then the lengths, so that real ties stay ties.
std::vector<float> likenessToText(const at::Tensor& features, const at::Tensor& text) {
    const auto n = static_cast<std::size_t>(features.size(0));
    if (!text.defined() || text.size(0) == 0)
        return std::vector<float>(n);
    const at::Tensor wide = features.to(at::kFloat);
    const at::Tensor mean = text.to(features.device(), at::kFloat).mean(0);
    const at::Tensor lengths = at::linalg_vector_norm(wide, 2, at::IntArrayRef{1}).clamp_min(1e-12);
    const at::Tensor length = at::linalg_vector_norm(mean).clamp_min(1e-12);
    std::vector<float> likeness = hostScores(at::mv(wide, mean) / (lengths * length));
    for (float& value : likeness)
        value = std::isfinite(value) ? value : 0;
    return likeness;
}

/// Stretched over 0 to 1; all 1 where they hardly differ.
std::vector<float> relevanceOf(std::span<const float> likeness) {
    const auto [least, most] = std::ranges::minmax(likeness);
    const float span = most - least;
    std::vector<float> relevance;
    for (const float value : likeness)
        relevance.push_back(span < 1e-6F ? 1 : (value - least) / (span + 1e-6F));
    return relevance;
}

template <typename T>
void append(std::vector<T>& to, const std::vector<T>& some) {
    to.insert(to.end(), some.begin(), some.end());
}

/// Tokens that are chosen from apart.
struct Part {
    std::int64_t first = 0, tokens = 0, count = 0;
};

std::vector<Part> partsOf(std::int64_t n, std::int64_t count, int parts) {
    if (parts < 2 || n < 2 || count < 2)
        return {{0, n, count}};
    return {{0, n / 2, count / 2}, {n / 2, n - n / 2, count - count / 2}};
}

void pickFrom(const Part& part, const at::Tensor& features, std::span<const float> likeness,
              const DeterminantOptions& options, DeterminantPicks& picks) {
    const auto first = static_cast<std::size_t>(part.first), tokens = static_cast<std::size_t>(part.tokens);
    const std::vector<float> relevance = relevanceOf(likeness.subspan(first, tokens));
    const DeterminantKernel kernel = determinantKernel(features.narrow(0, part.first, part.tokens), relevance, options);
    DeterminantGreedy greedy(kernel, part.count);
    greedy.run();
    for (const std::int64_t pick : greedy.picks())
        picks.order.push_back(part.first + pick);
    append(picks.gain, greedy.gains());
    append(picks.relevance, relevance);
    append(picks.diagonal, kernel.diagonal());
    append(picks.left, greedy.left());
}

class CdPruner final : public EncoderPruner {
public:
    EncoderNeeds needs() const override { return {.text = true}; }
    TokenChoice choose(const VisualTokens& tokens, int budget, const MethodSettings& settings,
                       ReferenceRandom&) const override {
        const DeterminantOptions options{settings.value(kRelevanceWeight), kernelForm(settings.value(kKernelForm)),
                                         static_cast<int>(settings.value(kSplit))};
        DeterminantPicks picks = pickDeterminant(tokens.features, tokens.text, budget, options);
        std::ranges::sort(picks.order);
        TokenChoice choice;
        choice.kept = std::move(picks.order);
        choice.scores = std::move(picks.left);
        return choice;
    }
};

} // namespace

KernelForm kernelForm(std::string_view name) {
    check(name == "blend" || name == "exp" || name == "product", "a form of the kernel");
    return name == "blend" ? KernelForm::Blend : name == "exp" ? KernelForm::Exp : KernelForm::Product;
}

DeterminantKernel determinantKernel(const at::Tensor& features, const std::vector<float>& relevance,
                                    const DeterminantOptions& options) {
    DeterminantKernel kernel{cosineTable(features), relevance};
    if (options.form == KernelForm::Blend) {
        kernel.base = static_cast<float>(1 - options.weight);
        kernel.weight = static_cast<float>(options.weight);
    }
    if (options.form == KernelForm::Exp)
        for (float& value : kernel.relevance)
            value = std::exp(static_cast<float>(options.weight / (2 * (1 - options.weight))) * value);
    return kernel;
}

DeterminantPicks pickDeterminant(const at::Tensor& features, const at::Tensor& text, std::int64_t count,
                                 const DeterminantOptions& options) {
    const std::vector<float> likeness = likenessToText(features, text);
    DeterminantPicks picks;
    for (const Part& part : partsOf(features.size(0), count, options.parts))
        pickFrom(part, features, likeness, options, picks);
    return picks;
}

std::unique_ptr<const EncoderPruner> cdPruner() {
    return std::make_unique<CdPruner>();
}

} // namespace prunescope::model
