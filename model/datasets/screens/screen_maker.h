#pragma once

#include "model/datasets/screens/screen.h"

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace prunescope::model {

/// Options of drawn screens: what varies from one to the next, and how far. A model learns a narrow range sooner.
struct ScreenOptions {
    std::vector<Size> sizes{{384, 256}}; ///< one is drawn; sides are multiples of 32
    std::vector<int> fontPx{16, 18};     ///< heights of text to draw from, 11 to 32
    int faces = 2;                       ///< the first so many of the atlas
    int words = 200;                     ///< the first so many of the word list
    double documents = 0.35;             ///< share of documents, the others are windows
    double dark = 0.3;                   ///< share of dark windows
    double numbers = 0.4;                ///< share of values that are numbers, amounts, dates and times

    bool operator==(const ScreenOptions&) const = default;
};

/// Throws Error(BadFile) that names `where` and the field: unknown, of the wrong type or outside its range.
ScreenOptions screenOptionsFromJson(const nlohmann::json& object, const std::string& where);
nlohmann::json toJson(const ScreenOptions& options);

/// Draws windows and documents. Immutable; any thread.
class ScreenMaker {
public:
    /// Throws Error(Usage) that names the option which is out of range.
    explicit ScreenMaker(ScreenOptions options);
    ~ScreenMaker();
    const ScreenOptions& options() const { return m_options; }
    /// The same picture for the same seed and options, on every machine.
    Screen draw(std::uint64_t seed) const;

private:
    ScreenOptions m_options;
};

/// All words that screens are made of, the most common first.
std::span<const std::string_view> screenWords();

} // namespace prunescope::model
