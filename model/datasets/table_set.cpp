// Questions in tables of VLMEvalKit, which hold the pictures themselves or their paths.
#include "core/base/error.h"
#include "core/base/format.h"
#include "model/datasets/list_cell.h"
#include "model/datasets/open_sets.h"
#include "model/datasets/row_groups.h"
#include "model/datasets/row_places.h"
#include "model/datasets/set_pictures.h"
#include "model/datasets/skipped_rows.h"
#include "model/datasets/table_questions.h"

#include <algorithm>
#include <filesystem>
#include <map>
#include <span>
#include <utility>

namespace prunescope::model {

namespace fs = std::filesystem;

namespace {

/// An image cell that is no longer is the index of another row, as VLMEvalKit reads it.
constexpr std::size_t kLongestIndex = 64;
constexpr std::size_t kMostRows = UINT32_MAX - 2;

std::vector<std::string> picturesBeside(const std::string& file, const std::string& name) {
    const fs::path folder = fs::path(file).parent_path();
    return {folder.string(), (folder / "images").string(), (folder / "images" / name).string(),
            (folder / name).string()};
}

/// An index as it is compared: whole numbers are the same however they are written (7, 007, 7.0).
std::string comparable(std::string_view index) {
    index = trimmed(index);
    std::string_view digits = index.substr(0, index.find('.'));
    const std::string_view rest = index.substr(digits.size());
    const bool isWhole = !digits.empty() && digits.find_first_not_of("0123456789") == std::string_view::npos &&
                         rest.find_first_not_of('0', rest.empty() ? 0 : 1) == std::string_view::npos;
    if (!isWhole)
        return std::string(index);
    digits.remove_prefix(std::min(digits.find_first_not_of('0'), digits.size() - 1));
    return std::string(digits);
}

class TableSet final : public QuestionSet {
public:
    TableSet(std::shared_ptr<const SetFile> file, const SetOptions& options, char separator)
        : m_name(setNameOf(file->path(), options)), m_forTraining(options.forTraining), m_asPandas(options.pandasCells),
          m_table(std::move(file), separator), m_questions(m_table, m_name, options),
          m_pictures(picturesBeside(m_table.file(), m_name), options.pages), m_skipped(options.strict) {
        if (m_asPandas)
            countCells();
        checkRows();
        resolveReferences();
        joinEqualPictures();
        checkBoxes();
        finish();
    }

    std::string name() const override { return m_name; }
    bool isTable() const override { return true; }
    std::int64_t size() const override { return static_cast<std::int64_t>(m_groups.size()); }
    std::int64_t questions() const override { return static_cast<std::int64_t>(m_groups.rows()); }
    std::vector<SkippedRow> skipped() const override { return m_skipped.list(); }
    std::vector<std::string> notes() const override { return m_remarks; }

    QuestionGroup at(std::int64_t index) const override {
        const auto rows = m_groups.at(static_cast<std::size_t>(index));
        const TsvRow source = rowOf(m_sources[rows.front()]);
        QuestionGroup group{m_table.where(source.place), readPictures(source), {}};
        for (const std::uint32_t row : rows)
            group.questions.push_back(m_questions.read(rowOf(row), group.picture().size()));
        return group;
    }

private:
    static constexpr std::uint32_t kNone = RowGroups::kNone;

    TsvRow rowOf(std::uint32_t number) const {
        const RecordPlace place = m_places.at(number);
        return m_table.row({place.begin, place.line});
    }

    std::uint32_t lineOf(std::uint32_t number) const { return m_places.at(number).line; }

    std::string indexOf(std::uint32_t number) const {
        return comparable(TsvTable::text(rowOf(number), m_questions.index()));
    }

    SetPictures::Text textKind() const {
        return m_questions.holdsPaths() ? SetPictures::Text::Path : SetPictures::Text::Encoded;
    }

    /// The pictures that an image cell lists, each with what messages call it.
    std::vector<std::pair<std::string, std::string>> picturesIn(const TsvRow& row) const {
        const std::string cell = TsvTable::text(row, m_questions.image());
        const std::string where = m_table.where(row.place, m_questions.image());
        if (!looksLikeList(cell))
            return {{cell, where}};
        const auto entries = listOf(cell);
        if (!entries || entries->empty())
            m_table.fail(row, m_questions.image(), "a list of pictures, each in quotes");
        std::vector<std::pair<std::string, std::string>> pictures;
        for (const std::string& entry : *entries)
            pictures.emplace_back(entry, where + "[" + std::to_string(pictures.size()) + "]");
        return pictures;
    }

