// How kernels of one step follow each other. Where the GPU can (Hopper and later) a kernel starts while the one before
// it still runs: it fetches what never changes, its weights, and waits before it touches anything else. So the memory
// is busy between kernels, too.
#pragma once

#include <cstddef>
#include <cuda_runtime.h>

namespace prunescope::model::cuda {

/// Lets the next kernel start, then waits for the one before. Before this a kernel may read weights only.
__device__ inline void followPrevious() {
#if __CUDA_ARCH__ >= 900
    cudaTriggerProgrammaticLaunchCompletion();
    cudaGridDependencySynchronize();
#endif
}

/// Queues kernels on a stream; the first error stays and ends it.
class Launcher {
public:
    /// `early`: kernels may start before the one before has ended; all of them call followPrevious.
    Launcher(cudaStream_t stream, bool early) : m_stream(stream), m_early(early) {}

    /// Loads kernels instead of launching them: that must not happen while a graph is being captured.
    static Launcher loading() { return Launcher(); }

    template <typename... Parameters, typename... Arguments>
    void operator()(void (*kernel)(Parameters...), dim3 grid, unsigned threads, std::size_t sharedBytes,
                    Arguments... arguments) {
        if (m_error != cudaSuccess)
            return;
        if (m_loads) {
            load(reinterpret_cast<const void*>(kernel), sharedBytes);
            return;
        }
        cudaLaunchAttribute attribute{};
        attribute.id = cudaLaunchAttributeProgrammaticStreamSerialization;
        attribute.val.programmaticStreamSerializationAllowed = 1;
        cudaLaunchConfig_t config{};
        config.gridDim = grid;
        config.blockDim = dim3(threads);
        config.dynamicSmemBytes = sharedBytes;
        config.stream = m_stream;
        config.attrs = &attribute;
        config.numAttrs = m_early && m_isBegun ? 1 : 0; // nothing is before the first one
        m_isBegun = true;
        m_error = cudaLaunchKernelEx(&config, kernel, Parameters(arguments)...);
    }

    cudaError_t error() const { return m_error; }

private:
    Launcher() : m_loads(true) {}

    /// Asking for the attributes is what loads. The limit only ever rises: a kernel may be launched with several sizes.
    void load(const void* kernel, std::size_t sharedBytes) {
        cudaFuncAttributes attributes{};
        m_error = cudaFuncGetAttributes(&attributes, kernel);
        const auto wanted = static_cast<int>(sharedBytes);
        if (m_error == cudaSuccess && wanted > attributes.maxDynamicSharedSizeBytes)
            m_error = cudaFuncSetAttribute(kernel, cudaFuncAttributeMaxDynamicSharedMemorySize, wanted);
    }

    cudaStream_t m_stream = nullptr;
    bool m_early = false;
    bool m_loads = false;
    bool m_isBegun = false;
    cudaError_t m_error = cudaSuccess;
};

} // namespace prunescope::model::cuda
