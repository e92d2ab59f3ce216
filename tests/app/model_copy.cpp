#include "tests/app/model_copy.h"

#include "tests/support/golden.h"
#include "tests/support/weights_edit.h"

#include <fstream>

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

void ModelCopy::write(const std::string& name, const std::string& content) const {
    std::ofstream(file(name), std::ios::binary | std::ios::trunc) << content;
}

void ModelCopy::truncate(const std::string& name, double share) const {
    const auto size = static_cast<double>(fs::file_size(file(name)));
    fs::resize_file(file(name), static_cast<std::uintmax_t>(size * share));
}

} // namespace prunescope::test
