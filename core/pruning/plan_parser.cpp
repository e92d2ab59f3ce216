#include "core/base/error.h"
#include "core/base/format.h"
#include "core/pruning/prune_plan.h"

#include <algorithm>
#include <charconv>
#include <set>
#include <string_view>

namespace prunescope {

namespace {

[[noreturn]] void wrong(const std::string& message) {
    throw Error(ErrorKind::Usage, "plan: " + message);
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

/// One stage, `place:method,option,...`.
class StageParser {
public:
    explicit StageParser(std::string_view stage) {
        const std::size_t colon = stage.find(':');
        if (colon == std::string_view::npos)
            wrong("stage " + quoted(stage) +
                  " names no place, expected PLACE:METHOD, as in input:" + std::string(kDefaultMethod));
        m_place = trimmed(stage.substr(0, colon));
        m_words = split(stage.substr(colon + 1), ',');
    }

    PruneStage parse() {
        PruneStage stage;
        readPlace(stage);
        if (m_words.front().empty())
            wrong("stage at " + quoted(m_place) + " names no method, as in input:" + std::string(kDefaultMethod));
        stage.settings = methodNamed(m_words.front(), stage.place);
        for (std::size_t i = 1; i < m_words.size(); ++i)
            readOption(m_words[i], stage.settings);
        return stage;
    }

private:
    void readPlace(PruneStage& stage) const {
        const std::size_t at = m_place.find('@');
        const std::string_view name = m_place.substr(0, at);
        const bool hasLayer = at != std::string_view::npos;
        if (hasLayer && (name == "vit" || name == "llm")) {
            stage.place = name == "vit" ? Place::VisionLayer : Place::LanguageLayer;
            stage.layer = layer(m_place.substr(at + 1));
        } else if (m_place == "post" || m_place == "llm") {
            stage.place = m_place == "post" ? Place::AfterEncoder : Place::LanguageLayer;
        } else if (m_place != "input") {
            wrong("place " + quoted(m_place) + " is unknown, expected input, vit@K, post, llm or llm@K");
        }
    }

    int layer(std::string_view text) const {
        int layer = 0;
        const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), layer);
        if (text.empty() || error != std::errc() || end != text.data() + text.size())
            wrong("K of " + std::string(m_place) + " is " + quoted(text) + ", expected a number of layers");
        if (layer < 1)
            wrong("place " + quoted(m_place) + ": K is at least 1, " + (m_place.starts_with("vit") ? "input" : "post") +
                  " is before the first layer");
        return layer;
    }

    static MethodSettings methodNamed(std::string_view name, Place place) {
        for (const MethodEntry& entry : methods())
            if (entry.name == name)
                return MethodSettings(entry);
        wrong("method " + quoted(name) + " is unknown, expected one of " + methodsAt(place));
    }

    void readOption(std::string_view word, MethodSettings& settings) {
        const std::size_t equals = word.find('=');
        const std::string_view name = trimmed(word.substr(0, equals));
        const OptionSpec& spec = specNamed(name, word, settings);
        const bool isFlag = spec.kind == OptionKind::Flag;
        if (isFlag != (equals == std::string_view::npos))
            wrong("setting " + quoted(word) +
                  (isFlag ? " takes no value" : " has no value, expected " + std::string(name) + "="));
        if (!m_seen.insert(spec.name).second)
            wrong("setting " + quoted(name) + " of " + quoted(settings.method()) + " is given twice");
        const std::string_view text = isFlag ? name : trimmed(word.substr(equals + 1));
        const std::optional<OptionValue> value = parseOption(spec, text);
        if (!value)
            wrong(std::string(name) + " is " + quoted(text) + ", expected " + expectation(spec));
        try {
            settings.set(spec.name, *value);
        } catch (const Error& error) {
            wrong(error.what());
        }
    }

    static const OptionSpec& specNamed(std::string_view name, std::string_view word, const MethodSettings& settings) {
        for (const OptionSpec& spec : settings.entry().options)
            if (!name.empty() && (spec.name == name || spec.opposite == name))
                return spec;
        if (const std::string others = methodsWith(name); !others.empty())
            wrong("setting " + quoted(name) + " is for " + quoted(others) + ", found it with " +
                  quoted(settings.method()));
        wrong("setting " + quoted(word) + " of " + quoted(settings.method()) + " is unknown, expected " +
              knownWords(settings.entry()));
    }

    /// "tau=, metric=, sliding, anchored".
    static std::string knownWords(const MethodEntry& method) {
        std::vector<std::string> words;
        for (const OptionSpec& spec : method.options) {
            words.push_back(std::string(spec.name) + (spec.kind == OptionKind::Flag ? "" : "="));
            if (!spec.opposite.empty())
                words.emplace_back(spec.opposite);
        }
        return join(words);
    }

    std::string_view m_place;
    std::vector<std::string_view> m_words; ///< the method, then its options
    std::set<std::string_view> m_seen;
};

/// Line breaks and tabs part words as blanks do: messages, which quote the plan, stay on one line.
std::string onOneLine(std::string text) {
    std::replace_if(
        text.begin(), text.end(), [](char c) { return c == '\n' || c == '\r' || c == '\t'; }, ' ');
    return text;
}

} // namespace

PrunePlan parsePlan(const std::string& text) {
    const std::string line = onOneLine(text);
    const std::vector<std::string_view> parts = split(line, ';');
    if (parts.size() == 1 && parts.front().empty())
        wrong("is empty, expected PLACE:METHOD, as in input:" + std::string(kDefaultMethod) + ",tau=0.02");
    PrunePlan plan;
    plan.stages.clear();
    for (const std::string_view part : parts)
        plan.stages.push_back(StageParser(part).parse());
    checkStages(plan);
    return plan;
}

} // namespace prunescope
