// Pages of documents with the tests of olmOCR-bench, which ask for all the text of a page.
#include "core/base/error.h"
#include "core/base/format.h"
#include "model/datasets/json_records.h"
#include "model/datasets/open_sets.h"
#include "model/datasets/page_line.h"
#include "model/datasets/page_prompt.h"
#include "model/datasets/record_fields.h"
#include "model/datasets/row_groups.h"
#include "model/datasets/set_pictures.h"
#include "model/datasets/skipped_rows.h"

#include <filesystem>
#include <map>

namespace prunescope::model {

namespace fs = std::filesystem;

namespace {

using Files = std::vector<std::shared_ptr<const SetFile>>;

std::vector<std::string> documentFolders(const std::string& file) {
    const fs::path folder = fs::path(file).parent_path();
    return {(folder / "pdfs").string(), folder.string(), (folder / ".." / "pdfs").string()};
}

class PageSet final : public QuestionSet {
public:
    PageSet(Files files, std::string name, const SetOptions& options)
        : m_files(std::move(files)), m_name(std::move(name)), m_forTraining(options.forTraining),
          m_documents(documentFolders(m_files.front()->path()), options.pages), m_skipped(options.strict) {
        if (!options.pages)
            throw Error(ErrorKind::Unsupported,
                        m_files.front()->path() + ": pdf names documents, expected pictures: nothing draws pages here");
        std::vector<std::uint32_t> sources;
        for (std::uint32_t file = 0; file < m_files.size(); ++file)
            checkFile(file, sources);
        m_groups = RowGroups(sources);
        if (m_groups.size() == 0)
            m_skipped.refuseAll(m_files.front()->path());
    }

    std::string name() const override { return m_name; }
    std::int64_t size() const override { return static_cast<std::int64_t>(m_groups.size()); }
    std::int64_t questions() const override { return size(); }
    std::vector<SkippedRow> skipped() const override { return m_skipped.list(); }

    QuestionGroup at(std::int64_t index) const override {
        const auto rows = m_groups.at(static_cast<std::size_t>(index));
        nlohmann::json tests = nlohmann::json::array();
        for (const std::uint32_t row : rows)
            tests.push_back(objectOf(m_rows[row]));
        const Row& first = m_rows[rows.front()];
        const PageTest test = readPageTest(JsonFields(tests.front(), where(first)));
        const std::string name = test.pdf + ", page " + std::to_string(test.page);
        AskedQuestion asked;
        asked.task = kPageTask;
        asked.question = kPagePrompt;
        asked.answer = fieldText(tests);
        asked.id = name;
        asked.fields = {{"pdf", test.pdf}, {"page", std::to_string(test.page)}};
        return {name, {drawPage(test, first)}, {std::move(asked)}};
    }

private:
    struct Row {
        RecordPlace place;
        std::uint32_t file = 0;
    };

    std::string where(const Row& row) const { return m_files[row.file]->where(row.place.line); }

    nlohmann::json objectOf(const Row& row) const {
        return parseJson(textOf(*m_files[row.file], row.place), where(row));
    }

    void checkFile(std::uint32_t file, std::vector<std::uint32_t>& sources) {
        JsonRecords records(*m_files[file]);
        Row row{{}, file};
        while (records.next(row.place))
            m_skipped.tries(m_files[file]->path(), row.place.line, [&] {
                const PageTest test = check(row);
                const auto number = static_cast<std::uint32_t>(m_rows.size());
                m_rows.push_back(row);
                sources.push_back(m_byPage.emplace(std::pair(test.pdf, test.page), number).first->second);
            });
    }

    PageTest check(const Row& row) const {
        const nlohmann::json object = objectOf(row);
        PageTest test = readPageTest(JsonFields(object, where(row)));
        const std::string field = where(row) + ": pdf";
        if (m_forTraining)
            throw Error(ErrorKind::BadFile, field + " is a document, expected a picture: training draws no pages");
        if (m_documents.check(test.pdf, SetPictures::Text::Path, field).area() != 0)
            throw Error(ErrorKind::BadFile, field + " is " + inQuotes(test.pdf) + ", which is no PDF");
        return test;
    }

    SetPicture drawPage(const PageTest& test, const Row& row) const {
        const std::string field = where(row) + ": ";
        std::vector<SetPicture> pages = m_documents.read(test.pdf, SetPictures::Text::Path, field + "pdf");
        if (static_cast<std::size_t>(test.page) > pages.size())
            throw Error(ErrorKind::BadFile, field + "page is " + std::to_string(test.page) + ", expected at most " +
                                                std::to_string(pages.size()) + ", the pages of " + test.pdf);
        return std::move(pages[static_cast<std::size_t>(test.page) - 1]);
    }

    Files m_files;
    std::string m_name;
    bool m_forTraining;
    SetPictures m_documents;
    SkippedRows m_skipped;
    std::vector<Row> m_rows;
    RowGroups m_groups;
    std::map<std::pair<std::string, int>, std::uint32_t> m_byPage; ///< the first test of a page
};

} // namespace

bool isPageTest(const JsonFields& fields) {
    return fields.has("pdf") && fields.has("page") && fields.has("type");
}

PageTest readPageTest(const JsonFields& fields) {
    constexpr int kMostPages = 120; // that are drawn of a document
    if (fields.text("type").empty())
        fields.fail("type", "what is tested");
    return {filledText(fields, "pdf"), static_cast<int>(fields.integer("page", 1, kMostPages))};
}

std::unique_ptr<QuestionSet> openPageSet(Files files, std::string name, const SetOptions& options) {
    return std::make_unique<PageSet>(std::move(files), std::move(name), options);
}

} // namespace prunescope::model
