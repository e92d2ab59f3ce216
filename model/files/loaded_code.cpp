#include "model/files/loaded_code.h"

#include <cstdint>
#include <link.h>
#include <sys/mman.h>
#include <unistd.h>

namespace prunescope::model {

namespace {

/// Whether the loader wrote into what is otherwise only read, as libraries without position-independent code ask for.
bool isPatched(const dl_phdr_info& object) {
    for (int i = 0; i < object.dlpi_phnum; ++i) {
        const ElfW(Phdr)& part = object.dlpi_phdr[i];
        if (part.p_type != PT_DYNAMIC)
            continue;
        const auto* entry = reinterpret_cast<const ElfW(Dyn)*>(object.dlpi_addr + part.p_vaddr);
        for (; entry->d_tag != DT_NULL; ++entry)
            if (entry->d_tag == DT_TEXTREL || (entry->d_tag == DT_FLAGS && (entry->d_un.d_val & DF_TEXTREL) != 0))
                return true;
    }
    return false;
}

int release(dl_phdr_info* object, std::size_t, void*) {
    if (isPatched(*object))
        return 0;
    const auto page = static_cast<std::uintptr_t>(::sysconf(_SC_PAGESIZE));
    for (int i = 0; i < object->dlpi_phnum; ++i) {
        const ElfW(Phdr)& part = object->dlpi_phdr[i];
        if (part.p_type != PT_LOAD || (part.p_flags & PF_W) != 0)
            continue;
        // Whole pages, inwards: a neighbour may be written.
        const std::uintptr_t first = object->dlpi_addr + part.p_vaddr;
        const std::uintptr_t begin = (first + page - 1) / page * page, end = (first + part.p_filesz) / page * page;
        if (begin < end)
            ::madvise(reinterpret_cast<void*>(begin), end - begin, MADV_DONTNEED); // only advice
    }
    return 0;
}

} // namespace

void releaseLoadedCode() {
    ::dl_iterate_phdr(release, nullptr);
}

} // namespace prunescope::model
