#include "model/train/losses.h"

#include <ATen/core/grad_mode.h>
#include <torch/csrc/autograd/autograd.h>
#include <torch/csrc/autograd/custom_function.h>

namespace prunescope::model::train {

namespace {

/// What a chunk of rows adds up to.
struct Sums {
    at::Tensor text, number, distillation;
    std::vector<at::Tensor> best;
};

/// The inputs of a loss that take no gradient.
struct Judge {
    const TeacherStates& teacher;
    const at::Tensor& labels;
    const at::Tensor& numbers;
    const at::Tensor& weights;
    const NumberTargets& targets;
    const AnswerLossOptions& options;
    bool wantsGradient = true; ///< a custom function's forward pass itself runs without

    /// Loss of rows [begin, begin + count), a scalar with gradient.
    at::Tensor operator()(const at::Tensor& hidden, const at::Tensor& head, std::int64_t begin, std::int64_t count,
                          Sums& sums) const {
        const at::Tensor logits = at::linear(hidden, head).to(at::kFloat);
        const at::Tensor logProbabilities = at::log_softmax(logits, -1);
        const at::Tensor label = labels.narrow(0, begin, count), number = numbers.narrow(0, begin, count);
        const at::Tensor weight = weights.narrow(0, begin, count);
        const at::Tensor isNumber = number.ge(0);
        const at::Tensor plain = logProbabilities.gather(1, label.unsqueeze(1)).squeeze(1).neg();
        const at::Tensor text = (plain * isNumber.logical_not() * weight).sum();
        at::Tensor crossEntropy = text;
        if (targets.areKnown()) {
            const at::Tensor rows = isNumber.nonzero().squeeze(1);
            const at::Tensor soft = targets
                                        .loss(logProbabilities.index_select(0, rows).index_select(1, targets.ids()),
                                              number.index_select(0, rows))
                                        .mul(weight.index_select(0, rows))
                                        .sum();
            sums.number += soft.detach();
            crossEntropy = crossEntropy + soft;
        }
        sums.text += text.detach();
        sums.best.push_back(logits.detach().argmax(-1));
        if (!teacher.hidden.defined())
            return crossEntropy;
        const at::Tensor divergence = kl(logits, teacher.hidden.narrow(0, begin, count), weight);
        sums.distillation += divergence.detach();
        return options.sum ? crossEntropy + divergence
                           : crossEntropy * options.alpha + divergence * (1 - options.alpha);
    }

private:
    /// Forward KL: the teacher first.
    at::Tensor kl(const at::Tensor& logits, const at::Tensor& teacherHidden, const at::Tensor& weight) const {
        const at::Tensor expected = [&] {
            const at::NoGradGuard noGradient;
            return at::log_softmax(at::linear(teacherHidden, teacher.head).to(at::kFloat) / options.temperature, -1);
        }();
        const at::Tensor found = at::log_softmax(logits / options.temperature, -1);
        return ((expected.exp() * (expected - found)).sum(-1) * weight).sum();
    }
};

/// Logits over a large vocabulary never exist for all rows at once: every chunk makes its part of the gradient while it
/// is there.
struct ChunkedLoss : torch::autograd::Function<ChunkedLoss> {
    static at::Tensor forward(torch::autograd::AutogradContext* context, const at::Tensor& hidden,
                              const at::Tensor& head, const Judge* judge, Sums* sums) {
        const bool wanted = judge->wantsGradient && (hidden.requires_grad() || head.requires_grad());
        at::Tensor total = at::zeros({}, hidden.options().dtype(at::kFloat));
        at::Tensor ofHidden = at::empty_like(hidden), ofHead;
        for (std::int64_t begin = 0; begin < hidden.size(0); begin += judge->options.chunkRows) {
            const std::int64_t count = std::min(judge->options.chunkRows, hidden.size(0) - begin);
            const at::AutoGradMode gradient(wanted);
            const at::Tensor part = hidden.narrow(0, begin, count).detach().set_requires_grad(wanted);
            const at::Tensor table = head.detach().set_requires_grad(wanted && head.requires_grad());
            const at::Tensor loss = (*judge)(part, table, begin, count, *sums);
            total += loss.detach();
            if (!wanted)
                continue;
            torch::autograd::variable_list inputs{part};
            if (table.requires_grad())
                inputs.push_back(table);
            const auto gradients = torch::autograd::grad({loss}, inputs);
            const at::NoGradGuard noGradient;
            ofHidden.narrow(0, begin, count).copy_(gradients[0]);
            if (inputs.size() > 1)
                ofHead = ofHead.defined() ? ofHead.add_(gradients[1]) : gradients[1].to(at::kFloat);
        }
        if (wanted)
            context->save_for_backward({ofHidden, ofHead.defined() ? ofHead.to(head.scalar_type()) : at::Tensor()});
        return total;
    }
    static torch::autograd::variable_list backward(torch::autograd::AutogradContext* context,
                                                   torch::autograd::variable_list gradients) {
        const auto saved = context->get_saved_variables();
        const at::Tensor scale = gradients[0];
        const auto scaled = [&](const at::Tensor& x) {
            return x.defined() ? x * scale.to(x.scalar_type()) : at::Tensor();
        };
        return {scaled(saved[0]), scaled(saved[1]), at::Tensor(), at::Tensor()};
    }
};

} // namespace

NumberTargets::NumberTargets(const std::vector<std::int64_t>& ids, at::Device device, double deviation)
    : m_ids(at::tensor(ids, at::kLong).to(device)) {
    const auto count = static_cast<std::int64_t>(ids.size());
    const at::Tensor at = at::arange(count, at::kFloat);
    const at::Tensor distance = (at.unsqueeze(1) - at.unsqueeze(0)) / deviation;
    const at::Tensor weight = (distance.square() * -0.5).exp() * distance.abs().le(3);
    m_spread = (weight / weight.sum(1, true)).to(device);
}

at::Tensor NumberTargets::loss(const at::Tensor& logProbabilities, const at::Tensor& numbers) const {
    return (logProbabilities * m_spread.index_select(0, numbers)).sum(-1).neg();
}

AnswerLoss answerLoss(const at::Tensor& hidden, const at::Tensor& head, const TeacherStates& teacher,
                      const TrainBatch& batch, const NumberTargets& numbers, const AnswerLossOptions& options) {
    const at::Tensor zero = at::zeros({}, hidden.options().dtype(at::kFloat));
    Sums sums{zero.clone(), zero.clone(), zero.clone(), {}};
    const at::Tensor weights = batch.weights.defined() ? batch.weights : at::ones_like(batch.labels, zero.options());
    const Judge judge{teacher, batch.labels, batch.numbers, weights, numbers, options, at::GradMode::is_enabled()};
    AnswerLoss loss;
    loss.total = ChunkedLoss::apply(hidden, head, &judge, &sums);
    loss.text = sums.text;
    loss.number = sums.number;
    loss.distillation = sums.distillation;
    loss.best = sums.best.empty() ? at::empty({0}, batch.labels.options()) : at::cat(sums.best);
    return loss;
}

} // namespace prunescope::model::train
