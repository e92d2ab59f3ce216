#include "model/files/weight_check.h"

#include "core/base/error.h"
#include "core/base/format.h"

#include <cstring>

namespace prunescope::model {

namespace {

constexpr std::size_t kSmallBytes = 64 << 10;

/// All exponent bits set: infinite or NaN. The bytes of a file need not be aligned.
template <typename Bits>
std::optional<std::size_t> firstWithExponent(std::span<const std::byte> bytes, Bits exponent) {
    for (std::size_t i = 0; i < bytes.size() / sizeof(Bits); ++i) {
        Bits bits;
        std::memcpy(&bits, bytes.data() + i * sizeof(Bits), sizeof(Bits));
        if ((bits & exponent) == exponent)
            return i;
    }
    return std::nullopt;
}

/// All bits but the sign set: NaN, where there is no infinity. Of the exponent alone (E8M0) the sign is a part.
std::optional<std::size_t> firstNan8(std::span<const std::byte> bytes, std::byte mask, std::byte nan) {
    for (std::size_t i = 0; i < bytes.size(); ++i)
        if ((bytes[i] & mask) == nan)
            return i;
    return std::nullopt;
}

void requireFinite(const StoredTensor& tensor, const std::string& where) {
    if (const auto index = firstNotFinite(tensor))
        throw Error(ErrorKind::BadFile, where + ": value " + std::to_string(*index) + " of " + shapeText(tensor.shape) +
                                            " is NaN or infinite, expected finite numbers: the weights are damaged");
}

} // namespace

std::optional<std::size_t> firstNotFinite(const StoredTensor& tensor) {
    if (tensor.dtype == "F32")
        return firstWithExponent<std::uint32_t>(tensor.bytes, 0x7f800000u);
    if (tensor.dtype == "BF16")
        return firstWithExponent<std::uint16_t>(tensor.bytes, 0x7f80u);
    if (tensor.dtype == "F16")
        return firstWithExponent<std::uint16_t>(tensor.bytes, 0x7c00u);
    if (tensor.dtype == "F8_E5M2")
        return firstWithExponent<std::uint8_t>(tensor.bytes, 0x7cu);
    if (tensor.dtype == "F8_E4M3")
        return firstNan8(tensor.bytes, std::byte{0x7f}, std::byte{0x7f});
    if (tensor.dtype == "F8_E8M0")
        return firstNan8(tensor.bytes, std::byte{0xff}, std::byte{0xff});
    return std::nullopt;
}

void requireFiniteIfSmall(const StoredTensor& tensor, const std::string& where) {
    if (tensor.bytes.size() <= kSmallBytes)
        requireFinite(tensor, where);
}

void requireFiniteWeights(const WeightFiles& files) {
    for (const auto& file : files)
        for (const auto& [name, tensor] : file->tensors()) {
            requireFinite(tensor, file->path() + ": " + inQuotes(name));
            file->release(tensor);
        }
}

void requireDistinctTensors(const WeightFiles& files) {
    for (std::size_t i = 1; i < files.size(); ++i)
        for (const auto& [name, tensor] : files[i]->tensors())
            for (std::size_t before = 0; before < i; ++before)
                if (files[before]->find(name))
                    throw Error(ErrorKind::BadFile, files[i]->path() + ": " + inQuotes(name) + " is also in " +
                                                        files[before]->path() + ", expected it once");
}

} // namespace prunescope::model
