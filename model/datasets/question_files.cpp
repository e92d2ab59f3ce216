// Sets of questions in files: lines with paths of pictures, and tables that hold the pictures themselves.
#include "core/base/base64.h"
#include "core/base/error.h"
#include "core/base/format.h"
#include "core/image/image_file.h"
#include "model/datasets/open_sets.h"
#include "model/datasets/picture_table.h"
#include "model/datasets/question_line.h"
#include "model/files/mapped_file.h"

#include <filesystem>

namespace prunescope::model {

namespace fs = std::filesystem;

namespace {

std::string_view textOf(const MappedFile& file) {
    const auto bytes = file.bytes();
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

std::string setNameOf(const std::string& file, const SetOptions& options) {
    return options.name.empty() ? fs::path(file).stem().string() : options.name;
}

std::string besides(const std::string& file, const std::string& image) {
    return (fs::path(file).parent_path() / image).string();
}

/// Before hours of work, not in the middle of them.
void requirePicture(const std::string& path, const std::string& where) {
    std::error_code ignored;
    if (!fs::is_regular_file(path, ignored))
        throw Error(ErrorKind::NotFound, where + ": " + path + " does not exist, expected a picture");
}

void requireBoxesInside(const QuestionGroup& asked, const std::string& where) {
    const Size size = asked.picture().size();
    for (std::size_t i = 0; i < asked.questions.size(); ++i) {
        const auto& box = asked.questions[i].box;
        if (box && !liesInside(*box, size))
            throw Error(ErrorKind::BadFile, where + ": questions[" + std::to_string(i) + "].box is [" +
                                                join({shortNumber(sidesOf(*box)[0]), shortNumber(sidesOf(*box)[1]),
                                                      shortNumber(sidesOf(*box)[2]), shortNumber(sidesOf(*box)[3])}) +
                                                "], expected it inside the " + std::to_string(size.width) + " x " +
                                                std::to_string(size.height) + " pixels of " + asked.name);
    }
}

/// What a list of questions holds.
template <typename Items, typename Count>
std::int64_t sum(const Items& items, Count count) {
    std::int64_t all = 0;
    for (const auto& item : items)
        all += static_cast<std::int64_t>(count(item));
    return all;
}

class LineSet final : public QuestionSet {
public:
    LineSet(std::string file, const SetOptions& options) : m_file(std::move(file)), m_name(setNameOf(m_file, options)) {
        m_lines = parseQuestionLines(textOf(*MappedFile::open(m_file)), m_file);
        for (const NumberedQuestionLine& line : m_lines)
            requirePicture(besides(m_file, line.line.image), where(line));
    }

    std::string name() const override { return m_name; }
    std::int64_t size() const override { return static_cast<std::int64_t>(m_lines.size()); }
    std::int64_t questions() const override {
        return sum(m_lines, [](const NumberedQuestionLine& line) { return line.line.questions.size(); });
    }

    QuestionGroup at(std::int64_t index) const override {
        const NumberedQuestionLine& line = m_lines.at(static_cast<std::size_t>(index));
        const LoadedImage image = loadImage(besides(m_file, line.line.image));
        QuestionGroup asked{
            line.line.image, {{line.line.image, image.picture, image.notes.onWhite}}, line.line.questions};
        requireBoxesInside(asked, where(line));
        return asked;
    }

private:
    std::string where(const NumberedQuestionLine& line) const { return m_file + ":" + std::to_string(line.number); }

    std::string m_file;
    std::string m_name;
    std::vector<NumberedQuestionLine> m_lines;
};

class TableSet final : public QuestionSet {
public:
    TableSet(const std::string& file, const SetOptions& options)
        : m_path(file), m_name(setNameOf(file, options)), m_file(MappedFile::open(file)),
          m_table(textOf(*m_file), file) {
        for (std::size_t i = 0; i < m_table.size() && m_table.holdsPaths(); ++i)
            requirePicture(besides(m_path, m_table.image(i)), m_table.where(i));
    }

    std::string name() const override { return m_name; }
    bool isTable() const override { return true; }
    std::int64_t size() const override { return static_cast<std::int64_t>(m_table.size()); }
    std::int64_t questions() const override { return static_cast<std::int64_t>(m_table.rows()); }

    QuestionGroup at(std::int64_t index) const override {
        const auto picture = static_cast<std::size_t>(index);
        const LoadedImage image = load(picture);
        const std::string where = m_table.where(picture);
        return {where, {{where, image.picture, image.notes.onWhite}}, m_table.questions(picture)};
    }

private:
    LoadedImage load(std::size_t picture) const {
        const std::string image = m_table.image(picture);
        if (m_table.holdsPaths())
            return loadImage(besides(m_path, image));
        const auto bytes = decodeBase64(image);
        if (!bytes)
            throw Error(ErrorKind::BadFile,
                        m_table.where(picture) + ": image is " + inQuotes(image) + ", expected base64");
        return loadImage(*bytes, m_table.where(picture) + ": image");
    }

    std::string m_path;
    std::string m_name;
    std::shared_ptr<const MappedFile> m_file;
    PictureTable m_table;
};

} // namespace

std::unique_ptr<QuestionSet> openLineSet(const std::string& file, const SetOptions& options) {
    return std::make_unique<LineSet>(file, options);
}

std::unique_ptr<QuestionSet> openTableSet(const std::string& file, const SetOptions& options) {
    return std::make_unique<TableSet>(file, options);
}

} // namespace prunescope::model
