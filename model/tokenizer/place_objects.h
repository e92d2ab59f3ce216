#pragma once

#include "model/tokenizer/bare_places.h"
#include "model/tokenizer/place_list.h"

#include <string>

namespace prunescope::model {

struct PlaceKey;

/// Finds the places in objects, lists and calls that an answer holds.
class PlaceObjects {
public:
    /// Those that may be something else go to `bare`. Both outlive this.
    PlaceObjects(PlaceList& places, BarePlaces& bare) : m_places(places), m_bare(bare) {}

    /// Everything in `value`. `isToolCall`: it stands between the marks of one.
    void read(const LenientValue& value, bool isToolCall);
    /// Arguments of a call that acts on a place; `name` as written, `said` with it.
    void readCall(const LenientValue& arguments, const std::string& name, TextSpan said);
    /// The value of a key, which stands in `said`.
    void readValue(const PlaceKey& key, const LenientValue& value, PlaceRank rank, const std::string& label,
                   TextSpan said);

private:
    void readObject(const LenientValue& object, bool isToolCall);
    void readMember(const LenientValue& object, std::size_t index, const std::string& label, bool isToolCall);
    void readSides(const LenientValue& object, const std::string& label, bool isToolCall);

    PlaceList& m_places;
    BarePlaces& m_bare;
};

} // namespace prunescope::model
