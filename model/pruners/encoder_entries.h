#pragma once

#include "model/pruners/encoder_pruner.h"

#include <memory>

namespace prunescope::model {

/// The pruners after the encoder, for the list of them alone (encoder_pruners.cpp).
std::unique_ptr<const EncoderPruner> randomTokens();
std::unique_ptr<const EncoderPruner> divPrune();
std::unique_ptr<const EncoderPruner> gPrune();
std::unique_ptr<const EncoderPruner> pruMerge();
std::unique_ptr<const EncoderPruner> pruMergePlus();
std::unique_ptr<const EncoderPruner> visPruner();
std::unique_ptr<const EncoderPruner> pooling();
std::unique_ptr<const EncoderPruner> cdPruner();
std::unique_ptr<const EncoderPruner> hiPrune();
std::unique_ptr<const EncoderPruner> visionZip();

} // namespace prunescope::model
