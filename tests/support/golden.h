#pragma once

#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>

namespace prunescope::test {

/// tests/data of the source tree.
std::filesystem::path dataFolder();

/// Folder of the expected values: $PRUNESCOPE_GOLDEN when set, else tests/data. The folder has any of masks/,
/// resize.json, qwen3vl/, qwen35/, qwen25vl/, llava/, internvl/, tokenizer/, uniprune/, scores/, datasets/; throws
/// std::runtime_error when it has none of them.
std::filesystem::path goldenFolder();

/// True when the golden folder has `part`; tests skip by name otherwise.
bool hasGolden(const std::string& part);

/// A picture that a golden file names ("golden/masks/doc.jpg", "data/real/word.png"), looked for in and beside the
/// golden folder and in tests/data. Empty when it is nowhere.
std::filesystem::path goldenPicture(const std::string& name);

nlohmann::json readJson(const std::filesystem::path& path);

} // namespace prunescope::test

/// At the start of a test function: skips it, by name, when the golden folder has no `part`.
#define PRUNESCOPE_NEEDS_GOLDEN(part)                                                                                  \
    do {                                                                                                               \
        if (!prunescope::test::hasGolden(part))                                                                        \
            QSKIP("the golden folder has no " part);                                                                   \
    } while (false)
