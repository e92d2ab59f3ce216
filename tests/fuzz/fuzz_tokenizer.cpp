#include "model/tokenizer/bpe_tokenizer.h"
#include "model/tokenizer/tokenizer_json.h"
#include "tests/fuzz/fuzz_bodies.h"

namespace prunescope::fuzz {

void fuzzTokenizer(Input input) {
    mayFail([&] {
        const auto tokenizer = model::BpeTokenizer::make(
            model::TokenizerJsonReader("tokenizer.json").read(textOf(input)), "tokenizer.json");
        for (const std::string_view text : {"", "Save  as <|im_end|>\n", "1 caf\xC3\xA9\xE2\x96\x81x", "\xFF\xFE"})
            for (const bool added : {false, true}) {
                const std::vector<std::int64_t> ids = tokenizer.encode(text, added);
                for (const std::int64_t id : ids)
                    require(id >= 0 && id < tokenizer.size(), "an id is one of the vocabulary");
                tokenizer.decode(ids);
            }
    });
}

} // namespace prunescope::fuzz
