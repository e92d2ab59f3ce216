#include "core/pruning/token_options.h"
#include "model/pruners/dart.h"
#include "model/pruners/method_steps.h"
#include "model/pruners/ranking.h"
#include "model/pruners/row_attention.h"

#include <algorithm>

namespace prunescope::model {

namespace {

constexpr double kOne = 1 - 1e-6; ///< cosines above it count as 1 (uniprune spec 0)

at::Tensor rowsOf(const at::Tensor& rows, std::span<const std::int64_t> which) {
    return rows.index_select(0, indexBeside(which, rows)).to(at::kFloat);
}

at::Tensor unitRows(const at::Tensor& rows) {
    return rows / rows.norm(2, {1}, true).clamp_min(1e-12);
}

std::vector<std::int64_t> picked(std::span<const std::int64_t> rows, std::span<const std::int64_t> which) {
    std::vector<std::int64_t> picked;
    for (const std::int64_t i : which)
        picked.push_back(rows[static_cast<std::size_t>(i)]);
    return picked;
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
        m_kept.append_range(picked(m_candidates, taken));
        m_candidates = picked(m_candidates, left);
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
        const DartPivots pivots =
            dartPivots(tokens, count, static_cast<std::int64_t>(settings.value(kImagePivots)),
                       static_cast<std::int64_t>(settings.value(kTextPivots)));
        const at::Tensor cosines = dartCosines(tokens, pivots);
        TokenChoice choice;
        choice.kept = dartTokens(cosines, pivots.image, count);
        choice.scores = leastAlike(cosines, pivots);
        return choice;
    }
};

} // namespace

DartPivots dartPivots(const LayerTokens& tokens, std::int64_t count, std::int64_t image, std::int64_t text) {
    text = std::min(text, std::ssize(tokens.text));
    if (const std::int64_t all = image + text; all > count) {
        image = std::max<std::int64_t>(1, count * image / all);
        text = count * text / all;
    }
    const std::vector<float> sizes = hostScores(tokens.keys.to(at::kFloat).abs().sum({0, 2}));
    return {picked(bestAmong(sizes, tokens.visual, image)), {}};
}

at::Tensor dartCosines(const LayerTokens& tokens, const DartPivots& pivots) {
    std::vector<std::int64_t> rows = picked(tokens.visual, pivots.image);
    rows.append_range(picked(tokens.text, pivots.text));
    const at::Tensor cosines =
        at::mm(unitRows(rowsOf(tokens.normed, rows)), unitRows(rowsOf(tokens.normed, tokens.visual)).t());
    return cosines.masked_fill(cosines > kOne, 1).to(at::kCPU).contiguous();
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
