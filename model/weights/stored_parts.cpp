#include "model/weights/stored_parts.h"

#include "core/base/error.h"

#include <array>
#include <optional>

namespace prunescope::model {

namespace {

std::optional<at::ScalarType> scalarType(std::string_view dtype) {
    constexpr std::array<std::pair<std::string_view, at::ScalarType>, 8> kTypes{{
        {"F32", at::kFloat},
        {"BF16", at::kBFloat16},
        {"F16", at::kHalf},
        {"F8_E4M3", at::kByte}, // the codes
        {"I8", at::kChar},
        {"U8", at::kByte},
        {"I32", at::kInt},
        {"I64", at::kLong},
    }};
    for (const auto& [name, type] : kTypes)
        if (name == dtype)
            return type;
    return std::nullopt;
}

} // namespace

at::Tensor mappedTensor(const TensorPlace& place, const std::string& where) {
    const auto type = scalarType(place.tensor->dtype);
    if (!type)
        throw Error(ErrorKind::Unsupported,
                    where + " is stored as " + place.tensor->dtype + ", expected F32, BF16 or F16");
    void* data = const_cast<std::byte*>(place.tensor->bytes.data());
    // What was copied or packed need not stay in memory: the file is there to be read again.
    const at::Tensor tensor = at::from_blob(
        data, place.tensor->shape, [place](void*) { place.file->release(*place.tensor); },
        at::TensorOptions().dtype(*type));
    const bool aligned = reinterpret_cast<std::uintptr_t>(data) % tensor.element_size() == 0;
    return aligned ? tensor : tensor.clone();
}

void refusePart(const StoredWeight& weight, const TensorPlace& part, const std::string& expected) {
    throw Error(ErrorKind::BadFile, weight.where + " is " + shapeText(weight.shape) + ", but what belongs to it is " +
                                        part.tensor->dtype + " " + shapeText(part.tensor->shape) + ", expected " +
                                        expected);
}

at::Tensor scaleGrid(const StoredWeight& weight) {
    const at::Tensor stored = mappedTensor(weight.scales, weight.where + "_scale").to(at::kFloat);
    if (stored.dim() > 2 || stored.numel() == 0)
        refusePart(weight, weight.scales, "a matrix of scales");
    return (stored.dim() == 2 ? stored : stored.view({-1, 1})).contiguous();
}

std::int64_t scaleSide(const StoredWeight& weight, std::int64_t whole, std::int64_t count) {
    if (whole % count != 0)
        refusePart(weight, weight.scales, "a scale for each row, group of columns, or block of 128 x 128");
    return whole / count;
}

} // namespace prunescope::model
