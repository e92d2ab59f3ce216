#include "model/pruners/row_attention.h"

#include "core/base/error.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace prunescope::model {

namespace {

constexpr std::int64_t kChunkBytes = std::int64_t{64} << 20;

/// Softmaxed attention of some of the rows over the tokens that the last of them sees.
class Chunks {
public:
    Chunks(const AttentionRows& rows, HeadMerge merge)
        : m_rows(rows), m_keys(rows.keys.to(at::kFloat).transpose(1, 2)), m_merge(merge) {}

    std::int64_t rowsAtOnce() const {
        const std::int64_t rowBytes = m_rows.queries.size(0) * m_keys.size(2) * std::int64_t{sizeof(float)};
        return std::max<std::int64_t>(1, kChunkBytes / std::max<std::int64_t>(1, rowBytes));
    }

    /// [rows, seen]
    at::Tensor map(std::int64_t first, std::int64_t rows) const {
        at::Tensor logits = this->logits(first, rows);
        hideLater(first, rows, logits);
        return merged(at::softmax(logits, -1));
    }

private:
    /// [heads, rows, seen]
    at::Tensor logits(std::int64_t first, std::int64_t rows) const {
        const std::int64_t heads = m_rows.queries.size(0), headDim = m_rows.queries.size(2), kvHeads = m_keys.size(0);
        const std::int64_t width = m_rows.seen(first + rows - 1);
        const at::Tensor queries =
            m_rows.queries.narrow(1, first, rows).to(at::kFloat).reshape({kvHeads, heads / kvHeads * rows, headDim});
        const at::Tensor logits = at::bmm(queries, m_keys.narrow(2, 0, width));
        return logits.mul_(1 / std::sqrt(static_cast<double>(headDim))).view({heads, rows, width});
    }

    void hideLater(std::int64_t first, std::int64_t rows, at::Tensor& logits) const {
        const std::int64_t from = m_rows.seen(first), width = logits.size(2);
        if (from == width)
            return;
        const std::span places = std::span(m_rows.places).subspan(static_cast<std::size_t>(first));
        const at::Tensor last = indexBeside(places.first(static_cast<std::size_t>(rows)), logits).unsqueeze(1);
        const at::Tensor later = at::arange(from, width, last.options()) > last;
        logits.narrow(2, from, width - from).masked_fill_(later, -std::numeric_limits<float>::infinity());
    }

    /// Head after head: one order of additions for all tokens, so that equal ones stay equal.
    at::Tensor merged(const at::Tensor& heads) const {
        at::Tensor one = heads[0];
        for (std::int64_t head = 1; head < heads.size(0); ++head)
            if (m_merge == HeadMerge::Mean)
                one.add_(heads[head]);
            else
                at::maximum_out(one, one, heads[head]);
        return m_merge == HeadMerge::Mean ? one.div_(static_cast<double>(heads.size(0))) : one;
    }

    const AttentionRows& m_rows;
    at::Tensor m_keys; ///< [kvHeads, headDim, tokens]
    HeadMerge m_merge;
};

/// Places of `rows` among `asked`, both rising.
std::vector<std::int64_t> placesOf(std::span<const std::int64_t> rows, std::span<const std::int64_t> asked) {
    std::vector<std::int64_t> places;
    for (const std::int64_t row : rows) {
        const auto at = std::ranges::lower_bound(asked, row);
        check(at != asked.end() && *at == row, "a pruner reads queries that it asked for");
        places.push_back(at - asked.begin());
    }
    return places;
}

} // namespace

at::Tensor indexBeside(std::span<const std::int64_t> values, const at::Tensor& beside) {
    return at::tensor(at::ArrayRef(values.data(), values.size()), at::kLong).to(beside.device());
}

AttendedTokens attendedTokensGenerally(const AttentionRows& rows, HeadMerge merge) {
    const Chunks chunks(rows, merge);
    const at::Tensor none = at::zeros({rows.keys.size(1)}, rows.keys.options().dtype(at::kFloat));
    AttendedTokens tokens{none, none.clone()};
    const std::int64_t count = rows.queries.size(1), step = chunks.rowsAtOnce();
    for (std::int64_t first = 0; first < count; first += step) {
        const at::Tensor map = chunks.map(first, std::min(step, count - first));
        at::Tensor most = tokens.most.narrow(0, 0, map.size(1));
        tokens.total.narrow(0, 0, map.size(1)).add_(map.sum(0));
        at::maximum_out(most, most, map.amax(0));
    }
    return tokens;
}

AttendedTokens attendedVisual(const LayerTokens& tokens, std::span<const std::int64_t> queryRows, HeadMerge merge) {
    const std::vector<std::int64_t> asked = placesOf(queryRows, tokens.queryRows);
    const at::Tensor queries = tokens.queries.index_select(1, indexBeside(asked, tokens.queries));
    const AttendedTokens all = attendedTokens({queries, tokens.keys, {queryRows.begin(), queryRows.end()}}, merge);
    const at::Tensor visual = indexBeside(tokens.visual, all.total);
    return {all.total.index_select(0, visual), all.most.index_select(0, visual)};
}

} // namespace prunescope::model
