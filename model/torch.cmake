# Over plain memory, without LibTorch: attention of many tokens, products and sums of single ones, packing of weights.
add_library(prunescope_model_kernels STATIC
    kernels/flash_attention.cpp
    kernels/flash_attention_amx.cpp
    kernels/flash_pack_avx512.cpp
    kernels/matrix_vector.cpp
    kernels/matrix_vector_scalar.cpp
    kernels/prompt_rows.cpp
    kernels/prompt_rows_scalar.cpp
    kernels/quantise.cpp
    kernels/quantise_rows_scalar.cpp
    kernels/token_ops.cpp
    kernels/train_rows.cpp
    kernels/train_rows_scalar.cpp
)
prunescope_target(prunescope_model_kernels)
# Written to be vectorised by the compiler.
set_source_files_properties(kernels/matrix_vector_scalar.cpp kernels/prompt_rows_scalar.cpp kernels/token_ops.cpp
    kernels/train_rows_scalar.cpp PROPERTIES COMPILE_OPTIONS "-O3")
kernel_x86(prunescope_model_kernels kernels/matrix_vector_avx2.cpp avx2 -mfma)
kernel_x86(prunescope_model_kernels kernels/matrix_vector_avx512.cpp avx512)
kernel_x86(prunescope_model_kernels kernels/prompt_rows_avx2.cpp avx2 -mfma)
kernel_x86(prunescope_model_kernels kernels/prompt_rows_avx512.cpp avx512)
kernel_x86(prunescope_model_kernels kernels/train_rows_avx2.cpp avx2 -mfma)
kernel_x86(prunescope_model_kernels kernels/train_rows_avx512.cpp avx512)
# Entered only where the processor has all of this: intrinsics and C headers only, as core's kernels. gcc 12 takes the
# undefined registers of its own intrinsics for uninitialised ones.
set_source_files_properties(kernels/flash_attention_amx.cpp kernels/flash_pack_avx512.cpp PROPERTIES
    COMPILE_OPTIONS "-O3;-Wno-uninitialized;-mavx512f;-mavx512bw;-mavx512vl;-mavx512dq;-mavx512bf16;-mamx-tile;-mamx-bf16")
# No fused products and sums where a set has them: every set packs the same bytes.
set_source_files_properties(kernels/quantise_rows_scalar.cpp PROPERTIES COMPILE_OPTIONS "-O3;-ffp-contract=off")
kernel_x86(prunescope_model_kernels kernels/quantise_rows_avx2.cpp avx2 -ffp-contract=off)
kernel_x86(prunescope_model_kernels kernels/quantise_rows_avx512.cpp avx512 -ffp-contract=off)
target_link_libraries(prunescope_model_kernels PUBLIC prunescope_core)

# The network: everything that includes LibTorch. One precompiled header, because ATen costs seconds a file.
add_library(prunescope_model STATIC
    device/device.cpp
    engine/local_engine.cpp
    engine/image_preparer.cpp
    engine/load_network.cpp
    engine/prefix_cache.cpp
    engine/prompt_run.cpp
    device/torch_errors.cpp
    budget/free_memory.cpp
    budget/load_budget.cpp
    budget/frugal_heap.cpp
    budget/prompt_budget.cpp
    weights/folder_weights.cpp
    weights/random_weights.cpp
    weights/weight_source.cpp
    kernels/cuda_layers.cpp
    layers/attention.cpp
    layers/cpu_attention.cpp
    layers/cpu_rows.cpp
    layers/cuda_ops.cpp
    layers/fused_linear.cpp
    layers/kv_cache.cpp
    layers/patch_embed.cpp
    layers/rotary.cpp
    weights/weight_matrix.cpp
    families/families.cpp
    families/kept_features.cpp
    families/qwen3_vl.cpp
    families/qwen3_vl_check.cpp
    families/qwen3_vl_text.cpp
    families/qwen3_vl_vision.cpp
    decode/cpu_token_step.cpp
    decode/cuda_token_plan.cpp
    decode/cuda_token_step.cpp
    decode/sampler.cpp
    decode/token_step.cpp
    study/bench_run.cpp
    study/logit_trace.cpp
    study/machine_rates.cpp
)
prunescope_target(prunescope_model)
target_precompile_headers(prunescope_model PRIVATE <ATen/ATen.h> <nlohmann/json.hpp>)
target_link_libraries(prunescope_model PUBLIC prunescope_model_api prunescope_model_kernels LibTorch::cpu ${CMAKE_DL_LIBS})

# The trainer: the network once more with gradients, what it learns from, and how.
add_library(prunescope_train STATIC
    train/answer_numbers.cpp
    train/batch.cpp
    train/batch_stream.cpp
    train/checkpoint.cpp
    train/file_lessons.cpp
    train/fresh_weights.cpp
    train/lesson_encoder.cpp
    train/losses.cpp
    train/model_writer.cpp
    train/optimiser.cpp
    train/parameters.cpp
    train/reading_heads.cpp
    train/reading_labels.cpp
    train/screen_lessons.cpp
    train/train_config.cpp
    train/train_model.cpp
    train/train_ops.cpp
    train/train_scores.cpp
    train/train_text.cpp
    train/train_vision.cpp
    train/trainer.cpp
    train/training_network.cpp
)
prunescope_target(prunescope_train)
target_precompile_headers(prunescope_train PRIVATE <ATen/ATen.h> <nlohmann/json.hpp>)
target_link_libraries(prunescope_train PUBLIC prunescope_model prunescope_eval)
