#include "core/report/equivalent_tokens.h"

#include <algorithm>

namespace prunescope {

double equivalentTokens(int layers, double tokens, std::span<const TokensFrom> drops) {
    double sum = tokens * layers;
    for (const TokensFrom& drop : drops) {
        sum -= (tokens - drop.tokens) * std::max(0, layers - drop.layer);
        tokens = drop.tokens;
    }
    return layers > 0 ? sum / layers : 0;
}

} // namespace prunescope
