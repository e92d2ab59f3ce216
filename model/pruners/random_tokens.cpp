#include "model/pruners/encoder_entries.h"

#include <algorithm>

namespace prunescope::model {

namespace {

/// The first tokens of a random order, which follows that of the picture before (uniprune spec 2).
class RandomTokens final : public EncoderPruner {
public:
    TokenChoice choose(const VisualTokens& tokens, int budget, const MethodSettings&,
                       ReferenceRandom& draws) const override {
        const std::vector<int> order = draws.permutation(static_cast<int>(tokens.count()));
        TokenChoice choice;
        choice.kept.assign(order.begin(), order.begin() + budget);
        std::ranges::sort(choice.kept);
        return choice;
    }
};

} // namespace

std::unique_ptr<const EncoderPruner> randomTokens() {
    return std::make_unique<RandomTokens>();
}

} // namespace prunescope::model
