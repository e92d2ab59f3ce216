#pragma once

#include "core/image/picture.h"
#include "model/datasets/screens/screen.h"

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace prunescope::model::train {

/// A question with the answer to be learned.
struct ExampleQuestion {
    std::string task; ///< names the curve it is counted in
    std::string question;
    std::string answer;
    PixelRect box; ///< what it is about, in pixels of the picture; empty where that is not known
};

/// A training example: a picture with questions and their answers.
struct TrainingExample {
    std::string name; ///< for messages
    Picture picture;
    std::vector<ExampleQuestion> questions;
    std::shared_ptr<const Screen> screen; ///< of a drawn picture: what can be read where
};

/// Source of training examples. Any thread.
class ExampleSource {
public:
    virtual ~ExampleSource() = default;
    virtual std::string name() const = 0;
    /// The example that `seed` draws, always the same. Pictures of equal `group` have one size where that can be had.
    virtual TrainingExample example(std::uint64_t seed, std::uint64_t group) const = 0;
};

} // namespace prunescope::model::train
