#include "model/pruners/ranking.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

namespace prunescope::model {

namespace {

template <typename T>
std::vector<std::int64_t> fallingOrder(std::span<const T> scores) {
    const auto value = [&](std::int64_t i) {
        const T score = scores[static_cast<std::size_t>(i)];
        return std::isnan(score) ? -std::numeric_limits<T>::infinity() : score;
    };
    std::vector<std::int64_t> order(scores.size());
    std::iota(order.begin(), order.end(), 0);
    std::ranges::stable_sort(order, [&](std::int64_t a, std::int64_t b) { return value(a) > value(b); });
    return order;
}

/// The first `count` of an order, rising.
std::vector<std::int64_t> firstOf(std::vector<std::int64_t> order, std::int64_t count) {
    order.resize(std::min(order.size(), static_cast<std::size_t>(std::max<std::int64_t>(count, 0))));
    std::ranges::sort(order);
    return order;
}

} // namespace

std::vector<float> hostScores(const at::Tensor& scores) {
    const at::Tensor host = scores.to(at::kCPU, at::kFloat).contiguous();
    const float* values = host.data_ptr<float>();
    return {values, values + host.numel()};
}

std::vector<std::int64_t> byFallingScore(std::span<const float> scores) {
    return fallingOrder(scores);
}

std::vector<std::int64_t> byFallingScore(std::span<const double> scores) {
    return fallingOrder(scores);
}

std::vector<std::int64_t> bestTokens(std::span<const float> scores, std::int64_t count) {
    return firstOf(fallingOrder(scores), count);
}

std::vector<std::int64_t> bestTokens(std::span<const double> scores, std::int64_t count) {
    return firstOf(fallingOrder(scores), count);
}

std::vector<std::int64_t> bestAmong(std::span<const float> scores, std::span<const std::int64_t> among,
                                    std::int64_t count) {
    std::vector<float> of;
    for (const std::int64_t token : among)
        of.push_back(scores[static_cast<std::size_t>(token)]);
    std::vector<std::int64_t> best = bestTokens(of, count);
    for (std::int64_t& token : best)
        token = among[static_cast<std::size_t>(token)];
    return best;
}

std::vector<std::int64_t> united(std::vector<std::int64_t> some, std::span<const std::int64_t> others) {
    some.insert(some.end(), others.begin(), others.end());
    std::ranges::sort(some);
    some.erase(std::unique(some.begin(), some.end()), some.end());
    return some;
}

std::vector<std::int64_t> allBut(std::span<const std::int64_t> chosen, std::int64_t count) {
    std::vector<std::int64_t> left;
    for (std::int64_t token = 0, at = 0; token < count; ++token) {
        if (at < std::ssize(chosen) && chosen[static_cast<std::size_t>(at)] == token)
            ++at;
        else
            left.push_back(token);
    }
    return left;
}

TokenChoice bestChoice(const at::Tensor& scores, std::int64_t count) {
    TokenChoice choice;
    choice.scores = hostScores(scores);
    choice.kept = bestTokens(choice.scores, count);
    return choice;
}

} // namespace prunescope::model
