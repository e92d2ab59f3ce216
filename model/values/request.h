#pragma once

#include "core/image/picture.h"
#include "core/pruning/prune_plan.h"
#include "core/resize/resize.h"

#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

namespace prunescope::model {

/// An image of the prompt. With a `region`, only that part is shown to the model; coordinates in the answer are mapped
/// back to the whole image.
struct ImageInput {
    Picture picture;
    std::string name;
    PixelRect region;            ///< empty: the whole picture
    bool decodedOnWhite = false; ///< it had transparency, which was put on white
};

/// A piece of a message: text, or the next image of the request.
struct Part {
    enum class Kind { Text, Image };
    Kind kind = Kind::Text;
    std::string text; ///< UTF-8

    static Part ofText(std::string text) { return {Kind::Text, std::move(text)}; }
    static Part ofImage() { return {Kind::Image, {}}; }
};

/// One turn of a conversation (qwen3-vl spec 8.1).
struct Message {
    std::string role; ///< system, user, assistant, tool
    std::vector<Part> parts;
    nlohmann::ordered_json toolCalls = nlohmann::ordered_json::array(); ///< of an assistant
    std::string reasoning = {}; ///< of an assistant: what it thought before it answered
};

/// Settings of how tokens are chosen (qwen3-vl spec 6).
struct Decoding {
    bool sample = false; ///< false: greedy, all values below but the penalties' defaults ignored
    double temperature = 1.0;
    double topP = 1.0;
    int topK = 0; ///< 0: all
    double repetitionPenalty = 1.0;
    double presencePenalty = 0.0;
    std::uint64_t seed = 42;
};

/// A request: conversation, images, pruning plan and settings. Values only; may be handed to another thread.
struct Request {
    std::vector<ImageInput> images; ///< in the order of the image parts of `messages`
    std::vector<Message> messages;
    nlohmann::ordered_json tools = nlohmann::ordered_json::array();
    PrunePlan plan;
    std::optional<std::int64_t> minPixels; ///< default: the model folder's
    std::optional<std::int64_t> maxPixels;
    bool resize = true; ///< false: sides must be multiples of a block's already
    Decoding decoding;
    int maxTokens = 512;
    /// Whether a model that can think does so before it answers; unset: only those that always do.
    std::optional<bool> thinking;
    bool reuse = true; ///< take over what the last prompt has computed; false: compute everything, as measurements do
    bool stopAtEnd = true; ///< false: end tokens are ordinary (benchmarks, golden tests)
};

/// A request of one user turn: the images, then the question, after an optional system text.
Request makeRequest(std::vector<ImageInput> images, const std::string& question, const std::string& system = {});

} // namespace prunescope::model
