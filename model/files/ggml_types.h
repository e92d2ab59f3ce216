#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace prunescope::model {

/// How GGUF files store numbers: in blocks of a row, each `blockBytes` for `blockValues` numbers.
struct GgmlType {
    std::uint32_t id;
    std::string_view name; ///< "Q4_K"; where safetensors have the same type, it is called the same
    std::uint32_t blockValues;
    std::uint32_t blockBytes;
};

/// All that gguf 0.19.0 knows (gguf/constants.py, GGML_QUANT_SIZES), in order of their ids.
std::span<const GgmlType> ggmlTypes();

/// nullptr for an id that is none of them: the numbers of formats that were withdrawn, or came later.
const GgmlType* ggmlType(std::uint32_t id);

} // namespace prunescope::model
