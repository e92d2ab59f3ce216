#pragma once

#include <ATen/ATen.h>
#include <cstdint>
#include <string>

namespace prunescope::model {

/// Opens LibTorch's CUDA part where it and a GPU are there; the program itself does not link it. Safe to call often.
bool cudaIsUsable();

/// "auto", "cpu", "cuda" or "cuda:N". Throws Error(Usage) for other text, Error(Device) where there is no such GPU.
at::Device resolveDevice(const std::string& text);

/// "auto", "float32" or "bfloat16". auto: on CUDA as `stored` in the checkpoint (bfloat16 for float16); on the CPU
/// bfloat16 where the processor multiplies it in hardware (but not for a very small model) or where `float32Bytes` of
/// weights would not fit into memory, else float32. Throws Error(Usage).
at::ScalarType resolveDtype(const std::string& text, at::Device device, at::ScalarType stored,
                            std::int64_t float32Bytes);

/// Whether the processor multiplies bfloat16 in hardware: AMX or AVX-512-BF16.
bool cpuMultipliesBfloat16();

std::string deviceText(at::Device device);
std::string dtypeText(at::ScalarType dtype);

/// Waits until the device has done everything it was given; nothing on the CPU.
void synchronize(at::Device device);

/// Peak memory in bytes since the last `resetPeak`: of the process on the CPU, of LibTorch's allocations on a GPU.
std::int64_t peakBytes(at::Device device);

void resetPeak(at::Device device);

/// Threads that suit a model: `requested` where it is not 0, else one per core, but one alone for a model so small that
/// handing its work around takes longer than doing it. Throws Error(Usage) for a count below 0 or above 4096.
int suitableThreads(int requested, std::int64_t weightBytes);

/// Sets the number of threads of one operation, from now on.
void setThreads(int count);
int threads();

} // namespace prunescope::model
