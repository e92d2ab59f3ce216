#include "model/weights/kept_weights.h"

#include <algorithm>

namespace prunescope::model {

namespace {

WeightTotals difference(const WeightTotals& after, const WeightTotals& before) {
    return {after.parameters - before.parameters, after.bytes - before.bytes, after.mappedBytes - before.mappedBytes,
            after.hasPacked};
}

} // namespace

void KeptWeights::setChange(std::shared_ptr<const WeightChange> change, LoadProgress progress, std::stop_token stop) {
    m_expected = m_kept.size();
    m_given = 0;
    m_progress = std::move(progress);
    const auto isTouched = [&](const auto& kept) {
        return (m_source->change() && m_source->change()->changes(kept.first)) ||
               (change && change->changes(kept.first));
    };
    std::erase_if(m_kept, isTouched);
    m_source->setChange(std::move(change), std::move(stop));
    setTotals({});
}

/// The weight of this name, read where it is not kept.
template <typename Read>
const WeightMatrix& KeptWeights::kept(const std::string& name, Read&& read) {
    auto found = m_kept.find(name);
    if (found == m_kept.end()) {
        const WeightTotals before = m_source->totals();
        WeightMatrix weight = read();
        WeightTotals totals = difference(m_source->totals(), before);
        totals.hasPacked = weight.isPacked();
        found = m_kept.emplace(name, Kept{std::move(weight), totals}).first;
    }
    count(found->second.totals);
    return found->second.weight;
}

void KeptWeights::count(const WeightTotals& totals) {
    const WeightTotals& sum = this->totals();
    setTotals({sum.parameters + totals.parameters, sum.bytes + totals.bytes, sum.mappedBytes + totals.mappedBytes,
               sum.hasPacked || totals.hasPacked});
    ++m_given;
    if (m_progress && m_expected > 0)
        m_progress(std::min(1.0, static_cast<double>(m_given) / static_cast<double>(m_expected)));
}

at::Tensor KeptWeights::get(const std::string& name, const std::vector<std::int64_t>& shape) {
    return kept(name, [&] { return m_source->get(name, shape); }).native();
}

at::Tensor KeptWeights::wide(const std::string& name, const std::vector<std::int64_t>& shape) {
    return kept(name, [&] { return m_source->wide(name, shape); }).native();
}

WeightMatrix KeptWeights::matrix(const std::string& name, std::int64_t rows, std::int64_t cols, MatrixKind kind,
                                 std::int64_t parts) {
    return kept(name, [&] { return m_source->matrix(name, rows, cols, kind, parts); });
}

void KeptWeights::moved(const std::string& name, const WeightMatrix& now) {
    if (const auto found = m_kept.find(name); found != m_kept.end())
        found->second.weight = now;
}

at::Tensor KeptWeights::stored(const std::string& name, const std::vector<std::int64_t>& shape) {
    return m_source->get(name, shape);
}

} // namespace prunescope::model
