#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace prunescope::model {

/// A value of lenient JSON, as a model wrote it.
struct LenientValue {
    enum class Kind { Scalar, String, Array, Object };
    Kind kind = Kind::Scalar;
    std::string text;              ///< String: decoded, valid UTF-8; Scalar: as written
    std::vector<std::string> keys; ///< Object: one per item
    std::vector<LenientValue> items;
    std::size_t begin = 0; ///< bytes of the text that say it: [begin, end)
    std::size_t end = 0;

    /// The first member of that name, or null.
    const LenientValue* member(std::string_view name) const {
        for (std::size_t i = 0; i < keys.size(); ++i)
            if (keys[i] == name)
                return &items[i];
        return nullptr;
    }
};

/// Reads the object that begins at byte `at` of `text`; nothing when it is none, or does not end. Accepts JSON with
/// what models do to it: single quotes, a comma too many, Python's words, bytes that are no UTF-8. Depth is bounded, so
/// that no text makes it use much stack or take more than linear time.
std::optional<LenientValue> readLenientObject(std::string_view text, std::size_t at);

/// The same for an array.
std::optional<LenientValue> readLenientArray(std::string_view text, std::size_t at);

} // namespace prunescope::model
