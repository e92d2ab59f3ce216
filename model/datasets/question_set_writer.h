#pragma once

#include "core/base/output_file.h"
#include "model/datasets/question_set.h"

#include <optional>
#include <string>

namespace prunescope::model {

/// Writes a set of ours: FILE.jsonl, and its pictures in the folder FILE beside it. One thread at a time.
class QuestionSetWriter {
public:
    /// Begins `path`, which ends with .jsonl, anew. Throws Error(Usage) or Error(WriteFailed).
    explicit QuestionSetWriter(std::string path);
    /// Line and picture are complete when this returns. Throws Error(WriteFailed), or Error(Unsupported) in a build
    /// without OpenCV: pictures are PNG files.
    void add(const QuestionGroup& group);
    std::int64_t count() const { return m_count; }

private:
    std::string m_path;
    std::optional<OutputFile> m_out;
    std::int64_t m_count = 0;
    std::int64_t m_pictures = 0;
};

} // namespace prunescope::model
