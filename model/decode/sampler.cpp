#include "model/decode/sampler.h"

#include "core/base/error.h"
#include "core/base/format.h"

#include <algorithm>
#include <cmath>

namespace prunescope::model {

namespace {

void require(bool holds, const char* option, double value, const char* expected) {
    if (!holds)
        throw Error(ErrorKind::Usage, std::string(option) + " is " + formatFixed(value, 4) + ", expected " + expected);
}

void validate(const Decoding& settings) {
    require(settings.temperature >= 0 && std::isfinite(settings.temperature), "temperature", settings.temperature,
            "a number from 0");
    require(settings.topP > 0 && settings.topP <= 1, "top-p", settings.topP, "a number above 0, up to 1");
    require(settings.topK >= 0, "top-k", settings.topK, "a number from 0 (all)");
    require(settings.repetitionPenalty > 0 && std::isfinite(settings.repetitionPenalty), "repetition-penalty",
            settings.repetitionPenalty, "a number above 0");
    require(std::isfinite(settings.presencePenalty), "presence-penalty", settings.presencePenalty, "a number");
}

} // namespace

Sampler::Sampler(const Decoding& settings, const std::vector<std::int64_t>& promptIds)
    : m_settings(settings), m_seen(promptIds.begin(), promptIds.end()),
      m_random(static_cast<std::mt19937::result_type>(settings.seed)) {
    validate(settings);
}

bool Sampler::isPlainGreedy() const {
    return !m_settings.sample && m_settings.repetitionPenalty == 1.0 && m_settings.presencePenalty == 0.0;
}

void Sampler::remember(std::int64_t id) {
    m_seen.insert(id);
    m_generated.insert(id);
}

std::int64_t Sampler::next(std::vector<float>& logits) {
    if (std::any_of(logits.begin(), logits.end(), [](float logit) { return !std::isfinite(logit); }))
        throwDamagedOutput();
    penalise(logits);
    const bool greedy = !m_settings.sample || m_settings.temperature == 0;
    const std::int64_t id = greedy ? std::distance(logits.begin(), std::max_element(logits.begin(), logits.end()))
                                   : draw(best(logits, m_settings.topK));
    remember(id);
    return id;
}

int Sampler::bestAreEnough() const {
    const bool penalised = m_settings.repetitionPenalty != 1.0 || m_settings.presencePenalty != 0.0;
    return m_settings.sample && m_settings.temperature > 0 && !penalised ? m_settings.topK : 0;
}

std::int64_t Sampler::nextOf(const std::vector<std::int64_t>& ids, const std::vector<float>& logits) {
    if (ids.empty() || std::any_of(logits.begin(), logits.end(), [](float logit) { return !std::isfinite(logit); }))
        throwDamagedOutput();
    std::vector<Candidate> candidates;
    for (std::size_t i = 0; i < ids.size(); ++i)
        candidates.push_back({ids[i], logits[i]});
    std::sort(candidates.begin(), candidates.end(), isBetter);
    const std::int64_t id = draw(std::move(candidates));
    remember(id);
    return id;
}

bool Sampler::isBetter(const Candidate& a, const Candidate& b) {
    return a.weight != b.weight ? a.weight > b.weight : a.id < b.id;
}

/// The `count` best ids (0: all), best first, the lower id first on ties. Values equal to the last one stay, as the
/// reference keeps them.
std::vector<Sampler::Candidate> Sampler::best(const std::vector<float>& logits, int count) {
    std::vector<Candidate> candidates;
    candidates.reserve(logits.size());
    for (const float logit : logits)
        candidates.push_back({static_cast<std::int64_t>(candidates.size()), logit});
    if (count > 0 && static_cast<std::size_t>(count) < candidates.size()) {
        std::nth_element(candidates.begin(), candidates.begin() + count - 1, candidates.end(), isBetter);
        const double last = candidates[static_cast<std::size_t>(count) - 1].weight;
        candidates.erase(std::remove_if(candidates.begin() + count, candidates.end(),
                                        [&](const Candidate& candidate) { return candidate.weight < last; }),
                         candidates.end());
    }
    std::sort(candidates.begin(), candidates.end(), isBetter);
    return candidates;
}

/// Logits -> probabilities.
void Sampler::normalise(std::vector<Candidate>& candidates) {
    const double top = candidates.front().weight;
    double sum = 0;
    for (Candidate& candidate : candidates)
        sum += candidate.weight = std::exp(candidate.weight - top);
    for (Candidate& candidate : candidates)
        candidate.weight /= sum;
}

/// Drops the unlikely tail whose probabilities sum to at most 1 - topP; the best one always stays.
void Sampler::cutTail(std::vector<Candidate>& candidates, double topP) {
    double tail = 0;
    while (candidates.size() > 1 && tail + candidates.back().weight <= 1 - topP) {
        tail += candidates.back().weight;
        candidates.pop_back();
    }
}

void Sampler::penalise(std::vector<float>& logits) const {
    const auto size = static_cast<std::int64_t>(logits.size());
    const auto repetition = static_cast<float>(m_settings.repetitionPenalty);
    if (repetition != 1.0f)
        for (const std::int64_t id : m_seen)
            if (id < size) {
                float& logit = logits[static_cast<std::size_t>(id)];
                logit = logit > 0 ? logit / repetition : logit * repetition;
            }
    if (m_settings.presencePenalty != 0)
        for (const std::int64_t id : m_generated)
            if (id < size)
                logits[static_cast<std::size_t>(id)] -= static_cast<float>(m_settings.presencePenalty);
}

std::int64_t Sampler::draw(std::vector<Candidate> candidates) {
    const double top = candidates.front().weight; // before dividing: a tiny temperature would leave the range
    for (Candidate& candidate : candidates)
        candidate.weight = (candidate.weight - top) / m_settings.temperature;
    normalise(candidates);
    cutTail(candidates, m_settings.topP);
    double total = 0;
    for (const Candidate& candidate : candidates)
        total += candidate.weight;
    const double at = static_cast<double>(m_random()) / 4294967296.0 * total; // [0, total)
    double sum = 0;
    for (const Candidate& candidate : candidates)
        if ((sum += candidate.weight) > at)
            return candidate.id;
    return candidates.back().id;
}

void throwDamagedOutput() {
    throw DamagedOutput("the model's output is not a finite number (NaN): its weights are damaged");
}

} // namespace prunescope::model
