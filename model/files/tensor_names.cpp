#include "model/files/tensor_names.h"

#include "core/base/error.h"
#include "core/base/format.h"

#include <algorithm>
#include <array>

namespace prunescope::model {

namespace {

/// What programs wrap modules in, at the beginning of a name: DDP, PEFT, Lightning, a class around the model.
constexpr std::array<std::string_view, 5> kWrappers{"model", "module", "base_model", "_forward_module",
                                                    "language_model"};
/// The same, but anywhere in a name: torch.compile, FSDP, activation checkpoints.
constexpr std::array<std::string_view, 3> kInnerWrappers{"_orig_mod", "_fsdp_wrapped_module",
                                                         "_checkpoint_wrapped_module"};
constexpr std::array<std::string_view, 3> kVision{"visual", "vision_tower", "vision_model"};

template <std::size_t N>
bool isOneOf(const std::array<std::string_view, N>& list, std::string_view word) {
    return std::ranges::find(list, word) != list.end();
}

std::string withoutInnerWrappers(std::string_view name) {
    std::string kept;
    while (!name.empty()) {
        const std::size_t dot = std::min(name.find('.'), name.size());
        if (!isOneOf(kInnerWrappers, name.substr(0, dot)))
            kept += std::string(kept.empty() ? "" : ".") + std::string(name.substr(0, dot));
        name.remove_prefix(std::min(dot + 1, name.size()));
    }
    return kept;
}

} // namespace

std::string partName(std::string_view name) {
    const std::string inner = withoutInnerWrappers(name);
    std::string_view rest = inner;
    const char* part = "language:";
    for (std::size_t dot = rest.find('.'); dot != std::string_view::npos; dot = rest.find('.')) {
        const std::string_view word = rest.substr(0, dot);
        const bool last = word == "multi_modal_projector" || word == "lm_head";
        if (isOneOf(kVision, word))
            part = "vision:";
        else if (last)
            part = word == "lm_head" ? "head:" : "projector:";
        else if (!isOneOf(kWrappers, word))
            break;
        rest.remove_prefix(dot + 1);
        if (last)
            break;
    }
    return part + std::string(rest);
}

std::string canonicalName(std::string_view name) {
    constexpr std::array<std::pair<std::string_view, std::string_view>, 4> kBeginnings{{
        {"vision:", "model.visual."},
        {"projector:", "model.multi_modal_projector."},
        {"head:", "lm_head."},
        {"language:", "model.language_model."},
    }};
    const std::string part = partName(name);
    for (const auto& [begins, canonical] : kBeginnings)
        if (part.starts_with(begins))
            return std::string(canonical) + part.substr(begins.size());
    return part;
}

TensorNames::TensorNames(WeightFiles files) : m_files(std::move(files)) {
    for (const auto& file : m_files)
        for (const auto& [name, tensor] : file->tensors())
            m_places[partName(name)].push_back({file, &tensor, name});
}

TensorPlace TensorNames::findExactly(const std::string& name) const {
    for (const auto& file : m_files)
        if (const auto found = file->tensors().find(name); found != file->tensors().end())
            return {file, &found->second, found->first};
    return {};
}

TensorPlace TensorNames::find(const std::string& name) const {
    if (TensorPlace place = findExactly(name))
        return place;
    const auto found = m_places.find(partName(name));
    if (found == m_places.end())
        return {};
    const std::vector<TensorPlace>& places = found->second;
    if (places.size() > 1)
        throw Error(ErrorKind::BadFile, places[1].file->path() + ": " + inQuotes(places[1].name) + " and " +
                                            inQuotes(places[0].name) + " could both be " + name +
                                            ", expected the weights of one model");
    return places.front();
}

} // namespace prunescope::model
