#pragma once

#include "core/base/error.h"
#include "model/values/request.h"

#include <cstdint>
#include <random>
#include <unordered_set>
#include <vector>

namespace prunescope::model {

/// Error of a network whose output is not a number.
class DamagedOutput : public Error {
public:
    explicit DamagedOutput(const std::string& message) : Error(ErrorKind::BadInput, message) {}
};

/// Chooses tokens from float32 logits on the host (qwen3-vl spec 6): repetition and presence penalties, temperature,
/// top-k, top-p, then a draw by the inverse of the cumulative distribution with MT19937. Equal logits and seeds give
/// equal tokens on every device.
class Sampler {
public:
    /// `promptIds` count for the repetition penalty. Throws Error(Usage) that names a value outside its range.
    Sampler(const Decoding& settings, const std::vector<std::int64_t>& promptIds);

    /// Whether the best logit always wins, so that the device may choose.
    bool isPlainGreedy() const;
    /// `logits`: [vocab], changed on the way. Lowest id on ties. Remembers the choice. Throws DamagedOutput for NaN
    /// and infinity.
    std::int64_t next(std::vector<float>& logits);
    /// Number of the best logits that a choice depends on, so that a device may pick them out; 0 where it needs all.
    int bestAreEnough() const;
    /// Chooses as `next`, from the logits of `ids` alone: at least the `bestAreEnough` best ones and those that equal
    /// the last of them, in any order.
    std::int64_t nextOf(const std::vector<std::int64_t>& ids, const std::vector<float>& logits);
    /// Notes a token that was chosen elsewhere.
    void remember(std::int64_t id);

private:
    void penalise(std::vector<float>& logits) const;
    struct Candidate {
        std::int64_t id;
        double weight; ///< logit, later probability
    };

    static std::vector<Candidate> best(const std::vector<float>& logits, int count);
    static bool isBetter(const Candidate& a, const Candidate& b);
    static void normalise(std::vector<Candidate>& candidates);
    static void cutTail(std::vector<Candidate>& candidates, double topP);
    std::int64_t draw(std::vector<Candidate> candidates);

    Decoding m_settings;
    std::unordered_set<std::int64_t> m_seen;      ///< prompt and answer
    std::unordered_set<std::int64_t> m_generated; ///< answer
    std::mt19937 m_random;
};

/// Throws DamagedOutput for logits that no token can be chosen from.
[[noreturn]] void throwDamagedOutput();

} // namespace prunescope::model
