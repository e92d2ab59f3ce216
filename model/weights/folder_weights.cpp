#include "core/base/error.h"
#include "model/files/weight_check.h"
#include "model/weights/weight_source.h"

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

class FolderWeights final : public WeightSource {
public:
    FolderWeights(const Checkpoint& checkpoint, const WeightTarget& target, LoadProgress progress, std::stop_token stop)
        : WeightSource(target), m_checkpoint(checkpoint), m_progress(std::move(progress)), m_stop(std::move(stop)) {
        for (const auto& file : checkpoint.files())
            for (const auto& [name, tensor] : file->tensors())
                m_totalBytes += static_cast<double>(tensor.bytes.size());
    }

    bool has(const std::string& name) const override { return m_checkpoint.has(name); }

    at::Tensor get(const std::string& name, const std::vector<std::int64_t>& shape) override {
        const at::Tensor ready = stored(name, shape).to(target().device, target().dtype);
        return counted(ready, ready.const_data_ptr() == m_checkpoint.find(name).data.tensor->bytes.data());
    }

protected:
    std::string where(const std::string& name) const override { return m_checkpoint.where(name); }

    at::Tensor stored(const std::string& name, const std::vector<std::int64_t>& shape) override {
        if (m_stop.stop_requested())
            throw Error(ErrorKind::Cancelled, m_checkpoint.path() + ": loading was stopped");
        const TensorPlace place = m_checkpoint.find(name).data;
        if (!place)
            throw Error(ErrorKind::BadFile, where(name) + " is missing, expected " + shapeText(shape));
        const at::Tensor tensor = view(place, where(name));
        const bool channelLast = isChannelLast(place.tensor->shape, shape);
        if (place.tensor->shape != shape && !channelLast)
            throw Error(ErrorKind::BadFile,
                        where(name) + " is " + shapeText(place.tensor->shape) + ", expected " + shapeText(shape));
        report(place.tensor->bytes.size());
        requireFiniteIfSmall(*place.tensor, where(name));
        return channelLast ? tensor.permute({0, 4, 1, 2, 3}).contiguous() : tensor;
    }

private:
    /// A patch-embedding kernel as MLX stores it: [D, T, P, P, 3] instead of [D, 3, T, P, P].
    static bool isChannelLast(const std::vector<std::int64_t>& found, const std::vector<std::int64_t>& expected) {
        return expected.size() == 5 && found.size() == 5 && found != expected && found[0] == expected[0] &&
               found[1] == expected[2] && found[2] == expected[3] && found[3] == expected[4] && found[4] == expected[1];
    }

    static at::Tensor view(const TensorPlace& place, const std::string& where) {
        const auto options = at::TensorOptions().dtype(scalarType(place.tensor->dtype, where));
        void* data = const_cast<std::byte*>(place.tensor->bytes.data());
        // What was copied or packed need not stay in memory: the file is there to be read again.
        const at::Tensor tensor = at::from_blob(
            data, place.tensor->shape, [place](void*) { place.file->release(*place.tensor); }, options);
        const bool aligned = reinterpret_cast<std::uintptr_t>(data) % tensor.element_size() == 0;
        return aligned ? tensor : tensor.clone();
    }

    void report(std::size_t bytes) {
        m_readBytes += static_cast<double>(bytes);
        if (m_progress && m_totalBytes > 0)
            m_progress(std::min(1.0, m_readBytes / m_totalBytes));
    }

    Checkpoint m_checkpoint;
    LoadProgress m_progress;
    std::stop_token m_stop;
    double m_totalBytes = 0;
    double m_readBytes = 0;
};

} // namespace

std::unique_ptr<WeightSource> folderWeights(const Checkpoint& checkpoint, const WeightTarget& target,
                                            LoadProgress progress, std::stop_token stop) {
    return std::make_unique<FolderWeights>(checkpoint, target, std::move(progress), std::move(stop));
}

} // namespace prunescope::model