    std::vector<SetPicture> readPictures(const TsvRow& row) const {
        std::vector<SetPicture> pictures;
        for (const auto& [text, where] : picturesIn(row))
            std::ranges::move(m_pictures.read(text, textKind(), where), std::back_inserter(pictures));
        return pictures;
    }

    void checkPictures(const TsvRow& row) const {
        const auto pictures = picturesIn(row);
        if (m_forTraining && pictures.size() > 1)
            m_table.fail(row, m_questions.image(), "one picture: training learns of no more at once");
        for (const auto& [text, where] : pictures)
            if (m_pictures.check(text, textKind(), where).area() == 0 && m_forTraining)
                throw Error(ErrorKind::BadFile, where + " is a document, expected a picture: training draws no pages");
    }

    void countCells() {
        for (TsvTable::Rows rows = m_table.rows(); rows.next();) {
            SkippedRows ignored(false);
            ignored.tries(m_table.file(), rows.place().line, [&] { m_questions.count(rows.row()); });
        }
    }

    void checkRows() {
        for (TsvTable::Rows rows = m_table.rows(); rows.next();)
            m_skipped.tries(m_table.file(), rows.place().line, [&] { checkRow(rows.row()); });
    }

    void checkRow(const TsvRow& row) {
        if (!m_asPandas)
            m_questions.count(row);
        if (row.cells[m_questions.image()].empty()) {
            ++m_withoutPicture;
            return;
        }
        if (m_places.size() >= kMostRows)
            throw Error(ErrorKind::OutOfMemory, m_table.file() + ": too many rows");
        const std::string index = TsvTable::text(row, m_questions.index());
        if (trimmed(index).empty())
            m_table.fail(row, m_questions.index(), "a text that is not empty");
        const auto number = static_cast<std::uint32_t>(m_places.size());
        m_places.add({row.place.begin, static_cast<std::uint32_t>(std::min<std::size_t>(row.size(), UINT32_MAX)),
                      row.place.line});
        m_sources.push_back(kNone);
        m_asked.push_back(false);
        m_byIndex.add(comparable(index), number);
        findPictures(row, number);
        m_questions.read(row, std::nullopt, &m_notes);
        m_asked[number] = true;
    }

    void findPictures(const TsvRow& row, std::uint32_t number) {
        const std::string cell = TsvTable::text(row, m_questions.image());
        if (!m_questions.holdsPaths() && cell.size() <= kLongestIndex && !looksLikeList(cell)) {
            m_references.push_back({RowsByText::hashOf(comparable(cell)), number});
            return;
        }
        checkPictures(row);
        m_sources[number] = number;
        m_byPicture.add(cell, number);
    }

    /// The row is read again, which is rare.
    void leaveOut(std::uint32_t number, std::size_t column, const std::string& expected) {
        if (!m_asked[number])
            return; // for another reason already
        m_asked[number] = false;
        m_skipped.tries(m_table.file(), lineOf(number), [&] { m_table.fail(rowOf(number), column, expected); });
    }

    void resolveReferences() {
        m_byIndex.sort();
        m_byIndex.visitRepeated([&](std::span<const RowsByText::Entry> entries) { leaveOutRepeated(entries); });
        std::uint32_t last = kNone;
        std::string lastIndex;
        for (const auto& [hash, number] : m_references) {
            const std::string wanted = comparable(TsvTable::text(rowOf(number), m_questions.image()));
            if (last == kNone || lastIndex != wanted) { // rows of a picture mostly stand together
                lastIndex = wanted;
                last = rowWithIndex(hash, wanted);
            }
            resolve(number, last);
        }
        m_byIndex.clear();
        decltype(m_references)().swap(m_references);
    }

    std::uint32_t rowWithIndex(std::uint32_t hash, const std::string& index) const {
        const std::vector<std::uint32_t> rows = m_byIndex.find(hash);
        const auto found = std::ranges::find_if(rows, [&](std::uint32_t row) { return indexOf(row) == index; });
        return found == rows.end() ? kNone : *found;
    }

