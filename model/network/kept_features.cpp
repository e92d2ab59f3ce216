#include "model/network/kept_features.h"

namespace prunescope::model {

at::Tensor keptRows(const std::vector<KeepMask>& masks, int rowsPerBlock, at::Device device) {
    std::vector<std::int64_t> rows;
    std::int64_t start = 0;
    for (const KeepMask& mask : masks) {
        for (const int index : mask.keptIndices())
            for (int i = 0; i < rowsPerBlock; ++i)
                rows.push_back(start + std::int64_t{index} * rowsPerBlock + i);
        start += std::int64_t{mask.count()} * rowsPerBlock;
    }
    return at::tensor(rows, at::kLong).to(device);
}

VisionFeatures keepFeatures(const VisionFeatures& all, const std::vector<KeepMask>& masks) {
    const at::Tensor blocks = keptRows(masks, 1, all.merged.device());
    VisionFeatures kept{all.merged.index_select(0, blocks), {}, all.traces.rows(blocks)};
    for (const at::Tensor& feature : all.deepstack)
        kept.deepstack.push_back(feature.index_select(0, blocks));
    return kept;
}

} // namespace prunescope::model
