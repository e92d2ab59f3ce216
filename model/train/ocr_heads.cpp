#include "model/train/ocr_heads.h"

#include "model/layers/gradient_ops.h"

#include <ATen/CPUGeneratorImpl.h>
#include <ATen/core/grad_mode.h>

namespace prunescope::model::train {

namespace {

constexpr int kBoxEdges = 4;
constexpr int kStates = 3;
constexpr int kStart = 0, kTextEnd = kTextSlots, kKeyEnd = kTextEnd + kKeySlots, kColumnEnd = kKeyEnd + kColumnSlots;
constexpr std::int64_t kVectors = kSlots + kBoxEdges; ///< each as wide as an embedding

/// Mean cross-entropy over what is asked, 0 where nothing is.
at::Tensor meanLoss(const at::Tensor& logits, const at::Tensor& targets) {
    const at::Tensor sum = at::cross_entropy_loss(logits.to(at::kFloat), targets, {}, at::Reduction::Sum);
    return sum / targets.ge(0).sum().clamp_min(1);
}

} // namespace

OcrHeads::OcrHeads(std::int64_t width, std::size_t deepstackLayers, std::uint64_t seed, ParameterSet& parameters)
    : m_width(width) {
    const at::Generator generator = at::make_generator<at::CPUGeneratorImpl>(seed);
    const auto head = [&](const std::string& name, std::int64_t out) {
        const at::Tensor weight = at::randn({out, width}, generator, at::kFloat) * 0.03;
        return Affine{parameters.add("reading." + name + ".weight", weight, Updater::Adam),
                      parameters.add("reading." + name + ".bias", at::zeros({out}), Updater::Adam)};
    };
    m_own = head("own", kHalves * kOwnCharacters * kCharacterClasses);
    if (deepstackLayers > 1)
        m_ownEarly = head("own_early", kHalves * kOwnCharacters * kCharacterClasses);
    m_elementMerged = head("element_merged", kHalves * (kVectors * width + kStates));
    if (deepstackLayers > 0)
        m_element = head("element", kHalves * (kVectors * width + kStates));
}

at::Tensor OcrHeads::ownLoss(const Affine& head, const at::Tensor& features, const at::Tensor& targets,
                             at::Tensor* right) const {
    const at::Tensor asked = targets.view({-1}).ge(0).nonzero().squeeze(1);
    const at::Tensor logits =
        gradient::rowsOf(gradient::product(features, head.weight, head.bias).view({-1, kCharacterClasses}), asked);
    const at::Tensor target = targets.view({-1}).index_select(0, asked);
    if (right) {
        const at::NoGradGuard noGradient;
        const at::Tensor written = target.gt(0);
        *right = (logits.argmax(-1).eq(target) * written).sum() / written.sum().clamp_min(1).to(at::kFloat);
    }
    return meanLoss(logits, target);
}

OcrHeads::Losses OcrHeads::elementLosses(const Affine& head, const at::Tensor& features, const OcrRows& rows,
                                         const at::Tensor& embedding, const NumberTargets& numbers) const {
    const at::Tensor half = rows.halves.remainder(kHalves), row = rows.halves.floor_divide(kHalves);
    const std::int64_t asked = rows.halves.size(0), perHalf = kVectors * m_width + kStates;
    const at::Tensor both =
        gradient::product(gradient::rowsOf(features, row), head.weight, head.bias).view({asked * kHalves, perHalf});
    const at::Tensor said = gradient::rowsOf(both, at::arange(asked, half.options()) * kHalves + half);
    const at::Tensor vectors = said.narrow(1, 0, kVectors * m_width).reshape({asked * kVectors, m_width});
    const at::Tensor base = at::arange(asked, half.options()).unsqueeze(1) * kVectors;

    const auto textLoss = [&](int begin, int end) {
        const at::Tensor targets = rows.slots.narrow(1, begin, end - begin).reshape({-1});
        const at::Tensor places = (base + at::arange(begin, end, half.options())).view({-1});
        const at::Tensor wanted = targets.ge(0).nonzero().squeeze(1);
        return meanLoss(gradient::product(gradient::rowsOf(vectors, places.index_select(0, wanted)), embedding),
                        targets.index_select(0, wanted));
    };
    Losses losses;
    losses.parts["element_text"] = textLoss(kStart, kTextEnd);
    losses.parts["element_key"] = textLoss(kTextEnd, kKeyEnd);
    losses.parts["element_column"] = textLoss(kKeyEnd, kColumnEnd);
    losses.parts["element_state"] = meanLoss(said.narrow(1, kVectors * m_width, kStates), rows.states);
    losses.total = 0.5 * (losses.parts["element_text"] + losses.parts["element_key"]) +
                   0.2 * (losses.parts["element_column"] + losses.parts["element_state"]);
    if (numbers.areKnown()) {
        const at::Tensor places = (base + at::arange(kSlots, kVectors, half.options())).view({-1});
        const at::Tensor logits =
            gradient::product(gradient::rowsOf(vectors, places), gradient::rowsOf(embedding, numbers.ids()));
        losses.parts["element_box"] =
            numbers.loss(at::log_softmax(logits.to(at::kFloat), -1), rows.boxes.view({-1})).mean();
        losses.total = losses.total + 0.3 * losses.parts["element_box"];
    }
    return losses;
}

OcrHeads::Losses OcrHeads::operator()(const VisionFeatures& features, const OcrRows& rows, const at::Tensor& embedding,
                                      const NumberTargets& numbers) const {
    Losses losses = elementLosses(m_elementMerged, features.merged, rows, embedding, numbers);
    if (m_element.weight.defined()) {
        const Losses last = elementLosses(m_element, features.deepstack.back(), rows, embedding, numbers);
        losses.total = losses.total + last.total;
        for (const auto& [name, part] : last.parts)
            losses.parts["tap_" + name] = part;
    }
    at::Tensor right;
    losses.parts["own"] = ownLoss(m_own, features.merged, rows.own, &right);
    losses.parts["own_right"] = right;
    losses.total = losses.total + losses.parts["own"];
    if (m_ownEarly.weight.defined()) {
        const at::Tensor& middle = features.deepstack[features.deepstack.size() / 2];
        losses.parts["own_early"] = ownLoss(m_ownEarly, middle, rows.own, nullptr);
        losses.total = losses.total + 0.3 * losses.parts["own_early"];
    }
    for (auto& [name, part] : losses.parts)
        part = part.detach();
    return losses;
}

} // namespace prunescope::model::train
