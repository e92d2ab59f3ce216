#pragma once

#include <ATen/ATen.h>
#include <array>
#include <cstdint>
#include <vector>

namespace prunescope::model {

/// Cosines and sines of rotary angles, both halves of what turns of a head filled: [tokens, angles] each.
struct RotaryTable {
    at::Tensor cos;
    at::Tensor sin;

    RotaryTable rows(const at::Tensor& indices) const {
        return {cos.index_select(0, indices), sin.index_select(0, indices)};
    }
};

/// x [tokens, heads, headDim], pairs are (i, i + angles/2) of the first `angles` values, as many as the table has for a
/// token; the others pass. Computed in the table's type, result in x's.
at::Tensor rotate(const at::Tensor& x, const RotaryTable& table);

/// Vision: the first half of the frequencies turns with the patch row, the second with the column (qwen3-vl spec 4.3).
/// `y`, `x`: [patches] int64, on the device of the result. float32.
RotaryTable visionRotary(const at::Tensor& y, const at::Tensor& x, std::int64_t headDim);

/// Angle per row or column of the vision rotation: [headDim / 4] float32 on the CPU.
at::Tensor visionFrequencies(std::int64_t headDim);

/// Frequencies of the three positions of a token, and how these are mixed.
struct LanguageAngles {
    std::int64_t turned = 0; ///< values of a head that turn
    double theta = 1e4;
    std::array<std::int64_t, 3> sections{}; ///< frequencies for time, row, column
    bool chunked =
        false; ///< one section after the other (other-families spec 1.5); else interleaved (qwen3-vl spec 5.4)
};

/// Text: MRoPE; where the three positions of a token are equal this is the usual rotary embedding. Holds what does not
/// change from token to token.
class LanguageRotary {
public:
    LanguageRotary() = default;
    LanguageRotary(const LanguageAngles& angles, at::Device device);
    /// `positions`: [3, tokens] int64 on that device; the result is float32.
    RotaryTable operator()(const at::Tensor& positions) const;
    /// [turned / 2] float32: angle per position where all three are equal.
    const at::Tensor& anglePerPosition() const { return m_frequencies; }
    /// [turned / 2] int64: which of time, row and column turns each.
    const at::Tensor& axes() const { return m_axes; }

private:
    at::Tensor m_axes;        ///< [turned / 2] which of the three positions turns a frequency
    at::Tensor m_frequencies; ///< [turned / 2]
};

} // namespace prunescope::model
