#include "model/layers/norm.h"

#include "model/layers/cpu_rows.h"

namespace prunescope::model {

namespace {

/// x / rms(x) in float32.
at::Tensor normalized(const at::Tensor& x, double epsilon) {
    const at::Tensor wide = x.to(at::kFloat);
    return wide * (wide.square().mean(-1, true) + epsilon).rsqrt();
}

} // namespace

at::Tensor RmsNorm::generally(const at::Tensor& x) const {
    const at::Tensor normed = normalized(x, epsilon);
    if (!centred)
        return normed.to(x.scalar_type()) * weight;
    return (normed * (isOffset ? 1 + weight.to(at::kFloat) : weight)).to(x.scalar_type());
}

at::Tensor RmsNorm::operator()(const at::Tensor& x) const {
    if (gradient::isWanted(x) || gradient::isWanted(weight))
        return centred ? generally(x) : gradient::rmsNorm(x, weight, epsilon);
    if (isOffset)
        return generally(x);
    if (auto normed = cpuRmsNorm(x, weight, epsilon))
        return *std::move(normed);
    if (const auto normed = x.is_cuda() ? cudaAddNorm(x, {}, weight, {}, epsilon) : std::nullopt)
        return *normed;
    return generally(x);
}

Norm loadNorm(WeightSource& source, const std::string& name, std::int64_t width, bool hasBias, double epsilon) {
    return {source.get(name + ".weight", {width}), hasBias ? source.get(name + ".bias", {width}) : at::Tensor(),
            epsilon};
}

RmsNorm loadRmsNorm(WeightSource& source, const std::string& name, std::int64_t width, double epsilon, bool centred) {
    if (!centred || source.trains())
        return {source.get(name + ".weight", {width}), epsilon, centred, centred};
    return {source.wide(name + ".weight", {width}) + 1, epsilon, true};
}

} // namespace prunescope::model
