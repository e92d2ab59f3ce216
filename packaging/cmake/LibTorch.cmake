# Imported targets LibTorch::cpu and LibTorch::c10 for a LibTorch folder (include/, lib/), with or without its CUDA
# libraries. TorchConfig.cmake is not used: it insists on a CUDA toolkit as soon as the wheel was built with CUDA. The program
# opens libtorch_cuda.so at run time where it is present, so that one program serves both kinds of machines.
find_library(TORCH_CPU_LIBRARY torch_cpu PATHS ${PRUNESCOPE_LIBTORCH}/lib NO_DEFAULT_PATH NO_CACHE)
find_library(TORCH_C10_LIBRARY c10 PATHS ${PRUNESCOPE_LIBTORCH}/lib NO_DEFAULT_PATH NO_CACHE)
find_path(TORCH_INCLUDE torch/torch.h PATHS ${PRUNESCOPE_LIBTORCH}/include/torch/csrc/api/include NO_DEFAULT_PATH NO_CACHE)
if(NOT TORCH_CPU_LIBRARY OR NOT TORCH_C10_LIBRARY OR NOT TORCH_INCLUDE)
    message(FATAL_ERROR "LibTorch not found in ${PRUNESCOPE_LIBTORCH}: run packaging/setup, or set PRUNESCOPE_LIBTORCH")
endif()
# at::parallel_for is a template: without OpenMP where it is used it runs everything on one thread, without a word. The
# program then holds one OpenMP runtime, LibTorch's own, whose name is that of gcc's.
find_package(OpenMP REQUIRED COMPONENTS CXX)
add_library(LibTorch::c10 UNKNOWN IMPORTED)
set_target_properties(LibTorch::c10 PROPERTIES IMPORTED_LOCATION ${TORCH_C10_LIBRARY})
add_library(LibTorch::cpu UNKNOWN IMPORTED)
set_target_properties(LibTorch::cpu PROPERTIES
    IMPORTED_LOCATION ${TORCH_CPU_LIBRARY}
    INTERFACE_LINK_LIBRARIES "LibTorch::c10;OpenMP::OpenMP_CXX"
    INTERFACE_INCLUDE_DIRECTORIES "${PRUNESCOPE_LIBTORCH}/include;${TORCH_INCLUDE}")
