#include "core/pruning/conn_comp.h"

#include "core/pruning/pixel_budget.h"
#include "core/pruning/pixel_options.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace prunescope {

namespace {

constexpr OptionKey<double> kSkipRatio{"skip-ratio"};
constexpr OptionKey<bool> kEven{"even"};

/// Sets of blocks; a set is named after its smallest member.
class DisjointSets {
public:
    explicit DisjointSets(int count) : m_parent(static_cast<std::size_t>(count)) {
        std::iota(m_parent.begin(), m_parent.end(), 0);
    }
    int find(int i) {
        while (parent(i) != i)
            i = parent(i) = parent(parent(i));
        return i;
    }
    void unite(int a, int b) {
        a = find(a);
        b = find(b);
        parent(std::max(a, b)) = std::min(a, b);
    }

private:
    int& parent(int i) { return m_parent[static_cast<std::size_t>(i)]; }
    std::vector<int> m_parent;
};

/// Every component keeps a part of its blocks (after ShowUI's UI graph, pixelprune spec 5.2).
class ConnComp final : public PixelMethod {
public:
    KeepMask select(const Selection& selection) const override {
        const std::optional<double> fixed = selection.settings.find(kSkipRatio);
        const int budget = fixed ? 0 : budgetOf(selection);
        const double skip = fixed.value_or(1.0 - static_cast<double>(budget) / selection.grid().count());
        std::vector<int> kept = keepParts(selection, skip);
        if (!fixed)
            forceCount(kept, budget, selection);
        KeepMask mask(selection.grid());
        for (const int i : kept)
            mask.keep(i);
        return mask;
    }

private:
    static std::vector<int> keepParts(const Selection& selection, double skip) {
        std::vector<int> kept;
        const BlockComponents components = connectedBlocks(selection.pairs, selection.similarity.bound);
        for (int component = 0; component < components.count(); ++component) {
            const std::span<const int> members = components.members(component);
            const int count = static_cast<int>(members.size());
            const int retained =
                count < 2 ? count : std::max(1, count - static_cast<int>(std::nearbyint(count * skip)));
            for (const int place : choose(count, retained, selection))
                kept.push_back(members[static_cast<std::size_t>(place)]);
        }
        std::sort(kept.begin(), kept.end());
        return kept;
    }

    /// Places among the members of a component.
    static std::vector<int> choose(int count, int retained, const Selection& selection) {
        std::vector<int> places(static_cast<std::size_t>(retained));
        std::iota(places.begin(), places.end(), 0);
        if (retained == count)
            return places;
        if (!selection.settings.value(kEven))
            return selection.draws.sample(count, retained);
        // In single precision from both ends towards the middle, as the reference's `linspace` does.
        const auto last = static_cast<float>(count - 1);
        const float step = retained > 1 ? last / static_cast<float>(retained - 1) : 0;
        for (int i = 0; i < retained; ++i) {
            const float place = i < retained / 2 ? step * static_cast<float>(i)
                                                 : std::fma(-step, static_cast<float>(retained - 1 - i), last);
            places[static_cast<std::size_t>(i)] = static_cast<int>(retained > 1 ? place : 0);
        }
        return places;
    }

    /// Too few: any others; too many: any but the first go. `kept` is ascending before and after.
    static void forceCount(std::vector<int>& kept, int budget, const Selection& selection) {
        const int count = static_cast<int>(kept.size());
        if (count < budget) {
            std::vector<int> others;
            for (int i = 0, next = 0; i < selection.grid().count(); ++i)
                if (next < count && kept[static_cast<std::size_t>(next)] == i)
                    ++next;
                else
                    others.push_back(i);
            for (const int place : selection.draws.sample(static_cast<int>(others.size()), budget - count))
                kept.push_back(others[static_cast<std::size_t>(place)]);
        } else if (count > budget) {
            std::vector<int> gone = selection.draws.sample(count - 1, count - budget);
            for (int& place : gone)
                kept[static_cast<std::size_t>(place) + 1] = -1;
            std::erase(kept, -1);
        }
        std::sort(kept.begin(), kept.end());
    }
};

OptionSpec skipRatioOption() {
    OptionSpec spec;
    spec.name = kSkipRatio.name;
    spec.kind = OptionKind::Real;
    spec.title = "Skip";
    spec.help = "share of each connected area to drop, 0 to 1";
    spec.valueName = "R";
    spec.whenUnset = "as many blocks as Pred-2D keeps";
    spec.json = OptionJson::Top;
    return spec;
}

OptionSpec evenOption() {
    OptionSpec spec;
    spec.name = kEven.name;
    spec.title = "Even";
    spec.help = "keep evenly spaced blocks of an area, not drawn ones";
    spec.standard = false;
    spec.json = OptionJson::Top;
    return spec;
}

bool drawsMembers(const MethodSettings& settings) {
    return !settings.value(kEven) || !settings.find(kSkipRatio);
}

std::vector<OptionSpec> options() {
    std::vector<OptionSpec> options = pixelOptions({.draws = true});
    for (OptionSpec& spec : options)
        if (spec.name == kSeed.name)
            spec.applies = drawsMembers;
    options.push_back(skipRatioOption());
    options.push_back(evenOption());
    return options;
}

} // namespace

BlockComponents connectedBlocks(const PairTable& pairs, std::uint32_t bound) {
    const BlockGrid grid = pairs.blocks().grid();
    DisjointSets sets(grid.count());
    for (int i = 1; i < grid.count(); ++i) {
        if (grid.col(i) > 0 && pairs.before(i) <= bound)
            sets.unite(i, i - 1);
        if (grid.row(i) > 0 && pairs.up(i) <= bound)
            sets.unite(i, i - grid.cols);
    }
    BlockComponents components;
    components.labels.resize(static_cast<std::size_t>(grid.count()));
    std::vector<int> sizes;
    for (int i = 0; i < grid.count(); ++i) {
        const int root = sets.find(i); // the smallest member, so it has its label by now
        int& label = components.labels[static_cast<std::size_t>(i)];
        label = root == i ? static_cast<int>(sizes.size()) : components.labels[static_cast<std::size_t>(root)];
        if (root == i)
            sizes.push_back(0);
        ++sizes[static_cast<std::size_t>(label)];
    }
    components.firsts.resize(sizes.size() + 1, 0);
    std::partial_sum(sizes.begin(), sizes.end(), components.firsts.begin() + 1);
    components.blocks.resize(components.labels.size());
    std::copy(components.firsts.begin(), components.firsts.end() - 1, sizes.begin()); // now: where the next one goes
    for (int i = 0; i < grid.count(); ++i) {
        const int label = components.labels[static_cast<std::size_t>(i)];
        components.blocks[static_cast<std::size_t>(sizes[static_cast<std::size_t>(label)]++)] = i;
    }
    return components;
}

MethodEntry connCompEntry() {
    MethodEntry entry;
    entry.name = "conncomp";
    entry.title = "ConnComp";
    entry.help = "Baseline: thin out connected areas of similar blocks, as ShowUI does";
    entry.places = kPixelPlaces;
    entry.options = options();
    entry.pixels = std::make_shared<ConnComp>();
    entry.isBaseline = true;
    return entry;
}

} // namespace prunescope
