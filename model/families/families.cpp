#include "model/families/families.h"

#include "core/base/error.h"
#include "core/base/format.h"
#include "model/families/other_models.h"

#include <algorithm>
#include <array>
#include <utility>

namespace prunescope::model {

FamilyEntry qwen3VlFamily();
FamilyEntry qwen35Family();
FamilyEntry qwen25VlFamily();
FamilyEntry llavaFamily();
FamilyEntry internVlFamily();

namespace {

namespace fs = std::filesystem;

std::vector<std::string> modelTypes() {
    std::vector<std::string> names;
    for (const FamilyEntry& family : families())
        names.emplace_back(family.modelType);
    return names;
}

std::vector<std::string> trainedTypes() {
    std::vector<std::string> names;
    for (const FamilyEntry& family : families())
        if (family.completeNew)
            names.emplace_back(family.modelType);
    return names;
}

ModelConfig configOf(const FamilyEntry& family, const PublishedShape& shape) {
    const std::string where(shape.name);
    const nlohmann::json json = parseJson(std::string(shape.config), where);
    return family.configOf(JsonFields(json, where));
}

struct Published {
    std::vector<ModelShape> shapes;
    std::vector<ModelConfig> configs;
};

const Published& published() {
    static const Published list = [] {
        Published all;
        for (const FamilyEntry& family : families())
            for (const PublishedShape& shape : family.shapes) {
                all.configs.push_back(configOf(family, shape));
                all.shapes.push_back(all.configs.back().shape(std::string(shape.name)));
            }
        return all;
    }();
    return list;
}

/// The id of a mark in tokenizer.json, which must be `expected` unless that is negative.
std::int64_t markId(const BpeTokenizer& tokenizer, std::string_view mark, std::int64_t expected,
                    const std::string& path) {
    const auto found = tokenizer.id(mark);
    if (found && (expected < 0 || *found == expected))
        return *found;
    const std::string wanted = expected < 0 ? "an added token" : std::to_string(expected) + " as in config.json";
    throw Error(ErrorKind::BadFile, path + ": " + std::string(mark) + " is " +
                                        (found ? std::to_string(*found) : "missing") + ", expected " + wanted);
}

/// Added tokens that no template writes may be without an embedding: nothing ever makes their ids.
void requireEmbeddings(const BpeTokenizer& tokenizer, std::int64_t vocab, const std::string& path) {
    for (std::int64_t id = vocab; id < tokenizer.size(); ++id)
        if (!tokenizer.bytes(id).empty() && !tokenizer.isSpecial(id))
            throw Error(ErrorKind::BadFile, path + ": ids up to " + std::to_string(tokenizer.size() - 1) +
                                                ", expected fewer than " + std::to_string(vocab) +
                                                " (text_config.vocab_size)");
}

} // namespace

std::span<const FamilyEntry> families() {
    static const std::array list{qwen3VlFamily(), qwen35Family(), qwen25VlFamily(), llavaFamily(), internVlFamily()};
    return list;
}

const FamilyEntry* familyNamed(std::string_view modelType) {
    const auto found = std::ranges::find(families(), modelType, &FamilyEntry::modelType);
    return found == families().end() ? nullptr : &*found;
}

const FamilyEntry& findFamily(const nlohmann::json& config, const std::string& configPath) {
    const JsonFields fields(config, configPath);
    const std::string modelType = fields.text("model_type", "");
    if (const FamilyEntry* family = familyNamed(modelType)) {
        refuseWithoutWords(fields);
        return *family;
    }
    const std::string_view reason = whyNot(modelType);
    throw Error(ErrorKind::Unsupported, configPath + ": model_type is " + inQuotes(modelType) +
                                            (reason.empty() ? "" : " (" + std::string(reason) + ")") +
                                            ", expected one of " + join(modelTypes()));
}

const FamilyEntry& findTrainedFamily(const nlohmann::json& config, const std::string& configPath) {
    const FamilyEntry& family = config.contains("model_type") ? findFamily(config, configPath) : families().front();
    if (!family.completeNew)
        throw Error(ErrorKind::Unsupported, configPath + ": models of type " + inQuotes(std::string(family.modelType)) +
                                                " can't be trained, expected one of " + join(trainedTypes()));
    return family;
}

ImageTokens resolvedTokens(const ModelConfig& config, const FamilyEntry& family, const BpeTokenizer& tokenizer,
                           const std::string& tokenizerPath) {
    ImageTokens tokens = config.tokens;
    tokens.imagePad = markId(tokenizer, family.marks.pad, tokens.imagePad, tokenizerPath);
    if (!family.marks.start.empty())
        tokens.visionStart = markId(tokenizer, family.marks.start, tokens.visionStart, tokenizerPath);
    if (!family.marks.end.empty())
        tokens.visionEnd = markId(tokenizer, family.marks.end, tokens.visionEnd, tokenizerPath);
    std::vector<std::int64_t> written{tokens.imagePad, tokens.visionStart, tokens.visionEnd};
    for (const std::string_view token : family.chatTokens)
        written.push_back(markId(tokenizer, token, -1, tokenizerPath));
    if (const std::int64_t last = std::ranges::max(written); last >= config.text.vocab)
        throw Error(ErrorKind::BadFile, tokenizerPath + ": " + std::string(tokenizer.bytes(last)) + " is " +
                                            std::to_string(last) + ", expected less than " +
                                            std::to_string(config.text.vocab) + " (text_config.vocab_size)");
    requireEmbeddings(tokenizer, config.text.vocab, tokenizerPath);
    return tokens;
}

PixelLimits preparedImages(const std::optional<ModelDocument>& settings, const FamilyEntry& family,
                           PixelLimits limits) {
    return settings ? family.imagesOf(JsonFields(settings->json, settings->where), limits) : limits;
}

PixelLimits readPixelLimits(const std::string& folder) {
    const ModelTexts texts = readModelTexts(folder);
    const FamilyEntry& family = findFamily(texts.config.json, texts.config.where);
    return preparedImages(texts.images, family,
                          family.configOf(JsonFields(texts.config.json, texts.config.where)).images);
}

PrunePlan possiblePlan(PrunePlan plan, const PixelPlaces& places) {
    const PruneStage& asked = std::as_const(plan).pixelStage();
    if (!drops(asked) || places.has(asked.place))
        return plan;
    PruneStage& stage = plan.pixelStage();
    const bool isTaken = std::any_of(plan.stages.begin(), plan.stages.end(),
                                     [](const PruneStage& other) { return other.place == Place::AfterEncoder; });
    const bool after = places.afterEncoder && !isTaken && stage.settings.entry().standsAt(Place::AfterEncoder);
    stage = after ? PruneStage{Place::AfterEncoder, 0, stage.settings} : PrunePlan::none().pixelStage();
    return plan;
}

ModelConfig readConfig(const std::string& folder) {
    const ModelDocument config = readModelTexts(folder).config;
    return findFamily(config.json, config.where).configOf(JsonFields(config.json, config.where));
}

ModelShape readModelShape(const std::string& folder, const std::string& name) {
    return readConfig(folder).shape(name);
}

std::span<const ModelShape> modelShapes() {
    return published().shapes;
}

const ModelShape& findModelShape(std::string_view name) {
    std::vector<std::string> names;
    for (const ModelShape& shape : modelShapes()) {
        if (shape.name == name)
            return shape;
        names.push_back(shape.name);
    }
    throw Error(ErrorKind::Usage, "shape '" + std::string(name) + "' is unknown, expected one of " + join(names));
}

ModelConfig publishedConfig(std::string_view name) {
    const auto index = static_cast<std::size_t>(&findModelShape(name) - modelShapes().data());
    return published().configs[index];
}

} // namespace prunescope::model
