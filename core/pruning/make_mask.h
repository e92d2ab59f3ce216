#pragma once

#include "core/blocks/keep_mask.h"
#include "core/metrics/pair_table.h"
#include "core/pruning/budget_fit.h"
#include "core/pruning/method_settings.h"
#include "core/pruning/reference_random.h"

#include <array>
#include <optional>

namespace prunescope {

/// The blocks that a model sees of an image, and, where they were chosen under a token budget, how that was met.
struct BlockChoice {
    KeepMask mask;
    std::optional<BudgetFit> fit = std::nullopt;
    bool operator==(const BlockChoice&) const = default;
};

/// The mask of a picture: the one that is shown and the one that the model sees both come from here. `settings` are
/// those of a method that looks at pixels. Deterministic; any thread.
///
/// The grid of the mask is that of the picture which the model is to be shown: the given one, but for methods that show
/// a smaller picture instead, whose mask keeps all of it.
BlockChoice chooseBlocks(const PixelBlocks& blocks, const MethodSettings& settings);
/// The mask of one of several images of a prompt, which draw from the same random streams in turn.
BlockChoice chooseBlocks(const PixelBlocks& blocks, const MethodSettings& settings, ReferenceRandom& draws);

/// The mask alone.
KeepMask makeMask(const PixelBlocks& blocks, const MethodSettings& settings);
KeepMask makeMask(const PixelBlocks& blocks, const MethodSettings& settings, ReferenceRandom& draws);

/// Makes masks of one picture under changing settings. Keeps the distances of neighbouring blocks, so that another
/// threshold or method costs lookups and the few comparisons that depend on it. Same masks as `makeMask`. One thread at
/// a time.
class MaskMaker {
public:
    explicit MaskMaker(PixelBlocks blocks) : m_blocks(std::move(blocks)) {}

    const PixelBlocks& blocks() const { return m_blocks; }
    BlockChoice choose(const MethodSettings& settings);
    KeepMask mask(const MethodSettings& settings) { return choose(settings).mask; }

private:
    PairTable& pairs(Reduction reduction);

    PixelBlocks m_blocks;
    std::array<std::optional<PairTable>, kReductions> m_pairs;
};

} // namespace prunescope