    /// Of rows that may have one index.
    void leaveOutRepeated(std::span<const RowsByText::Entry> entries) {
        std::map<std::string, std::uint32_t> seen;
        for (const auto& [hash, number] : entries) {
            const auto [first, isFirst] = seen.emplace(indexOf(number), number);
            if (!isFirst)
                leaveOut(number, m_questions.index(),
                         "an index of its own: line " + std::to_string(lineOf(first->second)) + " has it too");
        }
    }

    void resolve(std::uint32_t number, std::uint32_t target) {
        const std::size_t image = m_questions.image();
        if (target == kNone)
            leaveOut(number, image, "base64 of a picture, or the index of a row that has one");
        else if (m_sources[target] != target)
            leaveOut(number, image,
                     "the index of a row with a picture that can be read, line " + std::to_string(lineOf(target)) +
                         " has none");
        else
            m_sources[number] = target;
    }

    /// A picture that stands in several rows is one, which is computed once.
    void joinEqualPictures() {
        m_byPicture.sort();
        std::vector<std::uint32_t> joined(m_sources);
        m_byPicture.visitRepeated([&](std::span<const RowsByText::Entry> entries) {
            std::vector<std::uint32_t> different;
            for (const auto& [hash, number] : entries) {
                const auto cell = [&](std::uint32_t row) { return rowOf(row).cells[m_questions.image()]; };
                const auto same = [&, here = cell(number)](std::uint32_t row) { return cell(row) == here; };
                const auto first = std::ranges::find_if(different, same);
                if (first == different.end())
                    different.push_back(number);
                else
                    joined[number] = *first;
            }
        });
        for (std::uint32_t& source : m_sources)
            source = source == kNone ? kNone : joined[source];
        m_byPicture.clear();
    }

    void checkBoxes() {
        if (!m_questions.needsSize())
            return;
        std::uint32_t known = kNone;
        Size size;
        for (std::uint32_t number = 0; number < m_places.size(); ++number) {
            if (!m_asked[number] || m_sources[number] == kNone)
                continue;
            if (std::exchange(known, m_sources[number]) != m_sources[number])
                size = sizeOf(rowOf(known));
            m_asked[number] = m_skipped.tries(m_table.file(), lineOf(number),
                                              [&] { m_questions.read(rowOf(number), size, &m_notes); });
        }
    }

    Size sizeOf(const TsvRow& row) const {
        const auto pictures = picturesIn(row);
        return m_pictures.check(pictures.front().first, textKind(), pictures.front().second);
    }

    void finish() {
        std::vector<std::uint32_t> asked(m_sources);
        for (std::uint32_t number = 0; number < asked.size(); ++number)
            if (!m_asked[number])
                asked[number] = kNone;
        m_groups = RowGroups(asked);
        std::vector<bool>().swap(m_asked);
        if (m_groups.size() == 0)
            m_skipped.refuseAll(m_table.file());
        m_remarks = m_notes.lines();
        if (m_withoutPicture > 0)
            m_remarks.push_back(formatCounted(m_withoutPicture, "row") +
                                " without a picture left out, as VLMEvalKit does");
        if (std::string note = m_questions.pandasNote(); !note.empty())
            m_remarks.push_back(std::move(note));
    }

    std::string m_name;
    bool m_forTraining;
    bool m_asPandas;
    TsvTable m_table;
    TableQuestions m_questions;
    SetPictures m_pictures;
    SkippedRows m_skipped;
    SetNotes m_notes{"row"};
    std::vector<std::string> m_remarks;   ///< as `notes` has them
    RowPlaces m_places;                   ///< of rows with a picture
    std::vector<std::uint32_t> m_sources; ///< of each of them the row that has its picture
    RowGroups m_groups;
    std::int64_t m_withoutPicture = 0;
    std::vector<bool> m_asked; ///< while the table is checked, as those below
    RowsByText m_byIndex;
    RowsByText m_byPicture;
    std::vector<RowsByText::Entry> m_references; ///< rows with the index of another one
};

} // namespace

std::unique_ptr<QuestionSet> openTableSet(std::shared_ptr<const SetFile> file, const SetOptions& options) {
    const bool hasCommas = fs::path(file->path()).extension() == ".csv" || fs::path(file->path()).extension() == ".CSV";
    return std::make_unique<TableSet>(std::move(file), options, hasCommas ? ',' : '\t');
}

} // namespace prunescope::model
