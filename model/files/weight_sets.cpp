#include "model/files/weight_sets.h"

#include "core/base/error.h"
#include "core/base/format.h"
#include "model/files/folder_names.h"

#include <algorithm>
#include <array>
#include <filesystem>
#include <map>
#include <optional>

namespace prunescope::model {

namespace {

namespace fs = std::filesystem;

constexpr std::string_view kEnding = ".safetensors";
constexpr int kMostShards = 10000;

/// Beginnings of what is no weights of a model, or another layout of the same ones.
constexpr std::array<std::string_view, 11> kOthers{
    "rank",       "adapter", "consolidated",   "optimizer",    "scheduler", "random_states",
    "value_head", "v_head",  "learned_embeds", "pytorch_lora", "lora",
};

/// NAME-NUMBER-of-TOTAL.
struct ShardName {
    std::string stem;
    std::string total; ///< as written, with its zeros
};

bool isNumber(std::string_view text) {
    return !text.empty() && text.size() <= 6 && text.find_first_not_of("0123456789") == std::string_view::npos;
}

std::optional<ShardName> shardName(std::string_view stem) {
    const std::size_t of = stem.rfind("-of-");
    const std::size_t dash = of == std::string_view::npos || of == 0 ? of : stem.rfind('-', of - 1);
    if (dash == std::string_view::npos || !isNumber(stem.substr(dash + 1, of - dash - 1)) ||
        !isNumber(stem.substr(of + 4)))
        return std::nullopt;
    return ShardName{std::string(stem.substr(0, dash)), std::string(stem.substr(of + 4))};
}

/// "weights" of weights.00, as programs name shards that count from 0 and do not say of how many.
std::string withoutNumber(const std::string& stem) {
    const std::size_t dot = stem.rfind('.');
    return dot != std::string::npos && isNumber(std::string_view(stem).substr(dot + 1)) ? stem.substr(0, dot) : stem;
}

std::string padded(int number, std::size_t digits) {
    const std::string text = std::to_string(number);
    return std::string(digits > text.size() ? digits - text.size() : 0, '0') + text;
}

bool isWeights(const std::string& name) {
    return name.ends_with(kEnding) && !name.starts_with('.') &&
           std::ranges::none_of(kOthers, [&](std::string_view other) { return name.starts_with(other); });
}

/// Shards count from 1, those of few programs from 0.
void findMissing(WeightSet& set, const std::string& total) {
    const int count = std::min(std::stoi(total), kMostShards);
    const auto nameOf = [&](int number) {
        return set.stem + "-" + padded(number, total.size()) + "-of-" + total + std::string(kEnding);
    };
    const int first = std::ranges::find(set.names, nameOf(0)) == set.names.end() ? 1 : 0;
    for (int number = first; number < first + count; ++number)
        if (std::ranges::find(set.names, nameOf(number)) == set.names.end())
            set.missing.push_back(nameOf(number));
}

/// How likely a set is the model: 0 the most.
int rank(const WeightSet& set) {
    const int name = set.stem == "model" ? 0 : set.stem == "pytorch_model" ? 1 : set.stem.starts_with("model") ? 2 : 3;
    return 2 * name + (set.missing.empty() ? 0 : 1);
}

/// A download that is not complete leaves the part under a longer name.
std::string partOf(const std::string& folder, const std::string& name) {
    for (const std::string& other : folderNames(folder))
        if (other.starts_with(name) && other != name && other != name + ".index.json")
            return other;
    return {};
}

} // namespace

std::vector<WeightSet> weightSets(const std::string& folder) {
    std::map<std::pair<std::string, std::string>, WeightSet> byName;
    for (const std::string& name : folderNames(folder)) {
        if (!isWeights(name))
            continue;
        const std::string stem = name.substr(0, name.size() - kEnding.size());
        const auto shard = shardName(stem);
        const auto key = shard ? std::pair(shard->stem, shard->total) : std::pair(withoutNumber(stem), std::string());
        byName[key].stem = key.first;
        byName[key].names.push_back(name);
    }
    std::vector<WeightSet> sets;
    for (auto& [key, set] : byName) {
        if (!key.second.empty())
            findMissing(set, key.second);
        sets.push_back(std::move(set));
    }
    std::ranges::stable_sort(sets, {}, rank);
    return sets;
}

const WeightSet& chosenSet(const std::vector<WeightSet>& sets, const std::string& folder) {
    const WeightSet& first = sets.front();
    if (sets.size() > 1 && rank(sets[1]) == rank(first))
        throw Error(ErrorKind::BadFile, folder + ": " + inQuotes(first.names.front()) + " and " +
                                            inQuotes(sets[1].names.front()) +
                                            " could both be the weights, expected model.safetensors: move the others "
                                            "out of the folder");
    if (!first.missing.empty())
        refuseMissingShards(folder, first.missing, "of a numbered set");
    return first;
}

void refuseMissingShards(const std::string& folder, const std::vector<std::string>& missing, const std::string& said) {
    const std::string part = partOf(folder, missing.front());
    const auto others = static_cast<std::int64_t>(missing.size()) - 1;
    throw Error(ErrorKind::NotFound, folder + "/" + missing.front() + ": missing shard, " + said +
                                         (others ? ", and " + std::to_string(others) + " more" : std::string()) +
                                         (part.empty() ? std::string() : "; " + inQuotes(part) + " is a part of it") +
                                         ": download the model again");
}

} // namespace prunescope::model
