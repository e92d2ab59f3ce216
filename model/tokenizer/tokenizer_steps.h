#pragma once

#include "core/base/error.h"
#include "core/base/format.h"

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace prunescope::model {

/// The steps that an entry of tokenizer.json means: a Sequence is its parts, which may be such themselves, and what
/// does nothing, by whatever name, is none. Inner part of BpeTokenizer. Throws Error(BadFile) that starts with `path`.
class TokenizerSteps {
public:
    using Json = nlohmann::json;

    /// `list`: under which name a Sequence of this entry has its parts.
    TokenizerSteps(std::string path, const char* entry, const char* list)
        : m_path(std::move(path)), m_entry(entry), m_list(list) {}

    std::vector<Json> of(const Json& entry) const {
        std::vector<Json> steps;
        collect(entry, steps);
        return steps;
    }

private:
    void collect(const Json& entry, std::vector<Json>& steps) const {
        if (entry.is_null() || doesNothing(entry))
            return;
        if (!entry.is_object() || entry.value("type", Json()) != "Sequence") {
            steps.push_back(entry);
            return;
        }
        const auto parts = entry.find(m_list);
        if (parts == entry.end() || !parts->is_array())
            throw Error(ErrorKind::BadFile, m_path + ": " + m_entry + " is a Sequence without " + inQuotes(m_list) +
                                                ", expected a list of its parts");
        for (const Json& part : *parts)
            collect(part, steps);
    }

    static bool doesNothing(const Json& step) {
        if (!step.is_object())
            return false;
        const Json type = step.value("type", Json());
        if (type == "Replace")
            return replacesByItself(step.value("pattern", Json()), step.value("content", Json()));
        if (type == "Prepend")
            return step.value("prepend", Json()) == "";
        return type == "Strip" && stripsNothing(step);
    }

    static bool replacesByItself(const Json& pattern, const Json& content) {
        return pattern.is_object() && content.is_string() && pattern.value("String", Json()) == content;
    }

    /// As a normalizer it says on which sides, as a decoder how many characters.
    static bool stripsNothing(const Json& step) {
        const bool asNormalizer = step.contains("strip_left") || step.contains("strip_right");
        if (asNormalizer)
            return step.value("strip_left", Json()) == false && step.value("strip_right", Json()) == false;
        return step.value("start", Json()) == 0 && step.value("stop", Json()) == 0;
    }

    std::string m_path;
    const char* m_entry;
    const char* m_list;
};

} // namespace prunescope::model
