#pragma once

#include "model/images/prepare_image.h"
#include "model/tokenizer/bpe_tokenizer.h"
#include "model/tokenizer/chat_template.h"
#include "model/tokenizer/token_sequence.h"
#include "model/values/prompt_view.h"

#include <vector>

namespace prunescope::model {

/// Puts together the view of a prompt; its plan, place, model and where its template comes
/// from are left to whoever knows them. `pieces` is the
/// rendered chat; `full` are its tokens, and `kept` those that the masks of `images` leave of them. The pixels of
/// `images` lie in host memory, as `prepareImage` has them.
PromptView makePromptView(const std::vector<PromptPiece>& pieces, const TokenSequence& full, const TokenSequence& kept,
                          const std::vector<PreparedImage>& images, const BpeTokenizer& tokenizer);

} // namespace prunescope::model
