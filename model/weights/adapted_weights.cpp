#include "model/weights/adapted_weights.h"

#include "core/base/error.h"
#include "core/base/format.h"
#include "model/files/weight_check.h"
#include "model/weights/stored_parts.h"

namespace prunescope::model {

namespace {

/// [out, in] of a weight, whatever sides `in` has.
at::Tensor asMatrix(const at::Tensor& weight) {
    return weight.view({weight.size(0), -1});
}

class AdaptedWeights final : public WeightChange {
public:
    explicit AdaptedWeights(AdapterChanges changes) : m_changes(std::move(changes)) {}

    bool changes(const std::string& name) const override { return m_changes.find(name) != nullptr; }
    bool adds(const std::string& name) const override { return m_changes.adds(name); }
    std::string source(const std::string& name) const override { return m_changes.source(name); }
    std::int64_t addedValues() const override { return m_changes.addedValues(); }

    at::Tensor changed(const std::string& name, const at::Tensor& stored) const override {
        const AdaptedWeight* change = m_changes.find(name);
        check(change != nullptr, "a weight that no adapter changes");
        const AdaptedWeight& adapted = *change;
        at::Tensor weight = adapted.whole ? numbers(adapted.whole) : copied(stored);
        if (adapted.added)
            weight.add_(numbers(adapted.added), adapted.scale);
        if (adapted.rows)
            weight.index_copy_(0, at::tensor(adapted.ids, at::kLong), numbers(adapted.rows));
        if (adapted.a)
            addProduct(weight, adapted);
        return weight;
    }

private:
    static at::Tensor copied(const at::Tensor& stored) { return stored.to(at::kFloat, false, true).contiguous(); }

    /// A tensor of the adapter in float32, in memory of its own.
    at::Tensor numbers(const TensorPlace& place) const {
        const std::string& path = m_changes.adapter().file()->path();
        if (const auto index = firstNotFinite(*place.tensor))
            throw Error(ErrorKind::BadFile, path + ": value " + std::to_string(*index) + " of a tensor " +
                                                shapeText(place.tensor->shape) +
                                                " is NaN or infinite, expected finite numbers: the adapter is damaged");
        return copied(mappedTensor(place, path));
    }

    /// In place: a table of a large vocabulary need not be in memory twice.
    void addProduct(const at::Tensor& weight, const AdaptedWeight& adapted) const {
        const at::Tensor a = asMatrix(numbers(adapted.a));             // [r, in]
        const at::Tensor b = numbers(adapted.b).view({-1, a.size(0)}); // [out, r]
        const at::Tensor matrix = asMatrix(weight);
        if (adapted.isLookedUp)
            matrix.addmm_(a.t(), b.t(), 1, adapted.scale);
        else
            matrix.addmm_(b, a, 1, adapted.scale);
        if (adapted.magnitude)
            setLengths(matrix, adapted);
    }

    /// Of rows [out, in]; of a table, of its columns.
    void setLengths(const at::Tensor& matrix, const AdaptedWeight& adapted) const {
        const std::int64_t side = adapted.isLookedUp ? 0 : 1;
        const at::Tensor lengths = at::linalg_vector_norm(matrix, 2, at::IntArrayRef{side});
        matrix.mul_((numbers(adapted.magnitude).view({-1}) / lengths).unsqueeze(side));
    }

    AdapterChanges m_changes;
};

} // namespace

std::unique_ptr<WeightChange> adaptedWeights(AdapterChanges changes) {
    return std::make_unique<AdaptedWeights>(std::move(changes));
}

} // namespace prunescope::model
