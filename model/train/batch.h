#pragma once

#include "core/pruning/prune_plan.h"
#include "model/network/network.h"
#include "model/train/example_encoder.h"
#include "model/train/ocr_labels.h"

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace prunescope::model::train {

inline constexpr int kTextSlots = 6;   ///< tokens of an element's text that its blocks predict
inline constexpr int kKeySlots = 3;    ///< of the label it belongs to
inline constexpr int kColumnSlots = 2; ///< of the head of its column
inline constexpr int kSlots = kTextSlots + kKeySlots + kColumnSlots;

/// Targets of the auxiliary OCR heads for the kept blocks of a batch.
struct OcrRows {
    at::Tensor own;    ///< [2 * blocks, 7] int64: classes; -100 where nothing is asked
    at::Tensor halves; ///< [n] int64: halves that are asked about their element; half h of feature row r is 2r + h
    at::Tensor slots;  ///< [n, 11] int64: ids of text, key, column; -100 where nothing is asked
    at::Tensor boxes;  ///< [n, 4] int64: 0..1000
    at::Tensor states; ///< [n] int64: 0 no check box, 1 not checked, 2 checked
};

/// An answer within the labels of a batch.
struct BatchAnswer {
    AnswerSpan span;
    std::int64_t firstLabel = 0; ///< row of TrainBatch::labels
};

/// A batch of training examples, as tensors on the CPU.
struct TrainBatch {
    VisionRows vision;
    LanguageRows text;
    at::Tensor predicting; ///< [n] int64: rows of tokens whose next token is part of an answer
    at::Tensor labels;     ///< [n] int64: that token
    at::Tensor numbers;    ///< [n] int64: the coordinate 0..1000 it is, else -1
    at::Tensor weights;    ///< [n] float32: how much that token counts; undefined: 1 each
    double weight = 0;     ///< their sum
    std::vector<BatchAnswer> answers;
    OcrRows ocr; ///< of drawn pictures only; else empty
    std::string plan;
    double keptShare = 1;
    std::int64_t pictures = 0;
    std::shared_ptr<const TrainBatch> whole; ///< the same, nothing dropped: what a teacher sees; where one is wanted

    TrainBatch to(at::Device device) const;
};

/// A training example, ready to be put into a batch.
struct PreparedExample {
    TrainingExample example;
    PixelBlocks blocks;
    EncodedExample encoded;
    int complexity = 0; ///< blocks that Pred-2D keeps: pictures of like complexity are put together
};

struct BatchOptions {
    PrunePlan plan;
    at::ScalarType type = at::kFloat;          ///< of the pixels
    int halvesAsked = 8;                       ///< of a picture, about their element
    std::map<std::string, double> taskWeights; ///< of the tokens of a task's answers; 1 where it is not named
    bool ocr = true;                           ///< make OcrRows
    bool levelled = true; ///< keep some dropped blocks too where that makes pictures equally long (a batch of one shape
                          ///< is computed in one go)
};

/// Prunes the pictures of the examples and gathers everything. `seed` decides what is drawn at random. Throws Error as
/// makeMask does.
TrainBatch makeBatch(const std::vector<PreparedExample>& examples, const BatchOptions& options,
                     const ExampleEncoder& encoder, std::uint64_t seed);

} // namespace prunescope::model::train
