#pragma once

#include "model/tokenizer/place_list.h"
#include "model/tokenizer/place_numbers.h"

#include <string>
#include <string_view>
#include <vector>

namespace prunescope::model {

struct PlaceKey;

/// Lists of numbers in an answer that may be places, or citations, years, a chart's data. They count where nothing
/// plainer names a place, and the answer is nothing else than these lists or the question asks for a place.
class BarePlaces {
public:
    explicit BarePlaces(std::string_view answer) : m_answer(answer) {}

    /// `key`: that stands before them, or nullptr.
    void add(std::vector<PlaceNumbers> places, std::string label, TextSpan said, const PlaceKey* key);
    /// Hands those that count to `places`. `asked`: whether the question asks for a place.
    void decide(PlaceList& places, bool asked);

private:
    struct Candidate {
        std::vector<PlaceNumbers> places;
        std::string label;
        TextSpan said;
        bool hasKey;
    };
    /// What the answer is judged by: all of it, or what stands in the last `<answer>`.
    TextSpan judged() const;
    bool isNothingElse() const;
    bool isNothing(std::size_t begin, std::size_t end) const;
    void dropOutside(TextSpan part);
    void addWholeText();
    void joinCorners();
    void dropWords();
    void keepLongest();

    std::string_view m_answer;
    std::vector<Candidate> m_candidates;
};

} // namespace prunescope::model
