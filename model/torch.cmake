# The network: everything that includes LibTorch. One precompiled header, because ATen costs seconds a file.
add_library(prunescope_model STATIC
    device.cpp
    engine.cpp
    load_network.cpp
    prompt_run.cpp
    torch_errors.cpp
    memory/free_memory.cpp
    memory/load_budget.cpp
    memory/frugal_heap.cpp
    memory/prompt_budget.cpp
    io/folder_weights.cpp
    io/random_weights.cpp
    layers/attention.cpp
    layers/kv_cache.cpp
    layers/patch_embed.cpp
    layers/rotary.cpp
    families/families.cpp
    families/qwen3_vl.cpp
    families/qwen3_vl_check.cpp
    families/qwen3_vl_text.cpp
    families/qwen3_vl_vision.cpp
    decode/sampler.cpp
    eval/bench_run.cpp
    eval/machine_rates.cpp
)
prunescope_target(prunescope_model)
target_precompile_headers(prunescope_model PRIVATE <ATen/ATen.h> <nlohmann/json.hpp>)
target_link_libraries(prunescope_model PUBLIC prunescope_model_api LibTorch::cpu ${CMAKE_DL_LIBS})
