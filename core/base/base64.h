#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

/// RFC 4648, with the standard alphabet and padding, on one line.
namespace prunescope {

std::string encodeBase64(std::span<const std::uint8_t> bytes);
/// The bytes that `text` stands for; nothing where it is not base64.
std::optional<std::vector<std::uint8_t>> decodeBase64(std::string_view text);

} // namespace prunescope
