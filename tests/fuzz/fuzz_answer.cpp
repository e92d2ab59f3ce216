#include "model/tokenizer/answer_parser.h"
#include "model/values/thought.h"
#include "tests/fuzz/fuzz_bodies.h"

#include <cmath>

namespace prunescope::fuzz {

namespace {

using namespace model;

constexpr Size kOriginal{2000, 1000};
constexpr PixelRect kShown{100, 50, 1500, 900};

void requireSpan(std::size_t begin, std::size_t end, std::size_t size) {
    require(begin < end && end <= size, "a place is said by bytes of the answer");
}

void requirePlaces(const std::string& answer, const PlaceScale& scale, bool asked) {
    const NamedPlaces places = parseRegions(answer, scale, asked);
    for (const Region& region : places.regions) {
        require(region.norm.size() == (region.kind == Region::Kind::Box ? 4U : 2U),
                "a box has four numbers, a point two");
        require(region.px.size() == region.norm.size(), "every number has its pixel");
        requireSpan(region.textBegin, region.textEnd, answer.size());
        for (std::size_t i = 0; i < region.norm.size(); ++i) {
            require(region.norm[i] >= 0 && region.norm[i] <= 1000, "places lie on the scale");
            require(region.px[i] >= 0 && region.px[i] <= (i % 2 == 0 ? kOriginal.width : kOriginal.height),
                    "places lie on the picture");
        }
    }
    for (const UnreadPlace& place : places.unread) {
        require(!place.why.empty(), "there is a reason");
        requireSpan(place.textBegin, place.textEnd, answer.size());
    }
}

/// However the text comes, the splitter says the same.
void requireSameParts(const std::string& text, bool isOpen) {
    ThoughtSplitter whole(isOpen), bytes(isOpen);
    WrittenText once = whole.push(text), all;
    const auto append = [](WrittenText& to, const WrittenText& piece) {
        if (piece.isAnew)
            to = {};
        to.thought += piece.thought;
        to.answer += piece.answer;
    };
    append(once, whole.finish());
    once.isAnew = false;
    for (const char byte : text)
        append(all, bytes.push({&byte, 1}));
    append(all, bytes.finish());
    require(all == once, "a thought is told from its answer in pieces as in one");
}

} // namespace

void fuzzAnswer(Input input) {
    const std::string text = textOf(input);
    for (const bool asked : {false, true}) {
        requirePlaces(text, {kShown, kOriginal}, asked);
        requirePlaces(text, {kShown, kOriginal, {1400, 700}}, asked);
        requireSameParts(text, asked);
    }
}

} // namespace prunescope::fuzz
