#include "model/layers/delta_rule.h"

#include "model/layers/cpu_delta.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>
#include <vector>

namespace prunescope::model {

namespace {

constexpr double kUnitEpsilon = 1e-6; // of 5.4; not the model's epsilon

/// x / |x| over the last axis
at::Tensor unit(const at::Tensor& x) {
    const at::Tensor wide = x.to(at::kFloat);
    return wide * (wide.square().sum(-1, true) + kUnitEpsilon).rsqrt();
}

at::Tensor memoryOrZeros(const DeltaInput& input, const at::Tensor& memory) {
    return memory.defined() ? memory
                            : at::zeros({input.v.size(1), input.k.size(2), input.v.size(2)}, input.v.options());
}

/// [n, heads, ...] -> [heads, chunks, chunk, ...], zeros behind the last token: with g = beta = 0 they change nothing.
at::Tensor inChunks(const at::Tensor& x, std::int64_t chunk) {
    const std::int64_t missing = (chunk - x.size(0) % chunk) % chunk;
    std::vector<std::int64_t> padding(static_cast<std::size_t>(2 * x.dim()), 0);
    padding.back() = missing;
    const at::Tensor whole = missing > 0 ? at::constant_pad_nd(x, padding) : x;
    return whole.unflatten(0, {-1, chunk}).movedim(2, 0).contiguous();
}

/// [keyHeads, ...] for each of its value heads: [valueHeads, ...], without a copy where they are the same.
at::Tensor forValueHeads(const at::Tensor& x, std::int64_t valueHeads) {
    return x.size(0) == valueHeads ? x : x.repeat_interleave(valueHeads / x.size(0), 0);
}

// Smaller factors are 0: the epsilon of 5.6 hides them, and products of such small numbers leave the range of normal
// ones, which then cost a CPU a hundred others.
constexpr double kGone = 1e-13;

/// e^x
at::Tensor faded(const at::Tensor& x) {
    return x.masked_fill(x < std::log(kGone), -std::numeric_limits<double>::infinity()).exp();
}

at::Tensor shrunk(const at::Tensor& x) {
    return at::hardshrink(x, kGone);
}

/// Blocks [blocks, 2 size, 2 size] on the diagonal of `x` [.., n, n], of which the lower left quarter: [.., size,
/// size].
at::Tensor lowerLeft(const at::Tensor& x, std::int64_t size) {
    const at::Tensor blocks = x.unflatten(-1, {-1, 2 * size}).unflatten(-3, {-1, 2 * size}); // [.., m, 2s, m, 2s]
    const at::Tensor diagonal = blocks.diagonal(0, -4, -2).movedim(-1, -3);
    return diagonal.narrow(-2, size, size).narrow(-1, 0, size);
}

/// (I + A)^-1 of the strictly lower part of `a` [.., n, n], n a power of two: from blocks on the diagonal to blocks of
/// twice the size, as [[B, 0], [C, D]]^-1 = [[B^-1, 0], [-D^-1 C B^-1, D^-1]].
/// As exact as substitution, where powers of A would grow beyond measure; LibTorch's solver for triangular systems
/// needs libraries on a GPU that are not always there.
at::Tensor unitLowerInverse(const at::Tensor& a) {
    std::vector<std::int64_t> sizes = a.sizes().vec();
    sizes.back() = 1;
    at::Tensor inverse = at::ones(sizes, a.options()).unsqueeze(-1); // [.., blocks, size, size]
    for (std::int64_t size = 1; size < a.size(-1); size *= 2) {
        const at::Tensor pairs = inverse.unflatten(-3, {-1, 2});
        const at::Tensor upper = pairs.select(-3, 0), lower = pairs.select(-3, 1), corner = lowerLeft(a, size);
        const at::Tensor left = size == 1 ? -corner : -shrunk(at::matmul(shrunk(at::matmul(lower, corner)), upper));
        inverse = at::cat({at::cat({upper, at::zeros_like(upper)}, -1), at::cat({left, lower}, -1)}, -2);
    }
    return inverse.squeeze(-3);
}

/// What can be computed for all chunks at once; all [valueHeads, chunks, ...].
struct Chunks {
    at::Tensor queries;   ///< [.., chunk, keyDim] e^G Q: what they read of the memory before the chunk
    at::Tensor keys;      ///< [.., chunk, keyDim] e^(G_c - G) K: as they are left in the memory after it
    at::Tensor values;    ///< [.., chunk, valueDim] U
    at::Tensor known;     ///< [.., chunk, keyDim] W: what the memory before the chunk says already
    at::Tensor attention; ///< [.., chunk, chunk] (Q K^T) .* D
    at::Tensor decay;     ///< [.., 1, 1] e^(G_c)
};

Chunks prepared(const DeltaInput& input, std::int64_t chunk) {
    const std::int64_t heads = input.v.size(1);
    const at::Tensor q = inChunks(input.q, chunk), k = inChunks(input.k, chunk), v = inChunks(input.v, chunk);
    const at::Tensor beta = inChunks(input.beta, chunk).unsqueeze(-1);
    const at::Tensor sums = inChunks(input.g, chunk).cumsum(-1).unsqueeze(-1); // G, [.., chunk, 1]
    const at::Tensor hidden = at::ones({chunk, chunk}, v.options().dtype(at::kBool)).triu(1);
    const at::Tensor between = // D; masked before exp, for that would overflow
        faded((sums - sums.transpose(-1, -2)).masked_fill(hidden, -std::numeric_limits<double>::infinity()));
    const at::Tensor transposed = k.transpose(-1, -2);
    const at::Tensor products = forValueHeads(at::matmul(k, transposed), heads);
    const at::Tensor scores = forValueHeads(at::matmul(q, transposed), heads);
    const at::Tensor keys = forValueHeads(k, heads), scale = faded(sums), last = sums.narrow(-2, chunk - 1, 1);
    const at::Tensor solved = at::matmul(unitLowerInverse(products * between * beta),
                                         at::cat({v * beta, keys * (beta * scale)}, -1)); // U and W
    const std::vector<at::Tensor> parts = solved.split_with_sizes({v.size(-1), k.size(-1)}, -1);
    return {
        forValueHeads(q, heads) * scale, keys * faded(last - sums), parts[0], parts[1], scores * between, faded(last)};
}

/// The sequential part of 5.7.
DeltaOutput runChunks(const Chunks& chunks, at::Tensor memory) {
    std::vector<at::Tensor> values;
    for (std::int64_t i = 0; i < chunks.values.size(1); ++i) {
        const auto at = [i](const at::Tensor& x) { return x.select(1, i); };
        const at::Tensor rest = at::baddbmm(at(chunks.values), at(chunks.known), memory, 1, -1); // R
        values.push_back(at::baddbmm(at::bmm(at(chunks.queries), memory), at(chunks.attention), rest));
        memory = at::baddbmm(memory * at(chunks.decay), at(chunks.keys).transpose(1, 2), rest);
    }
    return {at::stack(values, 1).flatten(1, 2).transpose(0, 1), memory};
}

std::int64_t wholePower(std::int64_t count) {
    return static_cast<std::int64_t>(std::bit_ceil(static_cast<std::uint64_t>(count)));
}

DeltaInput narrowed(const DeltaInput& input, std::int64_t first, std::int64_t count) {
    const auto rows = [&](const at::Tensor& x) { return x.narrow(0, first, count); };
    return {rows(input.q), rows(input.k), rows(input.v), rows(input.g), rows(input.beta)};
}

} // namespace

Convolved causalConvolution(const at::Tensor& u, const at::Tensor& taps, const at::Tensor& recent) {
    const std::int64_t before = taps.size(1) - 1, n = u.size(0);
    const at::Tensor old = recent.defined() ? recent : at::zeros({before, u.size(1)}, u.options());
    const at::Tensor rows = n >= before ? u : at::cat({old, u});
    at::Tensor last = rows.narrow(0, rows.size(0) - before, before).clone();
    if (auto values = cpuConvolution(u, taps, old))
        return {*std::move(values), std::move(last)};
    const at::Tensor wide = at::cat({old, u}).to(at::kFloat), wideTaps = taps.to(at::kFloat);
    at::Tensor sum = wide.narrow(0, before, n) * wideTaps.select(1, before);
    for (std::int64_t tap = 0; tap < before; ++tap)
        sum = at::addcmul(sum, wide.narrow(0, tap, n), wideTaps.select(1, tap));
    return {at::silu(sum.to(u.scalar_type())), std::move(last)};
}

DeltaGates deltaGates(const at::Tensor& a, const at::Tensor& b, const at::Tensor& decayLog, const at::Tensor& bias) {
    const at::Tensor rate = at::softplus(a.to(at::kFloat) + bias.to(at::kFloat));
    return {-decayLog.to(at::kFloat).exp() * rate, at::sigmoid(b).to(at::kFloat)};
}

DeltaInput deltaInput(const at::Tensor& convolved, const DeltaGates& gates, const LinearAttention& sizes) {
    const auto heads = [&](std::int64_t first, std::int64_t count, std::int64_t dim) {
        return convolved.narrow(1, first, count * dim).unflatten(1, {count, dim});
    };
    const double scale = 1 / std::sqrt(static_cast<double>(sizes.keyDim));
    return {unit(heads(0, sizes.keyHeads, sizes.keyDim)) * scale,
            unit(heads(sizes.keyWidth(), sizes.keyHeads, sizes.keyDim)),
            heads(2 * sizes.keyWidth(), sizes.valueHeads, sizes.valueDim).to(at::kFloat), gates.g, gates.beta};
}

DeltaOutput deltaRuleChunked(const DeltaInput& input, const at::Tensor& memory, std::int64_t chunk) {
    constexpr std::int64_t kPiece = 2048; // tokens that are worked on at a time, which bounds the memory
    const std::int64_t n = input.v.size(0), size = wholePower(std::clamp<std::int64_t>(n, 1, chunk));
    const std::int64_t piece = std::max<std::int64_t>(1, kPiece / size) * size;
    std::vector<at::Tensor> values;
    at::Tensor state = memoryOrZeros(input, memory);
    for (std::int64_t first = 0; first < n; first += piece) {
        const std::int64_t count = std::min(piece, n - first);
        const DeltaOutput part = runChunks(prepared(narrowed(input, first, count), size), state);
        values.push_back(part.values.narrow(0, 0, count));
        state = part.memory;
    }
    return {values.empty() ? at::empty_like(input.v) : at::cat(values), state};
}

DeltaOutput deltaRuleStepwise(const DeltaInput& input, const at::Tensor& memory) {
    const std::int64_t n = input.v.size(0), repeats = input.v.size(1) / input.k.size(1);
    const at::Tensor decay = input.g.exp();
    std::vector<at::Tensor> values;
    at::Tensor state = memoryOrZeros(input, memory);
    for (std::int64_t t = 0; t < n; ++t) {
        const at::Tensor q = input.q[t].repeat_interleave(repeats, 0), k = input.k[t].repeat_interleave(repeats, 0);
        state = state * decay[t].unsqueeze(-1).unsqueeze(-1);
        const at::Tensor read = at::matmul(k.unsqueeze(1), state).squeeze(1);
        const at::Tensor error = (input.v[t] - read) * input.beta[t].unsqueeze(-1);
        state = state + k.unsqueeze(2) * error.unsqueeze(1);
        values.push_back(at::matmul(q.unsqueeze(1), state).squeeze(1));
    }
    return {values.empty() ? at::empty_like(input.v) : at::stack(values), state};
}

DeltaOutput deltaRule(const DeltaInput& input, const at::Tensor& memory) {
    if (auto output = cpuDeltaRule(input, memory))
        return *std::move(output);
    return deltaRuleChunked(input, memory);
}

DeltaOutput deltaRule(const at::Tensor& convolved, const DeltaGates& gates, const LinearAttention& sizes,
                      const at::Tensor& memory) {
    if (auto output = cpuDeltaRule(convolved, gates, sizes, memory))
        return *std::move(output);
    return deltaRuleChunked(deltaInput(convolved, gates, sizes), memory);
}

at::Tensor gatedNorm(const at::Tensor& values, const at::Tensor& z, const at::Tensor& weight, double epsilon) {
    if (auto gated = cpuGatedNorm(values, z, weight, epsilon))
        return *std::move(gated);
    const at::ScalarType type = z.scalar_type();
    const at::Tensor wide = values.to(at::kFloat);
    const at::Tensor normed = (wide * (wide.square().mean(-1, true) + epsilon).rsqrt()).to(type);
    const at::Tensor weighted = (normed.to(at::kFloat) * weight.to(at::kFloat)).to(type);
    return (weighted.to(at::kFloat) * at::silu(z.to(at::kFloat))).to(type).flatten(1);
}

} // namespace prunescope::model
