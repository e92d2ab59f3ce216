#include "core/base/error.h"
#include "model/pruners/encoder_entries.h"

#include <array>
#include <memory>
#include <utility>

namespace prunescope::model {

namespace {

using Entry = std::pair<std::string_view, std::unique_ptr<const EncoderPruner>>;

/// By the names of core's methods.
const std::array<Entry, 10>& entries() {
    static const std::array<Entry, 10> list{{
        {"random", randomTokens()},
        {"divprune", divPrune()},
        {"gprune", gPrune()},
        {"prumerge", pruMerge()},
        {"prumerge+", pruMergePlus()},
        {"vispruner", visPruner()},
        {"pool", pooling()},
        {"cdpruner", cdPruner()},
        {"hiprune", hiPrune()},
        {"visionzip", visionZip()},
    }};
    return list;
}

} // namespace

const EncoderPruner& encoderPruner(std::string_view method) {
    for (const auto& [name, pruner] : entries())
        if (name == method)
            return *pruner;
    throw Error(ErrorKind::Internal, "internal error: '" + std::string(method) + "' has no pruner after the encoder");
}

} // namespace prunescope::model
