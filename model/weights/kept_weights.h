#pragma once

#include "model/weights/weight_source.h"

#include <map>

namespace prunescope::model {

/// The weights of a network that is made anew with other changes of them, such as another adapter's: what no change
/// touches is given as it was, and nothing else is read. They are not in memory twice: networks share them.
class KeptWeights final : public WeightSource {
public:
    explicit KeptWeights(std::unique_ptr<FolderWeights> source)
        : WeightSource(source->target()), m_source(std::move(source)) {}

    /// Exchanges the change that is applied; nullptr: none. Lets go of the weights that the one or the other changes,
    /// so that they are in memory once where the network that has them is gone, and begins to count anew. `progress`:
    /// of the weights that are given afterwards.
    void setChange(std::shared_ptr<const WeightChange> change, LoadProgress progress, std::stop_token stop);

    const std::shared_ptr<const WeightChange>& change() const { return m_source->change(); } ///< nullptr: none

    bool has(const std::string& name) const override { return m_source->has(name); }
    at::Tensor get(const std::string& name, const std::vector<std::int64_t>& shape) override;
    at::Tensor wide(const std::string& name, const std::vector<std::int64_t>& shape) override;
    WeightMatrix matrix(const std::string& name, std::int64_t rows, std::int64_t cols, MatrixKind kind,
                        std::int64_t parts) override;
    void moved(const std::string& name, const WeightMatrix& now) override;

protected:
    at::Tensor stored(const std::string& name, const std::vector<std::int64_t>& shape) override;

private:
    /// A weight that was given, and what it counts as.
    struct Kept {
        WeightMatrix weight;
        WeightTotals totals;
    };

    template <typename Read>
    const WeightMatrix& kept(const std::string& name, Read&& read);
    void count(const WeightTotals& totals);

    std::unique_ptr<FolderWeights> m_source;
    std::map<std::string, Kept> m_kept;
    std::size_t m_given = 0;    ///< since the last exchange
    std::size_t m_expected = 0; ///< to be given, about
    LoadProgress m_progress;
};

} // namespace prunescope::model
