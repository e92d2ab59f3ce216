// Questions in JSON: a picture with its questions an object, or a place of ScreenSpot.
#include "core/base/error.h"
#include "model/datasets/json_records.h"
#include "model/datasets/open_sets.h"
#include "model/datasets/question_line.h"
#include "model/datasets/row_groups.h"
#include "model/datasets/row_places.h"
#include "model/datasets/set_pictures.h"
#include "model/datasets/skipped_rows.h"

#include <algorithm>
#include <filesystem>
#include <map>

namespace prunescope::model {

namespace fs = std::filesystem;

namespace {

using Files = std::vector<std::shared_ptr<const SetFile>>;

/// Beside the file, and where ScreenSpot's authors put them.
std::vector<std::string> pictureFolders(const std::string& file) {
    const fs::path folder = fs::path(file).parent_path();
    std::vector<std::string> folders{folder.string()};
    for (const fs::path& place : {folder, folder / ".."})
        for (const char* name : {"screenspotv2_image", "images"})
            folders.push_back((place / name).string());
    return folders;
}

class LineSet final : public QuestionSet {
public:
    LineSet(Files files, std::string name, bool byPicture, const SetOptions& options)
        : m_files(std::move(files)), m_name(std::move(name)), m_forTraining(options.forTraining),
          m_byPicture(byPicture), m_pictures(pictureFolders(m_files.front()->path()), options.pages),
          m_skipped(options.strict) {
        std::vector<std::uint32_t> sources;
        for (std::uint32_t file = 0; file < m_files.size(); ++file)
            checkFile(file, sources);
        if (m_byPicture)
            joinEqualPictures(sources);
        m_groups = RowGroups(sources);
        if (m_groups.size() == 0)
            refuse();
    }

    std::string name() const override { return m_name; }
    std::int64_t size() const override { return static_cast<std::int64_t>(m_groups.size()); }
    std::int64_t questions() const override { return m_questions; }
    std::vector<SkippedRow> skipped() const override { return m_skipped.list(); }
    std::vector<std::string> notes() const override { return m_notes.lines(); }

    QuestionGroup at(std::int64_t index) const override {
        const auto rows = m_groups.at(static_cast<std::size_t>(index));
        const Row first = rowOf(rows.front());
        QuestionLine line = read(first);
        QuestionGroup group{nameOf(line, first), {}, std::move(line.questions)};
        for (const std::string& image : line.images)
            std::ranges::move(m_pictures.read(image, SetPictures::Text::Path, pictureWhere(line, first)),
                              std::back_inserter(group.pictures));
        for (const std::uint32_t row : rows.subspan(1))
            std::ranges::move(read(rowOf(row)).questions, std::back_inserter(group.questions));
        return group;
    }

private:
    struct Row {
        RecordPlace place;
        std::uint32_t file = 0;
    };

    std::string where(const Row& row) const { return m_files[row.file]->where(row.place.line); }
    std::string pictureWhere(const QuestionLine& line, const Row& row) const {
        return where(row) + ": " + line.pictureField;
    }

    std::string nameOf(const QuestionLine& line, const Row& row) const {
        return line.images.front().starts_with("data:") ? where(row) : line.images.front();
    }

    Row rowOf(std::uint32_t number) const {
        const auto after = std::ranges::upper_bound(m_firsts, number);
        const auto file = static_cast<std::size_t>(after - m_firsts.begin()) - 1;
        return {m_places[file].at(number - m_firsts[file]), static_cast<std::uint32_t>(file)};
    }

    void checkFile(std::uint32_t file, std::vector<std::uint32_t>& sources) {
        m_firsts.push_back(static_cast<std::uint32_t>(sources.size()));
        RowPlaces& places = m_places.emplace_back();
        JsonRecords records(*m_files[file]);
        Row row{{}, file};
        while (records.next(row.place))
            m_skipped.tries(m_files[file]->path(), row.place.line, [&] {
                const QuestionLine line = check(row);
                const auto number = static_cast<std::uint32_t>(sources.size());
                places.add(row.place);
                sources.push_back(number);
                if (m_byPicture)
                    m_byPlace.add(line.images.front(), number);
                m_questions += static_cast<std::int64_t>(line.questions.size());
                for (const std::string& remark : line.remarks)
                    m_notes.count(remark);
            });
    }

    /// Rows about one picture have the first of them as their source.
    void joinEqualPictures(std::vector<std::uint32_t>& sources) {
        m_byPlace.sort();
        m_byPlace.visitRepeated([&](std::span<const RowsByText::Entry> entries) {
            std::map<std::string, std::uint32_t> seen;
            for (const auto& [hash, number] : entries)
                sources[number] = seen.emplace(read(rowOf(number)).images.front(), number).first->second;
        });
        m_byPlace.clear();
    }

    QuestionLine check(const Row& row) {
        QuestionLine line = read(row);
        for (const std::string& image : line.images)
            if (m_pictures.check(image, SetPictures::Text::Path, pictureWhere(line, row)).area() == 0 && m_forTraining)
                throw Error(ErrorKind::BadFile,
                            pictureWhere(line, row) + " is a document, expected a picture to learn from");
        if (m_forTraining)
            requireLearnable(line, row);
        return line;
    }

    void requireLearnable(const QuestionLine& line, const Row& row) const {
        if (line.images.size() > 1)
            throw Error(ErrorKind::BadFile, pictureWhere(line, row) + " has " + std::to_string(line.images.size()) +
                                                " pictures, expected one: training learns of no more at once");
        for (const AskedQuestion& asked : line.questions)
            if (!asked.system.empty())
                throw Error(ErrorKind::BadFile,
                            where(row) + ": has a system text, expected none: training learns without one");
    }

    QuestionLine read(const Row& row) const {
        const auto sizeOf = [&](const std::string& image, const std::string& field) {
            return m_pictures.check(image, SetPictures::Text::Path, where(row) + ": " + field);
        };
        QuestionLine line = parseQuestionLine(textOf(*m_files[row.file], row.place), where(row), sizeOf);
        if (m_files.size() > 1) // each is a group: Web, Mobile, Desktop
            for (AskedQuestion& asked : line.questions)
                asked.fields.emplace("group", fs::path(m_files[row.file]->path()).stem().string());
        return line;
    }

    [[noreturn]] void refuse() const {
        const std::string& file = m_files.front()->path();
        if (m_skipped.empty())
            throw Error(ErrorKind::BadFile, file + ": is empty, expected JSON objects with a picture and questions");
        m_skipped.refuseAll(file);
    }

    Files m_files;
    std::string m_name;
    bool m_forTraining;
    bool m_byPicture;
    SetPictures m_pictures;
    SkippedRows m_skipped;
    SetNotes m_notes{"line"};
    std::vector<RowPlaces> m_places;     ///< of each file
    std::vector<std::uint32_t> m_firsts; ///< of each file its first row
    RowGroups m_groups;
    std::int64_t m_questions = 0;
    RowsByText m_byPlace; ///< while the set is checked
};

} // namespace

std::unique_ptr<QuestionSet> openLineSet(Files files, std::string name, bool byPicture, const SetOptions& options) {
    return std::make_unique<LineSet>(std::move(files), std::move(name), byPicture, options);
}

} // namespace prunescope::model
