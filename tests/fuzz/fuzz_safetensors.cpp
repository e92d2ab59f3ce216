#include "model/files/checkpoint.h"
#include "model/files/safetensors.h"
#include "tests/fuzz/fuzz_bodies.h"

namespace prunescope::fuzz {

namespace {

using namespace model;

void requireInside(const WeightFile& file) {
    const auto all = file.mapping().bytes();
    for (const auto& [name, tensor] : file.tensors())
        require(tensor.bytes.empty() || (tensor.bytes.data() >= all.data() &&
                                         tensor.bytes.data() + tensor.bytes.size() <= all.data() + all.size()),
                "a tensor lies in its file");
}

/// The weight that a tensor may belong to.
void lookAt(const Checkpoint& checkpoint, const std::string& name, std::string_view ending) {
    if (!name.ends_with(ending))
        return;
    mayFail([&] {
        const StoredWeight found = checkpoint.find(name.substr(0, name.size() - ending.size()));
        require(!found || (found.values() >= 0 && found.bytes() >= 0), "a weight has a size");
    });
}

} // namespace

void fuzzSafetensors(Input input) {
    mayFail([&] {
        const auto file = readSafetensors(MappedFile::ofContent("model.safetensors", std::as_bytes(input)));
        requireInside(*file);
        const Checkpoint checkpoint("model", {file});
        storageText(checkpoint);
        for (const auto& entry : file->tensors())
            for (const std::string_view ending : {"", "_packed", "_scale"})
                lookAt(checkpoint, entry.first, ending);
    });
}

} // namespace prunescope::fuzz
