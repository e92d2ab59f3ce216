#include "model/datasets/question_set.h"

#include "core/base/ascii.h"
#include "core/base/error.h"
#include "core/base/format.h"
#include "core/base/json_fields.h"
#include "model/datasets/json_records.h"
#include "model/datasets/open_sets.h"
#include "model/datasets/page_line.h"
#include "model/datasets/place_line.h"
#include "model/scores/set_rule.h"

#include <algorithm>
#include <filesystem>

namespace prunescope::model {

namespace fs = std::filesystem;

namespace {

constexpr std::string_view kScreens = "screens";
constexpr std::size_t kHead = 64 << 10; ///< of a file, where its first line is

using Files = std::vector<std::shared_ptr<const SetFile>>;

/// Whose form a file of JSON has, by its first object.
enum class Form { Lines, PlacesV2, PlacesPro, Pages };

Form formOf(const SetFile& file) {
    JsonRecords records(file);
    RecordPlace record;
    if (!records.next(record))
        return Form::Lines;
    const nlohmann::json object = nlohmann::json::parse(textOf(file, record), nullptr, false);
    if (!object.is_object())
        return Form::Lines;
    const JsonFields fields(object, file.path());
    if (isPlace(fields))
        return isProPlace(fields) ? Form::PlacesPro : Form::PlacesV2;
    return isPageTest(fields) ? Form::Pages : Form::Lines;
}

/// Refuses a file of lines that end with \r alone, which would be one line.
void requireLineEnds(const SetFile& file) {
    const std::string_view head = file.text().substr(0, kHead);
    if (head.find('\r') != head.npos && head.find('\n') == head.npos)
        throw Error(ErrorKind::BadFile, file.path() + ": its lines end with \\r alone, as on old Macs, expected \\n or "
                                                      "\\r\\n: save it with such line ends");
}

/// Refuses a table whose column names are separated by what tables with the other ending have.
void requireSeparator(const SetFile& file, char separator) {
    const std::string_view head = file.text().substr(0, kHead), names = head.substr(0, head.find('\n'));
    const bool isComma = separator == ',';
    if (names.find(separator) == names.npos && names.find(isComma ? '\t' : ',') != names.npos)
        throw Error(ErrorKind::BadFile, file.path() + ":1: has " + (isComma ? "tabs" : "commas") +
                                            " between its column names, expected " +
                                            (isComma ? "commas: a table with tabs has the ending .tsv"
                                                     : "tabs: a table with commas has the ending .csv"));
}

/// The name by which the rule of a published set is found, whatever its files are called.
std::string publishedName(Form form, const std::string& stem) {
    if (form == Form::Lines || setRule(stem))
        return stem;
    if (form == Form::Pages)
        return "olmOCRBench_" + stem;
    const std::string lower = asciiLowerCase(stem);
    constexpr std::string_view kBefore = "screenspot_", kAfter = "_v2";
    if (lower.size() > kBefore.size() + kAfter.size() && lower.starts_with(kBefore) && lower.ends_with(kAfter))
        return "ScreenSpot_v2_" + stem.substr(kBefore.size(), stem.size() - kBefore.size() - kAfter.size());
    return (form == Form::PlacesPro ? "ScreenSpot_Pro_" : "ScreenSpot_v2_") + stem;
}

std::unique_ptr<QuestionSet> openJson(Files files, Form form, const std::string& stem, const SetOptions& options) {
    const std::string name = options.name.empty() ? publishedName(form, stem) : options.name;
    return form == Form::Pages ? openPageSet(std::move(files), name, options)
                               : openLineSet(std::move(files), name, form != Form::Lines, options);
}

std::vector<fs::path> jsonFilesIn(const fs::path& folder) {
    std::vector<fs::path> files;
    for (const fs::directory_entry& entry : fs::directory_iterator(folder)) {
        const std::string ending = asciiLowerCase(entry.path().extension().string());
        if (entry.is_regular_file() && (ending == ".json" || ending == ".jsonl"))
            files.push_back(entry.path());
    }
    std::ranges::sort(files);
    return files;
}

/// All files of the first one's form.
std::unique_ptr<QuestionSet> openFolder(const fs::path& folder, const SetOptions& options) {
    const fs::path annotations = fs::is_directory(folder / "annotations") ? folder / "annotations" : folder;
    Files files;
    Form form = Form::Lines;
    for (const fs::path& path : jsonFilesIn(annotations)) {
        auto file = SetFile::open(path.string());
        const Form found = formOf(*file);
        if (files.empty())
            form = found;
        if (found == form && form != Form::Lines)
            files.push_back(std::move(file));
        else
            throw Error(ErrorKind::BadFile, path.string() + ": expected annotations of ScreenSpot or tests of "
                                                            "olmOCR-bench, as a set that is a folder has them");
    }
    if (files.empty())
        throw Error(ErrorKind::BadFile, folder.string() + ": has no .json or .jsonl file, expected annotations of "
                                                          "ScreenSpot-Pro or tests of olmOCR-bench");
    const std::string name = form == Form::Pages       ? "olmOCRBench"
                             : form == Form::PlacesPro ? "ScreenSpot_Pro"
                                                       : "ScreenSpot_v2";
    SetOptions named = options;
    named.name = options.name.empty() ? name : options.name;
    return openJson(std::move(files), form, name, named);
}

} // namespace

std::unique_ptr<QuestionSet> openQuestionSet(const std::string& text, const SetOptions& options) {
    if (text == kScreens || text.starts_with(std::string(kScreens) + ":"))
        return openScreenSet(text.substr(std::min(text.size(), kScreens.size() + 1)), options);
    const std::string ending = asciiLowerCase(fs::path(text).extension().string());
    if (ending == ".tsv" || ending == ".csv") {
        auto file = SetFile::open(text);
        requireLineEnds(*file);
        requireSeparator(*file, ending == ".csv" ? ',' : '\t');
        return openTableSet(std::move(file), options);
    }
    if (ending == ".jsonl" || ending == ".json") {
        auto file = SetFile::open(text);
        if (ending == ".jsonl")
            requireLineEnds(*file);
        const Form form = formOf(*file);
        return openJson({std::move(file)}, form, fs::path(text).stem().string(), options);
    }
    std::error_code ignored;
    if (fs::is_directory(text, ignored))
        return openFolder(text, options);
    throw Error(ErrorKind::Usage,
                "data set: found " + inQuotes(text) +
                    ", expected FILE.tsv, FILE.csv, FILE.jsonl, FILE.json, a folder of ScreenSpot-Pro "
                    "or olmOCR-bench, or screens:count=1000,seed=900000001");
}

} // namespace prunescope::model
