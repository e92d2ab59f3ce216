#include "model/families/generation.h"

#include "core/base/error.h"
#include "core/base/format.h"
#include "core/base/json_fields.h"
#include "model/families/config_parts.h"

#include <algorithm>
#include <set>

namespace prunescope::model {

namespace {

constexpr double kLeastShare = 1e-6; // of the likeliest token alone

/// Reads settings of which none may keep a model from being used.
class SamplingReader {
public:
    SamplingReader(const JsonFields& fields, std::vector<std::string>& notes) : m_fields(fields), m_notes(notes) {}

    double number(const char* name, double low, double high, double otherwise) {
        return orDefault(otherwise, [&] { return m_fields.number(name, low, high, otherwise); });
    }

    /// 0 leaves nothing but the likeliest token.
    double share() {
        const double share = number("top_p", 0, 1, 1.0);
        return std::max(share, kLeastShare);
    }

    /// -1 is what some programs write for all of them.
    int count() {
        const std::int64_t count = orDefault(std::int64_t{0}, [&] { return m_fields.integer("top_k", -1, kMaxId, 0); });
        return static_cast<int>(std::max(count, std::int64_t{0}));
    }

private:
    template <typename Value, typename Read>
    Value orDefault(Value otherwise, const Read& read) {
        try {
            return read();
        } catch (const Error& error) {
            m_notes.push_back(std::string(error.what()) + ": " + nlohmann::json(otherwise).dump() + " is used");
            return otherwise;
        }
    }

    const JsonFields& m_fields;
    std::vector<std::string>& m_notes;
};

/// Ids with the place that names them.
struct NamedIds {
    std::string where;
    std::vector<std::int64_t> ids;
};

std::vector<NamedIds> namedEnds(const ModelTexts& texts, const ModelConfig& config) {
    std::vector<NamedIds> named;
    if (texts.generation)
        named.push_back(
            {texts.generation->where, endTokensOf(JsonFields(texts.generation->json, texts.generation->where))});
    named.push_back({texts.config.where, endTokensOf(JsonFields(texts.config.json, texts.config.where))});
    named.push_back({texts.config.where, config.text.endTokens});
    return named;
}

std::string outside(const std::string& where, std::int64_t id, std::int64_t vocab) {
    return where + ": eos_token_id is " + std::to_string(id) + ", expected less than " + std::to_string(vocab) +
           " (vocab_size)";
}

} // namespace

GenerationConfig readGeneration(const ModelTexts& texts) {
    GenerationConfig generation;
    if (!texts.generation)
        return generation;
    const JsonFields fields(texts.generation->json, texts.generation->where);
    generation.endTokens = endTokensOf(fields);
    SamplingReader reader(fields, generation.notes);
    Decoding& sampling = generation.sampling;
    sampling.sample = true;
    sampling.temperature = reader.number("temperature", 0, 100, 1.0);
    sampling.topP = reader.share();
    sampling.topK = reader.count();
    sampling.repetitionPenalty = reader.number("repetition_penalty", 0.01, 100, 1.0);
    return generation;
}

std::vector<std::int64_t> endTokens(const ModelTexts& texts, const ModelConfig& config, const FamilyEntry& family,
                                    const BpeTokenizer& tokenizer, std::vector<std::string>& notes) {
    std::set<std::int64_t> ends;
    std::vector<std::string> problems;
    for (const NamedIds& named : namedEnds(texts, config))
        for (const std::int64_t id : named.ids)
            if (id >= config.text.vocab)
                problems.push_back(outside(named.where, id, config.text.vocab));
            else if (id != kNoToken)
                ends.insert(id);
    for (const std::string_view token : family.endTokens)
        if (const auto id = tokenizer.id(token); id && *id < config.text.vocab)
            ends.insert(*id);
    if (ends.empty() && !problems.empty())
        throw Error(ErrorKind::BadFile, problems.front());
    for (const std::string& problem : std::set(problems.begin(), problems.end()))
        notes.push_back(problem + ": it is ignored");
    return {ends.begin(), ends.end()};
}

} // namespace prunescope::model
