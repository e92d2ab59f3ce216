#pragma once

#include "core/blocks/block_grid.h"
#include "core/pruning/method_settings.h"
#include "core/pruning/reference_random.h"
#include "model/pruners/token_choice.h"

#include <array>
#include <functional>
#include <string_view>

namespace prunescope::model {

/// What methods may ask of the vision encoder, besides its features. Its last layer is the last that leads to the
/// features. The importance of a patch is the attention that the class token pays to it, where there is a class token,
/// else the mean of what all patches of its picture pay to it; always the mean over the heads (uniprune spec 5,
/// other-families spec 5).
struct EncoderNeeds {
    bool attention = false; ///< importance in the last layer that sees the whole picture
    bool columns = false;   ///< mean of what all rows pay, class token or not, in that layer (uniprune-2026 spec 3)
    bool middle = false;    ///< the same of layer depth/2, counted from 1
    bool keys = false;      ///< keys of the last layer after rotary, heads side by side; of the one after it, if stored
    bool plainKeys = false; ///< keys of the last layer before rotary, mean over heads
    bool states = false;    ///< what the last layer leaves, before the projector
    bool text = false;      ///< input embeddings of the prompt's text
    bool mergeAttention = false;   ///< PruMerge's alpha: of the layer of `keys`, there by the class token's whole query
    bool closingAttention = false; ///< importance in the layer of `keys` (MustDrop)

    bool any() const { return *this != EncoderNeeds{}; }
    EncoderNeeds& operator|=(const EncoderNeeds& other);
    bool operator==(const EncoderNeeds&) const = default;
};

/// What the encoder left of what was asked for: one row a token, the mean of its patches. Undefined: not asked for.
/// Where layers and rules are the same, so are the tensors.
struct EncoderTraces {
    at::Tensor attention;        ///< [n] float32
    at::Tensor columns;          ///< [n] float32
    at::Tensor middle;           ///< [n] float32
    at::Tensor keys;             ///< [n, heads * headDim] float32
    at::Tensor plainKeys;        ///< [n, headDim] float32
    at::Tensor states;           ///< [n, patches of a token side by side * width], as the projector reads them
    at::Tensor mergeAttention;   ///< [n] float32
    at::Tensor closingAttention; ///< [n] float32

    /// Of some tokens: [indices] int64.
    EncoderTraces rows(const at::Tensor& indices) const;
};

/// What is asked for, and where it then is.
struct EncoderTrace {
    bool EncoderNeeds::*need;
    at::Tensor EncoderTraces::*values;
};

/// All of them, for those who cut or join.
inline constexpr std::array<EncoderTrace, 8> kEncoderTraces{{
    {&EncoderNeeds::attention, &EncoderTraces::attention},
    {&EncoderNeeds::columns, &EncoderTraces::columns},
    {&EncoderNeeds::middle, &EncoderTraces::middle},
    {&EncoderNeeds::keys, &EncoderTraces::keys},
    {&EncoderNeeds::plainKeys, &EncoderTraces::plainKeys},
    {&EncoderNeeds::states, &EncoderTraces::states},
    {&EncoderNeeds::mergeAttention, &EncoderTraces::mergeAttention},
    {&EncoderNeeds::closingAttention, &EncoderTraces::closingAttention},
}};

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
    /// Whether it mixes what the projector gives also where a family's projector comes after methods that merge
    /// (other-families spec 5: LLaVA).
    virtual bool mixesProjected() const { return false; }
    /// Chooses `budget` of the tokens, 1 <= budget <= count; methods with a number of their own ignore it. `draws`: one
    /// for all pictures of a prompt, in order. Throws Error(Usage).
    virtual TokenChoice choose(const VisualTokens& tokens, int budget, const MethodSettings& settings,
                               ReferenceRandom& draws) const = 0;
};

/// The pruner of a method that stands after the encoder. Throws Error(Internal) for another.
const EncoderPruner& encoderPruner(std::string_view method);

} // namespace prunescope::model
