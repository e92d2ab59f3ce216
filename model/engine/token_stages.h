#pragma once

#include "model/images/prepare_image.h"
#include "model/network/network.h"
#include "model/values/prune_outcome.h"

#include <memory>
#include <optional>
#include <vector>

namespace prunescope::model {

/// A stage of a plan that chooses among visual tokens, with what runs it.
struct TokenStage {
    int index = 0; ///< in the plan
    PruneStage stage;
    const EncoderPruner* encoder = nullptr;   ///< between encoder and language model; nullptr: nothing there
    const LanguagePruner* language = nullptr; ///< inside the language model, likewise
    std::vector<int> layers;                  ///< before which it drops tokens
};

/// The stages of `plan` that choose among visual tokens, of those that drop any. Throws Error(Usage) that names the
/// stage and what it would need: this network has no such layer, or a layer without the attention that it reads.
std::vector<TokenStage> tokenStages(const VisionLanguageModel& network, const PrunePlan& plan);

/// Checks that a plan can run on a network. Throws Error(Usage) as `tokenStages` and `checkPlace`.
void requirePlan(const VisionLanguageModel& network, const PrunePlan& plan);

/// What reaches the language model of the pictures of a prompt.
struct ChosenTokens {
    std::vector<std::vector<int>> blocks; ///< of each picture: the block that each row stands for
    VisionFeatures features;              ///< a row for each, one picture after the other
    std::vector<bool> isMixed;            ///< of each picture: rows are new ones, made of several
};

/// Runs the stages of a plan that choose among tokens for one prompt, and notes what became of every block. Call under
/// InferenceMode, on the thread that runs the prompt.
class TokenStages final : public LayerPruning {
public:
    /// `question`: ids of what people asked, for methods that look at it.
    TokenStages(const VisionLanguageModel& network, const PrunePlan& plan, const std::vector<PreparedImage>& images,
                std::vector<std::int64_t> question);

    /// Whether there is a stage.
    bool dropsTokens() const { return !m_stages.empty(); }
    EncoderNeeds encoderNeeds() const;
    /// Text of the stage after the encoder; empty: there is none.
    std::string encoderStage() const;
    /// Runs the stage after the encoder on `features`, one row a block that the masks of the pictures keep. `full`: the
    /// prompt before anything was dropped.
    ChosenTokens choose(const TokenSequence& full, VisionFeatures features);
    /// Whether there are stages inside the language model.
    bool prunesLayers() const;
    /// Before `prefill` of `prompt`, whose image tokens are those of `chosen`.
    void enterLayers(const TokenSequence& prompt, const ChosenTokens& chosen);
    /// The first layer that is asked for; 0: none is.
    std::int64_t firstLayer() const;
    /// Tokens of `prompt` that need not run again when they have before: queries of those behind are asked for.
    std::int64_t reusableTokens(const TokenSequence& prompt) const;

    bool isAsked(std::int64_t layer) const override;
    LayerNeeds needs(std::int64_t layer) const override;
    KeptRows prune(const LayerRows& rows) override;
    std::int64_t cutFrom() const override;
    void begins() override;
    void ended() override;

    /// What became of everything so far.
    PruneOutcome outcome() const;
    double layersMs() const { return m_layersMs; }

private:
    /// A picture on its way through the stages.
    struct PictureState {
        BlockGrid grid;
        std::vector<int> blocks;     ///< of each row that reached the language model
        at::Tensor encoderAttention; ///< [rows]
        int original = 0;            ///< rows before the first step of the stage that runs
        int alive = 0;               ///< rows now
    };
    struct Step {
        const TokenStage* stage = nullptr;
        int index = 0;
    };

    Step stepBefore(std::int64_t layer) const;
    bool mixesStates(const TokenStage& stage) const;
    at::Tensor textRows(const TokenSequence& full, const MethodSettings& settings) const;
    TokenChoice chooseOf(const LayerRows& rows, const Step& step, std::size_t picture,
                         const std::vector<std::int64_t>& visual);
    std::vector<std::vector<std::int64_t>> visualRows(const std::vector<std::int64_t>& tokens) const;
    void noteFates(std::size_t picture, const std::vector<int>& blocks, const TokenChoice& choice);
    double lap();

    const VisionLanguageModel& m_network;
    std::vector<PreparedImage> m_images;
    std::vector<std::int64_t> m_question;
    std::vector<TokenStage> m_stages;
    ReferenceRandom m_draws;
    const TokenSequence* m_prompt = nullptr;
    std::vector<PictureState> m_pictures;
    PruneOutcome m_outcome;
    double m_layersMs = 0;
    Stopwatch m_watch;
};

} // namespace prunescope::model
