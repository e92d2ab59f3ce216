#pragma once

#include "core/blocks/keep_mask.h"
#include "core/kernels/cuda_method.h"
#include "core/metrics/pair_table.h"
#include "core/pruning/method_settings.h"
#include "core/pruning/reference_random.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace prunescope {

class BlockDecoder;

/// The method that is used where none is named: Pred-2D.
inline constexpr std::string_view kDefaultMethod = "pred_2d";

/// Place in the model where tokens are dropped (pixelprune spec 6).
enum class Place {
    Input,         ///< before the vision encoder
    VisionLayer,   ///< after so many layers of the vision encoder: `vit@K`
    AfterEncoder,  ///< after the vision encoder: `post`
    LanguageLayer, ///< after so many layers of the language model: `llm@K`, or `llm` where the method itself begins
};

/// Data that a pruning method decides from.
enum class MethodNeeds {
    Nothing,     ///< it keeps everything
    Pixels,      ///< the blocks of the resized picture
    Features,    ///< the encoder's output
    LayerTokens, ///< hidden states inside the language model
};

/// When two blocks count as the same, and what a block is compared with.
struct Similarity {
    std::uint32_t bound = 0; ///< largest raw distance of "same"
    bool anchored = true;    ///< compare with what a decoder would have; else with the original neighbours
};

/// Data that a pixel method decides from: distances of blocks and settings.
struct Selection {
    const PairTable& pairs; ///< filled as far as PixelMethod::neighbours says
    Similarity similarity;
    const MethodSettings& settings;
    ReferenceRandom& draws;

    const PixelBlocks& blocks() const { return pairs.blocks(); }
    const BlockGrid& grid() const { return pairs.blocks().grid(); }
};

/// A pruning method that looks at pixels: decides which blocks a model needs to see. Stateless; any thread. O(blocks)
/// comparisons.
class PixelMethod {
public:
    virtual ~PixelMethod() = default;
    /// The distances that `select` reads.
    virtual PairTable::Neighbours neighbours() const { return PairTable::Neighbours::BeforeAndUp; }
    /// A mask on the picture's grid; a method that shows a smaller picture instead keeps all of that one's grid.
    virtual KeepMask select(const Selection& selection) const = 0;
};

/// Where a method inside the language model drops tokens of its own accord: the layers of a model with so many, in the
/// order of its steps, as its formula has them (`stepLayers` makes them fit small models).
using LayerFormula = std::vector<int> (*)(int languageLayers);

/// The tokens of a picture on their way through the steps of such a method.
struct StepState {
    int step = 0;     ///< from 0
    int steps = 1;    ///< that are left on this model
    int original = 1; ///< tokens before the first step
    int left = 1;     ///< tokens before this step
    int goal = 1;     ///< that are to be left after the last one, where `keep` says so
};

/// Tokens that a stage, or a step of it, is to leave of a picture.
struct StepCount {
    int kept = 0;
    int groups = 0;    ///< made of dropped ones, besides (SparseVLM)
    bool exact = true; ///< else the method decides by what it sees: about so many

    int total() const { return kept + groups; }
};

/// A pruning method: everything that the rest of the program knows of it.
struct MethodEntry {
    std::string_view name;  ///< as on the command line
    std::string_view title; ///< short, for a button
    std::string_view help;  ///< one line for people
    std::vector<Place> places;
    MethodNeeds needs = MethodNeeds::Pixels;
    std::vector<OptionSpec> options;  ///< in the order in which plans and people see them
    bool isBaseline = false;          ///< at Pred-2D's budget, to compare with
    bool showsSmallerPicture = false; ///< instead of dropping blocks: its mask lies on a grid of its own
    bool needsGrid = false;           ///< of all blocks of the picture: nothing may be dropped before it
    bool standsAlone = false;         ///< no other method that chooses among tokens may stand beside it
    bool dropsAll = false;            ///< every visual token
    bool comparesPairs = false;       ///< of tokens, all at once: memory grows with their square
    LayerFormula layers = nullptr;    ///< of a method inside the language model
    /// What each step of such a method leaves. Null: fewer by one factor from step to step, down to `keep`.
    StepCount (*stepCount)(const MethodSettings&, const StepState&) = nullptr;
    /// What a method after the encoder leaves of so many tokens of a picture without `keep`. Null: all of them.
    StepCount (*choiceCount)(const MethodSettings&, int left, const BlockGrid&) = nullptr;
    /// What makes settings impossible at a place, as "expected ..."; empty: nothing. Null: everything goes.
    std::string_view (*flaw)(const MethodSettings&, Place) = nullptr;
    std::shared_ptr<const PixelMethod> pixels; ///< where `needs` is Nothing or Pixels
    /// Shows each block that was dropped as what the kept ones predict (pixelprune spec 3). Null: nothing does.
    void (*decode)(BlockDecoder&) = nullptr;
    std::optional<CudaMethod> kernel; ///< makes the same mask on a GPU; nothing: it runs on the host

    bool standsAt(Place place) const;
    bool drops() const { return needs != MethodNeeds::Nothing; }
    /// The option of that name, or null.
    const OptionSpec* option(std::string_view name) const;
};

/// All pruning methods, in the order in which people see them: first those that look at pixels, or at nothing.
std::span<const MethodEntry> methods();
/// The first part of them: what a mask can be made with.
std::span<const MethodEntry> pixelMethods();

/// Throws Error(Usage) that lists the names.
const MethodEntry& findMethod(std::string_view name);

/// The method that drops nothing.
const MethodEntry& keepAllMethod();

/// Names of the methods that have an option, with commas between them.
std::string methodsWith(std::string_view option);
/// Names of the methods that may stand at a place, with commas between them.
std::string methodsAt(Place place);

/// Every option of any of `pixelMethods` once, in the order of methods and of their options.
const std::vector<OptionSpec>& pixelMethodOptions();

} // namespace prunescope
