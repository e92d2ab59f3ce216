#pragma once

namespace prunescope::model {

/// The C library keeps freed memory for the next request, and the gaps that it cannot use add up to as much as the
/// tensors themselves. While one of these lives, every large tensor on the CPU gets pages of its own that go back when
/// it is freed: the peak is then what the tensors take, at the price of a page fault for each page of each tensor. Of
/// the whole process; any thread.
class FrugalHeap {
public:
    /// Does nothing where it is not `wanted`.
    explicit FrugalHeap(bool wanted);
    ~FrugalHeap();
    FrugalHeap(const FrugalHeap&) = delete;
    FrugalHeap& operator=(const FrugalHeap&) = delete;

    /// Call once before other threads use LibTorch: puts what makes this possible in the place of LibTorch's allocator.
    static void prepare();

private:
    bool m_wanted;
};

} // namespace prunescope::model
