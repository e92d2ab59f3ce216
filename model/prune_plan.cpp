#include "model/prune_plan.h"

#include "core/base/error.h"
#include "core/base/text.h"
#include "core/strategies/strategy.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <set>
#include <string_view>
#include <vector>

namespace prunescope::model {

namespace {

// Methods that choose tokens by their features; a plan may name them, this build has none.
constexpr std::array<std::string_view, 13> kTokenPruners{
    "random_tokens", "divprune", "gprune", "prumerge",  "vispruner", "pool", "fastv",
    "pyramid_drop",  "fitprune", "dart",   "sparsevlm", "mustdrop",  "vtw"};

[[noreturn]] void wrong(const std::string& message) {
    throw Error(ErrorKind::Usage, "plan: " + message);
}

[[noreturn]] void unsupported(const std::string& what) {
    throw Error(ErrorKind::Unsupported, "plan: " + what + " is not part of this build");
}

std::string quoted(std::string_view text) {
    return "'" + std::string(text) + "'";
}

/// Trimmed parts; one empty part for empty text.
std::vector<std::string_view> split(std::string_view text, char separator) {
    std::vector<std::string_view> parts;
    for (;;) {
        const std::size_t at = text.find(separator);
        parts.push_back(trimmed(text.substr(0, at)));
        if (at == std::string_view::npos)
            return parts;
        text.remove_prefix(at + 1);
    }
}

template <typename Number>
Number number(std::string_view text, const std::string& name, const char* expected) {
    Number value{};
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (text.empty() || error != std::errc() || end != text.data() + text.size())
        wrong(name + " is " + quoted(text) + ", expected " + expected);
    return value;
}

/// One stage, `place:selector,setting,...`.
class StageParser {
public:
    explicit StageParser(std::string_view stage) {
        const std::size_t colon = stage.find(':');
        if (colon == std::string_view::npos)
            wrong("stage " + quoted(stage) + " names no place, expected PLACE:SELECTOR, as in input:pred_2d");
        m_place = trimmed(stage.substr(0, colon));
        m_settings = split(stage.substr(colon + 1), ',');
        m_selector = m_settings.front();
        m_settings.erase(m_settings.begin());
    }

    PrunePlan parse() {
        PrunePlan plan;
        readPlace(plan);
        readSelector(plan);
        for (const std::string_view setting : m_settings)
            readSetting(setting, plan.mask);
        validate(plan.mask);
        if (plan.mask.strategy == "resize" && plan.place != PrunePlan::Place::Input)
            wrong("'resize' shows the model a smaller picture, expected it at input, found it at " + quoted(m_place));
        return plan;
    }

private:
    void readPlace(PrunePlan& plan) const {
        const std::size_t at = m_place.find('@');
        const std::string_view name = m_place.substr(0, at);
        const bool hasLayer = at != std::string_view::npos;
        if (name == "llm" && hasLayer)
            unsupported("stage " + quoted(m_place));
        if (m_place == "post")
            plan.place = PrunePlan::Place::Post;
        else if (name == "vit" && hasLayer)
            readLayer(m_place.substr(at + 1), plan);
        else if (m_place != "input")
            wrong("place " + quoted(m_place) + " is unknown, expected input, vit@K, post or llm@K");
    }

    void readLayer(std::string_view text, PrunePlan& plan) const {
        plan.place = PrunePlan::Place::VitLayer;
        plan.vitLayer = number<int>(text, "K of " + std::string(m_place), "a number of encoder blocks");
        if (plan.vitLayer < 1)
            wrong("place " + quoted(m_place) + ": K is at least 1, input is before the first encoder block");
    }

    void readSelector(PrunePlan& plan) const {
        if (m_selector.empty())
            wrong("stage at " + quoted(m_place) + " names no selector, as in input:pred_2d");
        if (std::find(kTokenPruners.begin(), kTokenPruners.end(), m_selector) != kTokenPruners.end())
            unsupported("token pruner " + quoted(m_selector));
        plan.mask.strategy = findStrategy(m_selector).name;
    }

