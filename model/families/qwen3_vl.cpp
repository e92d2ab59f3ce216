#include "core/base/error.h"
#include "model/families/qwen3_vl_check.h"
#include "model/families/qwen3_vl_language.h"
#include "model/families/qwen3_vl_vision.h"

namespace prunescope::model {

namespace {

ModelTraits traitsOf(const Qwen3VlConfig& config, const std::string& name) {
    ModelTraits traits;
    traits.shape = config.shape(name);
    traits.tokens = config.tokens;
    traits.endTokens = config.text.endTokens;
    traits.vocab = config.text.vocab;
    traits.maxPositions = config.text.maxPositions;
    return traits;
}

class Qwen3Vl final : public VisionLanguageModel {
public:
    Qwen3Vl(const Qwen3VlConfig& config, const std::string& name, WeightSource& weights, at::Device device,
            at::ScalarType dtype)
        : m_config(config), m_vision(config.vision, weights, device, dtype),
          m_text(config.text, config.tiedHead, weights, device, dtype) {
        m_traits = traitsOf(config, name);
        m_traits.device = device;
        m_traits.dtype = dtype;
        m_traits.packed = weights.packs();
        m_traits.weightBytes = weights.bytes();
        m_traits.visionBytes = m_vision.matrixBytes();
        m_traits.languageBytes = m_text.matrixBytes();
    }

    const ModelTraits& traits() const override { return m_traits; }
    void checkPlace(Place place, int vitLayer) const override {
        if (place == Place::VisionLayer)
            checkPruneLayer(m_config.vision, vitLayer);
    }
    VisionFeatures encode(const VisionInput& input, const Observer& observer) const override {
        return m_vision.encode(input, observer);
    }
    at::Tensor prefill(const TokenSequence& prompt, const VisionFeatures& features, KvCache& cache,
                       const Observer& observer) const override {
        return m_text.prefill(prompt, features, cache, observer);
    }
    at::Tensor decode(std::int64_t id, std::int64_t position, KvCache& cache) const override {
        return m_text.decode(id, position, cache);
    }
    std::optional<std::int64_t> decodeGreedy(std::int64_t id, std::int64_t position, KvCache& cache) const override {
        return m_text.decodeGreedy(id, position, cache);
    }
    KvCache makeCache() const override { return m_text.makeCache(); }

private:
    Qwen3VlConfig m_config;
    ModelTraits m_traits;
    Qwen3VlVision m_vision;
    Qwen3VlLanguage m_text;
};

std::unique_ptr<VisionLanguageModel> load(const nlohmann::json& json, const std::string& configPath,
                                          const std::string& name, WeightSource& weights, at::Device device,
                                          at::ScalarType dtype) {
    const Qwen3VlConfig config = parseQwen3VlConfig(json, configPath);
    requireNoFurtherLayers(config, weights, configPath);
    return std::make_unique<Qwen3Vl>(config, name, weights, device, dtype);
}

ModelTraits readTraits(const nlohmann::json& json, const std::string& configPath, const std::string& name) {
    return traitsOf(parseQwen3VlConfig(json, configPath), name);
}

} // namespace

FamilyEntry qwen3VlFamily() {
    return {"qwen3_vl", readTraits, load};
}

std::unique_ptr<VisionLanguageModel> makeRandomModel(const ModelShape& shape, const WeightTarget& target) {
    const auto weights = randomWeights(target);
    return std::make_unique<Qwen3Vl>(configOfShape(shape), shape.name, *weights, target.device, target.dtype);
}

} // namespace prunescope::model
