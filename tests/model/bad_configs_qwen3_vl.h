#pragma once

#include "tests/model/bad_config.h"

namespace prunescope::test {

inline const std::vector<BadConfig> kBadQwen3Vl{
    {"no encoder", R"({"vision_config": null})", "vision_config is missing, expected an object"},
    {"no text", R"({"text_config": null})", "text_config is missing, expected an object"},
    {"text is a list", R"({"text_config": []})", "text_config is [], expected an object"},
    {"other patches", R"({"vision_config": {"patch_size": 14}})", "vision_config.patch_size is 14, expected 16"},
    {"other blocks", R"({"vision_config": {"spatial_merge_size": 4}})", "spatial_merge_size is 4, expected 2"},
    {"grey pictures", R"({"vision_config": {"in_channels": 1}})", "in_channels is 1, expected 3"},
    {"other activation", R"({"vision_config": {"hidden_act": "silu"}})", "hidden_act is \"silu\""},
    {"heads do not divide", R"({"vision_config": {"num_heads": 5}})", "vision_config.num_heads is 5"},
    {"table is no square", R"({"vision_config": {"num_position_embeddings": 2303}})", "expected a square number"},
    {"deepstack falls", R"({"vision_config": {"deepstack_visual_indexes": [11, 5]}})", "expected rising numbers"},
    {"deepstack after the last", R"({"vision_config": {"deepstack_visual_indexes": [24]}})", "from 0 to 23"},
    {"features too narrow", R"({"vision_config": {"out_hidden_size": 1024}})",
     "vision_config.out_hidden_size is 1024, expected 2048"},
    {"no width", R"({"text_config": {"hidden_size": null}})", "text_config.hidden_size is missing"},
    {"negative width", R"({"text_config": {"hidden_size": -1}})", "text_config.hidden_size is -1"},
    {"too many layers", R"({"text_config": {"num_hidden_layers": 1e9}})", "num_hidden_layers is 1000000000.0"},
    {"layers in words", R"({"text_config": {"num_hidden_layers": "many"}})", "num_hidden_layers is \"many\""},
    {"key heads do not divide", R"({"text_config": {"num_key_value_heads": 3}})", "num_key_value_heads is 3"},
    {"biases", R"({"text_config": {"attention_bias": true}})", "attention_bias is true, expected false"},
    {"other rotary", R"({"text_config": {"rope_scaling": {"rope_type": "yarn"}}})",
     "rope_scaling.rope_type is \"yarn\", expected \"default\""},
    {"other rotary, newer", R"({"text_config": {"rope_parameters": {"rope_type": "linear"}}})",
     "rope_parameters.rope_type is \"linear\""},
    {"two sections", R"({"text_config": {"rope_scaling": {"mrope_section": [32, 32]}}})", "expected three numbers"},
    {"sections of another head", R"({"text_config": {"head_dim": 64}})", "head_dim is 64, expected 128"},
    {"end token in words", R"({"text_config": {"eos_token_id": "end"}})", "eos_token_id is \"end\""},
    {"no mark", R"({"image_token_id": null})", "image_token_id is missing"},
    {"mark without an embedding", R"({"vision_start_token_id": 151936})", "vision_start_token_id is 151936"},
    {"more features than layers", R"({"text_config": {"num_hidden_layers": 2}})", "more deepstack_visual_indexes"},
    {"for embeddings", R"({"architectures": ["Qwen3VLForEmbedding"]})",
     "architectures is \"Qwen3VLForEmbedding\", expected a model that answers in words"},
    {"for ranking", R"({"architectures": ["Qwen3VLForSequenceClassification"]})", "answers in words"},
    {"an inner model of another kind", R"({"architectures": ["Qwen3VLTextModel"]})",
     "architectures is \"Qwen3VLTextModel\", expected a model that answers in words"},
};

} // namespace prunescope::test
