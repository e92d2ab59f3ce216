#include "model/files/adapter_folder.h"

#include "core/base/error.h"
#include "core/base/format.h"
#include "model/files/safetensors.h"
#include "model/files/stand_in.h"

#include <algorithm>
#include <array>
#include <filesystem>

namespace prunescope::model {

namespace {

namespace fs = std::filesystem;

/// Part of an adapter that a tensor is, by what follows the module in its name.
struct Part {
    std::string_view name;
    TensorPlace AdaptedWeight::*place;
    bool isLookedUp;
    bool isBare; ///< a parameter of its own: no ".weight" need follow
};
constexpr std::array kParts{
    Part{"lora_A", &AdaptedWeight::a, false, false},
    Part{"lora_B", &AdaptedWeight::b, false, false},
    Part{"lora_embedding_A", &AdaptedWeight::a, true, true},
    Part{"lora_embedding_B", &AdaptedWeight::b, true, true},
    Part{"lora_magnitude_vector", &AdaptedWeight::magnitude, false, true},
};

/// The name of a tensor, taken apart: "MODULE.lora_A.weight".
struct TensorName {
    std::string module;
    std::string part; ///< lora_...; empty: the tensor is the module's own
    std::string rest; ///< behind the part
};

std::vector<std::string> split(const std::string& name) {
    std::vector<std::string> words(1);
    for (const char c : name)
        if (c == '.')
            words.emplace_back();
        else
            words.back().push_back(c);
    return words;
}

std::string joined(const std::vector<std::string>& words, std::size_t first, std::size_t last) {
    return join({words.begin() + static_cast<std::ptrdiff_t>(first), words.begin() + static_cast<std::ptrdiff_t>(last)},
                ".");
}

/// Wrappers that peft puts around modules, whose names files may hold.
bool isWrapper(const std::string& word) {
    return word == "base_layer" || word == "modules_to_save" || word == "token_adapter";
}

TensorName takeApart(std::string name) {
    constexpr std::string_view kPrefix = "base_model.model.";
    if (name.starts_with(kPrefix))
        name.erase(0, kPrefix.size());
    std::vector<std::string> words = split(name);
    for (std::size_t i = 1; i < words.size(); ++i) // the adapter's own name, where the file is no export of peft's
        if (words[i] == "default" && (words[i - 1].starts_with("lora_") || words[i - 1] == "modules_to_save" ||
                                      words[i - 1] == "trainable_tokens_delta"))
            words.erase(words.begin() + static_cast<std::ptrdiff_t>(i--));
    std::erase_if(words, isWrapper);
    const auto part = std::ranges::find_if(
        words, [](const std::string& word) { return word.starts_with("lora_") || word == "trainable_tokens_delta"; });
    const auto at = static_cast<std::size_t>(part - words.begin());
    if (part == words.end())
        return {joined(words, 0, words.size() - 1), {}, words.back()};
    return {joined(words, 0, at), *part, joined(words, at + 1, words.size())};
}

class Reader {
public:
    Reader(const AdapterConfig& config, const std::shared_ptr<const WeightFile>& file)
        : m_config(config), m_file(file) {}

    std::map<std::string, AdaptedWeight> read() {
        for (const auto& [name, tensor] : m_file->tensors()) {
            requireNumbers(name, tensor);
            add(name, {m_file, &tensor, name});
        }
        if (m_weights.empty())
            throw Error(ErrorKind::BadFile, m_file->path() + ": no tensors, expected those of an adapter");
        for (auto& [name, weight] : m_weights)
            complete(weight);
        return std::move(m_weights);
    }

private:
    [[noreturn]] void fail(const std::string& tensor, const std::string& what) const {
        throw Error(ErrorKind::BadFile, m_file->path() + ": " + inQuotes(tensor) + " " + what);
    }

    void requireNumbers(const std::string& name, const StoredTensor& tensor) const {
        if (tensor.dtype != "F32" && tensor.dtype != "BF16" && tensor.dtype != "F16")
            throw Error(ErrorKind::Unsupported, m_file->path() + ": " + inQuotes(name) + " is stored as " +
                                                    tensor.dtype + ", expected F32, BF16 or F16");
    }

    void add(const std::string& name, TensorPlace place) {
        const TensorName parts = takeApart(name);
        if (parts.part.empty())
            return addWhole(name, parts, std::move(place));
        if (parts.part == "trainable_tokens_delta" && parts.rest.empty())
            return addRows(name, parts.module, std::move(place));
        if (parts.part == "lora_B" && parts.rest == "bias")
            return addBias(name, parts.module, std::move(place));
        const auto part = std::ranges::find(kParts, parts.part, &Part::name);
        if (part == kParts.end() || !(parts.rest == "weight" || (part->isBare && parts.rest.empty())))
            fail(name, "is no tensor of a LoRA adapter that can be read, expected names such as "
                       "base_model.model.MODULE.lora_A.weight");
        AdaptedWeight& weight = weightOf(parts.module, "weight", name);
        put(weight.*(part->place), std::move(place), name);
        weight.isLookedUp = weight.isLookedUp || part->isLookedUp;
    }

    AdaptedWeight& weightOf(const std::string& module, const std::string& parameter, const std::string& tensor) {
        AdaptedWeight& weight = m_weights[canonicalName(module + "." + parameter)];
        weight.module = module;
        weight.tensor = tensor;
        return weight;
    }

