#include "tests/support/weights_edit.h"

#include <cstdint>
#include <cstring>
#include <fstream>
#include <stdexcept>

namespace prunescope::test {

namespace {

constexpr std::size_t kLengthBytes = 8;

std::string readAll(const std::filesystem::path& file) {
    std::ifstream in(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

void writeAll(const std::filesystem::path& file, const std::string& content) {
    std::ofstream(file, std::ios::binary | std::ios::trunc) << content;
}

std::string lengthText(std::uint64_t length) {
    std::string text(kLengthBytes, '\0');
    std::memcpy(text.data(), &length, kLengthBytes);
    return text;
}

std::size_t headerLength(const std::string& content) {
    std::uint64_t length = 0;
    std::memcpy(&length, content.data(), kLengthBytes);
    return static_cast<std::size_t>(length);
}

} // namespace

void editHeader(const std::filesystem::path& file, const std::function<void(nlohmann::json&)>& change) {
    const std::string content = readAll(file);
    const std::size_t length = headerLength(content);
    auto header = nlohmann::json::parse(content.substr(kLengthBytes, length));
    change(header);
    const std::string text = header.dump();
    writeAll(file, lengthText(text.size()) + text + content.substr(kLengthBytes + length));
}

void setValue(const std::filesystem::path& file, const std::string& tensor, std::size_t index, float value) {
    std::string content = readAll(file);
    const std::size_t length = headerLength(content);
    const auto entry = nlohmann::json::parse(content.substr(kLengthBytes, length)).at(tensor);
    if (entry.at("dtype") != "F32")
        throw std::runtime_error(tensor + " is not stored as F32");
    const std::size_t begin = entry.at("data_offsets").at(0).get<std::size_t>();
    std::memcpy(content.data() + kLengthBytes + length + begin + index * sizeof value, &value, sizeof value);
    writeAll(file, content);
}

std::vector<std::size_t> shapeOf(const std::filesystem::path& file, const std::string& tensor) {
    const std::string content = readAll(file);
    const auto header = nlohmann::json::parse(content.substr(kLengthBytes, headerLength(content)));
    return header.at(tensor).at("shape").get<std::vector<std::size_t>>();
}

void putTensor(const std::filesystem::path& file, const std::string& tensor, const std::vector<std::size_t>& shape,
               const std::vector<float>& values) {
    std::string content = readAll(file);
    const std::size_t data = kLengthBytes + headerLength(content), bytes = values.size() * sizeof(float);
    auto header = nlohmann::json::parse(content.substr(kLengthBytes, data - kLengthBytes));
    if (!header.contains(tensor)) {
        const std::size_t end = content.size() - data;
        header[tensor] = {{"dtype", "F32"}, {"shape", shape}, {"data_offsets", {end, end + bytes}}};
        content.append(bytes, '\0');
    }
    const std::size_t begin = header.at(tensor).at("data_offsets").at(0).get<std::size_t>();
    if (header.at(tensor).at("shape").get<std::vector<std::size_t>>() != shape)
        throw std::runtime_error(tensor + " has another shape");
    std::memcpy(content.data() + data + begin, values.data(), bytes);
    const std::string text = header.dump();
    writeAll(file, lengthText(text.size()) + text + content.substr(data));
}

void writeWeights(const std::filesystem::path& file, const std::string& header, std::size_t dataBytes) {
    writeAll(file, lengthText(header.size()) + header + std::string(dataBytes, '\0'));
}

} // namespace prunescope::test
