#include "model/families/model_folder.h"

#include "model/families/families.h"
#include "model/families/gguf_model.h"
#include "model/files/other_formats.h"
#include "model/files/quantization.h"
#include "model/files/weight_folder.h"

namespace prunescope::model {

ModelFolder::ModelFolder(ModelTexts texts, Checkpoint checkpoint, std::shared_ptr<const GgufModel> gguf)
    : m_texts(std::move(texts)), m_generation(readGeneration(m_texts)), m_notes(m_texts.notes),
      m_checkpoint(std::move(checkpoint)), m_gguf(std::move(gguf)) {
    m_notes.insert(m_notes.end(), m_generation.notes.begin(), m_generation.notes.end());
}

ModelFolder ModelFolder::open(const std::string& path) {
    if (isGgufModel(path)) {
        const auto model = std::make_shared<const GgufModel>(GgufModel::open(path));
        return {model->texts(), Checkpoint(model->texts().path, model->weights()), model};
    }
    ModelTexts texts = readModelTexts(path);
    const ModelDocument& config = texts.config;
    if (!config.json.is_object() || !config.json.contains("model_type"))
        refuseOtherPrograms(texts.path);
    findFamily(config.json, config.where); // the name of its architecture says more than the way it is stored
    const StorageRules rules = storageRules(config.json, config.where, texts.path);
    Checkpoint checkpoint(texts.path, openWeightFiles(texts.path), rules);
    return {std::move(texts), std::move(checkpoint)};
}

BpeTokenizer ModelFolder::tokenizer() const {
    if (m_gguf)
        return m_gguf->tokenizer();
    requireTokenizer(path());
    return BpeTokenizer::load(tokenizerPath());
}

std::string ModelFolder::tokenizerPath() const {
    return m_gguf ? configPath() : file("tokenizer.json");
}

} // namespace prunescope::model
