#include "tests/model/train_samples.h"

#include "tests/support/golden.h"
#include "tests/support/pictures.h"

#include <fstream>

namespace prunescope::test {

using namespace model;
using namespace model::train;
using Json = nlohmann::json;

namespace {

/// Digits first come together in pairs, then in threes, with either neighbour: whatever order merges take, a number is
/// one token in the end.
Json numberMerges() {
    Json merges = Json::array();
    const auto merge = [&](const std::string& left, const std::string& right) { merges.push_back({left, right}); };
    for (int pair = 10; pair < 100; ++pair)
        merge(std::to_string(pair / 10), std::to_string(pair % 10));
    for (int number = 100; number < 1000; ++number) {
        const std::string text = std::to_string(number);
        merge(text.substr(0, 2), text.substr(2));
        if (text[1] != '0')
            merge(text.substr(0, 1), text.substr(1));
    }
    merge("100", "0");
    return merges;
}

/// The sizes of the smallest network with DeepStack features.
void shrinkQwen3(Json& config) {
    config["text_config"]["num_hidden_layers"] = 2;
    config["vision_config"]["depth"] = 3;
    config["vision_config"]["deepstack_visual_indexes"] = {0, 1};
}

/// As wide as that, with one full layer after three of the delta rule.
void widenQwen35(Json& config) {
    for (const char* name : {"layer_types", "mtp_num_hidden_layers", "mtp_use_dedicated_embeddings"})
        config["text_config"].erase(name);
    config["text_config"]["hidden_size"] = config["vision_config"]["out_hidden_size"] = 64;
    config["text_config"]["intermediate_size"] = 96;
}

} // namespace

std::filesystem::path goldenModel(const std::string& set) {
    return goldenFolder() / set / "model";
}

void writeNumberTokenizer(const std::filesystem::path& folder) {
    std::filesystem::create_directories(folder);
    Json json = readJson(goldenModel() / "tokenizer.json");
    Json vocabulary = Json::object();
    for (const auto& [token, id] : json["model"]["vocab"].items())
        if (id < 256) // the bytes
            vocabulary[token] = id;
    int next = 256;
    for (int number = 10; number <= 1000; ++number)
        vocabulary[std::to_string(number)] = next++;
    json["model"]["vocab"] = vocabulary;
    json["model"]["merges"] = numberMerges();
    for (Json& token : json["added_tokens"])
        token["id"] = next++;
    std::string pattern = json["pre_tokenizer"]["pretokenizers"][0]["pattern"]["Regex"];
    const std::string digit = "|\\p{N}|";
    pattern.replace(pattern.find(digit), digit.size(), "|\\p{N}{1,4}|");
    json["pre_tokenizer"]["pretokenizers"][0]["pattern"]["Regex"] = pattern;
    std::ofstream(folder / "tokenizer.json") << json.dump();
}

Json smallestNetwork(const std::string& set) {
    Json config = readJson(goldenModel(set) / "config.json");
    for (const char* name : {"image_token_id", "video_token_id", "vision_start_token_id", "vision_end_token_id"})
        config.erase(name);
    for (const char* name : {"vocab_size", "eos_token_id", "bos_token_id"})
        config["text_config"].erase(name);
    (set == "qwen35" ? widenQwen35 : shrinkQwen3)(config);
    return config;
}

Json smallestConfig(const std::filesystem::path& output, int steps, const std::string& set) {
    const Json screens{{"sizes", {{160, 160}}}, {"font_px", {16}}, {"words", 20}, {"documents", 0}};
    const Json data{{"screens", screens}, {"questions", 1}, {"text_tokens", 400}};
    const Json stage{{"steps", steps},
                     {"batch", 2},
                     {"data", Json::array({data})},
                     {"plans", {{{"plan", "input:pred_2d"}}, {{"plan", "input:keep_all"}}}}};
    return {{"output", output.string()},
            {"device", "cpu"},
            {"dtype", "float32"},
            {"threads", 1},
            {"model", {{"folder", goldenModel(set).string()}}},
            {"stages", Json::array({stage})},
            {"schedule", {{"warmup", 0}}},
            {"log_every", 1},
            {"evaluate", {{"every", 0}}}};
}

Json numberConfig(const std::filesystem::path& folder, const std::string& output, int steps, const std::string& set) {
    writeNumberTokenizer(folder / "tokenizer");
    Json config = smallestConfig(folder / output, steps);
    config["model"] = {{"new", smallestNetwork(set)}, {"tokenizer", (folder / "tokenizer").string()}};
    return config;
}

TrainingExample example(int rows, int cols, std::uint32_t seed, std::vector<ExampleQuestion> questions) {
    return {"picture " + std::to_string(seed), randomScreen(rows, cols, seed), std::move(questions), nullptr};
}

PreparedExample prepared(TrainingExample example, const ExampleEncoder& encoder, int mostTokens) {
    PixelBlocks blocks(example.picture);
    EncodedExample encoded = encoder.encode(example, blocks.grid(), mostTokens);
    return {std::move(example), std::move(blocks), std::move(encoded), 0};
}

TrainModel goldenTrainModel(const Json& change, const std::string& set) {
    Json config = smallestConfig("unused", 1, set);
    config.merge_patch(change);
    return openTrainModel(parseTrainConfig(config, "config", "."), at::kCPU, at::kFloat, {});
}

std::vector<PreparedExample> threeExamples(const ExampleEncoder& encoder, bool severalSizes) {
    std::vector<PreparedExample> examples;
    examples.push_back(prepared(example(6, 7, 1, {{"read", "What is this?", "A window", {}}}), encoder));
    examples.push_back(prepared(example(severalSizes ? 2 : 6, severalSizes ? 4 : 7, 2,
                                        {{"value", "What is the name?", "Ada Lovelace", {}},
                                         {"checked", "Is it on?", "yes", {}},
                                         {"count", "How many?", "12", {}}}),
                                encoder));
    examples.push_back(prepared(example(6, severalSizes ? 5 : 7, 3), encoder));
    return examples;
}

std::vector<Json> jsonLines(const std::filesystem::path& file) {
    std::vector<Json> lines;
    std::ifstream in(file);
    for (std::string line; std::getline(in, line);)
        lines.push_back(Json::parse(line));
    return lines;
}

std::vector<double> losses(const std::vector<Json>& lines) {
    std::vector<double> values;
    for (const Json& line : lines)
        if (line.contains("loss"))
            values.push_back(line["loss"].get<double>());
    return values;
}

} // namespace prunescope::test
