#include "model/files/adapter_changes.h"

#include "core/base/error.h"
#include "core/base/format.h"

#include <algorithm>
#include <functional>
#include <numeric>

namespace prunescope::model {

namespace {

const std::string kHead = "lm_head.weight";
const std::string kEmbedding = "model.language_model.embed_tokens.weight";

std::int64_t product(const std::vector<std::int64_t>& sides, std::size_t first) {
    return std::accumulate(sides.begin() + static_cast<std::ptrdiff_t>(std::min(first, sides.size())), sides.end(),
                           std::int64_t{1}, std::multiplies<>());
}

} // namespace

AdapterChanges::AdapterChanges(AdapterFolder adapter, const Checkpoint& base)
    : m_adapter(std::move(adapter)), m_base(base), m_weights(m_adapter.weights()) {
    if (!m_base.has(kHead) && m_base.has(kEmbedding))
        separateHead();
    for (const auto& [name, weight] : m_weights)
        requireFits(name, weight);
}

/// In the base head and embedding are one matrix. A low-rank change belongs to one of them, as does a module that was
/// trained and stored whole: the other stays as it is (peft applies both to the module that it wraps).
void AdapterChanges::separateHead() {
    if (m_weights.contains(kHead)) {
        m_addsHead = true;
        return;
    }
    const auto found = m_weights.find(kEmbedding);
    if (found == m_weights.end() || m_adapter.config().tiesHead)
        return;
    const AdaptedWeight& embedding = found->second;
    if (!embedding.a && (!embedding.whole || embedding.isShared))
        return;
    AdaptedWeight head;
    head.module = embedding.module;
    head.tensor = embedding.tensor;
    if (embedding.isShared)
        head.whole = embedding.whole;
    m_weights.emplace(kHead, std::move(head));
    m_addsHead = true;
}

const AdaptedWeight* AdapterChanges::find(const std::string& name) const {
    const auto found = m_weights.find(canonicalName(name));
    return found == m_weights.end() ? nullptr : &found->second;
}

bool AdapterChanges::adds(const std::string& name) const {
    return m_addsHead && canonicalName(name) == kHead;
}

std::string AdapterChanges::source(const std::string& name) const {
    const AdaptedWeight* weight = find(name);
    if (weight && weight->whole)
        return {};
    const std::string canonical = adds(name) ? kEmbedding : canonicalName(name);
    return m_base.has(canonical) ? canonical : name;
}

std::int64_t AdapterChanges::addedValues() const {
    return m_addsHead ? product(m_base.find(kEmbedding).shape, 0) : 0;
}

void AdapterChanges::fail(const AdaptedWeight& weight, const std::string& what) const {
    throw Error(ErrorKind::BadFile, m_adapter.file()->path() + ": " + inQuotes(weight.tensor) + " " + what);
}

std::vector<std::int64_t> AdapterChanges::baseShape(const std::string& canonical, const AdaptedWeight& weight) const {
    const std::string name = m_addsHead && canonical == kHead ? kEmbedding : canonical;
    if (m_base.has(name))
        return m_base.find(name).shape;
    if (weight.added && m_base.has(weight.module + ".weight"))
        fail(weight, "adds a bias (lora_bias) to a layer of " + m_base.path() +
                         " that has none, expected one that has: peft can't merge it either, train it without");
    const std::string& base = m_adapter.config().base;
    fail(weight, "changes " + canonical + ", which " + m_base.path() +
                     " does not have: expected an adapter of this model" +
                     (base.empty() ? "" : " (it was trained on " + inQuotes(base) + ")"));
}

void AdapterChanges::requireFits(const std::string& name, const AdaptedWeight& weight) const {
    const std::vector<std::int64_t> shape = baseShape(name, weight);
    const std::int64_t outs = shape.empty() ? 0 : shape.front(), ins = product(shape, 1);
    const auto require = [&](bool fits, const TensorPlace& part) {
        if (!fits)
            fail(weight, "is part of " + shapeText(part.tensor->shape) + " on a weight " + shapeText(shape) + " of " +
                             m_base.path() + ", expected one that fits: it was trained on another model" +
                             (m_adapter.config().base.empty() ? "" : ", " + inQuotes(m_adapter.config().base)));
    };
    if (weight.whole)
        require(weight.whole.tensor->shape == shape, weight.whole);
    if (weight.rows)
        require(shape.size() == 2 && weight.rows.tensor->shape.back() == ins &&
                    std::ranges::all_of(weight.ids, [&](std::int64_t id) { return id < outs; }),
                weight.rows);
    if (weight.added)
        require(weight.added.tensor->shape == shape, weight.added);
    if (!weight.a)
        return;
    const std::int64_t rows = weight.isLookedUp ? ins : outs, cols = weight.isLookedUp ? outs : ins;
    require(shape.size() >= 2 && product(weight.a.tensor->shape, 1) == cols, weight.a);
    require(weight.b.tensor->shape.front() == rows, weight.b);
    if (weight.magnitude)
        require(weight.magnitude.tensor->values() == rows, weight.magnitude);
}

} // namespace prunescope::model
