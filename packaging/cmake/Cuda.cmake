# Enables the CUDA language where PRUNESCOPE_CUDA is ON: machine code for Ampere, Ada, Hopper and Blackwell, and PTX that
# later GPUs compile for themselves. The CUDA runtime is linked statically, so that a kernel library needs only the driver.
if(PRUNESCOPE_CUDA)
    set(CMAKE_CUDA_ARCHITECTURES 80-real 86-real 89-real 90-real 120 CACHE STRING "GPU architectures to compile kernels for")
    set(CMAKE_CUDA_STANDARD 20)
    set(CMAKE_CUDA_STANDARD_REQUIRED ON)
    set(CMAKE_CUDA_EXTENSIONS OFF)
    set(CMAKE_CUDA_RUNTIME_LIBRARY Static)
    enable_language(CUDA)
    if(CMAKE_CUDA_COMPILER_VERSION VERSION_LESS 13.0)
        message(FATAL_ERROR "PRUNESCOPE_CUDA needs a CUDA toolkit >= 13.0, found ${CMAKE_CUDA_COMPILER_VERSION} (${CMAKE_CUDA_COMPILER})")
    endif()
endif()
