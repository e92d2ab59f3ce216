#include "model/files/gguf_header.h"

#include "core/base/format.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstring>
#include <limits>
#include <optional>

namespace prunescope::model {

namespace {

/// A key in a message: as it is, in quotes where it has more than names have.
std::string nameOf(std::string_view key) {
    const auto isPlain = [](char c) { return c > ' ' && c < 127; };
    return std::ranges::all_of(key, isPlain) ? std::string(key) : inQuotes(key);
}

constexpr std::size_t kLengthBytes = 8;

template <typename Number>
Number numberAt(std::span<const std::byte> bytes, std::size_t index = 0) {
    Number number;
    std::memcpy(&number, bytes.data() + index * sizeof(Number), sizeof(Number)); // little-endian, as our machines
    return number;
}

/// nullopt where it is no integer, or too large for 64 bits with a sign.
std::optional<std::int64_t> integerAt(const GgufValue& value, std::size_t index) {
    switch (value.type) {
    case GgufType::U8:
        return numberAt<std::uint8_t>(value.bytes, index);
    case GgufType::I8:
        return numberAt<std::int8_t>(value.bytes, index);
    case GgufType::U16:
        return numberAt<std::uint16_t>(value.bytes, index);
    case GgufType::I16:
        return numberAt<std::int16_t>(value.bytes, index);
    case GgufType::U32:
        return numberAt<std::uint32_t>(value.bytes, index);
    case GgufType::I32:
        return numberAt<std::int32_t>(value.bytes, index);
    case GgufType::Bool:
        return numberAt<std::uint8_t>(value.bytes, index) != 0;
    case GgufType::I64:
        return numberAt<std::int64_t>(value.bytes, index);
    case GgufType::U64: {
        const auto number = numberAt<std::uint64_t>(value.bytes, index);
        constexpr auto kMost = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
        return number <= kMost ? std::optional(static_cast<std::int64_t>(number)) : std::nullopt;
    }
    default:
        return std::nullopt;
    }
}

double shortestDecimal(float number) {
    std::array<char, 32> digits{};
    const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), number).ptr;
    double decimal = 0;
    std::from_chars(digits.data(), end, decimal);
    return decimal;
}

std::optional<double> numberOf(const GgufValue& value, std::size_t index) {
    if (value.type == GgufType::F32)
        return shortestDecimal(numberAt<float>(value.bytes, index));
    if (value.type == GgufType::F64)
        return numberAt<double>(value.bytes, index);
    const auto integer = integerAt(value, index);
    return integer ? std::optional(static_cast<double>(*integer)) : std::nullopt;
}

/// The text that `bytes` begins with, which is taken off.
std::string_view takeText(std::span<const std::byte>& bytes) {
    const auto length = numberAt<std::uint64_t>(bytes); // checked when the header was read
    const auto* text = reinterpret_cast<const char*>(bytes.data() + kLengthBytes);
    bytes = bytes.subspan(kLengthBytes + length);
    return {text, length};
}

std::string rangeText(std::int64_t low, std::int64_t high) {
    return std::to_string(low) + " to " + std::to_string(high);
}

} // namespace

std::size_t ggufSize(GgufType type) {
    constexpr std::array<std::size_t, 13> kSizes{1, 1, 2, 2, 4, 4, 4, 1, 0, 0, 8, 8, 8};
    const auto index = static_cast<std::size_t>(type);
    return index < kSizes.size() ? kSizes[index] : 0;
}

const GgufValue* GgufHeader::find(std::string_view key) const {
    const auto it = m_values.find(key);
    return it == m_values.end() ? nullptr : &it->second;
}

std::string GgufHeader::found(std::string_view key) const {
    const GgufValue* value = find(key);
    if (!value)
        return "missing";
    if (value->isList)
        return "a list of " + std::to_string(value->count);
    if (value->type == GgufType::Text) {
        auto bytes = value->bytes;
        return inQuotes(takeText(bytes));
    }
    if (const auto integer = integerAt(*value, 0))
        return std::to_string(*integer);
    const auto number = numberOf(*value, 0);
    return number ? shortNumber(*number) : "too large";
}

void GgufHeader::raise(ErrorKind kind, std::string_view key, const std::string& expected) const {
    throw Error(kind, m_where + ": " + nameOf(key) + " is " + found(key) + ", expected " + expected);
}

void GgufHeader::fail(std::string_view key, const std::string& expected) const {
    raise(ErrorKind::BadFile, key, expected);
}

void GgufHeader::refuse(std::string_view key, const std::string& expected) const {
    raise(ErrorKind::Unsupported, key, expected);
}

const GgufValue& GgufHeader::single(std::string_view key, const std::string& expected) const {
    const GgufValue* value = find(key);
    if (!value || value->isList)
        fail(key, expected);
    return *value;
}

const GgufValue& GgufHeader::list(std::string_view key, const std::string& expected) const {
    const GgufValue* value = find(key);
    if (!value || !value->isList)
        fail(key, expected);
    return *value;
}

std::int64_t GgufHeader::integer(std::string_view key, std::int64_t low, std::int64_t high) const {
    const std::string expected = "a number from " + rangeText(low, high);
    const auto number = integerAt(single(key, expected), 0);
    if (!number || *number < low || *number > high)
        fail(key, expected);
    return *number;
}

double GgufHeader::number(std::string_view key) const {
    const auto number = numberOf(single(key, "a number"), 0);
    if (!number)
        fail(key, "a number");
    return *number;
}

std::string GgufHeader::text(std::string_view key) const {
    const GgufValue& value = single(key, "a text");
    if (value.type != GgufType::Text)
        fail(key, "a text");
    auto bytes = value.bytes;
    return std::string(takeText(bytes));
}

std::string GgufHeader::text(std::string_view key, const std::string& fallback) const {
    return has(key) ? text(key) : fallback;
}

std::vector<std::int64_t> GgufHeader::integers(std::string_view key, std::int64_t low, std::int64_t high) const {
    const std::string expected = "a list of numbers from " + rangeText(low, high);
    const GgufValue& value = list(key, expected);
    std::vector<std::int64_t> numbers;
    for (std::size_t i = 0; i < value.count; ++i) {
        const auto number = integerAt(value, i);
        if (!number || *number < low || *number > high)
            fail(key, expected);
        numbers.push_back(*number);
    }
    return numbers;
}

std::vector<double> GgufHeader::numbers(std::string_view key) const {
    const GgufValue& value = list(key, "a list of numbers");
    std::vector<double> numbers;
    for (std::size_t i = 0; i < value.count; ++i) {
        const auto number = numberOf(value, i);
        if (!number)
            fail(key, "a list of numbers");
        numbers.push_back(*number);
    }
    return numbers;
}

std::vector<std::string_view> GgufHeader::texts(std::string_view key) const {
    const GgufValue& value = list(key, "a list of texts");
    if (value.type != GgufType::Text && value.count > 0)
        fail(key, "a list of texts");
    std::vector<std::string_view> texts;
    texts.reserve(value.count);
    auto bytes = value.bytes;
    for (std::size_t i = 0; i < value.count; ++i)
        texts.push_back(takeText(bytes));
    return texts;
}

} // namespace prunescope::model
