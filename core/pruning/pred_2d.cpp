#include "core/pruning/scan.h"

namespace prunescope {

namespace {

/// Predicts a block from its left (A), upper (B) and upper left (C) neighbours, as LOCO-I does for pixels, and drops it
/// when the prediction is right (pixelprune spec 2.3).
class Pred2D final : public PixelMethod {
public:
    KeepMask select(const Selection& selection) const override {
        const PairTable& pairs = selection.pairs;
        KeepMask mask(selection.grid());
        ShownBlocks shown(pairs, selection.similarity);
        mask.keep(0);
        for (int i = 1; i < mask.count(); ++i) {
            const int from = prediction(pairs, shown, i);
            const std::uint32_t distance = from == i - 1 ? pairs.before(i) : pairs.up(i);
            if (shown.same(i, from, distance))
                shown.drop(i, from, distance);
            else
                mask.keep(i);
        }
        return mask;
    }

    static void decode(BlockDecoder& decoder) {
        const int cols = decoder.grid().cols;
        decoder.show(0, BlockDecoder::kUnknown);
        for (int i = 1; i < decoder.grid().count(); ++i) {
            const int from = predictingPlace(i, cols, [&](int other) { return decoder.same(i - cols - 1, other); });
            decoder.predict(i, from);
        }
    }

private:
    /// The place whose shown block is expected at place `i` > 0.
    static int prediction(const PairTable& pairs, const ShownBlocks& shown, int i) {
        const int cols = pairs.blocks().grid().cols;
        const int left = i - 1, corner = i - cols - 1;
        return predictingPlace(i, cols, [&](int other) {
            return shown.same(corner, other, other == left ? pairs.up(left) : pairs.before(other));
        });
    }
};

} // namespace

MethodEntry pred2DEntry() {
    MethodEntry entry;
    entry.name = kDefaultMethod;
    entry.title = "Pred-2D";
    entry.help = "Drop blocks that their left, upper and upper left neighbours predict";
    entry.places = kPixelPlaces;
    entry.options = pixelOptions();
    entry.pixels = std::make_shared<Pred2D>();
    entry.decode = Pred2D::decode;
    entry.kernel = CudaMethod::Pred2D;
    return entry;
}

} // namespace prunescope
