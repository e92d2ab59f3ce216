#pragma once

#include "core/base/json_fields.h"
#include "model/families/gguf_family.h"
#include "model/families/model_config.h"
#include "model/tokenizer/chat_template.h"

#include <nlohmann/json.hpp>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace prunescope::model {

/// A published model of a family: what its config.json says of its sizes.
struct PublishedShape {
    std::string_view name; ///< "qwen3-vl-2b"
    std::string_view config;
};

/// Added tokens that mark a picture in a prompt, as tokenizer.json writes them; empty: there is none.
struct ImageMarks {
    std::string_view pad;
    std::string_view start, end;
};

/// A family of models: what config.json says, and how people talk to it. One file in this folder for each; nothing
/// outside of it knows a family's name.
struct FamilyEntry {
    std::string_view modelType; ///< model_type in config.json
    /// Reads config.json. Throws Error(BadFile) or Error(Unsupported) that names file and field.
    ModelConfig (*configOf)(const JsonFields& config);
    /// Reads preprocessor_config.json; `limits` are those of the config. Throws as `configOf`.
    PixelLimits (*imagesOf)(const JsonFields& preprocessor, PixelLimits limits);
    /// The chat template without Jinja. A picture is a single pad. Throws Error(BadInput) for an unknown role.
    std::vector<PromptPiece> (*renderChat)(const std::vector<Message>& messages, const nlohmann::ordered_json& tools,
                                           const ChatOptions& options);
    ImageMarks marks;
    std::vector<std::string_view> endTokens;  ///< texts of the added tokens that end an answer
    std::vector<std::string_view> chatTokens; ///< of those that the template writes besides: must be there
    std::vector<PublishedShape> shapes;       ///< for measurements; the smallest first
    /// Fills in what config.json of a new model says besides its sizes and ids. nullptr: its models are not trained.
    void (*completeNew)(nlohmann::json& config) = nullptr;
    /// Added tokens that an answer's text shows although they are special: they mark places.
    std::vector<std::string_view> shownTokens = {};
    /// Whether a prompt decides if a model that thinks does so; else such a model always does.
    bool thinkingIsOptional = false;
    /// Its models in GGUF.
    GgufFamily gguf = {};
};

} // namespace prunescope::model
