#include "model/files/checkpoint.h"

#include "core/base/ascii.h"
#include "core/base/error.h"
#include "core/base/format.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <functional>
#include <numeric>

namespace prunescope::model {

namespace {

/// The integers of a tensor of I64 or I32; none of any other. The bytes of a file need not be aligned.
std::vector<std::int64_t> integersOf(const StoredTensor& tensor) {
    const bool wide = tensor.dtype == "I64";
    if (!wide && tensor.dtype != "I32")
        return {};
    std::vector<std::int64_t> values(static_cast<std::size_t>(tensor.values()));
    for (std::size_t i = 0; i < values.size(); ++i) {
        std::int32_t narrow = 0;
        if (wide)
            std::memcpy(&values[i], tensor.bytes.data() + i * sizeof(std::int64_t), sizeof(std::int64_t));
        else
            std::memcpy(&narrow, tensor.bytes.data() + i * sizeof narrow, sizeof narrow);
        values[i] = wide ? values[i] : narrow;
    }
    return values;
}

/// "a.b." of "a.b.weight".
std::string moduleOf(const std::string& name) {
    return name.substr(0, name.rfind('.') + 1);
}

bool isGgufBlock(std::string_view dtype) {
    return dtype.starts_with('Q');
}

/// Whether a tensor is words that hold a weight's numbers.
bool isWords(const std::string& name, const StoredTensor& tensor) {
    return tensor.dtype == "I32" && (name.ends_with("_packed") || name.ends_with(".qweight"));
}

/// The weight that words are of: of "a.weight_packed" and of "a.qweight" it is "a.weight". Nothing where its parts do
/// not fit together: that is an error for those who read it.
StoredWeight weightOfWords(const Checkpoint& checkpoint, const std::string& name) {
    constexpr std::string_view kPacked = "_packed";
    try {
        return checkpoint.find(name.ends_with(kPacked) ? name.substr(0, name.size() - kPacked.size())
                                                       : moduleOf(name) + "weight");
    } catch (const Error&) {
        return {};
    }
}

/// What people call the format of a tensor that is a weight; empty for what only belongs to weights.
std::string formatName(const Checkpoint& checkpoint, const std::string& name, const StoredTensor& tensor) {
    constexpr std::array<std::string_view, 5> kBesides{"_scale", "_scale_inv", "_global_scale", ".scales", ".qzeros"};
    if (std::ranges::any_of(kBesides, [&](std::string_view ending) { return name.ends_with(ending); }))
        return {};
    if (isWords(name, tensor)) {
        const StoredWeight weight = weightOfWords(checkpoint, name);
        return weight ? "int" + std::to_string(weight.bits) : "int";
    }
    if (tensor.dtype == "I32" || tensor.dtype == "I64")
        return {};
    if (tensor.dtype == "U8")
        return name.ends_with("_packed") ? "nvfp4" : std::string();
    if (tensor.dtype == "F8_E4M3")
        return "fp8";
    return tensor.dtype == "I8" ? "int8" : asciiLowerCase(tensor.dtype);
}

bool isPlain(std::string_view format) {
    return format == "f32" || format == "bf16" || format == "f16";
}

/// What becomes of a weight that is not plain when it is loaded.
std::string keepingOf(const Checkpoint& checkpoint, const std::string& name, const StoredTensor& tensor) {
    if (!isWords(name, tensor))
        return "kept as stored";
    const StoredWeight weight = weightOfWords(checkpoint, name);
    const bool inOrder = !weight.groups || std::ranges::is_sorted(integersOf(*weight.groups.tensor));
    const bool isSigned = weight.bits < 8 || weight.coding != Coding::Bits || !weight.zeros;
    return inOrder && isSigned ? "repacked without loss" : "widened";
}

using BytesByText = std::map<std::string, std::size_t>;

/// Calls `add(name, tensor, format)` for every tensor that is a weight.
template <typename Add>
void forWeights(const Checkpoint& checkpoint, const Add& add) {
    for (const auto& file : checkpoint.files())
        for (const auto& [name, tensor] : file->tensors())
            if (const std::string format = formatName(checkpoint, name, tensor); !format.empty())
                add(name, tensor, format);
}

/// Those with a hundredth of all bytes, the most bytes first.
std::string largestOf(const BytesByText& bytes) {
    constexpr std::size_t kLeastShare = 100;
    std::vector<std::pair<std::size_t, std::string>> sorted;
    std::size_t all = 0;
    for (const auto& [text, count] : bytes) {
        sorted.emplace_back(count, text);
        all += count;
    }
    std::ranges::sort(sorted, std::greater<>());
    std::vector<std::string> texts;
    for (const auto& [count, text] : sorted)
        if (count >= all / kLeastShare)
            texts.push_back(text);
    return join(texts);
}

} // namespace

std::int64_t StoredWeight::values() const {
    return std::accumulate(shape.begin(), shape.end(), std::int64_t{1}, std::multiplies<>());
}

std::int64_t StoredWeight::bytes() const {
    std::int64_t sum = 0;
    for (const TensorPlace* part : {&data, &scales, &zeros, &groups, &factor})
        if (*part)
            sum += static_cast<std::int64_t>(part->tensor->bytes.size());
    return sum;
}

Checkpoint::Checkpoint(std::string path, WeightFiles files, StorageRules rules)
    : m_path(std::move(path)), m_names(std::move(files)), m_rules(rules) {}

TensorPlace Checkpoint::part(const std::string& name, const char* ending) const {
    return m_names.find(name + ending);
}

TensorPlace Checkpoint::mainPart(const std::string& name) const {
    TensorPlace place = m_names.find(name);
    if (!place)
        place = part(name, "_packed");
    return place ? place : part(moduleOf(name), "qweight");
}

TensorPlace Checkpoint::requiredPart(const StoredWeight& weight, const std::string& name, const char* ending) const {
    TensorPlace place = part(name, ending);
    if (!place)
        throw Error(ErrorKind::BadFile, weight.where + " is stored as " + weight.data.tensor->dtype + ", but " + name +
                                            ending + " is missing, expected it beside");
    return place;
}

std::string Checkpoint::where(const std::string& name) const {
    const TensorPlace place = mainPart(name);
    return (place ? place.file : files().front())->path() + ": " + name;
}

StoredWeight Checkpoint::find(const std::string& name) const {
    StoredWeight weight;
    weight.data = mainPart(name);
    if (!weight)
        return weight;
    weight.where = where(name);
    weight.shape = weight.data.tensor->shape;
    findParts(name, weight);
    return weight;
}

void Checkpoint::findParts(const std::string& name, StoredWeight& weight) const {
    const std::string& dtype = weight.data.tensor->dtype;
    if (part(name, "_packed").tensor == weight.data.tensor)
        return findBits(name, weight);
    if (m_names.find(name).tensor != weight.data.tensor)
        return findWords(moduleOf(name), weight);
    if (isGgufBlock(dtype)) {
        weight.coding = Coding::GgufBlock;
    } else if (dtype == "F8_E4M3") {
        weight.coding = Coding::Fp8;
        weight.scales = part(name, "_scale_inv"); // transformers' fp8, which multiplies with it all the same
        if (!weight.scales)
            weight.scales = requiredPart(weight, name, "_scale");
    } else if (dtype == "I8") {
        weight.coding = Coding::Int8;
        weight.scales = requiredPart(weight, name, "_scale");
    }
}

/// `name`_packed stands where `name` is missing.
void Checkpoint::findBits(const std::string& name, StoredWeight& weight) const {
    const StoredTensor& packed = *weight.data.tensor;
    weight.scales = requiredPart(weight, name, "_scale");
    if (packed.shape.size() != 2)
        throw Error(ErrorKind::BadFile, weight.where + "_packed is " + shapeText(packed.shape) + ", expected a matrix");
    if (packed.dtype == "U8") {
        weight.coding = Coding::Fp4;
        weight.factor = requiredPart(weight, name, "_global_scale");
        weight.shape = {packed.shape[0], 2 * packed.shape[1]};
        return;
    }
    weight.coding = Coding::Bits;
    weight.zeros = part(name, "_zero_point");
    weight.groups = part(name, "_g_idx");
    weight.shape = integersOf(*requiredPart(weight, name, "_shape").tensor);
    // Sides may be any numbers: what does not fit the words is not multiplied.
    const bool fits = weight.shape.size() == 2 && weight.shape[0] == packed.shape[0] && weight.shape[1] >= 0 &&
                      weight.shape[1] / 32 <= packed.shape[1];
    const std::int64_t values = fits ? weight.values() : 0;
    weight.bits = values > 0 ? static_cast<int>(packed.values() * 32 / values) : 0; // of whole groups of 32
    const std::int64_t words = fits ? (weight.cols() * weight.bits + 31) / 32 : 0;
    if (packed.dtype != "I32" || weight.bits < 1 || weight.bits > 8 || packed.shape[1] != words)
        throw Error(ErrorKind::BadFile, weight.where + "_packed is " + packed.dtype + " " + shapeText(packed.shape) +
                                            ", expected I32 that holds " + shapeText(weight.shape) + " in 1 to 8 bits");
}

/// `module`qweight stands where a weight is missing: AWQ's [cols, rows / 8] or GPTQ's [cols * bits / 32, rows].
void Checkpoint::findWords(const std::string& module, StoredWeight& weight) const {
    const StoredTensor& words = *weight.data.tensor;
    weight.scales = requiredPart(weight, module, "scales");
    weight.zeros = requiredPart(weight, module, "qzeros");
    const std::vector<std::int64_t>& scales = weight.scales.tensor->shape;
    const std::vector<std::int64_t>& zeros = weight.zeros.tensor->shape;
    if (words.dtype != "I32" || words.shape.size() != 2 || scales.size() != 2 || zeros.size() != 2 || scales[1] <= 0)
        throw Error(ErrorKind::BadFile, weight.where + " is " + words.dtype + " " + shapeText(words.shape) +
                                            " with scales " + shapeText(scales) +
                                            ", expected what AWQ or GPTQ write: matrices of I32 and their scales");
    weight.bits = static_cast<int>(std::clamp<std::int64_t>(zeros[1] * 32 / scales[1], 0, 9));
    const bool isAwq = words.shape[1] != scales[1];
    weight.coding = isAwq ? Coding::Awq : Coding::Gptq;
    const bool fits =
        isAwq ? weight.bits == 4 && words.shape[1] * 8 == scales[1] : weight.bits >= 1 && weight.bits <= 8;
    if (!fits)
        throw Error(ErrorKind::BadFile, weight.where + " is " + shapeText(words.shape) + " with scales " +
                                            shapeText(scales) + " and zeros " + shapeText(zeros) +
                                            ", expected them to fit as AWQ or GPTQ write them");
    weight.shape = {scales[1], isAwq ? words.shape[0] : words.shape[0] * 32 / weight.bits};
    if (!isAwq) {
        weight.groups = part(module, "g_idx");
        weight.zeroOffset = m_rules.gptqZeroOffset;
    }
}

std::string storageText(const Checkpoint& checkpoint) {
    BytesByText bytes;
    forWeights(checkpoint, [&](const std::string&, const StoredTensor& tensor, const std::string& format) {
        bytes[format] += tensor.bytes.size();
    });
    return largestOf(bytes);
}

std::string keepingText(const Checkpoint& checkpoint) {
    BytesByText bytes;
    forWeights(checkpoint, [&](const std::string& name, const StoredTensor& tensor, const std::string& format) {
        if (!isPlain(format))
            bytes[keepingOf(checkpoint, name, tensor)] += tensor.bytes.size();
    });
    return largestOf(bytes);
}

bool isQuantized(const Checkpoint& checkpoint) {
    bool found = false;
    forWeights(checkpoint, [&](const std::string&, const StoredTensor&, const std::string& format) {
        found = found || !isPlain(format);
    });
    return found;
}

} // namespace prunescope::model
