#pragma once

#include "model/layers/norm.h"

#include <utility>

namespace prunescope::model {

/// Residual stream through the layers, and what the last step has still to add to it: the norm that follows
/// does both at once.
class Residual {
public:
    Residual() = default;
    explicit Residual(at::Tensor hidden) : m_hidden(std::move(hidden)) {}

    /// The norm of everything so far [tokens, width].
    template <typename Norm>
    at::Tensor normed(const Norm& norm) {
        return addAndNorm(m_hidden, std::exchange(m_pending, {}), norm);
    }
    /// Adds the result of a step [tokens, width] that came from `normed`.
    void add(at::Tensor step) {
        settled();
        m_pending = std::move(step);
    }
    /// Adds to single rows [indices], in place where no gradient is wanted; `values`: [indices, width].
    void addRows(const at::Tensor& indices, const at::Tensor& values) {
        settled();
        if (gradient::isWanted(m_hidden) || gradient::isWanted(values))
            m_hidden = m_hidden.index_add(0, indices, values);
        else
            m_hidden.index_add_(0, indices, values);
    }
    /// The sum so far [tokens, width]. Changed by later steps on a GPU.
    const at::Tensor& settled() {
        if (m_pending.defined())
            m_hidden = m_hidden + std::exchange(m_pending, {});
        return m_hidden;
    }
    std::int64_t tokens() const { return m_hidden.size(0); }

private:
    at::Tensor m_hidden;
    at::Tensor m_pending; ///< undefined: nothing
};

} // namespace prunescope::model
