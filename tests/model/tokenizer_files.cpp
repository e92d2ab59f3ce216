#include "tests/model/tokenizer_files.h"

#include "tests/support/golden.h"

namespace prunescope::test {

namespace {

std::string tinyPath() {
    const std::filesystem::path part = std::filesystem::path("qwen3vl") / "model" / "tokenizer.json";
    return (hasGolden(part.string()) ? goldenFolder() / part : dataFolder() / part).string();
}

} // namespace

const model::BpeTokenizer& qwenTokenizer() {
    static const auto tokenizer =
        model::BpeTokenizer::load((dataFolder() / "qwen3-tokenizer" / "tokenizer.json").string());
    return tokenizer;
}

const model::BpeTokenizer& tinyTokenizer() {
    static const auto tokenizer = model::BpeTokenizer::load(tinyPath());
    return tokenizer;
}

} // namespace prunescope::test
