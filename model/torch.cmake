# Products, sums and packing over plain memory; no LibTorch.
add_library(prunescope_model_kernels STATIC
    kernels/matrix_vector.cpp
    kernels/matrix_vector_scalar.cpp
    kernels/quantise.cpp
    kernels/quantise_rows_scalar.cpp
    kernels/token_ops.cpp
)
prunescope_target(prunescope_model_kernels)
# Written to be vectorised by the compiler.
set_source_files_properties(kernels/matrix_vector_scalar.cpp kernels/token_ops.cpp PROPERTIES COMPILE_OPTIONS "-O3")
kernel_x86(prunescope_model_kernels kernels/matrix_vector_avx2.cpp avx2 -mfma)
kernel_x86(prunescope_model_kernels kernels/matrix_vector_avx512.cpp avx512)
# No fused products and sums where a set has them: every set packs the same bytes.
set_source_files_properties(kernels/quantise_rows_scalar.cpp PROPERTIES COMPILE_OPTIONS "-O3;-ffp-contract=off")
kernel_x86(prunescope_model_kernels kernels/quantise_rows_avx2.cpp avx2 -ffp-contract=off)
kernel_x86(prunescope_model_kernels kernels/quantise_rows_avx512.cpp avx512 -ffp-contract=off)
target_link_libraries(prunescope_model_kernels PUBLIC prunescope_core)

# The network: everything that includes LibTorch. One precompiled header, because ATen costs seconds a file.
add_library(prunescope_model STATIC
    device.cpp
    engine.cpp
    load_network.cpp
    prompt_run.cpp
    torch_errors.cpp
    io/folder_weights.cpp
    io/random_weights.cpp
    io/weight_source.cpp
    layers/attention.cpp
    layers/kv_cache.cpp
    layers/patch_embed.cpp
    layers/rotary.cpp
    layers/weight_matrix.cpp
    families/families.cpp
    families/qwen3_vl.cpp
    families/qwen3_vl_text.cpp
    families/qwen3_vl_vision.cpp
    decode/cpu_token_step.cpp
    decode/cuda_token_step.cpp
    decode/sampler.cpp
    decode/token_step.cpp
    eval/bench_run.cpp
    eval/logit_trace.cpp
    eval/machine_rates.cpp
)
prunescope_target(prunescope_model)
target_precompile_headers(prunescope_model PRIVATE <ATen/ATen.h> <nlohmann/json.hpp>)
target_link_libraries(prunescope_model PUBLIC prunescope_model_api prunescope_model_kernels LibTorch::cpu ${CMAKE_DL_LIBS})
