#include "model/files/weight_spelling.h"

#include <array>

namespace prunescope::model {

namespace {

/// A canonical beginning and what other programs write in its place. Both lists matter in order: the first that fits is
/// taken.
struct Beginning {
    std::string_view canonical;
    std::vector<std::string_view> others;
};

const std::array<Beginning, 4>& beginnings() {
    static const std::array<Beginning, 4> table{{
        {"model.visual.",
         {"model.visual.vision_model.", "model.vision_tower.vision_model.", "vision_tower.vision_model.",
          "model.vision_tower.", "vision_tower.", "visual."}},
        {"model.multi_modal_projector.", {"multi_modal_projector."}},
        {"lm_head.", {"model.lm_head.", "language_model.lm_head.", "model.language_model.lm_head."}},
        {"model.language_model.",
         {"model.language_model.model.", "language_model.model.", "language_model.", "model."}},
    }};
    return table;
}

/// Modules of a language model that was saved without what is around it.
constexpr std::array<std::string_view, 3> kBare{"layers.", "embed_tokens.", "norm."};

/// "model.model." and "module." come from wrappers around the model.
std::string_view withoutWrappers(std::string_view name) {
    for (bool found = true; found;) {
        found = name.starts_with("module.") || name.starts_with("model.model.");
        name.remove_prefix(!found ? 0 : name.starts_with("module.") ? 7 : 6);
    }
    return name;
}

} // namespace

std::string canonicalName(std::string_view name) {
    name = withoutWrappers(name);
    for (const Beginning& beginning : beginnings()) {
        for (const std::string_view other : beginning.others)
            if (other.size() > beginning.canonical.size() && name.starts_with(other))
                return std::string(beginning.canonical) + std::string(name.substr(other.size()));
        if (name.starts_with(beginning.canonical))
            return std::string(name);
        for (const std::string_view other : beginning.others)
            if (name.starts_with(other))
                return std::string(beginning.canonical) + std::string(name.substr(other.size()));
    }
    for (const std::string_view bare : kBare)
        if (name.starts_with(bare))
            return "model.language_model." + std::string(name);
    return std::string(name);
}

std::vector<std::string> spellings(const std::string& canonical) {
    std::vector<std::string> names{canonical};
    for (const Beginning& beginning : beginnings())
        if (canonical.starts_with(beginning.canonical))
            for (const std::string_view other : beginning.others)
                names.push_back(std::string(other) + canonical.substr(beginning.canonical.size()));
    return names;
}

} // namespace prunescope::model
