#pragma once

#include <cstdint>
#include <cstring>
#include <string>
#include <utility>
#include <vector>

namespace prunescope::test {

/// Appends a number as GGUF files have it.
template <typename Number>
void appendNumber(std::string& bytes, Number number) {
    char raw[sizeof(Number)];
    std::memcpy(raw, &number, sizeof(Number));
    bytes.append(raw, sizeof(Number));
}

inline void appendText(std::string& bytes, const std::string& text) {
    appendNumber(bytes, std::uint64_t{text.size()});
    bytes += text;
}

/// The bytes of a GGUF file, right or wrong: nothing is checked. Types are numbered as in the file.
struct GgufBytes {
    std::string magic = "GGUF";
    std::uint32_t version = 3;
    std::int64_t extraTensors = 0; ///< that the header claims and does not have
    std::int64_t extraValues = 0;
    std::uint64_t alignment = 32; ///< of the data; the header says it only where a value does
    std::vector<std::string> values;
    std::vector<std::string> tensors;
    std::string data;

    /// `value` with its type, as it stands in the file.
    void raw(const std::string& key, std::uint32_t type, const std::string& value) {
        std::string bytes;
        appendText(bytes, key);
        appendNumber(bytes, type);
        values.push_back(bytes + value);
    }
    template <typename Number>
    void number(const std::string& key, std::uint32_t type, Number value) {
        std::string bytes;
        appendNumber(bytes, value);
        raw(key, type, bytes);
    }
    void u32(const std::string& key, std::uint32_t value) { number(key, 4, value); }
    void text(const std::string& key, const std::string& value) {
        std::string bytes;
        appendText(bytes, value);
        raw(key, 8, bytes);
    }
    void list(const std::string& key, std::uint32_t type, std::uint64_t count, const std::string& items) {
        std::string bytes;
        appendNumber(bytes, type);
        appendNumber(bytes, count);
        raw(key, 9, bytes + items);
    }
    void texts(const std::string& key, const std::vector<std::string>& items) {
        std::string bytes;
        for (const std::string& item : items)
            appendText(bytes, item);
        list(key, 8, items.size(), bytes);
    }
    /// `sides` as the file has them, rows first.
    void tensorAt(const std::string& name, const std::vector<std::uint64_t>& sides, std::uint32_t type,
                  std::uint64_t offset) {
        std::string bytes;
        appendText(bytes, name);
        appendNumber(bytes, static_cast<std::uint32_t>(sides.size()));
        for (const std::uint64_t side : sides)
            appendNumber(bytes, side);
        appendNumber(bytes, type);
        appendNumber(bytes, offset);
        tensors.push_back(bytes);
    }
    void tensor(const std::string& name, const std::vector<std::uint64_t>& sides, std::uint32_t type,
                const std::string& content) {
        data.resize((data.size() + alignment - 1) / alignment * alignment);
        tensorAt(name, sides, type, data.size());
        data += content;
    }

    std::string bytes() const {
        std::string all = magic;
        appendNumber(all, version);
        appendNumber(all, static_cast<std::int64_t>(tensors.size()) + extraTensors);
        appendNumber(all, static_cast<std::int64_t>(values.size()) + extraValues);
        for (const auto* parts : {&values, &tensors})
            for (const std::string& part : *parts)
                all += part;
        all.resize((all.size() + alignment - 1) / alignment * alignment);
        return all + data;
    }
};

} // namespace prunescope::test
