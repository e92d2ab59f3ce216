// The same questions from different files are the same questions.
#include "core/base/output_file.h"
#include "model/datasets/prompt_style.h"
#include "model/datasets/question_set_writer.h"
#include "model/engine/load_engine.h"

#include <QFile>
#include <QTemporaryDir>
#include <QtTest>
#include <algorithm>
#include <map>

using namespace prunescope;
using namespace prunescope::model;

namespace {

const std::string kFolder = PRUNESCOPE_RESOURCES "/models/prunescope-tiny";

/// Screens of the long run; `PRUNESCOPE_SCREENS=300` asks about as many.
int screens() {
    return std::max(4, qEnvironmentVariableIntValue("PRUNESCOPE_SCREENS"));
}

/// As pandas writes a cell.
std::string cell(const std::string& text) {
    if (text.find_first_of("\t\n\r\"") == std::string::npos)
        return text;
    std::string quoted = "\"";
    for (const char c : text)
        quoted += c == '"' ? std::string("\"\"") : std::string(1, c);
    return quoted + "\"";
}

} // namespace

class TestSetFormats : public QObject {
    Q_OBJECT

private Q_SLOTS:
    /// Text questions about drawn screens, as JSON lines with PNG files beside them and as a table of VLMEvalKit with
    /// the pictures in its cells, asked plainly in float32.
    void linesAndTablesAreAnsweredAlike() {
        const std::string lines = path("drawn.jsonl"), table = path("table.tsv");
        writeBoth(lines, table);
        LoadOptions options;
        options.folder = kFolder;
        options.dtype = "float32";
        const std::unique_ptr<Engine> engine = loadEngine(options);
        const auto fromLines = answers(*engine, *openQuestionSet(lines));
        const auto fromTable = answers(*engine, *openQuestionSet(table));
        QVERIFY(fromLines.size() >= static_cast<std::size_t>(screens()));
        QVERIFY(fromLines == fromTable);
    }

private:
    using Answers = std::map<std::pair<std::int64_t, std::string>, std::vector<std::int64_t>>;

    std::string path(const char* name) const { return m_folder.filePath(name).toStdString(); }

    void writeBoth(const std::string& lines, const std::string& table) const {
        const auto drawn = openQuestionSet("screens:count=" + std::to_string(screens()) +
                                           ",seed=900000001,questions=6,options=" + kFolder + "/screens.json");
        QuestionSetWriter writer(lines);
        std::string text = "index\timage\tquestion\tanswer\n";
        int index = 0;
        for (std::int64_t i = 0; i < drawn->size(); ++i) {
            QuestionGroup group = drawn->at(i);
            std::erase_if(group.questions, [](const AskedQuestion& asked) { return asked.task == kLocateTask; });
            if (group.questions.empty())
                continue;
            writer.add(group);
            std::string picture = pngOf(path("drawn"), writer.count() - 1);
            const std::string first = std::to_string(index);
            for (const AskedQuestion& asked : group.questions) {
                text += std::to_string(index++) + '\t' + picture + '\t' + cell(asked.question) + '\t' +
                        cell(asked.answer) + '\n';
                picture = first; // the other rows refer to the one that has it
            }
        }
        writeFile(table, text, Readers::Everyone);
    }

    static std::string pngOf(const std::string& folder, std::int64_t number) {
        QFile file(QString("%1/%2.png").arg(QString::fromStdString(folder)).arg(number, 6, 10, QLatin1Char('0')));
        [&] { QVERIFY(file.open(QIODevice::ReadOnly)); }();
        return file.readAll().toBase64().toStdString();
    }

    static Answers answers(Engine& engine, const QuestionSet& set) {
        Answers found;
        for (std::int64_t i = 0; i < set.size(); ++i) {
            const QuestionGroup group = set.at(i);
            for (const AskedQuestion& asked : group.questions) {
                Request request = makeRequest({{group.picture(), group.name, {}}}, {});
                request.messages = promptStyle("plain").ask(asked, nullptr, set.name(), 1);
                request.maxTokens = 32;
                found[{i, asked.question}] = engine.answer(request, {}, {}).tokenIds;
            }
        }
        return found;
    }

    QTemporaryDir m_folder;
};

QTEST_GUILESS_MAIN(TestSetFormats)
#include "tst_set_formats.moc"
