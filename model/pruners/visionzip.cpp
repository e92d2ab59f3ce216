#include "model/pruners/visionzip.h"

#include "core/pruning/token_options.h"
#include "model/pruners/cosines.h"
#include "model/pruners/encoder_entries.h"
#include "model/pruners/ranking.h"

#include <algorithm>

namespace prunescope::model {

namespace {

/// So many of `count` rows are groups: 30 of 192.
std::int64_t groupsOf(std::int64_t count) {
    return count == 1 ? 0 : std::max<std::int64_t>(5 * count / 32, 1);
}

/// Joins each of `rest` to the target of nearest keys; a target's nearest is itself.
void join(const at::Tensor& keys, const std::vector<std::int64_t>& rest, DominantGroups& groups) {
    const at::Tensor units = unitRows(keys);
    const auto rows = [&](const std::vector<std::int64_t>& tokens) {
        return units.index_select(0, at::tensor(tokens, at::kLong).to(units.device()));
    };
    const at::Tensor table = cosines(rows(rest), rows(groups.targets)).cpu();
    const std::int64_t count = std::ssize(groups.targets);
    const float* row = table.const_data_ptr<float>();
    for (const std::int64_t token : rest) {
        groups.group[static_cast<std::size_t>(token)] = std::max_element(row, row + count) - row;
        row += count;
    }
    for (std::int64_t target = 0; target < count; ++target)
        groups.group[static_cast<std::size_t>(groups.targets[static_cast<std::size_t>(target)])] = target;
}

/// Members of each group, the target apart.
std::vector<std::vector<std::int64_t>> members(const DominantGroups& groups) {
    std::vector<std::vector<std::int64_t>> found(groups.targets.size());
    for (std::size_t token = 0; token < groups.group.size(); ++token)
        if (const std::int64_t group = groups.group[token];
            group >= 0 && groups.targets[static_cast<std::size_t>(group)] != static_cast<std::int64_t>(token))
            found[static_cast<std::size_t>(group)].push_back(static_cast<std::int64_t>(token));
    return found;
}

/// Adds the row of a group.
void addGroup(std::int64_t target, const std::vector<std::int64_t>& others, bool mean, TokenChoice& choice) {
    const float all = static_cast<float>(others.size() + 1);
    choice.mix->add(target, mean ? 1 / all : 1);
    for (const std::int64_t token : others) {
        choice.mix->add(token, mean ? 1 / all : 1 / (all - 1));
        choice.mergedInto[static_cast<std::size_t>(token)] = choice.mix->rows();
    }
    choice.mix->endRow();
}

class VisionZip final : public EncoderPruner {
public:
    EncoderNeeds needs() const override { return {.attention = true, .plainKeys = true}; }
    TokenChoice choose(const VisualTokens& tokens, int budget, const MethodSettings& settings,
                       ReferenceRandom&) const override {
        std::vector<float> attention = hostScores(tokens.traces.attention);
        const DominantGroups groups = groupByKeys(attention, tokens.traces.plainKeys, budget);
        TokenChoice choice = zipped(groups, settings.value(kContextual) == "mean");
        choice.scores = std::move(attention);
        return choice;
    }
};

} // namespace

DominantGroups groupByKeys(std::span<const float> attention, const at::Tensor& keys, std::int64_t count) {
    const std::int64_t targets = groupsOf(count);
    DominantGroups groups;
    groups.dominant = bestTokens(attention, count - targets);
    groups.group.assign(attention.size(), -1);
    if (targets == 0)
        return groups;
    const std::vector<std::int64_t> rest = allBut(groups.dominant, std::ssize(attention));
    const std::int64_t step = std::max<std::int64_t>(std::ssize(rest) / targets, 1);
    for (std::int64_t i = 0; i < targets; ++i)
        groups.targets.push_back(rest[static_cast<std::size_t>(i * step)]);
    join(keys, rest, groups);
    return groups;
}

TokenChoice zipped(const DominantGroups& groups, bool mean) {
    const std::vector<std::vector<std::int64_t>> others = members(groups);
    TokenChoice choice;
    choice.kept.resize(groups.dominant.size() + groups.targets.size());
    std::ranges::merge(groups.dominant, groups.targets, choice.kept.begin());
    choice.mix.emplace();
    choice.mergedInto.assign(groups.group.size(), -1);
    for (const std::int64_t token : choice.kept) {
        const std::int64_t group = groups.group[static_cast<std::size_t>(token)];
        addGroup(token, group < 0 ? std::vector<std::int64_t>() : others[static_cast<std::size_t>(group)],
                 mean && group >= 0, choice);
    }
    return choice;
}

std::unique_ptr<const EncoderPruner> visionZip() {
    return std::make_unique<VisionZip>();
}

} // namespace prunescope::model
