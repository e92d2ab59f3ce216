#include "core/pruning/scan.h"

namespace prunescope {

namespace {

/// Row by row; the row end is not special.
class Raster final : public PixelMethod {
public:
    PairTable::Neighbours neighbours() const override { return PairTable::Neighbours::Before; }
    KeepMask select(const Selection& selection) const override {
        return dropRuns(selection, blockAt, [&](int i) { return selection.pairs.before(i); });
    }

    static void decode(BlockDecoder& decoder) { decodeRuns(decoder, blockAt); }

private:
    static int blockAt(int i) { return i; }
};

} // namespace

MethodEntry rasterEntry() {
    MethodEntry entry;
    entry.name = "raster";
    entry.title = "Raster";
    entry.help = "Drop runs of equal blocks, row by row";
    entry.places = kPixelPlaces;
    entry.options = pixelOptions();
    entry.pixels = std::make_shared<Raster>();
    entry.decode = Raster::decode;
    entry.kernel = CudaMethod::Raster;
    return entry;
}

} // namespace prunescope