    void readSetting(std::string_view setting, MaskSettings& mask) {
        const std::size_t equals = setting.find('=');
        const std::string key(trimmed(setting.substr(0, equals)));
        const bool isMode = key == "sliding" || key == "anchored";
        const bool isFlag = isMode || key == "even";
        if (!isFlag && key != "tau" && key != "metric" && key != "seed" && key != "skip-ratio")
            wrong("setting " + quoted(setting) + " of " + quoted(m_selector) +
                  " is unknown, expected tau=, metric=, seed=, skip-ratio=, sliding, anchored or even");
        if ((key == "even" || key == "skip-ratio") && m_selector != "conncomp")
            wrong("setting " + quoted(key) + " is for 'conncomp', found it with " + quoted(m_selector));
        if (isFlag != (equals == std::string_view::npos))
            wrong("setting " + quoted(setting) + (isFlag ? " takes no value" : " has no value, expected " + key + "="));
        if (!m_seen.insert(isMode ? "anchored" : key).second)
            wrong("setting " + quoted(key) + " of " + quoted(m_selector) + " is given twice");
        const std::string_view value = isFlag ? std::string_view() : trimmed(setting.substr(equals + 1));
        if (isMode)
            mask.anchored = key == "anchored";
        else if (key == "even")
            mask.even = true;
        else if (key == "skip-ratio")
            mask.skipRatio = number<double>(value, key, "a number from 0 to 1");
        else if (key == "tau")
            mask.tau = number<double>(value, key, "a number from 0 to 1");
        else if (key == "metric")
            mask.metric = value;
        else
            mask.seed = number<std::uint64_t>(value, key, "a whole number from 0");
    }

    std::string_view m_place;
    std::string_view m_selector;
    std::vector<std::string_view> m_settings;
    std::set<std::string> m_seen;
};

/// Line breaks and tabs part words as blanks do: messages, which quote the plan, stay on one line.
std::string onOneLine(std::string text) {
    std::replace_if(
        text.begin(), text.end(), [](char c) { return c == '\n' || c == '\r' || c == '\t'; }, ' ');
    return text;
}

std::string placeText(const PrunePlan& plan) {
    switch (plan.place) {
    case PrunePlan::Place::Input:
        return "input";
    case PrunePlan::Place::VitLayer:
        return "vit@" + std::to_string(plan.vitLayer);
    case PrunePlan::Place::Post:
        return "post";
    }
    throw Error(ErrorKind::Internal, "internal error: place of a plan without a name");
}

} // namespace

PrunePlan parsePlan(const std::string& text) {
    const std::string line = onOneLine(text);
    const std::vector<std::string_view> stages = split(line, ';');
    if (stages.size() == 1 && stages.front().empty())
        wrong("is empty, expected PLACE:SELECTOR, as in input:pred_2d,tau=0.02");
    const PrunePlan plan = StageParser(stages.front()).parse();
    for (std::size_t i = 1; i < stages.size(); ++i) {
        StageParser(stages[i]).parse(); // a mistake in it goes first
        unsupported("a second pixel selector, " + quoted(stages[i]) + ",");
    }
    return plan;
}

std::string toText(const PrunePlan& plan) {
    const MaskSettings standard;
    std::string text = placeText(plan) + ":" + plan.mask.strategy;
    if (plan.mask.tau != standard.tau)
        text += ",tau=" + shortNumber(plan.mask.tau);
    if (plan.mask.metric != standard.metric)
        text += ",metric=" + plan.mask.metric;
    if (!plan.mask.anchored)
        text += ",sliding";
    if (plan.mask.seed != standard.seed)
        text += ",seed=" + std::to_string(plan.mask.seed);
    if (plan.mask.strategy == "conncomp") {
        if (plan.mask.skipRatio)
            text += ",skip-ratio=" + shortNumber(*plan.mask.skipRatio);
        if (plan.mask.even)
            text += ",even";
    }
    return text;
}

} // namespace prunescope::model
