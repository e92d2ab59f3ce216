#include "model/budget/prompt_budget.h"

#include "core/base/error.h"
#include "core/base/format.h"
#include "core/pruning/pixel_options.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>

namespace prunescope::model {

namespace {

/// What is tried, smallest first: it loses least.
constexpr std::array kTaus{0.0, 0.02, 0.05, 0.1};

/// Blocks of one picture.
struct PictureBlocks {
    std::int64_t all = 0;
    std::int64_t kept = 0;
    int patchesPerBlock = 0;
};

PictureBlocks blocksOf(const PreparedImage& image) {
    const BlockGrid& grid = image.picture.grid();
    return {grid.count(), image.report.mask.keptCount(), grid.geometry.patchesPerBlock()};
}

std::vector<PictureBlocks> blocksOf(const std::vector<PreparedImage>& images) {
    std::vector<PictureBlocks> blocks;
    for (const PreparedImage& image : images)
        blocks.push_back(blocksOf(image));
    return blocks;
}

bool comparesPairs(const PrunePlan& plan) {
    return std::ranges::any_of(plan.stages,
                               [](const PruneStage& stage) { return stage.settings.entry().comparesPairs; });
}

PromptSize sizeOf(const std::vector<PictureBlocks>& pictures, const PrunePlan& plan, std::int64_t words,
                  int maxTokens) {
    PromptSize size;
    const bool prunedFirst = plan.pixelStage().place == Place::Input, compares = comparesPairs(plan);
    for (const PictureBlocks& picture : pictures) {
        size.patches.push_back((prunedFirst ? picture.kept : picture.all) * picture.patchesPerBlock);
        size.keptBlocks += picture.kept;
        if (compares)
            size.comparedTokens = std::max(size.comparedTokens, picture.kept);
    }
    size.tokens = words + size.keptBlocks;
    size.cacheTokens = size.tokens + std::min(maxTokens, kReservedAnswerTokens);
    // Kept twice for a moment, as they came and as snapshots (TokenSequence::borders).
    size.states += 2 * (static_cast<std::int64_t>(pictures.size()) + 1);
    return size;
}

/// Prompt tokens that are no picture's.
std::int64_t wordsOf(const std::vector<PreparedImage>& images, int fullTokens) {
    std::int64_t words = fullTokens;
    for (const PreparedImage& image : images)
        words -= image.picture.grid().count();
    return words;
}

std::vector<PreparedImage> prepareAll(const Request& request, const PrunePlan& plan, const PixelLimits& limits) {
    ReferenceRandom draws(plan.seed());
    std::vector<PreparedImage> images;
    for (const ImageInput& input : request.images)
        images.push_back(prepareImage(input, plan, limits, request.resize, draws));
    return images;
}

/// Finds settings under which a prompt takes at most `budget` bytes.
class Adviser {
    /// What is free changes a little from start to start: advice is to hold then, too.
    static constexpr std::int64_t kReserve = 32;

public:
    Adviser(const ModelShape& shape, const RunTraits& run, const PromptBudget::Prompt& prompt, std::int64_t budget)
        : m_shape(shape), m_run(run), m_prompt(prompt), m_budget(budget - budget / kReserve),
          m_words(wordsOf(prompt.images, prompt.fullTokens)) {}

    std::string advice() const {
        if (m_prompt.images.empty())
            return "shorten the prompt";
        std::vector<std::string> options;
        if (const auto pixels = maxPixels())
            options.push_back("--max-pixels " + std::to_string(*pixels));
        if (const auto tau = smallestTau())
            options.push_back("--tau " + shortNumber(*tau));
        if (options.empty())
            return "use fewer or smaller pictures";
        return join(options, " or ") + " would fit";
    }

private:
    bool fits(const std::vector<PictureBlocks>& pictures, const PrunePlan& plan) const {
        const PromptSize size = sizeOf(pictures, plan, m_words, m_prompt.request.maxTokens);
        return estimatePrompt(m_shape, size, m_run).peakBytes() <= m_budget;
    }

    bool reallyFits(const PrunePlan& plan, const PixelLimits& limits) const {
        return fits(blocksOf(prepareAll(m_prompt.request, plan, limits)), plan);
    }

    PixelLimits limitsWith(std::int64_t maxPixels) const {
        PixelLimits limits = m_prompt.limits;
        limits.maxPixels = maxPixels;
        return limits;
    }

    /// The pictures at another limit, if as large a share of their blocks is kept as now.
    std::vector<PictureBlocks> scaled(std::int64_t maxPixels) const {
        std::vector<PictureBlocks> pictures;
        for (const PreparedImage& image : m_prompt.images) {
            const PictureBlocks now = blocksOf(image);
            const PixelLimits limits = limitsWith(maxPixels);
            const Size size = modelSize({image.source.shown.width, image.source.shown.height}, limits);
            const std::int64_t all = std::min<std::int64_t>(now.all, BlockGrid::of(size, limits.geometry).count());
            pictures.push_back({all, (all * now.kept + now.all - 1) / now.all, now.patchesPerBlock});
        }
        return pictures;
    }

