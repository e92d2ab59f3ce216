#include "model/families/model_folder.h"

#include "model/files/weight_folder.h"

namespace prunescope::model {

ModelFolder::ModelFolder(ModelTexts texts, Checkpoint checkpoint)
    : m_texts(std::move(texts)), m_generation(readGeneration(m_texts)), m_notes(m_texts.notes),
      m_checkpoint(std::move(checkpoint)) {
    m_notes.insert(m_notes.end(), m_generation.notes.begin(), m_generation.notes.end());
}

ModelFolder ModelFolder::open(const std::string& path) {
    ModelTexts texts = readModelTexts(path);
    Checkpoint checkpoint(texts.path, openWeightFiles(texts.path));
    return {std::move(texts), std::move(checkpoint)};
}

} // namespace prunescope::model
