#pragma once

#include <span>

namespace prunescope {

/// From which layer on a prompt has only so many visual tokens.
struct TokensFrom {
    int layer = 0;
    double tokens = 0;
};

/// Visual tokens per language layer, on average (uniprune spec 0): `tokens` in the layers before the first of `drops`,
/// whose layers rise.
double equivalentTokens(int layers, double tokens, std::span<const TokensFrom> drops);

} // namespace prunescope
