#pragma once

#include "core/pruning/pixel_options.h"

namespace prunescope {

/// Options of the methods that choose among visual tokens, after the encoder or inside the language model. The names
/// are those of the specifications (uniprune spec 2 to 4, uniprune-2026 spec 2 to 5).

/// What a share in `keep` counts: the tokens that reach the stage, or all blocks of the picture.
inline constexpr OptionKey<std::string> kOf{"of"};
inline const std::string kOfLeft = "left"; ///< the default
inline const std::string kOfGrid = "grid";

inline constexpr OptionKey<double> kTheta{"theta"};          ///< gprune: least cosine of two tokens that are linked
inline constexpr OptionKey<double> kTemperature{"t"};        ///< gprune
inline constexpr OptionKey<std::uint64_t> kSteps{"steps"};   ///< gprune
inline constexpr OptionKey<double> kImportantShare{"share"}; ///< vispruner: chosen by importance, the rest by diversity
inline constexpr OptionKey<std::uint64_t> kRound{"block"};   ///< vispruner: dropped at a time
inline constexpr OptionKey<std::uint64_t> kSide{"side"};     ///< pool
inline constexpr OptionKey<std::string> kPoolMode{"mode"};   ///< pool: avg or max
inline constexpr OptionKey<double> kRelevanceWeight{"weight"};          ///< cdpruner
inline constexpr OptionKey<std::string> kKernelForm{"form"};            ///< cdpruner: blend, exp or product
inline constexpr OptionKey<std::uint64_t> kSplit{"split"};              ///< cdpruner: 1 or 2 problems
inline constexpr OptionKey<std::string> kRelevanceText{"text"};         ///< cdpruner: all or question
inline constexpr OptionKey<TokenBudget> kAlpha{"alpha"};                ///< hiprune: a share
inline constexpr OptionKey<std::string> kContextual{"contextual"};      ///< visionzip: add or mean
inline constexpr OptionKey<TokenBudget> kStepRatio{"ratio"};            ///< pyramid_drop: share that stays at each step
inline constexpr OptionKey<std::uint64_t> kImagePivots{"image_pivots"}; ///< dart
inline constexpr OptionKey<std::uint64_t> kTextPivots{"text_pivots"};   ///< dart
/// sparsevlm (192, 128, 96, 64) and mustdrop (192, 128, 64): the published schedule for so many of 576 tokens.
inline constexpr OptionKey<std::string> kPreset{"preset"};
inline constexpr OptionKey<bool> kRecycle{"recycle"}; ///< sparsevlm: dropped tokens come back in groups

/// `keep` of a method that chooses among tokens, by default 1/3 of what reaches it, and `of`.
std::vector<OptionSpec> tokenBudgetOptions();
/// The same of a method that without `keep` goes by `whenUnset`; `rivals` may not stand beside `keep`.
std::vector<OptionSpec> tokenBudgetOptions(std::string_view whenUnset, std::vector<std::string_view> rivals = {});
/// `of`: what a share counts.
OptionSpec ofOption();

/// Whether a token budget is given or there by default.
bool hasTokenBudget(const MethodSettings& settings);
bool hasNoTokenBudget(const MethodSettings& settings);

} // namespace prunescope
