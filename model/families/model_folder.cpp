#include "model/families/model_folder.h"

#include "model/families/gguf_model.h"
#include "model/files/weight_folder.h"

namespace prunescope::model {

ModelFolder::ModelFolder(ModelTexts texts, Checkpoint checkpoint)
    : m_texts(std::move(texts)), m_generation(readGeneration(m_texts)), m_checkpoint(std::move(checkpoint)) {}

ModelFolder ModelFolder::open(const std::string& path) {
    if (isGgufModel(path)) {
        const GgufModel model = GgufModel::open(path);
        return {model.texts(), Checkpoint(model.texts().path, model.weights())};
    }
    ModelTexts texts = readModelTexts(path);
    Checkpoint checkpoint(texts.path, openWeightFiles(texts.path));
    return {std::move(texts), std::move(checkpoint)};
}

BpeTokenizer ModelFolder::tokenizer() const {
    return isGgufModel(path()) ? GgufModel::open(path()).tokenizer() : BpeTokenizer::load(tokenizerPath());
}

std::string ModelFolder::tokenizerPath() const {
    return isGgufModel(path()) ? configPath() : file("tokenizer.json");
}

} // namespace prunescope::model
