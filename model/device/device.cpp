#include "model/device/device.h"

#include "core/base/error.h"
#include "core/base/log.h"
#include "model/device/torch_errors.h"
#include "model/values/load_options.h"

#include <ATen/Context.h>
#include <ATen/Parallel.h>
#include <ATen/detail/CUDAHooksInterface.h>
#include <c10/core/CachingDeviceAllocator.h>
#include <c10/core/impl/VirtualGuardImpl.h>
#include <charconv>
#include <cpuid.h>
#include <dlfcn.h>
#include <fstream>
#include <mutex>
#include <thread>
#include <unistd.h>

namespace prunescope::model {

namespace {

constexpr std::int64_t kSmallModelBytes = 16 << 20;
constexpr unsigned kAmxBf16Bit = 1u << 22;   // CPUID 7.0 EDX
constexpr unsigned kAvx512Bf16Bit = 1u << 5; // CPUID 7.1 EAX

bool openCuda() {
    // Without NVIDIA's driver there is nothing to open 2 GB of libraries for.
    if (!::dlopen("libcuda.so.1", RTLD_LAZY | RTLD_GLOBAL))
        return false;
    if (!::dlopen("libtorch_cuda.so", RTLD_NOW | RTLD_GLOBAL)) {
        log::info(std::string("no CUDA: ") + ::dlerror());
        return false;
    }
    try {
        return at::globalContext().hasCUDA() && at::detail::getCUDAHooks().deviceCount() > 0;
    } catch (const c10::Error& e) {
        log::warning("CUDA is there but does not work: " + firstLine(e));
        return false;
    }
}

std::int64_t physicalMemoryBytes() {
    return static_cast<std::int64_t>(::sysconf(_SC_PHYS_PAGES)) * ::sysconf(_SC_PAGESIZE);
}

} // namespace

bool cudaIsUsable() {
    static const bool usable = openCuda();
    return usable;
}

at::Device resolveDevice(const std::string& text) {
    if (text == "cpu")
        return at::kCPU;
    if (text == "auto")
        return cudaIsUsable() ? at::Device(at::kCUDA, 0) : at::Device(at::kCPU);
    int index = 0;
    const char* end = text.data() + text.size();
    const bool numbered = text.starts_with("cuda:") && text.size() > 5;
    if (text != "cuda" && (!numbered || std::from_chars(text.data() + 5, end, index).ptr != end || index < 0))
        throw Error(ErrorKind::Usage, "device '" + text + "' is unknown, expected auto, cpu or cuda:N");
    if (!cudaIsUsable())
        throw Error(ErrorKind::Device, "device " + text + ": no usable NVIDIA GPU found (driver, LibTorch with CUDA)");
    const int count = static_cast<int>(at::detail::getCUDAHooks().deviceCount());
    if (index >= count)
        throw Error(ErrorKind::Device, "device " + text + ": expected cuda:0 to cuda:" + std::to_string(count - 1));
    return at::Device(at::kCUDA, static_cast<at::DeviceIndex>(index));
}

bool cpuMultipliesBfloat16() {
    unsigned eax = 0, ebx = 0, ecx = 0, edx = 0;
    if (!__get_cpuid_count(7, 0, &eax, &ebx, &ecx, &edx))
        return false;
    if (edx & kAmxBf16Bit)
        return true;
    return __get_cpuid_count(7, 1, &eax, &ebx, &ecx, &edx) && (eax & kAvx512Bf16Bit);
}

at::ScalarType resolveDtype(const std::string& text, at::Device device, at::ScalarType stored,
                            std::int64_t float32Bytes) {
    if (text == "float32")
        return at::kFloat;
    if (text == "bfloat16")
        return at::kBFloat16;
    if (text != "auto")
        throw Error(ErrorKind::Usage, "dtype '" + text + "' is unknown, expected auto, float32 or bfloat16");
    if (!device.is_cpu())
        return stored == at::kFloat ? at::kFloat : at::kBFloat16;
    if (float32Bytes < kSmallModelBytes)
        return at::kFloat; // setting up bfloat16 kernels takes longer than they save
    const bool tooBig = float32Bytes > physicalMemoryBytes() / 4 * 3;
    return cpuMultipliesBfloat16() || tooBig ? at::kBFloat16 : at::kFloat;
}

std::string deviceText(at::Device device) {
    return device.is_cpu() ? "cpu" : "cuda:" + std::to_string(device.index());
}

std::string dtypeText(at::ScalarType dtype) {
    return dtype == at::kBFloat16 ? "bfloat16" : "float32";
}

void synchronize(at::Device device) {
    if (!device.is_cpu())
        c10::impl::VirtualGuardImpl(device.type()).synchronizeDevice(device.index());
}

std::int64_t peakBytes(at::Device device) {
    if (!device.is_cpu()) {
        const auto stats = at::getDeviceAllocator(device.type())->getDeviceStats(device.index());
        return stats.allocated_bytes[static_cast<std::size_t>(c10::CachingAllocator::StatType::AGGREGATE)].peak;
    }
    // Not getrusage: its figure can't be set back.
    std::ifstream status("/proc/self/status");
    for (std::string line; std::getline(status, line);)
        if (line.starts_with("VmHWM:"))
            return std::stoll(line.substr(line.find(':') + 1)) * 1024;
    return 0;
}

void resetPeak(at::Device device) {
    if (!device.is_cpu())
        at::getDeviceAllocator(device.type())->resetPeakStats(device.index());
    else
        std::ofstream("/proc/self/clear_refs") << "5"; // where this is not allowed, peaks are those of the whole run
}

int suitableThreads(int requested, std::int64_t weightBytes) {
    if (requested < 0 || requested > kMaxThreads)
        throw Error(ErrorKind::Usage, "threads is " + std::to_string(requested) + ", expected 0 (chosen for you) to " +
                                          std::to_string(kMaxThreads));
    if (requested > 0)
        return requested;
    return weightBytes < kSmallModelBytes ? 1 : static_cast<int>(std::max(1u, std::thread::hardware_concurrency()));
}

void setThreads(int count) {
    static std::mutex mutex;
    const std::lock_guard lock(mutex);
    if (count != at::get_num_threads())
        at::set_num_threads(count);
}

int threads() {
    return at::get_num_threads();
}

} // namespace prunescope::model
