#pragma once

#include "core/report/picture_figures.h"

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace prunescope {

/// One sentence on what kind of picture this is, and what a threshold would bring and cost.
struct Advice {
    std::string_view kind; ///< a name from adviceKinds()
    std::string text;      ///< UTF-8, with the figures
    /// The threshold that is offered; nothing where none helps.
    std::optional<double> tau;
    bool isLimit = false; ///< of `tau`: no larger one; a smaller one is as good

    /// Whether somebody who has the threshold `now` is offered another one.
    bool offersOtherThan(double now) const { return tau && (isLimit ? now > *tau : now != *tau); }
    bool operator==(const Advice&) const = default;
};

/// A kind of picture on which there is something to say.
struct AdviceKind {
    std::string_view name;  ///< as in the JSON
    std::string_view title; ///< for people; the sentence begins with it
    bool (*fits)(const PictureFigures&);
    /// Threshold to offer; nothing where none helps.
    std::optional<double> (*tau)(const PictureFigures&);
    bool isLimit;
    /// What follows the title.
    std::string (*text)(const PictureFigures&);
};

/// All kinds; of several that fit a picture the first is said.
std::span<const AdviceKind> adviceKinds();

/// What there is to say on a picture with these figures; nothing for most.
std::optional<Advice> advise(const PictureFigures& figures);

/// What there is to say on `blocks` under `settings`; nothing, too, where these have no figures.
std::optional<Advice> adviceOn(const PixelBlocks& blocks, const MethodSettings& settings);

/// `{kind, text, tau}`; without tau where none is offered.
nlohmann::json toJson(const Advice& advice);

} // namespace prunescope
