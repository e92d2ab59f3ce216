#include "model/bundle/request_json.h"

#include "core/base/error.h"
#include "core/image/image_file.h"

#include <array>
#include <filesystem>

namespace prunescope::model {

using nlohmann::ordered_json;

namespace {

constexpr std::int64_t kMostTokens = 1 << 24;
constexpr double kMostFactor = 1e6; ///< of penalties and the like: far beyond what is of use

ordered_json toJson(const Part& part, int& images) {
    return part.kind == Part::Kind::Text ? ordered_json{{"text", part.text}} : ordered_json{{"image", images++}};
}

ordered_json toJson(const Message& message, int& images) {
    ordered_json object{{"role", message.role}, {"parts", ordered_json::array()}};
    for (const Part& part : message.parts)
        object["parts"].push_back(toJson(part, images));
    if (!message.toolCalls.empty())
        object["tool_calls"] = message.toolCalls.dump();
    if (!message.reasoning.empty())
        object["reasoning"] = message.reasoning;
    return object;
}

ordered_json toJson(const ImageInput& image) {
    ordered_json object{{"name", std::filesystem::path(image.name).filename().string()}};
    if (!image.region.empty())
        object["region"] = {image.region.x, image.region.y, image.region.width, image.region.height};
    if (image.decodedOnWhite)
        object["decoded_on_white"] = true;
    return object;
}

ordered_json toJson(const Decoding& decoding) {
    return {{"sample", decoding.sample},
            {"temperature", decoding.temperature},
            {"top_p", decoding.topP},
            {"top_k", decoding.topK},
            {"repetition_penalty", decoding.repetitionPenalty},
            {"presence_penalty", decoding.presencePenalty},
            {"seed", decoding.seed}};
}

/// The objects of a list, each with its place for messages.
template <typename Take>
void forEach(const JsonFields& fields, const char* name, std::size_t most, Take&& take) {
    const auto list = fields.json().find(name);
    if (list == fields.json().end() || !list->is_array() || list->size() > most)
        fields.fail(name, "a list of at most " + std::to_string(most) + " objects");
    std::size_t index = 0;
    for (const nlohmann::json& entry : *list) {
        if (!entry.is_object())
            fields.fail(name, "a list of objects");
        take(JsonFields(entry, fields.where(), fields.prefix() + name + "[" + std::to_string(index++) + "]."));
    }
}

/// What chat templates print in the order of its keys is kept as text: an object of JSON has none.
ordered_json listFromText(const JsonFields& fields, const char* name) {
    const std::string text = fields.text(name);
    if (!parseJson(text, fields.where() + ": " + fields.prefix() + name).is_array())
        fields.fail(name, "a list as text");
    return ordered_json::parse(text);
}

Part partFromJson(const JsonFields& fields, int& images) {
    if (!fields.has("image"))
        return Part::ofText(fields.text("text"));
    if (fields.integer("image", 0, kMostImages) != images++)
        fields.fail("image", std::to_string(images - 1) + ": images come in their order");
    return Part::ofImage();
}

Message messageFromJson(const JsonFields& fields, int& images) {
    Message message{fields.text("role"), {}};
    forEach(fields, "parts", kMostTokens,
            [&](const JsonFields& part) { message.parts.push_back(partFromJson(part, images)); });
    if (fields.has("tool_calls"))
        message.toolCalls = listFromText(fields, "tool_calls");
    message.reasoning = fields.text("reasoning", "");
    return message;
}

ImageInput imageFromJson(const JsonFields& fields) {
    ImageInput image{{}, fields.text("name"), {}, fields.boolean("decoded_on_white", false)};
    if (!fields.has("region"))
        return image;
    const std::vector<std::int64_t> sides = fields.integers("region", 0, kMaxPicturePixels, {});
    if (sides.size() != 4)
        fields.fail("region", "[x, y, width, height]");
    image.region = {static_cast<int>(sides[0]), static_cast<int>(sides[1]), static_cast<int>(sides[2]),
                    static_cast<int>(sides[3])};
    return image;
}

Decoding decodingFromJson(const JsonFields& fields) {
    Decoding decoding;
    decoding.sample = fields.boolean("sample");
    decoding.temperature = fields.number("temperature", 0, kMostFactor);
    decoding.topP = fields.number("top_p", 0, 1);
    decoding.topK = static_cast<int>(fields.integer("top_k", 0, kMostTokens));
    decoding.repetitionPenalty = fields.number("repetition_penalty", 0, kMostFactor);
    decoding.presencePenalty = fields.number("presence_penalty", -kMostFactor, kMostFactor);
    decoding.seed = fields.unsignedInteger("seed");
    return decoding;
}

PrunePlan planFromJson(const JsonFields& fields) {
    const std::string text = fields.text("plan");
    try {
        PrunePlan plan = parsePlan(text);
        checkStages(plan);
        return plan;
    } catch (const Error& error) {
        throw Error(ErrorKind::BadFile, fields.where() + ": " + error.what());
    }
}

std::optional<std::int64_t> areaFromJson(const JsonFields& fields, const char* name) {
    if (!fields.has(name))
        return std::nullopt;
    return fields.integer(name, 1, std::int64_t{1} << 40);
}

} // namespace

ordered_json toJson(const Request& request) {
    int images = 0;
    ordered_json object{{"messages", ordered_json::array()}, {"images", ordered_json::array()}};
    for (const Message& message : request.messages)
        object["messages"].push_back(toJson(message, images));
    for (const ImageInput& image : request.images)
        object["images"].push_back(toJson(image));
    if (!request.tools.empty())
        object["tools"] = request.tools.dump();
    object["plan"] = toText(request.plan);
    if (request.minPixels)
        object["min_pixels"] = *request.minPixels;
    if (request.maxPixels)
        object["max_pixels"] = *request.maxPixels;
    object["resize"] = request.resize;
    object["decoding"] = toJson(request.decoding);
    object["max_tokens"] = request.maxTokens;
    if (request.thinking)
        object["thinking"] = *request.thinking;
    return object;
}

Request requestFromJson(const JsonFields& fields) {
    Request request;
    int images = 0;
    forEach(fields, "messages", kMostTokens,
            [&](const JsonFields& message) { request.messages.push_back(messageFromJson(message, images)); });
    forEach(fields, "images", kMostImages,
            [&](const JsonFields& image) { request.images.push_back(imageFromJson(image)); });
    if (static_cast<std::size_t>(images) != request.images.size())
        fields.fail("images", std::to_string(images) + " of them, as many as the messages name");
    if (fields.has("tools"))
        request.tools = listFromText(fields, "tools");
    request.plan = planFromJson(fields);
    request.minPixels = areaFromJson(fields, "min_pixels");
    request.maxPixels = areaFromJson(fields, "max_pixels");
    request.resize = fields.boolean("resize");
    request.decoding = decodingFromJson(fields.object("decoding"));
    request.maxTokens = static_cast<int>(fields.integer("max_tokens", 1, kMostTokens));
    if (fields.has("thinking"))
        request.thinking = fields.boolean("thinking");
    request.reuse = false; // what is compared is computed
    return request;
}

} // namespace prunescope::model
