#include "model/files/safetensors_writer.h"

#include "core/base/output_file.h"

#include <nlohmann/json.hpp>

namespace prunescope::model {

namespace {

std::string headerOf(const std::vector<TensorToWrite>& tensors) {
    nlohmann::ordered_json header = nlohmann::ordered_json::object();
    std::size_t offset = 0;
    for (const TensorToWrite& tensor : tensors) {
        header[tensor.name] = {
            {"dtype", tensor.dtype}, {"shape", tensor.shape}, {"data_offsets", {offset, offset + tensor.bytes.size()}}};
        offset += tensor.bytes.size();
    }
    std::string text = header.dump();
    text.resize((text.size() + 7) / 8 * 8, ' '); // tensors begin aligned
    return text;
}

} // namespace

void writeSafetensors(const std::string& path, const std::vector<TensorToWrite>& tensors) {
    const std::string header = headerOf(tensors);
    std::byte length[8];
    for (std::size_t i = 0; i < 8; ++i)
        length[i] = static_cast<std::byte>(header.size() >> (8 * i));
    ReplacedFile file(path, Readers::Everyone);
    file.write(length);
    file.write(header);
    for (const TensorToWrite& tensor : tensors)
        file.write(tensor.bytes);
    file.finish();
}

} // namespace prunescope::model
