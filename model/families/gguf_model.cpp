#include "model/families/gguf_model.h"

#include "core/base/format.h"
#include "model/families/families.h"
#include "model/families/gguf_texts.h"
#include "model/families/gguf_tokenizer.h"
#include "model/families/gguf_weights.h"

#include <algorithm>

namespace prunescope::model {

namespace {

/// Throws Error(Unsupported) that names what can be read.
const FamilyEntry& familyOf(const GgufFile& text) {
    const std::string architecture = text.architecture();
    std::vector<std::string> readable;
    for (const FamilyEntry& family : families()) {
        if (family.gguf.architecture.empty())
            continue;
        if (family.gguf.architecture == architecture)
            return family;
        readable.emplace_back(family.gguf.architecture);
    }
    throw Error(ErrorKind::Unsupported, text.path() + ": GGUF of " + inQuotes(architecture) +
                                            " can't be read yet, expected " + join(readable, " or ") +
                                            ": use the safetensors folder of the model");
}

/// The sizes of pictures that the released models take where the file has none.
void noteImageSizes(ModelTexts& texts, const PixelLimits& limits) {
    if (!texts.images->json.contains("size"))
        texts.notes.push_back(texts.images->where + ": says no sizes of pictures, those of the released models hold: " +
                              std::to_string(limits.minPixels) + " to " + std::to_string(limits.maxPixels) + " pixels");
}

} // namespace

GgufModel::GgufModel(GgufParts parts, const FamilyEntry& family) : m_parts(std::move(parts)) {
    const GgufHeader& header = m_parts.header();
    m_texts.path = m_parts.path;
    m_texts.name = m_parts.name;
    m_texts.config = {header.where(), family.gguf.configOf(m_parts)};
    m_texts.generation = ModelDocument{header.where(), ggufGeneration(header)};
    m_texts.images = ModelDocument{m_parts.vision->path(), family.gguf.imagesOf(m_parts)};
    m_texts.templates = ggufTemplates(header);
    m_texts.notes = m_parts.notes;
    const ModelConfig config = family.configOf(JsonFields(m_texts.config.json, m_texts.config.where));
    noteImageSizes(m_texts, config.images);
    m_tensors = family.gguf.tensorsOf(config);
    checkGgufTensors(m_parts, m_tensors);
}

GgufModel GgufModel::open(const std::string& path) {
    return make(openGgufText(path));
}

GgufModel GgufModel::make(GgufParts parts) {
    const FamilyEntry& family = familyOf(*parts.text.front());
    findGgufVision(parts, family.gguf.fits);
    return {std::move(parts), family};
}

WeightFiles GgufModel::weights() const {
    return ggufWeights(m_parts, m_tensors);
}

BpeTokenizer GgufModel::tokenizer() const {
    return BpeTokenizer::make(ggufTokenizer(m_parts.header()), m_parts.header().where());
}

bool readsGguf(std::string_view architecture) {
    return std::ranges::any_of(families(), [&](const FamilyEntry& family) {
        return !family.gguf.architecture.empty() && family.gguf.architecture == architecture;
    });
}

} // namespace prunescope::model
