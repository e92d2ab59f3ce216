#pragma once

#include "core/gpu/cuda_pruning.h"
#include "model/images/prepare_image.h"

#include <ATen/ATen.h>
#include <memory>

namespace prunescope::model {

/// Prepares images on the device that a network runs on, as `prepareImage`. On a GPU, where the method has a kernel for
/// blocks of that size and pictures are just resized, the picture as it is in host memory is copied to it once, and
/// only the mask comes back: the encoder finds the resized pixels where they are. Same masks as on the host. One thread
/// at a time.
class ImagePreparer {
public:
    explicit ImagePreparer(at::Device device);

    /// Throws as `prepareImage`, and Error(Device).
    PreparedImage operator()(const ImageInput& image, const PrunePlan& plan, const PixelLimits& limits, bool resize,
                             ReferenceRandom& draws) const;

private:
    PreparedImage onGpu(const ImageInput& image, const MethodSettings& settings, const CudaRule& rule,
                        const PixelLimits& limits, bool resize) const;

    at::Device m_device;
    std::unique_ptr<CudaPruning> m_gpu; ///< nullptr: all on the host
};

} // namespace prunescope::model
