# The network: everything that includes LibTorch. One precompiled header, because ATen costs seconds a file.
add_library(prunescope_model STATIC
    device.cpp
    engine.cpp
    image_preparer.cpp
    load_network.cpp
    prompt_run.cpp
    torch_errors.cpp
    io/folder_weights.cpp
    io/random_weights.cpp
    kernels/cuda_layers.cpp
    layers/attention.cpp
    layers/cuda_ops.cpp
    layers/fused_linear.cpp
    layers/kv_cache.cpp
    layers/patch_embed.cpp
    layers/rotary.cpp
    families/families.cpp
    families/qwen3_vl.cpp
    families/qwen3_vl_text.cpp
    families/qwen3_vl_vision.cpp
    decode/cpu_token_step.cpp
    decode/cuda_token_plan.cpp
    decode/cuda_token_step.cpp
    decode/sampler.cpp
    decode/token_step.cpp
    eval/bench_run.cpp
    eval/machine_rates.cpp
)
prunescope_target(prunescope_model)
target_precompile_headers(prunescope_model PRIVATE <ATen/ATen.h> <nlohmann/json.hpp>)
target_link_libraries(prunescope_model PUBLIC prunescope_model_api LibTorch::cpu ${CMAKE_DL_LIBS})
