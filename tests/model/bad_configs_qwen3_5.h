#pragma once

#include "tests/model/bad_config.h"

namespace prunescope::test {

inline const std::vector<BadConfig> kBadQwen35{
    {"no encoder", R"({"vision_config": null})", "vision_config is missing, expected an object"},
    {"no text", R"({"text_config": null})", "text_config is missing, expected an object"},
    {"experts", R"({"text_config": {"model_type": "qwen3_5_moe_text"}})", "model_type is \"qwen3_5_moe_text\""},
    {"experts in numbers", R"({"text_config": {"num_experts": 256}})", "num_experts is 256, expected 0"},
    {"another encoder", R"({"vision_config": {"model_type": "qwen2_vl"}})", "vision_config.model_type is \"qwen2_vl\""},
    {"deepstack", R"({"vision_config": {"deepstack_visual_indexes": [5]}})", "deepstack_visual_indexes is [5]"},
    {"other patches", R"({"vision_config": {"patch_size": 14}})", "vision_config.patch_size is 14, expected 16"},
    {"features too narrow", R"({"vision_config": {"out_hidden_size": 512}})", "out_hidden_size is 512, expected 1024"},
    {"biases", R"({"text_config": {"attention_bias": true}})", "attention_bias is true, expected false"},
    {"no key heads", R"({"text_config": {"linear_num_key_heads": null}})", "linear_num_key_heads is missing"},
    {"no value heads", R"({"text_config": {"linear_num_value_heads": null}})", "linear_num_value_heads is missing"},
    {"no key size", R"({"text_config": {"linear_key_head_dim": null}})", "linear_key_head_dim is missing"},
    {"no value size", R"({"text_config": {"linear_value_head_dim": null}})", "linear_value_head_dim is missing"},
    {"no convolution", R"({"text_config": {"linear_conv_kernel_dim": null}})", "linear_conv_kernel_dim is missing"},
    {"value heads do not divide", R"({"text_config": {"linear_num_value_heads": 24}})",
     "linear_num_value_heads is 24, expected a multiple of linear_num_key_heads"},
    {"too few kinds", R"({"text_config": {"layer_types": ["full_attention"]}})", "expected a list of 24"},
    {"kinds are a word", R"({"text_config": {"layer_types": "full_attention"}})", "expected a list of 24"},
    {"an unknown kind", R"({"text_config": {"num_hidden_layers": 1, "layer_types": ["sliding_attention"]}})",
     "layer 0 is \"sliding_attention\", expected linear_attention or full_attention"},
    {"no attention at all", R"({"text_config": {"num_hidden_layers": 1, "layer_types": ["linear_attention"]}})",
     "expected at least one layer of full_attention"},
    {"attention beyond the last", R"({"text_config": {"full_attention_interval": 25}})",
     "full_attention_interval is 25, expected at least one layer"},
    {"interval of 0", R"({"text_config": {"full_attention_interval": 0}})", "full_attention_interval is 0"},
    {"other rotary", R"({"text_config": {"rope_parameters": {"rope_type": "yarn"}}})",
     "rope_parameters.rope_type is \"yarn\", expected \"default\""},
    {"all of a head turns", R"({"text_config": {"rope_parameters": {"partial_rotary_factor": 1.0}}})",
     "expected a number of which partial_rotary_factor leaves 64"},
    {"more than a head turns", R"({"text_config": {"partial_rotary_factor": 2}})", "partial_rotary_factor is 2"},
    {"sections of another head", R"({"text_config": {"head_dim": 128}})", "head_dim is 128, expected"},
    {"two sections", R"({"text_config": {"rope_parameters": {"mrope_section": [16, 16]}}})", "expected three numbers"},
    {"no vocabulary", R"({"text_config": {"vocab_size": null}})", "vocab_size is missing"},
    {"mark without an embedding", R"({"image_token_id": 248320})", "image_token_id is 248320"},
    {"no mark", R"({"vision_end_token_id": null})", "vision_end_token_id is missing"},
    {"for embeddings", R"({"architectures": ["Qwen3_5ForEmbedding"]})", "architectures is \"Qwen3_5ForEmbedding\""},
};

} // namespace prunescope::test
