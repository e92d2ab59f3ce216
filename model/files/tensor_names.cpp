#include "model/files/tensor_names.h"

#include <array>

namespace prunescope::model {

namespace {

/// Beginning of a released name -> what other exports call it (qwen3-vl spec 2.4).
struct PrefixAlias {
    std::string_view released;
    std::vector<std::string_view> others;
};

const std::array<PrefixAlias, 3>& prefixAliases() {
    static const std::array<PrefixAlias, 3> table{{
        {"model.visual.", {"visual.", "vision_tower."}},
        {"model.language_model.", {"language_model.model.", "model."}},
        {"lm_head.", {"language_model.lm_head."}},
    }};
    return table;
}

} // namespace

TensorPlace TensorNames::findExactly(const std::string& name) const {
    for (const auto& file : m_files)
        if (const StoredTensor* tensor = file->find(name))
            return {file, tensor};
    return {};
}

TensorPlace TensorNames::find(const std::string& name) const {
    if (TensorPlace place = findExactly(name))
        return place;
    for (const PrefixAlias& alias : prefixAliases()) {
        if (!name.starts_with(alias.released))
            continue;
        for (const std::string_view other : alias.others)
            if (TensorPlace place = findExactly(std::string(other) + name.substr(alias.released.size())))
                return place;
    }
    return {};
}

} // namespace prunescope::model
