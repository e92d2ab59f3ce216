#pragma once

#include "model/tokenizer/place_list.h"

#include <optional>
#include <string>
#include <string_view>

namespace prunescope::model {

/// Places between tags: `<box>[[1, 2, 3, 4]]</box>`, `<|box_start|>(1,2),(3,4)<|box_end|>`, `<point>1 2</point>`,
/// `<point x="1" y="2">`, `<parameter=coordinate>[1, 2]</parameter>`, and the label before them.
class PlaceTags {
public:
    /// Both outlive this.
    PlaceTags(std::string_view answer, PlaceList& places) : m_answer(answer), m_places(places) {}

    /// Reads what begins with the `<` at `at`; returns where to go on.
    std::size_t read(std::size_t at);
    /// Whether the walk is between the tags of a tool call.
    bool isInToolCall() const { return m_isInToolCall; }

private:
    bool stands(std::string_view text, std::size_t at) const { return m_answer.substr(at, text.size()) == text; }
    std::optional<std::size_t> readLabel(std::size_t at);
    std::optional<std::size_t> readPlace(std::size_t at);
    std::optional<std::size_t> readAttributes(std::size_t at);
    std::optional<std::size_t> readParameter(std::size_t at);
    void readParameterValue(std::string_view name, std::string_view value, TextSpan said);
    /// What stands up to the next tag, if that is `closing`; behind it is `end`.
    std::optional<std::string_view> content(std::size_t begin, std::string_view closing, std::size_t& end) const;
    void addPlaces(PlaceRank rank, std::string_view content, TextSpan said, bool asOne = false);
    /// The label that ends where `at` begins, or nothing; it is used up.
    std::string takeLabel(TextSpan& said);

    static constexpr std::size_t kNowhere = std::string_view::npos;

    std::string_view m_answer;
    PlaceList& m_places;
    TextSpan m_ref{kNowhere, kNowhere};  ///< the last label, from its tag to behind the closing one
    TextSpan m_name{kNowhere, kNowhere}; ///< its words
    bool m_isInToolCall = false;
    std::optional<double> m_x; ///< the last `<parameter=x>`
};

} // namespace prunescope::model
