#include "model/layers/rotary.h"

#include "model/layers/cpu_rows.h"
#include "model/layers/gradient_ops.h"

namespace prunescope::model {

namespace {

/// 1 / theta^(2i/width) for i = 0 .. width/2 - 1, in float32 as the reference computes it.
at::Tensor frequencies(std::int64_t width, double theta) {
    const at::Tensor exponents = at::arange(0, width, 2, at::kFloat) / static_cast<double>(width);
    return at::reciprocal(at::pow(at::Scalar(theta), exponents));
}

RotaryTable tableOf(const at::Tensor& halfAngles) {
    const at::Tensor angles = at::cat({halfAngles, halfAngles}, -1);
    return {angles.cos(), angles.sin()};
}

/// Sections one after the other.
at::Tensor axisOfChunk(std::int64_t count, const std::array<std::int64_t, 3>& sections) {
    std::vector<std::int64_t> axes;
    for (std::int64_t axis = 0; axis < 3; ++axis)
        axes.insert(axes.end(), static_cast<std::size_t>(sections[static_cast<std::size_t>(axis)]), axis);
    axes.resize(static_cast<std::size_t>(count), 0);
    return at::tensor(axes, at::kLong);
}

/// Axis of frequency i: rows where i mod 3 is 1, columns where it is 2, as far as their sections reach, else time.
at::Tensor axisOfFrequency(std::int64_t count, const std::array<std::int64_t, 3>& sections) {
    std::vector<std::int64_t> axes(static_cast<std::size_t>(count), 0);
    for (std::int64_t i = 0; i < count; ++i)
        if (const std::int64_t axis = i % 3; axis != 0 && i < 3 * sections[static_cast<std::size_t>(axis)])
            axes[static_cast<std::size_t>(i)] = axis;
    return at::tensor(axes, at::kLong);
}

} // namespace

at::Tensor rotate(const at::Tensor& x, const RotaryTable& table) {
    const std::int64_t angles = table.cos.size(1), rest = x.size(2) - angles;
    if (rest > 0)
        return at::cat({rotate(x.narrow(2, 0, angles), table), x.narrow(2, angles, rest)}, 2);
    if (gradient::isWanted(x))
        return gradient::turned(x, table);
    if (auto turned = cpuRotate(x, table))
        return *std::move(turned);
    const at::Tensor wide = x.to(table.cos.scalar_type());
    const auto halves = wide.chunk(2, -1);
    const at::Tensor turned = at::cat({halves[1].neg(), halves[0]}, -1);
    return (wide * table.cos.unsqueeze(1)).add_(turned.mul_(table.sin.unsqueeze(1))).to(x.scalar_type());
}

at::Tensor visionFrequencies(std::int64_t headDim) {
    return frequencies(headDim / 2, 10000.0);
}

RotaryTable visionRotary(const at::Tensor& y, const at::Tensor& x, std::int64_t headDim) {
    const at::Tensor f = visionFrequencies(headDim).to(y.device());
    return tableOf(at::cat({y.to(at::kFloat).unsqueeze(1) * f, x.to(at::kFloat).unsqueeze(1) * f}, 1));
}

LanguageRotary::LanguageRotary(const LanguageAngles& angles, at::Device device)
    : m_axes((angles.chunked ? axisOfChunk : axisOfFrequency)(angles.turned / 2, angles.sections).to(device)),
      m_frequencies(frequencies(angles.turned, angles.theta).to(device)) {}

RotaryTable LanguageRotary::operator()(const at::Tensor& positions) const {
    return tableOf(positions.to(at::kFloat).index_select(0, m_axes).t().contiguous() * m_frequencies);
}

} // namespace prunescope::model
