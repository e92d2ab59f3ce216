#include "model/families/gguf_weights.h"

#include "core/base/format.h"
#include "model/files/ggml_types.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>

namespace prunescope::model {

namespace {

constexpr std::array<std::string_view, 7> kReadable{"F32", "F16", "BF16", "Q8_0", "Q4_K", "Q5_K", "Q6_K"};

using Parts = std::vector<const StoredTensor*>;

/// Empty when one is missing.
Parts partsOf(const GgufSource& source, const GgufParts& files) {
    Parts parts;
    for (const std::string& name : source.parts) {
        const StoredTensor* part = files.find(name);
        if (!part)
            return {};
        parts.push_back(part);
    }
    return parts;
}

const GgufSource* sourceOf(const GgufTensor& tensor, const GgufParts& files) {
    const auto found =
        std::ranges::find_if(tensor.sources, [&](const GgufSource& source) { return !partsOf(source, files).empty(); });
    return found == tensor.sources.end() ? nullptr : &*found;
}

std::string fileOf(const std::string& tensor, const GgufParts& parts) {
    for (const auto& file : parts.files())
        if (file->find(tensor))
            return file->path();
    return parts.path;
}

void requireReadable(const std::string& name, const GgufParts& parts) {
    const StoredTensor& tensor = *parts.find(name);
    if (std::ranges::find(kReadable, tensor.dtype) == kReadable.end())
        throw Error(ErrorKind::Unsupported,
                    fileOf(name, parts) + ": " + inQuotes(name) + " is " + tensor.dtype +
                        ", expected F32, F16, BF16, Q8_0, Q4_K, Q5_K or Q6_K: take the model's Q4_K_M, Q5_K_M, Q6_K, "
                        "Q8_0, BF16 or F16 file, or its safetensors folder");
}

/// The file that should have it: pictures are the encoder's business.
std::string expectedIn(const std::string& name, const GgufParts& parts) {
    const bool seesPictures = name.starts_with("v.") || name.starts_with("mm.");
    return (seesPictures ? parts.vision : parts.text.front())->path();
}

float widened(std::uint16_t half) {
    const std::uint32_t sign = std::uint32_t{half & 0x8000U} << 16;
    const std::uint32_t exponent = (half >> 10) & 0x1FU;
    const std::uint32_t fraction = half & 0x3FFU;
    if (exponent == 0) {
        const float value = static_cast<float>(fraction) * 0x1p-24F;
        return sign ? -value : value;
    }
    const std::uint32_t wide = exponent == 31 ? 255 : exponent + 112;
    return std::bit_cast<float>(sign | wide << 23 | fraction << 13);
}

template <typename Number>
Number numberAt(const std::byte* bytes) {
    Number number;
    std::memcpy(&number, bytes, sizeof(Number));
    return number;
}

/// Blocks of 32: a factor in F16, then the numbers in 8 bits each.
void appendQ8(const StoredTensor& tensor, std::vector<float>& numbers) {
    constexpr std::size_t kBlock = 34;
    for (std::size_t at = 0; at < tensor.bytes.size(); at += kBlock) {
        const std::byte* block = tensor.bytes.data() + at;
        const float factor = widened(numberAt<std::uint16_t>(block));
        for (std::size_t i = 2; i < kBlock; ++i)
            numbers.push_back(factor * static_cast<float>(numberAt<std::int8_t>(block + i)));
    }
}

void appendNumbers(const StoredTensor& tensor, std::vector<float>& numbers, const std::string& where) {
    const auto count = static_cast<std::size_t>(tensor.values());
    const std::byte* bytes = tensor.bytes.data();
    if (tensor.dtype == "Q8_0")
        return appendQ8(tensor, numbers);
    for (std::size_t i = 0; i < count; ++i) {
        if (tensor.dtype == "F32")
            numbers.push_back(numberAt<float>(bytes + 4 * i));
        else if (tensor.dtype == "F16")
            numbers.push_back(widened(numberAt<std::uint16_t>(bytes + 2 * i)));
        else if (tensor.dtype == "BF16")
            numbers.push_back(std::bit_cast<float>(std::uint32_t{numberAt<std::uint16_t>(bytes + 2 * i)} << 16));
        else
            throw Error(ErrorKind::Unsupported, where + " is put together of parts that are " + tensor.dtype +
                                                    ", expected F32, F16, BF16 or Q8_0");
    }
}

std::vector<std::byte> bytesOf(std::span<const float> numbers) {
    const auto bytes = std::as_bytes(numbers);
    return {bytes.begin(), bytes.end()};
}

bool sameType(const Parts& parts) {
    return std::ranges::all_of(parts, [&](const StoredTensor* part) { return part->dtype == parts.front()->dtype; });
}

/// A tensor that is made of several.
struct Joined {
    std::string dtype;
    std::vector<std::byte> bytes;
};

Joined joinedRows(const Parts& parts, const std::string& where) {
    if (!sameType(parts)) {
        std::vector<float> numbers;
        for (const StoredTensor* part : parts)
            appendNumbers(*part, numbers, where);
        return {"F32", bytesOf(numbers)};
    }
    Joined joined{parts.front()->dtype, {}};
    for (const StoredTensor* part : parts)
        joined.bytes.insert(joined.bytes.end(), part->bytes.begin(), part->bytes.end());
    return joined;
}

/// Takes a picture, [side, side], of each part in turn.
Joined joinedFrames(const Parts& parts, std::int64_t pictureValues, const std::string& where) {
    Parts plain = parts;
    std::vector<std::vector<float>> numbers(parts.size());
    std::vector<StoredTensor> widenedParts(parts.size());
    if (!sameType(parts) || parts.front()->dtype.starts_with("Q"))
        for (std::size_t i = 0; i < parts.size(); ++i) {
            appendNumbers(*parts[i], numbers[i], where);
            widenedParts[i] = {"F32", parts[i]->shape, std::as_bytes(std::span<const float>(numbers[i]))};
            plain[i] = &widenedParts[i];
        }
    Joined joined{plain.front()->dtype, {}};
    const std::size_t picture = static_cast<std::size_t>(pictureValues) * (joined.dtype == "F32" ? 4U : 2U);
    for (std::size_t at = 0; at < plain.front()->bytes.size(); at += picture)
        for (const StoredTensor* part : plain) {
            const auto bytes = part->bytes.subspan(at, picture);
            joined.bytes.insert(joined.bytes.end(), bytes.begin(), bytes.end());
        }
    return joined;
}

std::int64_t product(std::span<const std::int64_t> sides) {
    std::int64_t values = 1;
    for (const std::int64_t side : sides)
        values *= side;
    return values;
}

void requireShape(const Parts& parts, const GgufTensor& tensor, const GgufSource& source, const std::string& where) {
    std::int64_t values = 0;
    for (const StoredTensor* part : parts)
        values += part->values();
    const bool alike = source.join != GgufJoin::Frames || std::ranges::all_of(parts, [&](const StoredTensor* part) {
                           return part->values() == parts.front()->values();
                       });
    if (values != product(tensor.shape) || !alike)
        throw Error(ErrorKind::BadFile, where + ": " + join(source.parts) + " have " + std::to_string(values) +
                                            " values, expected " + shapeText(tensor.shape));
}

std::shared_ptr<const WeightFile> joinedFile(const GgufTensor& tensor, const GgufSource& source,
                                             const GgufParts& files) {
    const Parts parts = partsOf(source, files);
    const std::string path = fileOf(source.parts.front(), files);
    const std::string where = path + ": " + tensor.name;
    requireShape(parts, tensor, source, where);
    const std::int64_t picture = tensor.shape.size() >= 2 ? product(std::span(tensor.shape).last(2)) : 1;
    const Joined joined =
        source.join == GgufJoin::Frames ? joinedFrames(parts, picture, where) : joinedRows(parts, where);
    auto mapping = MappedFile::ofContent(path, joined.bytes);
    const StoredTensor stored{joined.dtype, tensor.shape, mapping->bytes()};
    return std::make_shared<const WeightFile>(std::move(mapping), WeightFile::Tensors{{tensor.name, stored}});
}

bool isJoined(const GgufSource& source) {
    return source.join == GgufJoin::Rows || source.join == GgufJoin::Frames;
}

/// The tensors of a file that are stored as they are released, under their released names.
std::shared_ptr<const WeightFile> renamedFile(const std::shared_ptr<const GgufFile>& file,
                                              const std::map<std::string_view, const GgufTensor*>& released,
                                              const GgufParts& parts) {
    WeightFile::Tensors tensors;
    for (const auto& [name, stored] : file->tensors()) {
        const auto rule = released.find(name);
        if (rule == released.end())
            continue;
        const GgufTensor& tensor = *rule->second;
        StoredTensor& entry = tensors[tensor.name] = stored;
        if (sourceOf(tensor, parts)->join == GgufJoin::Shape && product(tensor.shape) == stored.values())
            entry.shape = tensor.shape;
    }
    std::shared_ptr<const MappedFile> mapping(file, &file->mapping()); // the file keeps it
    return std::make_shared<const WeightFile>(std::move(mapping), std::move(tensors));
}

} // namespace

void checkGgufTensors(const GgufParts& parts, std::span<const GgufTensor> tensors) {
    for (const GgufTensor& tensor : tensors) {
        if (const GgufSource* source = sourceOf(tensor, parts)) {
            for (const std::string& name : source->parts)
                requireReadable(name, parts);
        } else if (!tensor.isOptional) {
            const std::string& first = tensor.sources.front().parts.front();
            throw Error(ErrorKind::BadFile, expectedIn(first, parts) + ": " + inQuotes(first) +
                                                " is missing, expected it as " + tensor.name);
        }
    }
}

WeightFiles ggufWeights(const GgufParts& parts, std::span<const GgufTensor> tensors) {
    std::map<std::string_view, const GgufTensor*> released; // of stored names
    WeightFiles files;
    WeightFiles inMemory;
    for (const GgufTensor& tensor : tensors)
        if (const GgufSource* source = sourceOf(tensor, parts)) {
            if (isJoined(*source))
                inMemory.push_back(joinedFile(tensor, *source, parts));
            else
                released[source->parts.front()] = &tensor;
        }
    for (const auto& file : parts.files())
        files.push_back(renamedFile(file, released, parts));
    files.insert(files.end(), inMemory.begin(), inMemory.end());
    return files;
}

} // namespace prunescope::model
