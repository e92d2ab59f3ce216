#include "model/engine/image_preparer.h"

#include "core/base/stage_times.h"

namespace prunescope::model {

namespace {

/// Memory of LibTorch's, so that it counts as the network's and is there again for the next picture.
std::shared_ptr<std::uint8_t> devicePixels(Size size, at::Device device) {
    const at::Tensor pixels = at::empty({size.height, size.width, 3}, at::TensorOptions(device).dtype(at::kByte));
    return {pixels.data_ptr<std::uint8_t>(), [pixels](std::uint8_t*) {}};
}

} // namespace

ImagePreparer::ImagePreparer(at::Device device)
    : m_device(device), m_gpu(device.is_cuda() ? CudaPruning::open(device.index()) : nullptr) {}

PreparedImage ImagePreparer::operator()(const ImageInput& image, const PrunePlan& plan, const PixelLimits& limits,
                                        bool resize, ReferenceRandom& draws) const {
    const MethodSettings& settings = plan.pixelStage().settings;
    const bool canResize = m_gpu && !limits.fixed(); // the GPU only resizes
    if (const auto rule = canResize ? cudaRuleOf(settings, limits.geometry) : std::nullopt)
        return onGpu(image, settings, *rule, limits, resize);
    return prepareImage(image, plan, limits, resize, draws);
}

PreparedImage ImagePreparer::onGpu(const ImageInput& image, const MethodSettings& settings, const CudaRule& rule,
                                   const PixelLimits& limits, bool resize) const {
    const Stopwatch watch;
    const auto [part, shown] = shownPart(image);
    const Size size = seenSize(part.size(), limits, resize);
    const BlockGrid grid = BlockGrid::of(size, limits.geometry);
    const std::shared_ptr<std::uint8_t> pixels = devicePixels(size, m_device);
    const CudaPruned pruned = m_gpu->resizeAndSelect(part, size, rule, pixels.get());
    KeepMask mask(grid);
    for (const int index : pruned.kept)
        mask.keep(index);
    MaskReport report{image.name, part.size(), settings, std::move(mask), {}, image.decodedOnWhite};
    const double selectMs = pruned.times.distances + pruned.times.select + pruned.times.download;
    report.times.set(stage::kResize, watch.ms() - selectMs); // what remains of the host's time, copies included
    report.times.set(stage::kSelect, selectMs);
    return {VisionImage(grid, pixels), std::move(report), ImageSource{image.picture, shown, grid, limits},
            grid.count()};
}

} // namespace prunescope::model
