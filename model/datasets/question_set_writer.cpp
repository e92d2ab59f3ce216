#include "model/datasets/question_set_writer.h"

#include "core/base/error.h"
#include "core/base/format.h"
#include "core/image/image_file.h"
#include "model/datasets/question_line.h"

#include <algorithm>
#include <filesystem>

namespace prunescope::model {

namespace fs = std::filesystem;

namespace {

/// "000042.png".
std::string pictureName(std::int64_t index) {
    constexpr std::size_t kDigits = 6;
    const std::string digits = std::to_string(index);
    return std::string(kDigits - std::min(kDigits, digits.size()), '0') + digits + ".png";
}

fs::path pictureFolder(const std::string& path) {
    return fs::path(path).replace_extension();
}

} // namespace

QuestionSetWriter::QuestionSetWriter(std::string path) : m_path(std::move(path)) {
    if (fs::path(m_path).extension() != ".jsonl")
        throw Error(ErrorKind::Usage, "data set: found " + inQuotes(m_path) + ", expected FILE.jsonl");
    std::error_code error;
    fs::create_directories(pictureFolder(m_path), error);
    if (error)
        throw Error(ErrorKind::WriteFailed, pictureFolder(m_path).string() + ": cannot be created: " + error.message());
    writeFile(m_path, {}, Readers::Everyone);
    m_out.emplace(m_path, Readers::Everyone);
}

void QuestionSetWriter::add(const QuestionGroup& group) {
    const fs::path folder = pictureFolder(m_path);
    QuestionLine line{{}, group.questions};
    for (const SetPicture& picture : group.pictures) {
        const std::string name = pictureName(m_pictures++);
        writeImage((folder / name).string(), picture.picture, Readers::Everyone); // drawn by this program
        line.images.push_back((folder.filename() / name).string());
    }
    m_out->write(toJsonLine(line) + '\n');
    ++m_count;
}

} // namespace prunescope::model
