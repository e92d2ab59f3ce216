#pragma once

#include "core/base/error.h"

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace prunescope::model {

/// Types of the values in the header of a GGUF file, as numbered there.
enum class GgufType : std::uint32_t { U8, I8, U16, I16, U32, I32, F32, Bool, Text, List, U64, I64, F64 };

/// A value of the header, or a list of them, left where it lies: a vocabulary is read when somebody asks for it.
struct GgufValue {
    GgufType type = GgufType::U8; ///< of the values of a list too; never List
    bool isList = false;
    std::uint64_t count = 1;
    std::span<const std::byte> bytes; ///< one after the other; texts each after their length in 8 bytes
};

/// Typed look at the values of a GGUF header. What is wrong is an Error(BadFile) such as
/// "model.gguf: qwen3vl.block_count is -1, expected a number from 1 to 1024". The file must stay mapped. Any thread.
class GgufHeader {
public:
    using Values = std::map<std::string, GgufValue, std::less<>>;

    /// `where` is the path of the file.
    GgufHeader(std::string where, Values values) : m_where(std::move(where)), m_values(std::move(values)) {}

    const std::string& where() const { return m_where; }
    const Values& values() const { return m_values; }
    bool has(std::string_view key) const { return m_values.find(key) != m_values.end(); }

    std::int64_t integer(std::string_view key, std::int64_t low, std::int64_t high) const;
    /// The shortest decimal that means the stored float: 1e-6 stays 1e-6.
    double number(std::string_view key) const;
    std::string text(std::string_view key) const;
    std::string text(std::string_view key, const std::string& fallback) const;
    /// A list of integers or truth values (0 and 1).
    std::vector<std::int64_t> integers(std::string_view key, std::int64_t low, std::int64_t high) const;
    /// A list of numbers, each as by `number`.
    std::vector<double> numbers(std::string_view key) const;
    /// A list of texts, which lie in the file.
    std::vector<std::string_view> texts(std::string_view key) const;

    /// Throws Error(BadFile): "`file`: `key` is `found`, expected `expected`".
    [[noreturn]] void fail(std::string_view key, const std::string& expected) const;
    /// The same as Error(Unsupported): nothing is wrong with the file.
    [[noreturn]] void refuse(std::string_view key, const std::string& expected) const;

private:
    const GgufValue* find(std::string_view key) const;
    std::string found(std::string_view key) const;
    [[noreturn]] void raise(ErrorKind kind, std::string_view key, const std::string& expected) const;
    const GgufValue& single(std::string_view key, const std::string& expected) const;
    const GgufValue& list(std::string_view key, const std::string& expected) const;

    std::string m_where;
    Values m_values;
};

/// Bytes of a value in a GGUF file; 0 for texts and lists.
std::size_t ggufSize(GgufType type);

} // namespace prunescope::model
