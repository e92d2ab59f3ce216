#include "tests/app/model_copy.h"

#include "tests/support/golden.h"
#include "tests/support/weights_edit.h"

#include <fstream>
#include <map>

namespace prunescope::test {

namespace fs = std::filesystem;

fs::path tinyModel() {
    return dataFolder() / "qwen3vl" / "model";
}

ModelCopy::ModelCopy(fs::path folder) : m_folder(std::move(folder)) {
    fs::create_directories(m_folder);
    for (const fs::directory_entry& entry : fs::directory_iterator(tinyModel()))
        fs::copy_file(entry.path(), m_folder / entry.path().filename(), fs::copy_options::overwrite_existing);
}

void ModelCopy::edit(const std::string& name, const std::function<void(nlohmann::json&)>& change) const {
    nlohmann::json json = readJson(file(name));
    change(json);
    write(name, json.dump());
}

void ModelCopy::neverEnd() const {
    // All words are as likely then, and greedy answers take the first.
    for (std::size_t i = 0; i < 64; ++i)
        setValue(file("model.safetensors"), "model.language_model.norm.weight", i, 0);
}

std::int64_t ModelCopy::addToken(const std::string& text) const {
    std::int64_t id = 0;
    edit("tokenizer.json", [&](nlohmann::json& tokenizer) {
        nlohmann::json token = tokenizer.at("added_tokens").back();
        id = token.at("id").get<std::int64_t>() + 1;
        token.update({{"id", id}, {"content", text}, {"special", false}});
        tokenizer["added_tokens"].push_back(token);
    });
    return id;
}

void ModelCopy::alwaysSay(const std::string& text) const {
    const std::string model = "model.language_model.", embedding = model + "embed_tokens.weight";
    const fs::path weights = file("model.safetensors");
    const auto put = [&](const std::string& name, const std::vector<std::size_t>& shape,
                         const std::map<std::pair<std::int64_t, int>, float>& values, float rest = 0) {
        std::vector<float> all(shape[0] * (shape.size() > 1 ? shape[1] : 1), rest);
        for (const auto& [at, value] : values)
            all.at(static_cast<std::size_t>(at.first) * shape[1] + static_cast<std::size_t>(at.second)) = value;
        putTensor(weights, name, shape, all);
    };
    const nlohmann::json config = readJson(file("config.json"));
    for (int layer = 0; layer < config.at("text_config").at("num_hidden_layers").get<int>(); ++layer)
        for (const char* part : {".self_attn.o_proj.weight", ".mlp.down_proj.weight"})
            if (const std::string name = model + "layers." + std::to_string(layer) + part; true)
                put(name, shapeOf(weights, name), {});
    const std::int64_t said = addToken(text), end = config.at("text_config").at("eos_token_id").get<std::int64_t>();
    const std::int64_t newline = readJson(file("tokenizer.json")).at("model").at("vocab").at("\u010a");
    put(embedding, shapeOf(weights, embedding), {{{newline, 0}, 8.F}, {{said, 1}, 8.F}});
    put("lm_head.weight", shapeOf(weights, embedding), {{{said, 0}, 1.F}, {{end, 1}, 1.F}});
    put(model + "norm.weight", shapeOf(weights, model + "norm.weight"), {}, 1);
    edit("config.json", [](nlohmann::json& changed) {
        changed["tie_word_embeddings"] = changed["text_config"]["tie_word_embeddings"] = false;
    });
}

void ModelCopy::write(const std::string& name, const std::string& content) const {
    std::ofstream(file(name), std::ios::binary | std::ios::trunc) << content;
}

void ModelCopy::truncate(const std::string& name, double share) const {
    const auto size = static_cast<double>(fs::file_size(file(name)));
    fs::resize_file(file(name), static_cast<std::uintmax_t>(size * share));
}

} // namespace prunescope::test
