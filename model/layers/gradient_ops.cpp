#include "model/layers/gradient_ops.h"

#include "core/base/error.h"
#include "core/kernels/cpu_level.h"
#include "model/device/parallel_rows.h"
#include "model/kernels/train_rows.h"
#include "model/layers/cpu_rows.h"

#include <algorithm>
#include <functional>
#include <mutex>
#include <torch/csrc/autograd/custom_function.h>

namespace prunescope::model::gradient {

namespace {

using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

/// Are there kernels of ours for these numbers? Elsewhere LibTorch's operations do the same.
bool hasRows(const at::Tensor& x) {
    return x.is_cpu() && x.scalar_type() == at::kBFloat16;
}

const TrainRows& rows() {
    return trainRows(bestCpuLevel());
}

const std::uint16_t* from(const at::Tensor& x) {
    return static_cast<const std::uint16_t*>(x.const_data_ptr());
}

std::uint16_t* to(at::Tensor& x) {
    return static_cast<std::uint16_t*>(x.mutable_data_ptr());
}

/// A rotation: its derivative is the rotation back.
struct Turn : torch::autograd::Function<Turn> {
    static at::Tensor forward(AutogradContext* context, const at::Tensor& x, const at::Tensor& cos,
                              const at::Tensor& sin) {
        context->save_for_backward({cos, sin});
        return rotate(x, {cos, sin});
    }
    static variable_list backward(AutogradContext* context, variable_list gradients) {
        const auto saved = context->get_saved_variables();
        return {rotate(gradients[0].contiguous(), {saved[0], saved[1].neg()}), at::Tensor(), at::Tensor()};
    }
};

struct RmsNormStep : torch::autograd::Function<RmsNormStep> {
    static at::Tensor forward(AutogradContext* context, const at::Tensor& given, const at::Tensor& weight,
                              double epsilon) {
        const at::Tensor x = given.contiguous();
        context->save_for_backward({x, weight});
        context->saved_data["epsilon"] = epsilon;
        if (auto normed = cpuRmsNorm(x, weight, epsilon))
            return *std::move(normed);
        const at::Tensor wide = x.to(at::kFloat);
        return (wide * inverseRms(wide, epsilon)).to(x.scalar_type()) * weight;
    }
    static variable_list backward(AutogradContext* context, variable_list gradients) {
        const auto saved = context->get_saved_variables();
        const double epsilon = context->saved_data["epsilon"].toDouble();
        return hasRows(saved[0]) ? byRows(saved[0], saved[1], gradients[0].contiguous(), epsilon)
                                 : byTensors(saved[0], saved[1], gradients[0], epsilon);
    }

private:
    static at::Tensor inverseRms(const at::Tensor& wide, double epsilon) {
        return wide.square().mean(-1, true).add_(epsilon).rsqrt_();
    }

    static variable_list byRows(const at::Tensor& x, const at::Tensor& weight, const at::Tensor& gradient,
                                double epsilon) {
        const std::int64_t width = x.size(-1);
        at::Tensor ofX = at::empty_like(x), ofWeight = at::zeros({width}, at::kFloat);
        std::mutex mutex;
        forRowRanges(x.numel() / width, width, [&](std::int64_t begin, std::int64_t end) {
            std::vector<float> sums(static_cast<std::size_t>(width), 0.0f);
            for (std::int64_t i = begin * width; i < end * width; i += width)
                rows().normBackward(from(x) + i, from(weight), from(gradient) + i, width, static_cast<float>(epsilon),
                                    to(ofX) + i, sums.data());
            const std::lock_guard lock(mutex);
            float* all = ofWeight.mutable_data_ptr<float>();
            for (std::size_t i = 0; i < sums.size(); ++i)
                all[i] += sums[i];
        });
        return {ofX, ofWeight.to(weight.scalar_type()), at::Tensor()};
    }

