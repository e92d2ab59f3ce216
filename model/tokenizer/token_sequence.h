#pragma once

#include "core/blocks/block_grid.h"
#include "core/blocks/keep_mask.h"
#include "model/tokenizer/bpe_tokenizer.h"
#include "model/tokenizer/chat_template.h"

#include <array>
#include <cstdint>
#include <vector>

namespace prunescope::model {

/// Ids that mark images in a prompt, and how images are placed there.
struct ImageTokens {
    std::int64_t imagePad = 0;
    std::int64_t visionStart = -1; ///< -1: nothing stands before an image
    std::int64_t visionEnd = -1;
    bool wrapsPads = false; ///< start and end are put around the pads when these are repeated; else the template writes
                            ///< them
    bool gridPositions = true; ///< three axes, where an image takes time, row and column (qwen3-vl spec 5.5); else
                               ///< every token the next position
};

/// Range of the tokens of one image in a prompt.
struct ImageSpan {
    int first = 0; ///< position in `ids` of its first token
    int count = 0; ///< tokens it has here
    BlockGrid grid;
    bool operator==(const ImageSpan&) const = default;
};

/// The tokens of a prompt with their 3-axis positions (qwen3-vl spec 5.5). Dropping tokens keeps the positions of the
/// others; `nextPosition` is that of the full prompt.
struct TokenSequence {
    std::vector<std::int64_t> ids;                      ///< [n]
    std::array<std::vector<std::int64_t>, 3> positions; ///< time, row, column; [3, n]
    std::vector<ImageSpan> images;
    std::int64_t nextPosition = 0; ///< of the first generated token
    int fullLength = 0;            ///< n before anything was dropped
    /// Where the state of a recurrent model is worth keeping, rising: tokens that come next after an image with its end
    /// mark, and the one that opens the answer.
    std::vector<int> borders;

    int length() const { return static_cast<int>(ids.size()); }
    /// nextPosition - fullLength
    std::int64_t ropeDelta() const { return nextPosition - fullLength; }
};

/// Makes a sequence with positions from ids in which every image already has one pad per block. An image is a
/// vision-start id, where the model has one, followed by pads. Throws Error(BadInput) when pads and `grids` do not fit.
TokenSequence makeSequence(std::vector<std::int64_t> ids, const std::vector<BlockGrid>& grids,
                           const ImageTokens& tokens);

/// Makes a sequence from a rendered chat: encodes (text of people without recognising special tokens, joined with its
/// plain surroundings before splitting, so that ids at the seams are those of the whole text) and repeats each image
/// pad grid.count() times, between start and end where the template does not write these. `<|im_start|>` and the like
/// that only the template writes become their ids.
TokenSequence encodePrompt(const BpeTokenizer& tokenizer, const std::vector<PromptPiece>& pieces,
                           const std::vector<BlockGrid>& grids, const ImageTokens& tokens);

/// Drops the tokens of blocks that are not kept; `masks` has one mask per image (qwen3-vl spec 9.4).
TokenSequence keepBlocks(const TokenSequence& full, const std::vector<KeepMask>& masks);
/// The tokens of images become those of `blocks`, one list per image, in its order: rows of merged blocks stand at the
/// place of the block that is named for them, which may be there twice.
TokenSequence keepTokens(const TokenSequence& full, const std::vector<std::vector<int>>& blocks);

/// The same tokens with the positions 0, 1, 2 ... on all axes, and the answer right behind them: as if the dropped ones
/// had never been there (other-families spec 4).
TokenSequence reindexed(const TokenSequence& sequence);

} // namespace prunescope::model