    /// The largest area in whole blocks that fits: by the formulas first, then down in steps until the pictures
    /// themselves do, for a smaller picture may keep a larger share.
    std::optional<std::int64_t> maxPixels() const {
        const std::int64_t side = m_prompt.limits.geometry.blockPx(), blockArea = side * side;
        if (!m_prompt.request.resize || m_prompt.limits.fixed())
            return std::nullopt;
        std::int64_t low = (m_prompt.limits.minPixels + blockArea - 1) / blockArea, high = low;
        for (const PreparedImage& image : m_prompt.images)
            high = std::max<std::int64_t>(high, image.fullBlocks);
        const std::int64_t least = low;
        while (low < high) {
            const std::int64_t middle = low + (high - low + 1) / 2;
            if (fits(scaled(middle * blockArea), m_prompt.request.plan))
                low = middle;
            else
                high = middle - 1;
        }
        for (; low >= least; low -= std::max<std::int64_t>(1, low / 16))
            if (reallyFits(m_prompt.request.plan, limitsWith(low * blockArea)))
                return low * blockArea;
        return std::nullopt;
    }

    std::optional<double> smallestTau() const {
        PrunePlan plan = m_prompt.request.plan;
        MethodSettings& settings = plan.pixelStage().settings;
        const double now = settings.value(kTau);
        for (const double tau : kTaus) {
            settings.set(kTau, tau);
            if (tau > now && plan.prunes() && reallyFits(plan, m_prompt.limits))
                return tau;
        }
        return std::nullopt;
    }

    const ModelShape& m_shape;
    const RunTraits& m_run;
    const PromptBudget::Prompt& m_prompt;
    std::int64_t m_budget;
    std::int64_t m_words;
};

} // namespace

RunTraits runTraits(const ModelTraits& traits) {
    return {static_cast<int>(at::elementSize(traits.dtype)), !traits.device.is_cpu(), traits.packed};
}

PromptSize promptSize(const std::vector<PreparedImage>& images, const PrunePlan& plan, int fullTokens, int maxTokens) {
    return sizeOf(blocksOf(images), plan, wordsOf(images, fullTokens), maxTokens);
}

PromptBudget::PromptBudget(const ModelTraits& traits, std::int64_t mappedBytes, MemoryGauge gauge)
    : m_shape(traits.shape), m_device(traits.device), m_run(runTraits(traits)), m_mappedBytes(mappedBytes),
      m_unreadBytes(mappedBytes), m_gauge(std::move(gauge)) {}

void PromptBudget::setWeights(const ModelTraits& traits, std::int64_t mappedBytes) {
    m_run = runTraits(traits);
    m_unreadBytes = std::clamp<std::int64_t>(m_unreadBytes + mappedBytes - m_mappedBytes, 0, mappedBytes);
    m_mappedBytes = mappedBytes;
}

std::int64_t PromptBudget::freeBytes() const {
    const FreeMemory free = m_gauge(m_device);
    return std::max<std::int64_t>(0, std::min(free.physical - m_mappedBytes, free.address));
}

PromptBytes PromptBudget::estimate(const Prompt& prompt) const {
    const Request& request = prompt.request;
    return estimatePrompt(m_shape, promptSize(prompt.images, request.plan, prompt.fullTokens, request.maxTokens),
                          m_run);
}

PromptBudget::Allowance PromptBudget::require(const Prompt& prompt) const {
    const std::int64_t needed = estimate(prompt).peakBytes();
    std::int64_t free = freeBytes();
    if (needed > free) {
        returnFreedMemory(); // of earlier prompts; too slow to do it always
        free = freeBytes();
    }
    if (needed <= free)
        return {heldBytes(m_device) + m_unreadBytes + needed, !m_run.onGpu && needed > free / kGaps};
    throw Error(ErrorKind::OutOfMemory, "not enough memory: the prompt takes " + formatBytes(needed) + ", found " +
                                            formatBytes(free) + " free beside the model; " +
                                            Adviser(m_shape, m_run, prompt, free).advice());
}

void PromptBudget::refuse(const Prompt& prompt, const std::string& cause) const {
    const std::int64_t needed = estimate(prompt).peakBytes(), free = freeBytes();
    // What failed was estimated to fit: aim lower than that.
    const std::int64_t budget = std::min(free, needed / 4 * 3);
    throw Error(ErrorKind::OutOfMemory, "not enough memory: the prompt takes about " + formatBytes(needed) +
                                            ", found " + formatBytes(free) + " free beside the model (" + cause +
                                            "); " + Adviser(m_shape, m_run, prompt, budget).advice());
}

} // namespace prunescope::model