    /// dx = s (g w - n mean(g w n)) with n = x s, s = 1 / rms(x); dw = sum(g n).
    static variable_list byTensors(const at::Tensor& given, const at::Tensor& weight, const at::Tensor& given_gradient,
                                   double epsilon) {
        const at::Tensor x = given.to(at::kFloat), gradient = given_gradient.to(at::kFloat);
        const at::Tensor scale = inverseRms(x, epsilon), normed = x * scale;
        const at::Tensor weighted = gradient * weight.to(at::kFloat);
        const at::Tensor ofX = (weighted - normed * (weighted * normed).mean(-1, true)).mul_(scale);
        const at::Tensor ofWeight = (gradient * normed).reshape({-1, x.size(-1)}).sum(0);
        return {ofX.to(given.scalar_type()), ofWeight.to(weight.scalar_type()), at::Tensor()};
    }
};

struct GeluStep : torch::autograd::Function<GeluStep> {
    static at::Tensor forward(AutogradContext* context, const at::Tensor& given) {
        const at::Tensor x = given.contiguous();
        context->save_for_backward({x});
        at::Tensor y = at::empty_like(x);
        forRowRanges(x.numel(), 1, [&](std::int64_t begin, std::int64_t end) {
            rows().gelu(from(x) + begin, end - begin, to(y) + begin);
        });
        return y;
    }
    static variable_list backward(AutogradContext* context, variable_list gradients) {
        const at::Tensor x = context->get_saved_variables()[0], gradient = gradients[0].contiguous();
        at::Tensor ofX = at::empty_like(x);
        forRowRanges(x.numel(), 1, [&](std::int64_t begin, std::int64_t end) {
            rows().geluBackward(from(x) + begin, from(gradient) + begin, end - begin, to(ofX) + begin);
        });
        return {ofX};
    }
};

struct SwiGluStep : torch::autograd::Function<SwiGluStep> {
    static at::Tensor forward(AutogradContext* context, const at::Tensor& given) {
        const at::Tensor x = given.contiguous();
        context->save_for_backward({x});
        const std::int64_t inner = x.size(1) / 2;
        at::Tensor y = at::empty({x.size(0), inner}, x.options());
        forRowRanges(x.size(0), inner, [&](std::int64_t begin, std::int64_t end) {
            for (std::int64_t i = begin; i < end; ++i)
                rows().swiGlu(from(x) + 2 * i * inner, from(x) + (2 * i + 1) * inner, inner, to(y) + i * inner);
        });
        return y;
    }
    static variable_list backward(AutogradContext* context, variable_list gradients) {
        const at::Tensor x = context->get_saved_variables()[0], gradient = gradients[0].contiguous();
        const std::int64_t inner = x.size(1) / 2;
        at::Tensor ofX = at::empty_like(x);
        forRowRanges(x.size(0), inner, [&](std::int64_t begin, std::int64_t end) {
            for (std::int64_t i = begin; i < end; ++i)
                rows().swiGluBackward(from(x) + 2 * i * inner, from(x) + (2 * i + 1) * inner,
                                      from(gradient) + i * inner, inner, to(ofX) + 2 * i * inner,
                                      to(ofX) + (2 * i + 1) * inner);
        });
        return {ofX};
    }
};

/// Attention by whole products with the probabilities kept: LibTorch's own for CPUs keeps none, and its backward pass
/// takes three times as long for the short sequences of a batch. q, k, v [count, length, headDim], contiguous.
struct AttentionStep : torch::autograd::Function<AttentionStep> {
    static at::Tensor forward(AutogradContext* context, const at::Tensor& q, const at::Tensor& k, const at::Tensor& v,
                              bool causal) {
        at::Tensor p = at::bmm(q, k.transpose(1, 2));
        const std::int64_t length = p.size(2);
        forRowRanges(p.size(0) * length, length, [&](std::int64_t begin, std::int64_t end) {
            for (std::int64_t i = begin; i < end; ++i)
                rows().softmax(from(p) + i * length, seen(i, length, causal), length, scale(q), to(p) + i * length);
        });
        context->save_for_backward({q, k, v, p});
        context->saved_data["causal"] = causal;
        return at::bmm(p, v);
    }
    static variable_list backward(AutogradContext* context, variable_list gradients) {
        const auto saved = context->get_saved_variables();
        const at::Tensor &q = saved[0], &k = saved[1], &v = saved[2], &p = saved[3];
        const bool causal = context->saved_data["causal"].toBool();
        const at::Tensor gradient = gradients[0].contiguous();
        at::Tensor ofScores = at::bmm(gradient, v.transpose(1, 2));
        const std::int64_t length = p.size(2);
        forRowRanges(p.size(0) * length, length, [&](std::int64_t begin, std::int64_t end) {
            for (std::int64_t i = begin; i < end; ++i)
                rows().softmaxBackward(from(p) + i * length, from(ofScores) + i * length, seen(i, length, causal),
                                       length, scale(q), to(ofScores) + i * length);
        });
        return {at::bmm(ofScores, k), at::bmm(ofScores.transpose(1, 2), q), at::bmm(p.transpose(1, 2), gradient),
                at::Tensor()};
    }

private:
    static std::int64_t seen(std::int64_t row, std::int64_t length, bool causal) {
        return causal ? row % length + 1 : length;
    }
    static float scale(const at::Tensor& q) { return 1 / std::sqrt(static_cast<float>(q.size(2))); }
};

/// Above this a matrix of probabilities takes more memory than time is worth.
constexpr std::int64_t kLongestKept = 2560;

bool areEqual(const std::vector<std::int64_t>& segments) {
    return std::adjacent_find(segments.begin(), segments.end(), std::not_equal_to<>()) == segments.end();
}

/// [count * length, heads, headDim] -> [count, heads, length, headDim]
at::Tensor batched(const at::Tensor& x, std::int64_t count) {
    return x.unflatten(0, {count, x.size(0) / count}).transpose(1, 2);
}

/// Each key head repeated for the query heads that share it: [count, kvHeads, length, headDim] -> with all heads.
at::Tensor shared(const at::Tensor& x, std::int64_t groups) {
    if (groups == 1)
        return x;
    return x.unsqueeze(2)
        .expand({x.size(0), x.size(1), groups, x.size(2), x.size(3)})
        .reshape({x.size(0), x.size(1) * groups, x.size(2), x.size(3)});
}

at::Tensor attend(const at::Tensor& q, const at::Tensor& k, const at::Tensor& v, bool causal) {
    if (!hasRows(q) || q.size(2) > kLongestKept)
        return at::scaled_dot_product_attention(q, k, v, {}, 0.0, causal);
    const auto heads = [](const at::Tensor& x) { return x.reshape({-1, x.size(2), x.size(3)}); };
    return AttentionStep::apply(heads(q), heads(k), heads(v), causal).view(q.sizes());
}

at::Tensor attendEqual(const at::Tensor& q, const at::Tensor& k, const at::Tensor& v, std::int64_t count, bool causal) {
    const std::int64_t groups = q.size(1) / k.size(1);
    return attend(batched(q, count), shared(batched(k, count), groups), shared(batched(v, count), groups), causal)
        .transpose(1, 2)
        .reshape({q.size(0), q.size(1) * q.size(2)});
}

} // namespace

at::Tensor product(const at::Tensor& x, const at::Tensor& weight, const at::Tensor& bias) {
    return at::linear(x, weight, bias);
}

at::Tensor rmsNorm(const at::Tensor& x, const at::Tensor& weight, double epsilon) {
    return RmsNormStep::apply(x, weight, epsilon);
}

at::Tensor turned(const at::Tensor& x, const RotaryTable& table) {
    return Turn::apply(x, table.cos, table.sin);
}

at::Tensor swiGlu(const at::Tensor& gateUp) {
    if (hasRows(gateUp))
        return SwiGluStep::apply(gateUp);
    const auto halves = gateUp.chunk(2, -1);
    return at::silu(halves[0]) * halves[1];
}

at::Tensor tanhGelu(const at::Tensor& x) {
    return hasRows(x) ? GeluStep::apply(x) : at::gelu(x, "tanh");
}

at::Tensor rowsOf(const at::Tensor& table, const at::Tensor& indices) {
    return at::embedding(table, indices);
}

at::Tensor attention(const at::Tensor& q, const at::Tensor& k, const at::Tensor& v,
                     const std::vector<std::int64_t>& segments, bool causal) {
    if (areEqual(segments))
        return attendEqual(q, k, v, static_cast<std::int64_t>(segments.size()), causal);
    std::vector<at::Tensor> results;
    std::int64_t start = 0;
    for (const std::int64_t length : segments) {
        const auto part = [&](const at::Tensor& x) { return x.narrow(0, start, length); };
        results.push_back(attendEqual(part(q), part(k), part(v), 1, causal));
        start += length;
    }
    check(start == q.size(0), "attention segments cover all tokens");
    return at::cat(results);
}

} // namespace prunescope::model::gradient
