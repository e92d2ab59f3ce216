#pragma once

#include "core/blocks/keep_mask.h"
#include "core/blocks/pair_table.h"
#include "core/pruning/draws.h"
#include "core/pruning/method_settings.h"

#include <array>
#include <optional>

namespace prunescope {

/// The one way from pixels to a mask: what is shown and what the model sees both come from here. `settings` are those
/// of a method that looks at pixels. Deterministic; any thread.
///
/// The grid of the mask is that of the picture which the model is to be shown: the given one, but for methods that show
/// a smaller picture instead, whose mask keeps all of it.
KeepMask makeMask(const PixelBlocks& blocks, const MethodSettings& settings);

/// As one of several pictures of a prompt, which draw from the same streams in turn.
KeepMask makeMask(const PixelBlocks& blocks, const MethodSettings& settings, Draws& draws);

/// Masks of one picture under changing settings. Keeps the distances of neighbouring blocks, so that another threshold
/// or method costs lookups and the few comparisons that depend on it. Same masks as `makeMask`. One thread at a time.
class MaskMaker {
public:
    explicit MaskMaker(PixelBlocks blocks) : m_blocks(std::move(blocks)) {}

    const PixelBlocks& blocks() const { return m_blocks; }
    KeepMask mask(const MethodSettings& settings);

private:
    PairTable& pairs(Reduction reduction);

    PixelBlocks m_blocks;
    std::array<std::optional<PairTable>, kReductions> m_pairs;
};

} // namespace prunescope
