#include "core/base/error.h"
#include "model/pruners/language_pruner.h"

#include <array>
#include <memory>
#include <utility>

namespace prunescope::model {

std::unique_ptr<const LanguagePruner> languageRandom();
std::unique_ptr<const LanguagePruner> fastv();
std::unique_ptr<const LanguagePruner> pyramidDrop();
std::unique_ptr<const LanguagePruner> fitprune();
std::unique_ptr<const LanguagePruner> vtw();
std::unique_ptr<const LanguagePruner> dart();
std::unique_ptr<const LanguagePruner> sparsevlm();
std::unique_ptr<const LanguagePruner> ivcPrune();
std::unique_ptr<const LanguagePruner> mustdrop();

namespace {

using Entry = std::pair<std::string_view, std::unique_ptr<const LanguagePruner>>;

/// By the names of core's methods.
const std::array<Entry, 9>& entries() {
    static const std::array<Entry, 9> list{{{"random", languageRandom()},
                                            {"fastv", fastv()},
                                            {"pyramid_drop", pyramidDrop()},
                                            {"fitprune", fitprune()},
                                            {"vtw", vtw()},
                                            {"dart", dart()},
                                            {"sparsevlm", sparsevlm()},
                                            {"ivc_prune", ivcPrune()},
                                            {"mustdrop", mustdrop()}}};
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
