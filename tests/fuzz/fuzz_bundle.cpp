#include "model/bundle/bundle_file.h"
#include "tests/fuzz/fuzz_bodies.h"

namespace prunescope::fuzz {

void fuzzBundle(Input input) {
    mayFail([&] {
        const std::string bytes = textOf(input);
        const model::Bundle bundle = model::bundleFromZip(bytes, "bundle");
        const std::string packed = model::toZip(bundle);
        require(model::toZip(model::bundleFromZip(packed, "bundle")) == packed, "a bundle comes back as it was");
    });
}

} // namespace prunescope::fuzz
