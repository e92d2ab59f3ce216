#include "core/base/error.h"
#include "model/files/weight_check.h"
#include "model/weights/stored_matrix.h"
#include "model/weights/stored_parts.h"
#include "model/weights/weight_source.h"

namespace prunescope::model {

namespace {

/// Formats of about four bits a number; the others have eight.
bool isFourBits(WeightType type) {
    return type == WeightType::Int4 || type == WeightType::Int4Wide || type == WeightType::Fp4 ||
           type == WeightType::Q4_K;
}

class ReadWeights final : public FolderWeights {
public:
    ReadWeights(const Checkpoint& checkpoint, const WeightTarget& target, std::shared_ptr<const WeightChange> change,
                LoadProgress progress, std::stop_token stop)
        : FolderWeights(target), m_checkpoint(checkpoint), m_change(std::move(change)), m_progress(std::move(progress)),
          m_stop(std::move(stop)) {
        for (const auto& file : checkpoint.files())
            for (const auto& [name, tensor] : file->tensors())
                m_totalBytes += static_cast<double>(tensor.bytes.size());
    }

    void setChange(std::shared_ptr<const WeightChange> change, std::stop_token stop) override {
        m_change = std::move(change);
        m_stop = std::move(stop);
        m_progress = nullptr; // no more than a part is read
    }

    const std::shared_ptr<const WeightChange>& change() const override { return m_change; }

    bool has(const std::string& name) const override {
        return m_checkpoint.has(name) || (m_change && m_change->adds(name));
    }

    at::Tensor get(const std::string& name, const std::vector<std::int64_t>& shape) override {
        const at::Tensor found = stored(name, shape);
        const at::Tensor ready = found.to(target().device, target().dtype);
        return counted(ready, isMapped(ready, m_checkpoint.find(name)));
    }

    WeightMatrix matrix(const std::string& name, std::int64_t rows, std::int64_t cols, MatrixKind kind,
                        std::int64_t parts) override {
        const StoredWeight weight = m_checkpoint.find(name);
        if (weight.coding == Coding::Plain || isChanged(name))
            return WeightSource::matrix(name, rows, cols, kind, parts);
        requireShape(weight, {rows, cols});
        report(weight);
        const auto packed = packedAsStored(weight);
        if (packed && !isFinite(*packed))
            throw Error(ErrorKind::BadFile, weight.where + " holds NaN or infinity, expected weights: it is damaged");
        if (packed && stays(packed->type, cols, kind))
            return counted(*packed, isMapped(packed->data, weight));
        return WeightSource::matrix(name, rows, cols, kind, parts);
    }

protected:
    std::string where(const std::string& name) const override { return m_checkpoint.where(name); }

    at::Tensor stored(const std::string& name, const std::vector<std::int64_t>& shape) override {
        if (m_stop.stop_requested())
            throw Error(ErrorKind::Cancelled, m_checkpoint.path() + ": loading was stopped");
        return isChanged(name) ? changed(name, shape) : read(name, shape);
    }

private:
    bool isChanged(const std::string& name) const { return m_change && m_change->changes(name); }

    at::Tensor changed(const std::string& name, const std::vector<std::int64_t>& shape) {
        const std::string source = m_change->source(name);
        const at::Tensor tensor = m_change->changed(name, source.empty() ? at::Tensor() : read(source, shape));
        if (tensor.sizes() != at::IntArrayRef(shape))
            throw Error(ErrorKind::BadFile, where(name) + " is " + shapeText(tensor.sizes().vec()) +
                                                " with its adapter, expected " + shapeText(shape));
        return tensor;
    }

    at::Tensor read(const std::string& name, const std::vector<std::int64_t>& shape) {
        const StoredWeight weight = m_checkpoint.find(name);
        if (!weight)
            throw Error(ErrorKind::BadFile, where(name) + " is missing, expected " + shapeText(shape));
        return storedAs(weight, shape);
    }

    /// Whether a matrix is kept as it is stored: where that is how few bits are wanted, and the device can read it.
    bool stays(WeightType type, std::int64_t cols, MatrixKind kind) const {
        if (!target().device.is_cpu() && !unpacksEverywhere(type))
            return false;
        return !packs() || isFourBits(type) || packedType(cols, kind) != WeightType::Int4;
    }

    static bool isMapped(const at::Tensor& tensor, const StoredWeight& weight) {
        return weight && tensor.const_data_ptr() == weight.data.tensor->bytes.data();
    }

    static void requireNumbers(const StoredWeight& weight) {
        const std::string& dtype = weight.data.tensor->dtype;
        if (weight.coding == Coding::Plain && dtype != "F32" && dtype != "BF16" && dtype != "F16")
            throw Error(ErrorKind::Unsupported,
                        weight.where + " is stored as " + dtype + ", expected F32, BF16 or F16");
    }

    static void requireShape(const StoredWeight& weight, const std::vector<std::int64_t>& shape) {
        if (weight.shape != shape)
            throw Error(ErrorKind::BadFile,
                        weight.where + " is " + shapeText(weight.shape) + ", expected " + shapeText(shape));
    }

    at::Tensor storedAs(const StoredWeight& weight, const std::vector<std::int64_t>& shape) {
        requireNumbers(weight);
        const bool channelLast = isChannelLast(weight.shape, shape);
        if (!channelLast)
            requireShape(weight, shape);
        report(weight);
        if (weight.coding != Coding::Plain)
            return valuesOf(weight);
        const at::Tensor tensor = mappedTensor(weight.data, weight.where);
        requireFiniteIfSmall(*weight.data.tensor, weight.where);
        return channelLast ? tensor.permute({0, 4, 1, 2, 3}).contiguous() : tensor;
    }

    /// A patch-embedding kernel as MLX stores it: [D, T, P, P, 3] instead of [D, 3, T, P, P].
    static bool isChannelLast(const std::vector<std::int64_t>& found, const std::vector<std::int64_t>& expected) {
        return expected.size() == 5 && found.size() == 5 && found != expected && found[0] == expected[0] &&
               found[1] == expected[2] && found[2] == expected[3] && found[3] == expected[4] && found[4] == expected[1];
    }

    void report(const StoredWeight& weight) {
        m_readBytes += static_cast<double>(weight.bytes());
        if (m_progress && m_totalBytes > 0)
            m_progress(std::min(1.0, m_readBytes / m_totalBytes));
    }

    Checkpoint m_checkpoint;
    std::shared_ptr<const WeightChange> m_change;
    LoadProgress m_progress;
    std::stop_token m_stop;
    double m_totalBytes = 0;
    double m_readBytes = 0;
};

} // namespace

std::unique_ptr<FolderWeights> folderWeights(const Checkpoint& checkpoint, const WeightTarget& target,
                                             LoadProgress progress, std::stop_token stop,
                                             std::shared_ptr<const WeightChange> change) {
    return std::make_unique<ReadWeights>(checkpoint, target, std::move(change), std::move(progress), std::move(stop));
}

} // namespace prunescope::model
