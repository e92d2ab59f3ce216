#include "model/train/train_model.h"

#include "core/base/error.h"
#include "core/base/format.h"
#include "model/families/families.h"
#include "model/families/model_folder.h"
#include "model/train/fresh_weights.h"

#include <algorithm>

namespace prunescope::model::train {

namespace {

std::unique_ptr<BpeTokenizer> openTokenizer(const std::string& folder) {
    return std::make_unique<BpeTokenizer>(BpeTokenizer::load(folder + "/tokenizer.json"));
}

std::int64_t idOf(const BpeTokenizer& tokenizer, const std::string& folder, std::string_view token) {
    const auto id = tokenizer.id(token);
    if (!id)
        throw Error(ErrorKind::BadFile,
                    folder + "/tokenizer.json: has no " + std::string(token) + ", which the model's chats need");
    return *id;
}

void setIfMissing(nlohmann::json& object, const char* name, const nlohmann::json& value) {
    if (object.is_object() && !object.contains(name))
        object[name] = value;
}

/// What follows from family and tokenizer need not be written into the config of a new model.
nlohmann::json completed(nlohmann::json config, const FamilyEntry& family, const BpeTokenizer& tokenizer,
                         const std::string& folder) {
    constexpr std::int64_t kRounded = 64; // sizes that matrix products like
    setIfMissing(config, "image_token_id", idOf(tokenizer, folder, family.marks.pad));
    setIfMissing(config, "video_token_id", idOf(tokenizer, folder, "<|video_pad|>"));
    setIfMissing(config, "vision_start_token_id", idOf(tokenizer, folder, family.marks.start));
    setIfMissing(config, "vision_end_token_id", idOf(tokenizer, folder, family.marks.end));
    setIfMissing(config, "tie_word_embeddings", true);
    if (config.contains("text_config")) {
        nlohmann::json& text = config["text_config"];
        setIfMissing(text, "vocab_size", (tokenizer.size() + kRounded - 1) / kRounded * kRounded);
        setIfMissing(text, "eos_token_id", idOf(tokenizer, folder, family.endTokens.front()));
        setIfMissing(text, "bos_token_id", idOf(tokenizer, folder, family.endTokens.back()));
        setIfMissing(text, "tie_word_embeddings", config["tie_word_embeddings"]); // transformers reads both
        setIfMissing(text, "dtype", "bfloat16");
    }
    family.completeNew(config);
    return config;
}

TrainingScope scopeOf(const TrainConfig& config) {
    return {config.freeze, config.lora.rank, config.lora.alpha, config.lora.targets, config.seed};
}

/// Before anything else is read: ids of tokens follow from the tokenizer.
void requireTokensInVocabulary(const nlohmann::json& config, const BpeTokenizer& tokenizer, const std::string& where) {
    const nlohmann::json::json_pointer place("/text_config/vocab_size");
    if (!config.contains(place) || !config[place].is_number_integer())
        return; // is said by who reads the config
    if (const auto vocab = config[place].get<std::int64_t>(); vocab < tokenizer.size())
        throw Error(ErrorKind::BadFile, where + ": text_config.vocab_size is " + std::to_string(vocab) +
                                            ", expected at least the " + std::to_string(tokenizer.size()) +
                                            " tokens of tokenizer.json");
}

template <typename Test>
bool anyName(const ParameterSet& parameters, const Test& test) {
    return std::any_of(parameters.all().begin(), parameters.all().end(),
                       [&](const Parameter& parameter) { return test(parameter.name); });
}

/// A typing error must not silently train everything, or nothing.
void requireKnownNames(const ParameterSet& parameters, const TrainConfig& config) {
    const auto bad = [&](const std::string& what) { throw Error(ErrorKind::BadFile, config.file + ": " + what); };
    for (const std::string& beginning : config.freeze)
        if (!anyName(parameters, [&](const std::string& name) { return name.starts_with(beginning); }))
            bad("freeze has " + inQuotes(beginning) +
                ", expected the beginning of a parameter's name such as model.visual.");
    if (config.lora.rank == 0)
        return;
    for (const std::string& target : config.lora.targets)
        if (!anyName(parameters, [&](auto& name) { return name.ends_with("." + target + ".weight.lora_a"); }))
            bad("lora.targets has " + inQuotes(target) + ", expected the last part of a matrix's name such as q_proj");
}

} // namespace

TrainModel openTrainModel(const TrainConfig& config, at::Device device, at::ScalarType type, std::stop_token stop) {
    TrainModel model;
    const bool fresh = config.modelFolder.empty();
    model.companions = fresh ? config.tokenizerFolder : config.modelFolder;
    model.tokenizer = openTokenizer(model.companions);
    const std::string where = fresh ? config.file + ": model.new" : config.modelFolder + "/config.json";
    model.config = fresh ? config.newModel : ModelFolder::open(config.modelFolder).config();
    const FamilyEntry& family = findTrainedFamily(model.config, where);
    if (fresh)
        model.config = completed(std::move(model.config), family, *model.tokenizer, model.companions);
    requireTokensInVocabulary(model.config, *model.tokenizer, where);
    model.parsed = family.configOf(JsonFields(model.config, where));
    model.parsed.images = preparedImages(readImageSettings(model.companions), family, model.parsed.images);
    model.encoder = std::make_unique<ExampleEncoder>(*model.tokenizer, family, model.parsed.tokens);
    const std::unique_ptr<WeightSource> weights =
        fresh
            ? freshWeights(model.parsed, model.encoder->numberIds().value_or(std::vector<std::int64_t>()), config.seed)
            : folderWeights(ModelFolder::open(config.modelFolder).checkpoint(), {at::kCPU, at::kFloat, {}}, {},
                            std::move(stop));
    model.network = std::make_unique<TrainingNetwork>(model.parsed, *weights, device, type, scopeOf(config));
    requireKnownNames(model.network->parameters(), config);
    return model;
}

std::unique_ptr<TrainingNetwork> openTeacher(const std::string& folder, const TrainModel& student,
                                             std::stop_token stop) {
    const ModelFolder opened = ModelFolder::open(folder);
    const ModelConfig config = findTrainedFamily(opened.config(), opened.configPath())
                                   .configOf(JsonFields(opened.config(), opened.configPath()));
    if (config.text.vocab != student.parsed.text.vocab)
        throw Error(ErrorKind::BadInput, "distill.teacher: " + folder + " has a vocabulary of " +
                                             std::to_string(config.text.vocab) + ", expected the student's " +
                                             std::to_string(student.parsed.text.vocab));
    const ParameterSet& set = student.network->parameters();
    const auto weights = folderWeights(opened.checkpoint(), {at::kCPU, at::kFloat, {}}, {}, std::move(stop));
    TrainingScope all;
    all.freeze = {""};
    return std::make_unique<TrainingNetwork>(config, *weights, set.device(), set.computeType(), all);
}

} // namespace prunescope::model::train
