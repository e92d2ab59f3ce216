#pragma once

#include <cstddef>
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
    bool complete = true; ///< false: a fault or the end of the text stands in the middle of it

    /// The first member of that name, or null.
    const LenientValue* member(std::string_view name) const {
        for (std::size_t i = 0; i < keys.size(); ++i)
            if (keys[i] == name)
                return &items[i];
        return nullptr;
    }
};

/// What was read of a text that need not be right to its end.
struct LenientRead {
    LenientValue value;   ///< as far as it could be read: of an unfinished list or object the items before the fault
    std::size_t next = 0; ///< where to go on: behind it, or, of an unfinished one, where it could not be read on
};

/// Reads the object, list or tuple that begins at byte `at` of `text` with `{`, `[` or `(`. Accepts JSON with what
/// models do to it: single quotes, keys without quotes, quotes inside strings, commas too many or missing, an ellipsis,
/// comments, Python's words and tuples, the wrong closing bracket, bytes that are no UTF-8, an end that is cut off.
/// Depth is bounded, so that no text makes it use much stack or take more than linear time, also when it is called
/// again at every bracket behind `next`.
LenientRead readLenient(std::string_view text, std::size_t at);

/// The same for the arguments of a call, from its `(` on: an object whose keys are empty where an argument has no name.
LenientRead readLenientCall(std::string_view text, std::size_t at);

} // namespace prunescope::model
