#pragma once

#include "model/network/layer_pruning.h"

#include <functional>
#include <set>
#include <utility>

namespace prunescope::test {

/// Keeps rows before some layers, by a function of the test's.
class RowKeeper final : public model::LayerPruning {
public:
    using Choice = std::function<model::KeptRows(const model::LayerRows&)>;
    RowKeeper(std::set<std::int64_t> layers, Choice choice)
        : m_layers(std::move(layers)), m_choice(std::move(choice)) {}

    bool isAsked(std::int64_t layer) const override { return m_layers.contains(layer); }
    model::LayerNeeds needs(std::int64_t) const override { return m_needs; }
    model::KeptRows prune(const model::LayerRows& rows) override { return m_choice(rows); }
    std::int64_t cutFrom() const override { return m_cutFrom; }
    void setNeeds(const model::LayerNeeds& needs) { m_needs = needs; }
    void setCutFrom(std::int64_t layer) { m_cutFrom = layer; }

private:
    std::set<std::int64_t> m_layers;
    Choice m_choice;
    model::LayerNeeds m_needs;
    std::int64_t m_cutFrom = LayerPruning::cutFrom();
};

} // namespace prunescope::test
