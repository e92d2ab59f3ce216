#include "core/base/error.h"
#include "model/files/weight_check.h"
#include "model/weights/stored_view.h"
#include "model/weights/weight_source.h"

namespace prunescope::model {

namespace {

class FolderWeights final : public WeightSource {
public:
    FolderWeights(const Checkpoint& checkpoint, const WeightTarget& target, LoadProgress progress, std::stop_token stop,
                  std::shared_ptr<const WeightChange> change)
        : WeightSource(target), m_checkpoint(checkpoint), m_progress(std::move(progress)), m_stop(std::move(stop)),
          m_change(std::move(change)) {
        for (const auto& file : checkpoint.files())
            for (const auto& [name, tensor] : file->tensors())
                m_totalBytes += static_cast<double>(tensor.bytes.size());
    }

    bool has(const std::string& name) const override {
        return m_checkpoint.has(name) || (m_change && m_change->adds(name));
    }

    at::Tensor get(const std::string& name, const std::vector<std::int64_t>& shape) override {
        const at::Tensor ready = stored(name, shape).to(target().device, target().dtype);
        const TensorPlace place = m_checkpoint.find(name).data;
        return counted(ready, place && ready.const_data_ptr() == place.tensor->bytes.data());
    }

protected:
    std::string where(const std::string& name) const override { return m_checkpoint.where(name); }

    at::Tensor stored(const std::string& name, const std::vector<std::int64_t>& shape) override {
        if (m_stop.stop_requested())
            throw Error(ErrorKind::Cancelled, m_checkpoint.path() + ": loading was stopped");
        return m_change && m_change->changes(name) ? changed(name, shape) : read(name, shape);
    }

private:
    at::Tensor changed(const std::string& name, const std::vector<std::int64_t>& shape) {
        const std::string source = m_change->source(name);
        const at::Tensor tensor = m_change->changed(name, source.empty() ? at::Tensor() : read(source, shape));
        if (tensor.sizes() != at::IntArrayRef(shape))
            throw Error(ErrorKind::BadFile, where(name) + " is " + shapeText(tensor.sizes().vec()) +
                                                " with its adapter, expected " + shapeText(shape));
        return tensor;
    }

    at::Tensor read(const std::string& name, const std::vector<std::int64_t>& shape) {
        const TensorPlace place = m_checkpoint.find(name).data;
        if (!place)
            throw Error(ErrorKind::BadFile, where(name) + " is missing, expected " + shapeText(shape));
        const at::Tensor tensor = storedView(place, where(name));
        const bool channelLast = isChannelLast(place.tensor->shape, shape);
        if (place.tensor->shape != shape && !channelLast)
            throw Error(ErrorKind::BadFile,
                        where(name) + " is " + shapeText(place.tensor->shape) + ", expected " + shapeText(shape));
        report(place.tensor->bytes.size());
        requireFiniteIfSmall(*place.tensor, where(name));
        return channelLast ? tensor.permute({0, 4, 1, 2, 3}).contiguous() : tensor;
    }

    /// A patch-embedding kernel as MLX stores it: [D, T, P, P, 3] instead of [D, 3, T, P, P].
    static bool isChannelLast(const std::vector<std::int64_t>& found, const std::vector<std::int64_t>& expected) {
        return expected.size() == 5 && found.size() == 5 && found != expected && found[0] == expected[0] &&
               found[1] == expected[2] && found[2] == expected[3] && found[3] == expected[4] && found[4] == expected[1];
    }

    void report(std::size_t bytes) {
        m_readBytes += static_cast<double>(bytes);
        if (m_progress && m_totalBytes > 0)
            m_progress(std::min(1.0, m_readBytes / m_totalBytes));
    }

    Checkpoint m_checkpoint;
    LoadProgress m_progress;
    std::stop_token m_stop;
    std::shared_ptr<const WeightChange> m_change;
    double m_totalBytes = 0;
    double m_readBytes = 0;
};

} // namespace

std::unique_ptr<WeightSource> folderWeights(const Checkpoint& checkpoint, const WeightTarget& target,
                                            LoadProgress progress, std::stop_token stop,
                                            std::shared_ptr<const WeightChange> change) {
    return std::make_unique<FolderWeights>(checkpoint, target, std::move(progress), std::move(stop), std::move(change));
}

} // namespace prunescope::model
