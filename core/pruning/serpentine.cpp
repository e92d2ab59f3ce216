#include "core/pruning/scan.h"

namespace prunescope {

namespace {

/// Even rows from left to right, odd rows from right to left (pixelprune spec 2.2).
class Serpentine final : public PixelMethod {
public:
    KeepMask select(const Selection& selection) const override {
        const PairTable& pairs = selection.pairs;
        const int cols = selection.grid().cols;
        const auto blockAt = [cols](int i) { return serpentineBlock(i, cols); };
        const auto distance = [&](int i) {
            const int block = blockAt(i);
            if (i % cols == 0) // the scan turns downwards
                return pairs.up(block);
            return i / cols % 2 == 0 ? pairs.before(block) : pairs.before(block + 1);
        };
        return dropRuns(selection, blockAt, distance);
    }

    static void decode(BlockDecoder& decoder) {
        decodeRuns(decoder, [cols = decoder.grid().cols](int i) { return serpentineBlock(i, cols); });
    }
};

} // namespace

MethodEntry serpentineEntry() {
    MethodEntry entry;
    entry.name = "serpentine";
    entry.title = "Serpentine";
    entry.help = "Drop runs of equal blocks, every other row backwards";
    entry.places = kPixelPlaces;
    entry.options = pixelOptions();
    entry.pixels = std::make_shared<Serpentine>();
    entry.decode = Serpentine::decode;
    entry.kernel = CudaMethod::Serpentine;
    return entry;
}

} // namespace prunescope
