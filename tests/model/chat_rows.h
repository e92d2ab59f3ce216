#pragma once

#include "model/families/family.h"

#include <filesystem>
#include <fstream>

namespace prunescope::test {

/// With the keys in the order of the file, which templates keep.
inline nlohmann::ordered_json readOrdered(const std::filesystem::path& path) {
    std::ifstream in(path, std::ios::binary);
    return nlohmann::ordered_json::parse(in);
}

/// A message of a chat.json.
inline model::Message messageOf(const nlohmann::ordered_json& row) {
    using model::Part;
    model::Message message{row["role"].get<std::string>(), {}};
    if (row["content"].is_string())
        message.parts.push_back(Part::ofText(row["content"].get<std::string>()));
    else
        for (const auto& part : row["content"])
            message.parts.push_back(part["type"] == "image" ? Part::ofImage()
                                                            : Part::ofText(part["text"].get<std::string>()));
    if (row.contains("tool_calls"))
        message.toolCalls = row["tool_calls"];
    message.reasoning = row.value("reasoning_content", "");
    return message;
}

/// A row of a chat.json, as the family writes it.
inline std::vector<model::PromptPiece> renderRow(const model::FamilyEntry& family, const nlohmann::ordered_json& row) {
    std::vector<model::Message> messages;
    for (const auto& message : row["messages"])
        messages.push_back(messageOf(message));
    return family.renderChat(messages, row.value("tools", nlohmann::ordered_json::array()),
                             {.generationPrompt = row["add_generation_prompt"].get<bool>(),
                              .addVisionId = row.value("add_vision_id", false),
                              .thinking = row.value("enable_thinking", false)});
}

} // namespace prunescope::test
