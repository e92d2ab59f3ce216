#include "model/api/engine.h"

#include "core/base/error.h"

#include <algorithm>

namespace prunescope::model {

int Engine::textTokens(const Request& request) {
    const PromptView view = showPrompt(request);
    return static_cast<int>(std::ranges::count(view.tokens, -1, &PromptView::Token::image));
}

std::vector<float> Engine::firstLogits(const Request&, std::stop_token) {
    throw Error(ErrorKind::Unsupported, info().name + " shows no logits, expected a model that runs in this program");
}

} // namespace prunescope::model
