#include "model/pruners/dart.h"

#include "core/pruning/token_options.h"
#include "model/pruners/cosines.h"
#include "model/pruners/method_steps.h"
#include "model/pruners/ranking.h"
#include "model/pruners/row_attention.h"

#include <algorithm>

namespace prunescope::model {

namespace {

at::Tensor rowsOf(const at::Tensor& rows, std::span<const std::int64_t> which) {
    return rows.index_select(0, indexBeside(which, rows));
}

template <typename T>
std::vector<T> picked(std::span<const T> values, std::span<const std::int64_t> which) {
    std::vector<T> picked;
    for (const std::int64_t i : which)
        picked.push_back(values[static_cast<std::size_t>(i)]);
    return picked;
}

/// Rows of the pivots, those of the picture first.
std::vector<std::int64_t> rowsOfPivots(const LayerTokens& tokens, const DartPivots& pivots) {
    std::vector<std::int64_t> rows = picked<std::int64_t>(tokens.visual, pivots.image);
    for (const std::int64_t pivot : pivots.text)
        rows.push_back(tokens.text[static_cast<std::size_t>(pivot)]);
    return rows;
}

/// Moves tokens from the candidates to the kept ones, those least like a pivot first.
class Greedy {
public:
    Greedy(const at::Tensor& cosines, std::span<const std::int64_t> imagePivots)
        : m_cosines(cosines), m_kept(imagePivots.begin(), imagePivots.end()),
          m_candidates(allBut(imagePivots, cosines.size(1))) {}

    std::int64_t kept() const { return std::ssize(m_kept); }

    void take(std::int64_t pivot, std::int64_t count) {
        const float* cosines = m_cosines.data_ptr<float>() + pivot * m_cosines.size(1);
        std::vector<float> distances;
        for (const std::int64_t token : m_candidates)
            distances.push_back(-cosines[token]);
        const std::vector<std::int64_t> taken = bestTokens(distances, count);
        const std::vector<std::int64_t> left = allBut(taken, std::ssize(m_candidates));
        for (const std::int64_t i : taken)
            m_kept.push_back(m_candidates[static_cast<std::size_t>(i)]);
        m_candidates = picked<std::int64_t>(m_candidates, left);
    }

    std::vector<std::int64_t> result() {
        std::ranges::sort(m_kept);
        return m_kept;
    }

private:
    at::Tensor m_cosines;
    std::vector<std::int64_t> m_kept;
    std::vector<std::int64_t> m_candidates; ///< rising
};

/// 1 less the smallest cosine to any pivot, which have no score themselves.
std::vector<float> leastAlike(const at::Tensor& cosines, const DartPivots& pivots) {
    std::vector<float> scores = hostScores(1 - cosines.amin(0));
    for (const std::int64_t pivot : pivots.image)
        scores[static_cast<std::size_t>(pivot)] = std::numeric_limits<float>::quiet_NaN();
    return scores;
}

/// DART (uniprune spec 3): a few pivots and the tokens that repeat them least.
class Dart final : public LanguagePruner {
public:
    std::vector<int> steps(int first, int layers) const override { return methodSteps("dart", first, layers); }
    LayerNeeds needs() const override { return {.normed = true, .attention = true}; }
    TokenChoice choose(const LayerTokens& tokens, const StepBudget& budget, const MethodSettings& settings,
                       ReferenceRandom&) const override {
        const std::int64_t count = std::min<std::int64_t>(budget.goal, std::ssize(tokens.visual));
        const DartPivots pivots = dartPivots(tokens, count, static_cast<std::int64_t>(settings.value(kImagePivots)),
                                             static_cast<std::int64_t>(settings.value(kTextPivots)));
        const at::Tensor cosines = dartCosines(tokens, pivots);
        TokenChoice choice;
        choice.kept = dartTokens(cosines, pivots.image, count);
        choice.scores = leastAlike(cosines, pivots);
        return choice;
    }
};

} // namespace

at::Tensor keySizes(const at::Tensor& keys) {
    return keys.to(at::kFloat).abs().sum(at::IntArrayRef{0, 2});
}

DartPivots dartPivots(const LayerTokens& tokens, std::int64_t count, std::int64_t image, std::int64_t text) {
    text = std::min(text, std::ssize(tokens.text));
    if (const std::int64_t all = image + text; all > count) {
        image = std::max<std::int64_t>(1, count * image / all);
        text = count * text / all;
    }
    const std::vector<float> sizes = hostScores(keySizes(tokens.keys));
    return {bestTokens(picked<float>(sizes, tokens.visual), image),
            bestTokens(picked<float>(sizes, tokens.text), text)};
}

at::Tensor dartCosines(const LayerTokens& tokens, const DartPivots& pivots) {
    const at::Tensor compared = unitRows(rowsOf(tokens.normed, rowsOfPivots(tokens, pivots)));
    return cosines(compared, unitRows(rowsOf(tokens.normed, tokens.visual))).to(at::kCPU).contiguous();
}

std::vector<std::int64_t> dartTokens(const at::Tensor& cosines, std::span<const std::int64_t> imagePivots,
                                     std::int64_t count) {
    Greedy greedy(cosines, imagePivots);
    const std::int64_t pivots = cosines.size(0), each = count / pivots;
    for (std::int64_t pivot = 0; pivot < pivots; ++pivot)
        greedy.take(pivot, std::min(each, count - greedy.kept()));
    while (greedy.kept() < count)
        for (std::int64_t pivot = 0; pivot < pivots; ++pivot)
            greedy.take(pivot, std::min<std::int64_t>(1, count - greedy.kept()));
    return greedy.result();
}

std::unique_ptr<const LanguagePruner> dart() {
    return std::make_unique<Dart>();
}

} // namespace prunescope::model
