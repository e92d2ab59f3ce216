#include "core/base/error.h"
#include "model/pruners/language_pruner.h"

#include <array>
#include <memory>
#include <utility>

namespace prunescope::model {

namespace {

using Entry = std::pair<std::string_view, std::unique_ptr<const LanguagePruner>>;

/// By the names of core's methods.
const std::array<Entry, 0>& entries() {
    static const std::array<Entry, 0> list{};
    return list;
}

} // namespace

const LanguagePruner& languagePruner(std::string_view method) {
    for (const auto& [name, pruner] : entries())
        if (name == method)
            return *pruner;
    throw Error(ErrorKind::Internal,
                "internal error: '" + std::string(method) + "' has no pruner inside the language model");
}

} // namespace prunescope::model
