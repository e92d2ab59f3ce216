#include "model/budget/mmap_allocation.h"

#include "model/budget/host_memory.h"

#include <atomic>
#include <c10/core/Allocator.h>
#include <c10/core/CPUAllocator.h>
#include <cstring>
#include <mutex>
#include <new>
#include <sys/mman.h>
#include <unordered_map>

namespace prunescope::model {

namespace {

constexpr std::size_t kOwnPagesFrom = 64 << 10;

std::atomic<int> mmapAllocations = 0;

/// Pieces that have pages of their own, with their sizes: LibTorch may free by address alone.
class OwnPages {
public:
    void* allocate(std::size_t size) {
        void* data = ::mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        if (data == MAP_FAILED)
            throw std::bad_alloc();
        const std::lock_guard lock(m_mutex);
        m_sizes.emplace(data, size);
        return data;
    }

    /// False for what is none of these.
    bool free(void* data) {
        std::size_t size = 0;
        {
            const std::lock_guard lock(m_mutex);
            const auto found = m_sizes.find(data);
            if (found == m_sizes.end())
                return false;
            size = found->second;
            m_sizes.erase(found);
        }
        ::munmap(data, size);
        return true;
    }

private:
    std::mutex m_mutex;
    std::unordered_map<void*, std::size_t> m_sizes;
};

/// LibTorch's own allocator, but for large tensors while there is an MmapAllocation. Never destroyed: tensors of other
/// static objects may outlive it.
class SwitchedAllocator final : public c10::Allocator {
public:
    static SwitchedAllocator& instance() {
        static auto* allocator = new SwitchedAllocator(*c10::GetCPUAllocator());
        return *allocator;
    }

    c10::DataPtr allocate(std::size_t size) override {
        if (size < kOwnPagesFrom || mmapAllocations.load(std::memory_order_relaxed) == 0)
            return m_usual.allocate(size);
        void* data = m_pages.allocate(size);
        return {data, data, &release, c10::Device(c10::DeviceType::CPU)};
    }
    c10::DeleterFnPtr raw_deleter() const override { return &release; }
    void copy_data(void* to, const void* from, std::size_t count) const override { std::memcpy(to, from, count); }

private:
    explicit SwitchedAllocator(c10::Allocator& usual) : m_usual(usual) {}

    static void release(void* data) {
        SwitchedAllocator& self = instance();
        if (data && !self.m_pages.free(data))
            self.m_usual.raw_deleter()(data);
    }

    c10::Allocator& m_usual;
    OwnPages m_pages;
};

} // namespace

void MmapAllocation::prepare() {
    static std::once_flag once;
    std::call_once(once, [] { c10::SetCPUAllocator(&SwitchedAllocator::instance()); });
}

MmapAllocation::MmapAllocation(bool wanted) : m_wanted(wanted) {
    if (!m_wanted)
        return;
    prepare();
    ++mmapAllocations;
    returnFreedMemory(); // gaps that are there already
}

MmapAllocation::~MmapAllocation() {
    if (m_wanted)
        --mmapAllocations;
}

} // namespace prunescope::model
