#include "tests/support/golden.h"

#include <array>
#include <cstdlib>
#include <fstream>
#include <stdexcept>

namespace prunescope::test {

namespace fs = std::filesystem;

fs::path dataFolder() {
    return PRUNESCOPE_TEST_DATA;
}

fs::path goldenFolder() {
    const char* chosen = std::getenv("PRUNESCOPE_GOLDEN");
    const fs::path folder = chosen && *chosen ? fs::path(chosen) : dataFolder();
    for (const char* part : {"masks", "resize.json", "qwen3vl", "qwen35", "qwen25vl", "llava", "internvl", "tokenizer",
                             "uniprune", "scores", "datasets"})
        if (fs::exists(folder / part))
            return folder;
    throw std::runtime_error(folder.string() +
                             ": has none of masks/, resize.json, qwen3vl/, qwen35/, qwen25vl/, llava/, "
                             "internvl/, tokenizer/, uniprune/, scores/, datasets/ (PRUNESCOPE_GOLDEN)");
}

bool hasGolden(const std::string& part) {
    return fs::exists(goldenFolder() / part);
}

fs::path goldenPicture(const std::string& name) {
    const fs::path full(name);
    fs::path inner; // without the first folder
    for (auto it = std::next(full.begin()); it != full.end(); ++it)
        inner /= *it;
    const std::array folders{goldenFolder().parent_path(), goldenFolder(), dataFolder()};
    for (const fs::path& folder : folders)
        for (const fs::path& candidate : {folder / full, folder / inner})
            if (fs::is_regular_file(candidate))
                return candidate;
    return {};
}

nlohmann::json readJson(const fs::path& path) {
    std::ifstream in(path, std::ios::binary);
    if (!in)
        throw std::runtime_error(path.string() + ": cannot be opened");
    return nlohmann::json::parse(in);
}

} // namespace prunescope::test
