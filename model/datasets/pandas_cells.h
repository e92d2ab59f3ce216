#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace prunescope::model {

/// Whether pandas takes a cell for missing: empty, or one of NA, N/A, nan, null, None, ... (evaluation spec 1.1).
bool isMissingToPandas(std::string_view cell);

/// What pandas makes of a column of a table, learned cell by cell: one in which every filled cell is a number has
/// numbers and not texts.
class PandasColumn {
public:
    void count(std::string_view cell);
    /// Cells that read in another way than they are written.
    std::int64_t different() const;
    /// The cell as Python prints it; nothing: it is missing.
    std::optional<std::string> printed(std::string_view cell) const;

private:
    enum class Kind { Text, Whole, Fraction };
    Kind kind() const;

    std::int64_t m_missing = 0;    ///< empty ones too
    std::int64_t m_words = 0;      ///< missing, but not empty
    std::int64_t m_numbers = 0;    ///< as Whole or Fraction
    std::int64_t m_asWhole = 0;    ///< numbers that print in another way where all are whole
    std::int64_t m_asFraction = 0; ///< likewise where they are fractions
    bool m_hasText = false;
    bool m_hasFraction = false;
};

} // namespace prunescope::model
