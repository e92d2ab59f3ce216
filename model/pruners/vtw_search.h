#pragma once

#include <ATen/ATen.h>
#include <span>
#include <vector>

namespace prunescope::model {

/// The search for VTW's layer (uniprune spec 3): the lowest before which the visual tokens may go, judged by what the
/// model then says of a few samples.

/// Layers that are tried: 5 and up, as published; all from 2 on of a model that has no more than 5.
std::vector<int> vtwCandidates(int layers);

/// KL divergence of a run without the visual tokens from the full one (the former is the target), sum over the
/// vocabulary: logits [..., vocabulary] of both, which broadcast -> [...] float64.
at::Tensor removalDivergence(const at::Tensor& full, const at::Tensor& removed);

/// The first of `candidates` whose mean divergence over the samples is at most `eta`; else `layers`: no layer may lose
/// them.
int vtwLayer(std::span<const int> candidates, std::span<const double> meanDivergence, double eta, int layers);

} // namespace prunescope::model
