#pragma once

#include "core/pruning/method_settings.h"
#include "core/pruning/reference_random.h"
#include "model/pruners/encoder_pruner.h"
#include "model/pruners/token_choice.h"

#include <string_view>

namespace prunescope::model {

/// What a method reads of a language layer.
struct LayerNeeds {
    enum class Queries {
        None,
        LastRow,  ///< of the prompt's last token
        TextRows, ///< of all tokens after the last visual one
        AllRows,
    };
    Queries queries = Queries::None;
    bool ofNextLayer =
        false;           ///< queries, keys and values of the layer that comes next; else of the one that has just run
    bool normed = false; ///< hidden states under the input norm of the next layer
    bool embeddings = false; ///< input embeddings of visual tokens and of the text after them
    EncoderNeeds encoder = {};

    /// Whether it reads queries, keys or values: the layer must have attention.
    bool attention = false;
};

/// Frequencies of rotary angles, and which of time (0), row (1), column (2) turns each: [angles / 2].
struct RotaryAxes {
    std::vector<int> axis;
    std::vector<double> frequency; ///< angle per position
};

/// A prompt between two language layers, as the tokens of one picture are chosen.
struct LayerTokens {
    std::int64_t layer = 0;              ///< so many language layers have run
    at::Tensor hidden;                   ///< [tokens, width] everything that is still there
    std::vector<std::int64_t> visual;    ///< [n] rows of the picture's tokens
    std::vector<std::int64_t> text;      ///< rows after the last visual token of the prompt
    std::vector<int> blocks;             ///< [n] the block of each
    at::Tensor positions;                ///< [3, n] int64 on the CPU: time, row, column of each
    at::Tensor keys;                     ///< [kvHeads, tokens, headDim] after rotary
    at::Tensor values;                   ///< [kvHeads, tokens, headDim]
    at::Tensor queries;                  ///< [heads, asked, headDim] after rotary, of the rows `queryRows`
    std::vector<std::int64_t> queryRows; ///< [asked] rising
    at::Tensor normed;                   ///< [tokens, width]
    at::Tensor visualEmbeddings;         ///< [original, width] of all tokens of the picture that reached the first step
    at::Tensor textEmbeddings;           ///< [text, width]
    at::Tensor encoderAttention;         ///< [n] float32
    RotaryAxes rotary;
};

/// How many tokens of a picture a step leaves.
struct StepBudget {
    int step = 0;     ///< from 0
    int steps = 1;    ///< that are left on this model
    int original = 1; ///< tokens of the picture before the first step
    int goal = 1;     ///< that are to be left after the last one, where `keep` says so
};

/// Which caches lose the tokens that were dropped, besides those of the layers that never saw them.
enum class CacheCut {
    None,
    AllLayers,     ///< those of every layer (IVC-Prune)
    FromFirstStep, ///< those of the layers from the first step on (MustDrop)
};

/// A pruning method inside the language model (uniprune spec 3 and 4). Stateless; any thread. Works where the tensors
/// are; decides in float32.
class LanguagePruner {
public:
    virtual ~LanguagePruner() = default;
    /// Layers before which it drops tokens, rising, each below `layers`, of a model with so many. `first`: as the plan
    /// says; 0: where the method itself begins.
    virtual std::vector<int> steps(int first, int layers) const = 0;
    virtual LayerNeeds needs() const { return {}; }
    virtual CacheCut cut() const { return CacheCut::None; }
    /// A method that also works on the encoder's result, before any language layer; null: none does.
    virtual const EncoderPruner* encoderPart() const { return nullptr; }
    /// Chooses among the tokens of one picture. `draws`: one for all pictures of a prompt, in order.
    virtual TokenChoice choose(const LayerTokens& tokens, const StepBudget& budget, const MethodSettings& settings,
                               ReferenceRandom& draws) const = 0;
};

/// The pruner of a method that stands inside the language model. Throws Error(Internal) for another.
const LanguagePruner& languagePruner(std::string_view method);

} // namespace prunescope::model
