#include "model/datasets/pandas_cells.h"

#include "core/base/format.h"
#include "core/base/python_number.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

namespace prunescope::model {

namespace {

constexpr std::array<std::string_view, 18> kMissing{"NA",      "N/A", "NaN",      "nan",  "null",    "NULL",
                                                    "None",    "n/a", "#N/A",     "<NA>", "-nan",    "1.#IND",
                                                    "1.#QNAN", "#NA", "#N/A N/A", "-NaN", "-1.#IND", "-1.#QNAN"};

/// Without the sign that from_chars does not take.
std::string_view digitsOf(std::string_view cell) {
    cell = trimmed(cell);
    return cell.starts_with('+') && !cell.substr(1).starts_with('-') ? cell.substr(1) : cell;
}

template <typename Number>
std::optional<Number> numberIn(std::string_view cell) {
    const std::string_view digits = digitsOf(cell);
    Number value{};
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
    if (digits.empty() || error != std::errc() || end != digits.data() + digits.size())
        return std::nullopt;
    return value;
}

std::string fractionText(double value) {
    if (std::isinf(value))
        return value < 0 ? "-inf" : "inf";
    return pythonNumber(value);
}

} // namespace

bool isMissingToPandas(std::string_view cell) {
    return cell.empty() || std::ranges::find(kMissing, cell) != kMissing.end();
}

void PandasColumn::count(std::string_view cell) {
    if (isMissingToPandas(cell)) {
        ++m_missing;
        m_words += !cell.empty();
        return;
    }
    const auto fraction = numberIn<double>(cell);
    if (!fraction || std::isnan(*fraction)) {
        m_hasText = true;
        return;
    }
    const auto whole = numberIn<std::int64_t>(cell);
    ++m_numbers;
    m_hasFraction = m_hasFraction || !whole;
    m_asWhole += whole && std::to_string(*whole) != cell;
    m_asFraction += fractionText(*fraction) != cell;
}

PandasColumn::Kind PandasColumn::kind() const {
    if (m_hasText || m_numbers == 0)
        return Kind::Text;
    return m_hasFraction || m_missing > 0 ? Kind::Fraction : Kind::Whole;
}

std::int64_t PandasColumn::different() const {
    const Kind all = kind();
    return m_words + (all == Kind::Text ? 0 : all == Kind::Whole ? m_asWhole : m_asFraction);
}

std::optional<std::string> PandasColumn::printed(std::string_view cell) const {
    if (isMissingToPandas(cell))
        return std::nullopt;
    if (const auto whole = numberIn<std::int64_t>(cell); kind() == Kind::Whole && whole)
        return std::to_string(*whole);
    if (const auto fraction = numberIn<double>(cell); kind() == Kind::Fraction && fraction)
        return fractionText(*fraction);
    return std::string(cell);
}

} // namespace prunescope::model
