#pragma once

#include "model/pruners/determinant_greedy.h"

#include <string_view>

namespace prunescope::model {

/// How likeness of two tokens and their relevance become an element of the kernel (uniprune-2026 spec 2.1).
enum class KernelForm {
    Blend,   ///< cosine * (1 - w + w * both relevances)
    Exp,     ///< cosine * exp(w / (2 (1 - w)) * the sum of both); w below 1
    Product, ///< cosine * both relevances
};

/// "blend", "exp" or "product". Throws Error(Internal) for another.
KernelForm kernelForm(std::string_view name);

struct DeterminantOptions {
    double weight = 0.5; ///< w, in [0, 1]
    KernelForm form = KernelForm::Blend;
    int parts = 1; ///< 2: the first and the second half of the tokens are chosen from apart
};

/// What CDPruner chose.
struct DeterminantPicks {
    std::vector<std::int64_t> order; ///< [count] as they were taken, one part after the other
    std::vector<double> gain;        ///< [count] what each adds to the determinant; 0 of those that fill up
    std::vector<float> relevance;    ///< [n] in [0, 1]; all 1 where the text prefers none
    std::vector<float> diagonal;     ///< [n] of the kernel
    std::vector<float> left; ///< [n] gain of those that were taken, of the others what they would add at the end
};

/// The kernel of `features` [n, width] under `relevance` [n].
DeterminantKernel determinantKernel(const at::Tensor& features, const std::vector<float>& relevance,
                                    const DeterminantOptions& options);

/// CDPruner (uniprune-2026 spec 2): greedily the tokens of largest determinant of a kernel of likeness to each other
/// and relevance to the text. The kernel is float32, what accumulates is float64. `features` [n, width], `text`
/// [m, width] or undefined: no text; 1 <= count <= n. With one part the picks of a smaller count come first.
DeterminantPicks pickDeterminant(const at::Tensor& features, const at::Tensor& text, std::int64_t count,
                                 const DeterminantOptions& options);

} // namespace prunescope::model
