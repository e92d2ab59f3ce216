#include "core/base/base64.h"
#include "model/datasets/picture_table.h"
#include "tests/fuzz/fuzz_bodies.h"

namespace prunescope::fuzz {

void fuzzPictureTable(Input input) {
    const std::string text = textOf(input);
    mayFail([&] {
        const model::PictureTable table(text, "input");
        require(table.size() > 0, "a table has a picture");
        for (std::size_t i = 0; i < table.size(); ++i) {
            require(!table.questions(i).empty(), "a picture has a question");
            require(!table.image(i).empty() && table.where(i).starts_with("input:"), "a picture has a place");
            if (const auto bytes = decodeBase64(table.image(i)))
                require(encodeBase64(*bytes).size() == table.image(i).size(), "base64 comes back as long as it was");
        }
    });
}

} // namespace prunescope::fuzz
