#pragma once

namespace prunescope::model {

/// Returns the memory of large CPU tensors to the system as soon as they are freed, for as long as one of these lives.
/// The C library keeps freed memory for the next request, and the gaps that it cannot use add up to as much as the
/// tensors themselves; here every large tensor gets pages of its own: the peak is then what the tensors take, at the
/// price of a page fault for each page of each tensor. Holds for the whole process; any thread.
class MmapAllocation {
public:
    /// Starts it, but only where it is `wanted`.
    explicit MmapAllocation(bool wanted);
    ~MmapAllocation();
    MmapAllocation(const MmapAllocation&) = delete;
    MmapAllocation& operator=(const MmapAllocation&) = delete;

    /// Installs the allocator that makes this possible in the place of LibTorch's. Call once before other threads use
    /// LibTorch.
    static void prepare();

private:
    bool m_wanted;
};

} // namespace prunescope::model
