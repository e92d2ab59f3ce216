#include "model/engine/prefix_cache.h"

#include "model/network/kept_features.h"

#include <algorithm>

namespace prunescope::model {

namespace {

VisionFeatures rowsOf(const VisionFeatures& all, std::int64_t first, std::int64_t count) {
    const auto rows = [&](const at::Tensor& values) { return values.narrow(0, first, count); };
    VisionFeatures part{rows(all.merged), {}, mapped(all.traces, rows)};
    for (const at::Tensor& feature : all.deepstack)
        part.deepstack.push_back(rows(feature));
    return part;
}

EncoderTraces joinedTraces(const std::vector<const VisionFeatures*>& parts) {
    std::vector<const EncoderTraces*> traces;
    for (const VisionFeatures* part : parts)
        traces.push_back(&part->traces);
    return joined(traces);
}

/// All pictures' features one after the other; those of a single picture as they are.
VisionFeatures joined(const std::vector<const VisionFeatures*>& parts) {
    if (parts.empty())
        return {};
    if (parts.size() == 1)
        return *parts.front();
    std::vector<at::Tensor> merged;
    std::vector<std::vector<at::Tensor>> deepstack(parts.front()->deepstack.size());
    for (const VisionFeatures* part : parts) {
        merged.push_back(part->merged);
        for (std::size_t j = 0; j < deepstack.size(); ++j)
            deepstack[j].push_back(part->deepstack[j]);
    }
    VisionFeatures all{at::cat(merged), {}, joinedTraces(parts)};
    for (const auto& features : deepstack)
        all.deepstack.push_back(at::cat(features));
    return all;
}

} // namespace

PrefixCache::PrefixCache(const VisionLanguageModel& network) : m_network(network), m_cache(network.makeCache()) {}

bool PrefixCache::EncodedImage::serves(const EncodedImage& other) const {
    EncoderNeeds both = needs;
    both |= other.needs;
    return both == needs && cutLayer == other.cutLayer && mask == other.mask && source == other.source;
}

VisionFeatures PrefixCache::encode(const std::vector<PreparedImage>& images, const PrunePlan& plan,
                                   const EncoderNeeds& needs, const Observer& observer) {
    const PruneStage& stage = plan.pixelStage();
    const bool afterwards = stage.place == Place::AfterEncoder;
    std::vector<EncodedImage> wanted;
    std::vector<std::size_t> missing;
    for (const PreparedImage& image : images) {
        EncodedImage one;
        one.source = image.source;
        one.mask = afterwards ? KeepMask::all(image.report.mask.grid()) : image.report.mask;
        one.cutLayer = stage.place == Place::VisionLayer ? stage.layer : 0;
        one.needs = needs;
        one.needs.text = false; // the prompt's, not the picture's
        const auto known =
            std::find_if(m_images.begin(), m_images.end(), [&](const EncodedImage& old) { return old.serves(one); });
        if (known == m_images.end())
            missing.push_back(wanted.size());
        wanted.push_back(known == m_images.end() ? std::move(one) : *known);
    }
    m_reuse = {0, static_cast<int>(images.size() - missing.size())};
    m_images.clear(); // what is not wanted any more makes room before anything new comes
    if (!missing.empty())
        encodeMissing(images, missing, wanted, observer);
    m_images = std::move(wanted);
    std::vector<const VisionFeatures*> features;
    for (EncodedImage& image : m_images) {
        image.shown = image.serial;
        features.push_back(&image.features);
    }
    const VisionFeatures all = joined(features);
    return afterwards && !images.empty() ? keepFeatures(all, masksOf(images)) : all;
}

/// All at once: products of more rows run at a better rate.
void PrefixCache::encodeMissing(const std::vector<PreparedImage>& images, const std::vector<std::size_t>& missing,
                                std::vector<EncodedImage>& wanted, const Observer& observer) {
    VisionInput input;
    std::vector<ImageSource> sources;
    for (const std::size_t i : missing) {
        input.images.push_back(images[i].picture);
        input.masks.push_back(wanted[i].mask);
        sources.push_back(wanted[i].source);
    }
    input.needs = wanted[missing.front()].needs;
    const int cutLayer = wanted[missing.front()].cutLayer;
    if (cutLayer != m_partialLayer || sources != m_partialImages)
        m_partialState = {};
    if (cutLayer > 0) {
        input.place = Place::VisionLayer;
        input.vitLayer = cutLayer;
        input.partialState = &m_partialState;
    }
    m_partialLayer = cutLayer;
    m_partialImages = cutLayer > 0 ? std::move(sources) : std::vector<ImageSource>();
    const VisionFeatures all = m_network.encode(input, observer);
    std::int64_t first = 0;
    for (const std::size_t i : missing) {
        const int count = wanted[i].mask.keptCount();
        wanted[i].features = rowsOf(all, first, count);
        wanted[i].serial = ++m_lastSerial;
        first += count;
    }
}

void PrefixCache::hasMixed(std::size_t image, const std::string& stage) {
    std::uint64_t& serial = m_images.at(image).mixed[stage];
    if (serial == 0)
        serial = ++m_lastSerial;
    m_images[image].shown = serial;
}

std::vector<PrefixCache::Token> PrefixCache::tokensOf(const TokenSequence& prompt) const {
    std::vector<Token> tokens(prompt.ids.size());
    for (std::size_t i = 0; i < tokens.size(); ++i)
        tokens[i] = {prompt.ids[i], {prompt.positions[0][i], prompt.positions[1][i], prompt.positions[2][i]}, 0};
    for (std::size_t image = 0; image < prompt.images.size(); ++image)
        for (int i = 0; i < prompt.images[image].count; ++i)
            tokens[static_cast<std::size_t>(prompt.images[image].first + i)].features = m_images[image].shown;
    return tokens;
}

KvCache& PrefixCache::cacheFor(const TokenSequence& prompt, std::int64_t more, const LayerCuts& cuts) {
    const std::vector<Token> tokens = tokensOf(prompt);
    // A run that failed may have left more tokens in one place than in the other.
    std::int64_t held = std::min<std::int64_t>(m_cache.length(), static_cast<std::int64_t>(m_tokens.size()));
    const KvCache::Entry& entry = m_cache.entry();
    if (cuts.first == 0 ? !m_cache.isEven() : entry.layer != cuts.first)
        held = 0; // other layers hold other tokens
    else if (cuts.first > 0)
        held = std::min({held, entry.tokens(), cuts.reusable});
    const auto most = std::min<std::int64_t>(held, prompt.length() - 1); // the last one's logits are wanted
    const auto differs = std::mismatch(tokens.begin(), tokens.begin() + most, m_tokens.begin()).first;
    const std::int64_t shared = differs - tokens.begin();
    if (cuts.first > 0 && !m_cache.hasStates()) {
        m_cache.truncateBelow(cuts.first, shared);
        m_reuse.promptTokens = static_cast<int>(shared);
    } else {
        // States go back to a snapshot, which may be of fewer tokens.
        m_reuse.promptTokens = static_cast<int>(m_cache.truncate(cuts.first > 0 ? 0 : shared));
    }
    if (cuts.first == 0)
        m_cache.setEntry({});
    m_tokens.resize(static_cast<std::size_t>(m_reuse.promptTokens));
    m_cache.reserve(prompt.length() + more);
    return m_cache;
}

void PrefixCache::hasRun(const TokenSequence& prompt) {
    m_tokens = tokensOf(prompt);
}

void PrefixCache::hasRun(std::int64_t id, std::int64_t position) {
    m_tokens.push_back({id, {position, position, position}, 0});
}

void PrefixCache::clear() {
    m_images.clear();
    m_partialState = {};
    m_partialImages.clear();
    m_partialLayer = 0;
    m_cache.clear();
    m_tokens.clear();
}

} // namespace prunescope::model
