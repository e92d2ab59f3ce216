#pragma once

#include "model/tokenizer/answer_parser.h"

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace prunescope::model {

/// Bytes [begin, end) of an answer.
struct TextSpan {
    std::size_t begin = 0, end = 0;
};

/// How plainly an answer says a place: the lower, the plainer (answer_parser.h).
enum class PlaceRank { ToolCall, Named, Call, PointTag, Bare };

/// Makes regions of coordinates, and says of those that are none why.
class PlaceList {
public:
    explicit PlaceList(const PlaceScale& scale);

    /// A point of two numbers, a box of four, the box around more pairs; any other count is unread.
    void add(PlaceRank rank, std::span<const double> numbers, const std::string& label, TextSpan said);
    /// `why` goes on a sentence.
    void addUnread(std::string why, TextSpan said);
    /// Whether `numbers` make a region.
    bool isPlace(std::span<const double> numbers) const;
    bool hasRegions() const { return !m_found.empty(); }

    NamedPlaces take();

private:
    struct Found {
        PlaceRank rank;
        Region region;
    };
    /// In thousandths; nothing for what lies outside.
    std::optional<std::vector<double>> normalised(std::span<const double> numbers) const;
    std::vector<double> toPixels(const std::vector<double>& norm) const;
    std::string outsideText(std::span<const double> numbers) const;

    PlaceScale m_scale;
    std::vector<Found> m_found;
    std::vector<UnreadPlace> m_unread;
};

/// "410, 220, 470, 260": as many as a line has room for.
std::string numbersText(std::span<const double> numbers);

} // namespace prunescope::model
