#include "model/families/gguf_model.h"
#include "tests/fuzz/fuzz_bodies.h"

namespace prunescope::fuzz {

namespace {

using namespace model;

void requireInside(const GgufFile& file) {
    const auto all = file.mapping().bytes();
    for (const auto& [name, tensor] : file.tensors())
        require(tensor.bytes.empty() || (tensor.bytes.data() >= all.data() &&
                                         tensor.bytes.data() + tensor.bytes.size() <= all.data() + all.size()),
                "a tensor lies in its file");
}

/// Every kind of look at every value.
void lookAt(const GgufHeader& header) {
    for (const auto& entry : header.values()) {
        const std::string key(entry.first); // clang 14 captures no bindings
        mayFail([&] { header.integer(key, 0, 1); });
        mayFail([&] { header.number(key); });
        mayFail([&] { header.text(key); });
        mayFail([&] { header.texts(key); });
        mayFail([&] { header.integers(key, 0, 1); });
        mayFail([&] { header.numbers(key); });
    }
}

} // namespace

void fuzzGguf(Input input) {
    mayFail([&] {
        const auto file = GgufFile::of(MappedFile::ofContent("fuzz.gguf", std::as_bytes(input)));
        requireInside(*file);
        lookAt(file->header());
        GgufParts parts{"fuzz.gguf", "fuzz", {file}, file, {}};
        const GgufModel model = GgufModel::make(std::move(parts));
        mayFail([&] { model.tokenizer(); });
        for (const auto& weights : model.weights())
            for (const auto& [name, tensor] : weights->tensors())
                require(tensor.values() >= 0, "a weight has a shape");
    });
}

} // namespace prunescope::fuzz
