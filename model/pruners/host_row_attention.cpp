#include "core/kernels/cpu_level.h"
#include "model/kernels/layer_rows.h"
#include "model/pruners/row_attention.h"

#include <ATen/Parallel.h>
#include <algorithm>
#include <cmath>

namespace prunescope::model {

namespace {

constexpr std::int64_t kLogitBytes = std::int64_t{4} << 20; ///< of a chunk and a key head: they stay in the cache

/// Attention over memory of the host, a chunk of rows and a key head at a time: the rows of its query heads are
/// softmaxed where they were multiplied, and go into the chunk's map at once. What a row gives does not depend on the
/// threads.
class HostRows {
public:
    HostRows(const AttentionRows& rows, HeadMerge merge)
        : m_rows(rows), m_keys(rows.keys.to(at::kFloat)), m_loops(layerRows(bestCpuLevel())),
          m_merge(merge == HeadMerge::Mean ? m_loops.addShares : m_loops.raiseByShares),
          m_group(rows.queries.size(0) / m_keys.size(0)),
          m_atOnce(std::clamp<std::int64_t>(kLogitBytes / (m_group * m_keys.size(1) * std::int64_t{sizeof(float)}), 1,
                                            std::max<std::int64_t>(1, rows.queries.size(1)))),
          m_logits(at::empty({m_atOnce * m_group * m_keys.size(1)}, m_keys.options())),
          m_map(at::empty({m_atOnce, m_keys.size(1)}, m_keys.options())),
          m_attended{at::zeros({m_keys.size(1)}, m_keys.options()), at::zeros({m_keys.size(1)}, m_keys.options())} {}

    AttendedTokens run() {
        const std::int64_t count = m_rows.queries.size(1);
        for (std::int64_t first = 0; first < count; first += m_atOnce) {
            const std::int64_t rows = std::min(m_atOnce, count - first);
            m_map.zero_();
            for (std::int64_t head = 0; head < m_keys.size(0); ++head)
                mergeHead(head, first, rows);
            gather(rows, m_rows.seen(first + rows - 1));
        }
        return m_attended;
    }

private:
    void mergeHead(std::int64_t head, std::int64_t first, std::int64_t rows) {
        const std::int64_t headDim = m_keys.size(2), width = m_rows.seen(first + rows - 1);
        const at::Tensor queries = m_rows.queries.narrow(0, head * m_group, m_group)
                                       .narrow(1, first, rows)
                                       .to(at::kFloat)
                                       .reshape({-1, headDim});
        at::Tensor logits = m_logits.narrow(0, 0, m_group * rows * width).view({m_group * rows, width});
        at::mm_out(logits, queries, m_keys[head].narrow(0, 0, width).t());
        float* values = m_logits.data_ptr<float>();
        float* map = m_map.data_ptr<float>();
        const float scale = 1 / std::sqrt(static_cast<float>(headDim));
        at::parallel_for(0, rows, 1, [&](std::int64_t begin, std::int64_t end) {
            for (std::int64_t row = begin; row < end; ++row)
                for (std::int64_t query = 0; query < m_group; ++query)
                    m_merge(values + (query * rows + row) * width, m_rows.seen(first + row), scale,
                            map + row * m_keys.size(1));
        });
    }

    void gather(std::int64_t rows, std::int64_t width) {
        const float* map = m_map.data_ptr<float>();
        float* total = m_attended.total.data_ptr<float>();
        float* most = m_attended.most.data_ptr<float>();
        at::parallel_for(0, width, 512, [&](std::int64_t begin, std::int64_t end) {
            for (std::int64_t row = 0; row < rows; ++row)
                m_loops.gather(map + row * m_keys.size(1) + begin, end - begin, total + begin, most + begin);
        });
    }

    const AttentionRows& m_rows;
    at::Tensor m_keys; ///< [kvHeads, tokens, headDim]
    const LayerRows& m_loops;
    decltype(LayerRows::addShares) m_merge;
    std::int64_t m_group;  ///< query heads of a key head
    std::int64_t m_atOnce; ///< rows of a chunk
    at::Tensor m_logits;
    at::Tensor m_map; ///< [rows, tokens]
    AttendedTokens m_attended;
};

} // namespace

AttendedTokens attendedTokens(const AttentionRows& rows, HeadMerge merge) {
    if (!rows.keys.is_cpu())
        return attendedTokensGenerally(rows, merge);
    AttendedTokens attended = HostRows(rows, merge).run();
    if (merge == HeadMerge::Mean) {
        attended.total.div_(static_cast<double>(rows.queries.size(0)));
        attended.most.div_(static_cast<double>(rows.queries.size(0)));
    }
    return attended;
}

} // namespace prunescope::model