    void put(TensorPlace& into, TensorPlace place, const std::string& name) const {
        if (into)
            fail(name, "is there twice under different names, expected it once");
        into = std::move(place);
    }

    void addWhole(const std::string& name, const TensorName& parts, TensorPlace place) {
        AdaptedWeight& weight = weightOf(parts.module, parts.rest, name);
        put(weight.whole, std::move(place), name);
        weight.isShared = !m_config.savesWhole(parts.module);
    }

    void addRows(const std::string& name, const std::string& module, TensorPlace place) {
        const auto ends = [&](const TokenRows& rows) { return ("." + module).ends_with("." + rows.module); };
        const auto table = std::ranges::find_if(m_config.tokens, ends);
        if (table == m_config.tokens.end())
            fail(name, "has no ids in trainable_token_indices of " + m_config.where);
        if (place.tensor->shape.size() != 2 || place.tensor->shape[0] != std::ssize(table->ids))
            fail(name, "is " + shapeText(place.tensor->shape) + ", expected a row for each of " +
                           formatCounted(std::ssize(table->ids), "id") + " in trainable_token_indices");
        AdaptedWeight& weight = weightOf(module, "weight", name);
        put(weight.rows, std::move(place), name);
        weight.ids = table->ids;
    }

    void addBias(const std::string& name, const std::string& module, TensorPlace place) {
        if (!m_config.biases)
            fail(name, "has no place: lora_bias is false in " + m_config.where);
        put(weightOf(module, "bias", name).added, std::move(place), name);
    }

    /// Checks what belongs together, and how strongly it counts.
    void complete(AdaptedWeight& weight) const {
        if (weight.a || weight.b || weight.magnitude)
            requireProduct(weight);
        if (weight.whole && weight.rows)
            fail(weight.tensor, "is stored whole and in rows, expected one of both");
        const std::vector<std::string> names = namesOf(weight.module);
        if (weight.a || weight.added)
            weight.scale = m_config.scaleOf(names);
    }

    void requireProduct(const AdaptedWeight& weight) const {
        for (const auto& [place, name] : {std::pair{&weight.a, "A"}, std::pair{&weight.b, "B"}})
            if (!*place)
                fail(weight.tensor,
                     "is without its lora_" + std::string(name) + ", expected both: the file is damaged");
        if (m_config.magnitudes != static_cast<bool>(weight.magnitude))
            fail(weight.tensor, m_config.magnitudes
                                    ? "is without its lora_magnitude_vector, expected one: use_dora is true"
                                    : "has no place: use_dora is false in " + m_config.where);
        if (weight.rows)
            fail(weight.tensor, "changes a table whose rows are stored as well, expected one of both");
        const std::int64_t rank = m_config.rankOf(namesOf(weight.module));
        requireRank(weight, *weight.a.tensor, 0, rank);
        requireRank(weight, *weight.b.tensor, 1, rank);
        if (weight.b.tensor->values() != weight.b.tensor->shape[0] * rank)
            fail(weight.tensor, "has a lora_B " + shapeText(weight.b.tensor->shape) + ", expected [out, " +
                                    std::to_string(rank) + "]");
    }

    void requireRank(const AdaptedWeight& weight, const StoredTensor& tensor, std::size_t side,
                     std::int64_t rank) const {
        if (tensor.shape.size() < 2 || tensor.shape[side] != rank || tensor.values() == 0)
            fail(weight.tensor, "is of a pair with " + shapeText(tensor.shape) + ", expected " + std::to_string(rank) +
                                    " as its rank (r, rank_pattern in " + m_config.where + ")");
    }

    /// Names by which patterns may call a module: as in the file, and as transformers calls it today.
    static std::vector<std::string> namesOf(const std::string& module) {
        const std::string canonical = canonicalName(module + ".");
        return {module, canonical.substr(0, canonical.size() - 1)};
    }

    const AdapterConfig& m_config;
    const std::shared_ptr<const WeightFile>& m_file;
    std::map<std::string, AdaptedWeight> m_weights;
};

std::shared_ptr<const WeightFile> openWeights(const std::string& folder) {
    const std::string path = folder + "/" + kAdapterWeightsFile;
    std::error_code ignored;
    if (!fs::exists(path, ignored) && fs::exists(folder + "/adapter_model.bin", ignored))
        throw Error(ErrorKind::Unsupported, folder + "/adapter_model.bin: weights of PyTorch can't be read, expected " +
                                                kAdapterWeightsFile +
                                                ": load the adapter with peft and save it again (save_pretrained)");
    refuseStandIn(path);
    return openSafetensors(path);
}

} // namespace

AdapterFolder::AdapterFolder(std::string path, AdapterConfig config, std::shared_ptr<const WeightFile> file)
    : m_path(std::move(path)), m_config(std::move(config)), m_file(std::move(file)) {
    m_weights = Reader(m_config, m_file).read();
}

AdapterFolder AdapterFolder::open(const std::string& folder) {
    std::string path = folder;
    while (path.size() > 1 && path.back() == '/')
        path.pop_back();
    AdapterConfig config = readAdapterConfig(path);
    return {path, std::move(config), openWeights(path)};
}

} // namespace prunescope::model
