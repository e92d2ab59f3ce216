#include "model/weights/stored_view.h"

#include "core/base/error.h"

namespace prunescope::model {

namespace {

at::ScalarType scalarType(const std::string& dtype, const std::string& where) {
    if (dtype == "F32")
        return at::kFloat;
    if (dtype == "BF16")
        return at::kBFloat16;
    if (dtype == "F16")
        return at::kHalf;
    throw Error(ErrorKind::Unsupported, where + " is stored as " + dtype + ", expected F32, BF16 or F16");
}

} // namespace

at::Tensor storedView(const TensorPlace& place, const std::string& where) {
    const auto options = at::TensorOptions().dtype(scalarType(place.tensor->dtype, where));
    void* data = const_cast<std::byte*>(place.tensor->bytes.data());
    // What was copied or packed need not stay in memory: the file is there to be read again.
    const at::Tensor tensor = at::from_blob(
        data, place.tensor->shape, [place](void*) { place.file->release(*place.tensor); }, options);
    const bool aligned = reinterpret_cast<std::uintptr_t>(data) % tensor.element_size() == 0;
    return aligned ? tensor : tensor.clone();
}

} // namespace prunescope::model
