#pragma once

#include "model/datasets/screens/glyph_atlas.h"
#include "model/datasets/screens/screen_maker.h"
#include "model/datasets/screens/xoshiro256.h"

#include <string>
#include <string_view>
#include <unordered_set>

namespace prunescope::model {

/// Kind of value in the cells of a column and the entries of a form.
enum class ValueKind { Words, Person, City, Product, Integer, Amount, Date, Time, Percent };

/// Room that a text has to fit.
struct Room {
    const Font& font;
    int widthPx;
};

/// Texts for one screen, from the words that its options allow. What does not fit is drawn again, some times; then the
/// answer is empty and the caller leaves the thing out.
class TextSource {
public:
    TextSource(const ScreenOptions& options, Xoshiro256& random) : m_options(options), m_random(random) {}

    /// "Save", "User name": not on this screen yet where the words suffice for that.
    std::string label(Room room);
    /// `phrase` with a capital if all its words are among the options' and it is not on this screen yet, else a label.
    std::string labelLike(std::string_view phrase, Room room);
    /// Kind of value for a field or for the cells of a column.
    ValueKind valueKind();
    std::string value(ValueKind kind, Room room);
    /// A value that is not on this screen yet, else a label: what a row of a table is called.
    std::string name(ValueKind kind, Room room);
    /// A line of running text, about as wide as the room.
    std::string sentence(Room room);

private:
    std::string_view word();
    std::string_view among(std::span<const std::string_view> names);
    std::string phrase();
    std::string drawn(ValueKind kind);
    bool claim(const std::string& text, Room room);

    const ScreenOptions& m_options;
    Xoshiro256& m_random;
    std::unordered_set<std::string> m_used; // lower case
};

} // namespace prunescope::model
