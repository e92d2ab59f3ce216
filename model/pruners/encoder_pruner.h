#pragma once

#include "core/blocks/block_grid.h"
#include "core/pruning/method_settings.h"
#include "core/pruning/reference_random.h"
#include "model/pruners/token_choice.h"

#include <functional>
#include <string_view>

namespace prunescope::model {

/// What methods may ask of the vision encoder, besides its features.
struct EncoderNeeds {
    bool attention = false; ///< importance of every token in the last layer (uniprune spec 5, other-families spec 5)
    bool middle = false;    ///< the same of layer depth/2, counted from 1 (uniprune-2026 spec 3)
    bool keys = false;      ///< keys of the last layer after rotary, heads side by side
    bool plainKeys = false; ///< keys of the last layer before rotary, mean over heads
    bool states = false;    ///< what the last layer leaves, before the projector
    bool text = false;      ///< input embeddings of the prompt's text

    bool any() const { return attention || middle || keys || plainKeys || states || text; }
    EncoderNeeds& operator|=(const EncoderNeeds& other);
    bool operator==(const EncoderNeeds&) const = default;
};

/// What the encoder left of what was asked for: one row a token, the mean of its patches. Undefined: not asked for.
struct EncoderTraces {
    at::Tensor attention; ///< [n] float32
    at::Tensor middle;    ///< [n] float32
    at::Tensor keys;      ///< [n, heads * headDim]
    at::Tensor plainKeys; ///< [n, headDim]
    at::Tensor states;    ///< [n, patches of a token side by side * width]
};

/// `change` of each tensor that is there.
EncoderTraces mapped(const EncoderTraces& traces, const std::function<at::Tensor(const at::Tensor&)>& change);

/// The rows of several one after the other; all have the same.
EncoderTraces joined(const std::vector<const EncoderTraces*>& parts);

/// The visual tokens of one picture after the encoder.
struct VisualTokens {
    BlockGrid grid;          ///< of the picture, nothing dropped
    int tileRows = 0;        ///< rows of blocks of each tile where the grid is tiles in a column; 0: it is not
    std::vector<int> blocks; ///< [n] the block of each, rising
    at::Tensor features;     ///< [n, width] as the language model gets them
    std::vector<at::Tensor> deepstack; ///< [n, width] each
    EncoderTraces traces;
    at::Tensor text; ///< [m, width] input embeddings of the prompt's text; undefined: not asked for

    std::int64_t count() const { return features.size(0); }
};

/// A pruning method between encoder and language model (uniprune spec 2). Stateless; any thread. Works where the
/// tensors are; decides in float32.
class EncoderPruner {
public:
    virtual ~EncoderPruner() = default;
    virtual EncoderNeeds needs() const { return {}; }
    /// Whether it needs every block of the picture: nothing may have been dropped before.
    virtual bool needsGrid() const { return false; }
    /// Chooses `budget` of the tokens, 1 <= budget <= count; methods with a number of their own ignore it. `draws`: one
    /// for all pictures of a prompt, in order. Throws Error(Usage).
    virtual TokenChoice choose(const VisualTokens& tokens, int budget, const MethodSettings& settings,
                               ReferenceRandom& draws) const = 0;
};

/// The pruner of a method that stands after the encoder. Throws Error(Internal) for another.
const EncoderPruner& encoderPruner(std::string_view method);

} // namespace prunescope::model
