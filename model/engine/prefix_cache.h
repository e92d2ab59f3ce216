#pragma once

#include "model/images/prepare_image.h"
#include "model/network/network.h"
#include "model/values/answer.h"

#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace prunescope::model {

/// Prefix cache: what the next prompt can take over from the last one. Features of its images, the encoder's partial
/// state where a mask is applied inside it, keys and values of its tokens and of the answer. A further question about
/// the same image, another turn of a chat or another tau runs only what differs. Features depend on image, mask and
/// place; keys and values on all tokens up to their own, so they are good up to the first token with another id,
/// position or feature, or where layers have states, up to a snapshot before it. Belongs to one network. Not
/// thread-safe. Call under InferenceMode.
class PrefixCache {
public:
    explicit PrefixCache(const VisionLanguageModel& network);

    /// Features of the kept blocks of all images, in order, with the traces that are asked for. Forgets images that are
    /// not among them.
    VisionFeatures encode(const std::vector<PreparedImage>& images, const PrunePlan& plan, const EncoderNeeds& needs,
                          const Observer& observer);
    /// Notes that `stage` has made new rows of the features of an image: other ones than any other stage makes.
    void hasMixed(std::size_t image, const std::string& stage);
    /// Where layers drop tokens of a prompt.
    struct LayerCuts {
        std::int64_t first = 0;    ///< before this layer for the first time; 0: nowhere
        std::int64_t reusable = 0; ///< so many tokens of the prompt need not run again below it
    };
    /// The KV cache, cut to the tokens that it shares with `prompt` (never its last one), with room for all of the
    /// prompt and `more` tokens; with `cuts`, these tokens are in the layers below the first alone. Call after `encode`
    /// for the same images.
    KvCache& cacheFor(const TokenSequence& prompt, std::int64_t more, const LayerCuts& cuts);
    /// Notes that `prompt` has been run into the KV cache.
    void hasRun(const TokenSequence& prompt);
    /// Notes that a token of the answer has been run into the KV cache.
    void hasRun(std::int64_t id, std::int64_t position);
    /// Empties the cache and gives its memory back.
    void clear();
    bool isEmpty() const { return m_images.empty() && m_cache.capacity() == 0; }

    KvCache& cache() { return m_cache; }
    /// What the last `encode` and `cacheFor` found in the cache.
    const Reuse& reuse() const { return m_reuse; }

private:
    struct EncodedImage {
        ImageSource source;
        KeepMask mask;    ///< all blocks where it is applied after the encoder: then features do not depend on it
        int cutLayer = 0; ///< vision layers before the mask is applied
        EncoderNeeds needs;
        VisionFeatures features;
        std::uint64_t serial = 0;                   ///< of these features, from 1
        std::map<std::string, std::uint64_t> mixed; ///< serials of what stages have made of them
        std::uint64_t shown = 0;                    ///< serial of what the language model is given

        /// Whether its features are those of `other`, traces included.
        bool serves(const EncodedImage& other) const;
    };
    /// Everything that a token's keys and values depend on, besides the tokens before it.
    struct Token {
        std::int64_t id = 0;
        std::array<std::int64_t, 3> position{};
        std::uint64_t features = 0; ///< their serial; 0 for text
        bool operator==(const Token&) const = default;
    };

    void encodeMissing(const std::vector<PreparedImage>& images, const std::vector<std::size_t>& missing,
                       std::vector<EncodedImage>& wanted, const Observer& observer);
    std::vector<Token> tokensOf(const TokenSequence& prompt) const;

    const VisionLanguageModel& m_network;
    std::vector<EncodedImage> m_images; ///< of the last prompt, in its order
    std::uint64_t m_lastSerial = 0;
    VisionStream m_partialState; ///< after `m_partialLayer` vision layers of `m_partialImages`
    std::vector<ImageSource> m_partialImages;
    int m_partialLayer = 0;
    KvCache m_cache;
    std::vector<Token> m_tokens; ///< in the cache
    Reuse m_reuse;
};

} // namespace prunescope::model
