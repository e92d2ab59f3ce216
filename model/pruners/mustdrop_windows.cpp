#include "model/pruners/mustdrop_windows.h"

#include "model/pruners/cosines.h"
#include "model/pruners/ranking.h"
#include "model/pruners/token_grid.h"

#include <algorithm>
#include <array>
#include <limits>

namespace prunescope::model {

namespace {

constexpr int kSide = 3;
constexpr std::size_t kTokens = kSide * kSide, kMiddle = kTokens / 2;
constexpr float kAlike = 0.8F;

using Window = std::array<std::int64_t, kTokens>; ///< tokens, row by row

/// The window at a place; nothing where a block of it is gone.
std::optional<Window> windowAt(const TokenGrid& grid, int tile, int top, int left) {
    Window window{};
    for (int i = 0; i < static_cast<int>(kTokens); ++i)
        window[static_cast<std::size_t>(i)] = grid.at(tile, top + i / kSide, left + i % kSide);
    return std::ranges::find(window, TokenGrid::kNone) != window.end() ? std::nullopt : std::optional(window);
}

std::vector<Window> windowsOf(const TokenGrid& grid) {
    std::vector<Window> windows;
    for (int tile = 0; tile < grid.tiles(); ++tile)
        for (int top = 0; top + kSide <= grid.rows(); top += kSide)
            for (int left = 0; left + kSide <= grid.cols(); left += kSide)
                if (const auto window = windowAt(grid, tile, top, left))
                    windows.push_back(*window);
    return windows;
}

/// Mean of the cosines of different tokens of a window; `table` [9, 9] are those of all pairs.
float meanCosine(const float* table) {
    float sum = 0;
    for (std::size_t i = 0; i < kTokens; ++i)
        for (std::size_t j = 0; j < kTokens; ++j)
            sum += i == j ? 0 : table[i * kTokens + j];
    return sum / static_cast<float>(kTokens * (kTokens - 1));
}

std::vector<float> similarities(const at::Tensor& features, const std::vector<Window>& windows) {
    std::vector<std::int64_t> tokens;
    for (const Window& window : windows)
        tokens.insert(tokens.end(), window.begin(), window.end());
    const at::Tensor rows = at::tensor(tokens, at::kLong).to(features.device());
    const at::Tensor units = unitRows(features.index_select(0, rows)).unflatten(0, {-1, kTokens});
    const at::Tensor table = settledCosines(at::bmm(units, units.transpose(1, 2))).cpu().contiguous();
    std::vector<float> means;
    for (std::size_t i = 0; i < windows.size(); ++i)
        means.push_back(meanCosine(table.const_data_ptr<float>() + i * kTokens * kTokens));
    return means;
}

/// Where each token's row goes: to the middle of its window, or nowhere else.
class Merger {
public:
    explicit Merger(std::size_t tokens) : m_window(tokens, nullptr) {}
    void merge(const Window& window) {
        for (const std::int64_t token : window)
            m_window[static_cast<std::size_t>(token)] = &window;
    }
    TokenChoice choice() const {
        TokenChoice choice;
        choice.mix.emplace();
        choice.mergedInto.assign(m_window.size(), -1);
        for (std::size_t token = 0; token < m_window.size(); ++token)
            addRow(static_cast<std::int64_t>(token), m_window[token], choice);
        return choice;
    }

private:
    static void addRow(std::int64_t token, const Window* window, TokenChoice& choice) {
        if (window && (*window)[kMiddle] != token)
            return;
        for (std::size_t i = 0; window && i < kTokens; ++i) {
            choice.mix->add((*window)[i], 1 / static_cast<float>(kTokens));
            if (i != kMiddle)
                choice.mergedInto[static_cast<std::size_t>((*window)[i])] = choice.mix->rows();
        }
        if (!window)
            choice.mix->add(token, 1);
        choice.mix->endRow();
        choice.kept.push_back(token);
    }

    std::vector<const Window*> m_window; ///< that a token is merged with
};

} // namespace

std::vector<float> windowSimilarities(const VisualTokens& tokens) {
    const std::vector<Window> windows = windowsOf(TokenGrid(tokens));
    return windows.empty() ? std::vector<float>() : similarities(tokens.features, windows);
}

TokenChoice mergedWindows(const VisualTokens& tokens) {
    const std::vector<Window> windows = windowsOf(TokenGrid(tokens));
    const std::vector<float> alike = windows.empty() ? std::vector<float>() : similarities(tokens.features, windows);
    Merger merger(tokens.blocks.size());
    std::vector<float> scores(tokens.blocks.size(), std::numeric_limits<float>::quiet_NaN());
    for (std::size_t i = 0; i < windows.size(); ++i) {
        for (const std::int64_t token : windows[i])
            scores[static_cast<std::size_t>(token)] = 1 - alike[i];
        if (alike[i] >= kAlike)
            merger.merge(windows[i]);
    }
    TokenChoice choice = merger.choice();
    choice.scores = std::move(scores);
    return choice;
}

std::vector<std::int64_t> keySet(const at::Tensor& encoderAttention) {
    const std::int64_t n = encoderAttention.size(0);
    return bestTokens(hostScores(encoderAttention), (8 * n + 99) / 100);
}

} // namespace prunescope::model
