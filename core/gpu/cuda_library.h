#pragma once

namespace prunescope {

/// The library of our CUDA kernels, which nothing links: opened once, on machines with a GPU. Any thread.
class CudaLibrary {
public:
    /// The library; nullptr where it is not there (a build without CUDA) or can't be opened.
    static const CudaLibrary* open();

    /// Fills `function` with the entry point `name`. False where the library is of another version.
    template <typename Function>
    bool find(const char* name, Function& function) const {
        function = reinterpret_cast<Function>(symbol(name));
        return function != nullptr;
    }

private:
    explicit CudaLibrary(void* handle) : m_handle(handle) {}
    /// Logs which entry points are missing.
    void* symbol(const char* name) const;

    void* m_handle;
};

} // namespace prunescope
