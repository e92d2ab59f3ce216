#include "model/datasets/prompt_style.h"
#include "tests/support/golden.h"
#include "tests/support/set_files.h"

#include <QCryptographicHash>
#include <QtTest>
#include <filesystem>
#include <set>

using namespace prunescope;
using namespace prunescope::model;
using test::problem;
namespace fs = std::filesystem;

namespace {

fs::path setFolder() {
    return test::goldenFolder() / "datasets";
}

/// Styles as the golden files call them.
const std::vector<std::pair<const char*, const char*>> kStyles{{"dataset", "dataset"},
                                                               {"pixelprune_qwen3vl", "pixelprune"},
                                                               {"kit_qwen2vl_custom", "qwen2vl"},
                                                               {"kit_internvl3", "internvl3"},
                                                               {"kit_llava15", "llava15"}};

/// "[0]" for a picture, the text of a part else, a line each.
QString written(const std::vector<Message>& messages) {
    const std::vector<std::size_t> shown = shownPictures(messages);
    std::size_t picture = 0;
    QStringList lines;
    for (const Message& message : messages)
        for (const Part& part : message.parts)
            lines << (part.kind == Part::Kind::Image ? QString("[%1]").arg(shown[picture++])
                                                     : QString::fromStdString(part.text));
    return lines.join('\n');
}

QString written(const nlohmann::json& parts) {
    QStringList lines;
    for (const nlohmann::json& part : parts) {
        const QString value = QString::fromStdString(part.at("value").get<std::string>());
        lines << (part.at("type") == "image" ? "[" + value.section(' ', -1) + "]" : value);
    }
    return lines.join('\n');
}

/// The kit lists InternVL's text first and puts the pictures before it later; their numbers are its own.
QString picturesFirst(const QString& text) {
    QStringList pictures, words;
    for (const QString& line : text.split('\n')) {
        static const QRegularExpression number("^(Image-\\d+: )?(\\[\\d+\\])?$");
        (number.match(line).hasMatch() && !line.isEmpty() ? pictures : words) << line;
    }
    pictures.removeIf([](const QString& line) { return line.startsWith("Image-"); });
    return (pictures + words).join('\n');
}

PageSource twoPages() {
    return [](std::span<const std::byte>, const std::string&) {
        return std::vector<Picture>{test::noise({8, 8}, 1), test::noise({8, 8}, 2)};
    };
}

} // namespace

/// The papers' sets: counts and prompts as the toolkit has them (evaluation spec 2), in the forms their authors
/// publish.
class TestPublishedSets : public QObject {
    Q_OBJECT

    test::SetFolder m_folder;

    static void addSets() {
        QTest::addColumn<QString>("expected");
        for (const auto& entry : fs::directory_iterator(setFolder()))
            if (entry.path().filename().string().ends_with(".expected.json"))
                QTest::newRow(entry.path().stem().stem().c_str()) << QString::fromStdString(entry.path().string());
    }

private Q_SLOTS:
    void initTestCase() { PRUNESCOPE_NEEDS_GOLDEN("datasets"); }

    void counts_data() { addSets(); }
    void counts() {
        QFETCH(QString, expected);
        const nlohmann::json golden = test::readJson(expected.toStdString());
        const auto set =
            openQuestionSet((setFolder() / golden.at("file").get<std::string>()).string(), {.strict = true});
        QCOMPARE(set->questions(), golden.at("questions").get<std::int64_t>());
        std::set<QByteArray> pictures;
        std::int64_t uses = 0;
        for (std::int64_t i = 0; i < set->size(); ++i) {
            const QuestionGroup group = set->at(i);
            uses += static_cast<std::int64_t>(group.questions.size() * group.pictures.size());
            for (const SetPicture& picture : group.pictures)
                pictures.insert(
                    QCryptographicHash::hash(QByteArray(reinterpret_cast<const char*>(picture.picture.data()),
                                                        static_cast<qsizetype>(picture.picture.sizeBytes())),
                                             QCryptographicHash::Sha256));
        }
        QCOMPARE(static_cast<std::int64_t>(pictures.size()), golden.at("pictures").get<std::int64_t>());
        QCOMPARE(uses, golden.value("picture_uses", uses));
        QVERIFY(setRule(set->name()));
        QCOMPARE(defaultStyle(*set).name, std::string_view("dataset"));
    }

    void firstPrompts_data() { addSets(); }
    void firstPrompts() {
        QFETCH(QString, expected);
        const nlohmann::json golden = test::readJson(expected.toStdString());
        if (!golden.contains("first_question_prompt"))
            QSKIP("no prompt is known");
        const auto set = openQuestionSet((setFolder() / golden.at("file").get<std::string>()).string());
        const QuestionGroup group = set->at(0);
        const nlohmann::json& prompts = golden.at("first_question_prompt");
        for (const auto& [theirs, ours] : kStyles) {
            if (!prompts.contains(theirs))
                continue;
            const nlohmann::json& prompt = prompts[theirs].is_string() ? prompts["dataset"] : prompts[theirs];
            std::vector<Message> messages = promptStyle(ours).ask(group.questions.front(), setRule(set->name()),
                                                                  set->name(), group.pictures.size());
            const bool isLlava = std::string_view(ours) == "llava15";
            const bool hasOwnSystem = set->at(0).questions.front().task == kLocateTask;
            if (isLlava && !hasOwnSystem)
                messages.erase(messages.begin()); // the text that begins every LLaVA prompt
            const bool isInternVl = std::string_view(ours) == "internvl3";
            const QString found = isInternVl ? picturesFirst(written(messages)) : written(messages);
            QCOMPARE(found, isInternVl ? picturesFirst(written(prompt)) : written(prompt));
        }
    }

    void placesInJson() {
        const auto set = openQuestionSet((setFolder() / "screenspot_web_v2.json").string());
        QCOMPARE(set->questions(), std::int64_t{5});
        QCOMPARE(set->size(), std::int64_t{2});
        const AskedQuestion asked = set->at(0).questions.front();
        QCOMPARE(asked.task, std::string("locate"));
        QVERIFY(asked.box == (PixelBox{60, 100, 120, 130}));
        QCOMPARE(asked.fields.at("data_type"), std::string("icon"));
        const auto pro = openQuestionSet((setFolder() / "screenspotpro").string());
        QCOMPARE(pro->name(), std::string("ScreenSpot_Pro"));
        QVERIFY(pro->at(0).questions[1].box == (PixelBox{4, 4, 28, 14}));
        QCOMPARE(pro->at(0).questions[1].id, std::string("vscode_macos_1"));
        QCOMPARE(pro->at(0).questions[1].fields.at("group"), std::string("Dev"));
    }

    void placesInPartsOfTheSides() {
        const std::string file = m_folder.write(
            "copy.json", test::asJson("[{'img_filename': 'a.png', 'bbox': [0.1, 0.2, 0.5, 0.7], 'instruction': 'x'}]"));
        const auto set = openQuestionSet(file);
        QVERIFY(set->at(0).questions.front().box == (PixelBox{4, 6, 20, 21}));
        QCOMPARE(set->notes(),
                 std::vector<std::string>{"1 line: boxes are corners in parts of the sides, read as such"});
        QCOMPARE(set->name(), std::string("ScreenSpot_v2_copy"));
    }

    void pagesInJson() {
        for (const auto& entry : fs::recursive_directory_iterator(setFolder() / "olmocr"))
            if (entry.is_regular_file())
                m_folder.write(entry.path().filename().string(), readAll(entry.path()));
        for (const char* name : {"p1", "p2", "p3", "p4"})
            m_folder.write(std::string(name) + ".pdf", "%PDF-1.4\n");
        // Their tests name folders of documents.
        for (const auto& [folder, name] : {std::pair("multi_column", "p1"), std::pair("tables", "p2"),
                                           std::pair("headers_footers", "p3"), std::pair("arxiv_math", "p4")}) {
            fs::create_directories(fs::path(m_folder.file("pdfs")) / folder);
            fs::copy_file(m_folder.file(std::string(name) + ".pdf"),
                          fs::path(m_folder.file("pdfs")) / folder / (std::string(name) + ".pdf"));
        }
        const std::string folder = fs::path(m_folder.file("x")).parent_path().string();
        fs::remove(m_folder.file("copy.json"));
        const auto set = openQuestionSet(folder, {.pages = twoPages()});
        QCOMPARE(set->name(), std::string("olmOCRBench"));
        QCOMPARE(set->size(), std::int64_t{4}); // pages
        std::size_t tests = 0;
        for (std::int64_t i = 0; i < set->size(); ++i) {
            const QuestionGroup group = set->at(i);
            tests += nlohmann::json::parse(group.questions.front().answer).size();
            QVERIFY(test::samePixels(group.picture(), test::noise({8, 8}, 1)));
            QVERIFY(group.questions.front().question.starts_with("Please provide a natural"));
        }
        QCOMPARE(tests, std::size_t{6});
        const QByteArray found =
            problem(ErrorKind::Unsupported, {"arxiv_math.jsonl", "pdf", "pages"}, [&] { openQuestionSet(folder); });
        QVERIFY2(found.isEmpty(), found);
    }

    void picturesMayBeShownTwiceOrNot() {
        const AskedQuestion asked{"choice", "Is <image 2> in <image 1> or <image 2>? <image 7>", "A", {}};
        const SetRule* rule = setRule("MMMU_DEV_VAL");
        const auto messages = promptStyle("dataset").ask(asked, rule, "MMMU_DEV_VAL", 3);
        QCOMPARE(shownPictures(messages), (std::vector<std::size_t>{1, 0, 1}));
        QCOMPARE(messages.back().parts.back().text, std::string("? <image 7>\n"));
    }

    void everyStyleAsksEveryKind_data() {
        QTest::addColumn<QString>("name");
        for (const PromptStyle& style : promptStyles())
            QTest::newRow(std::string(style.name).c_str()) << QString::fromStdString(std::string(style.name));
    }
    void everyStyleAsksEveryKind() {
        QFETCH(QString, name);
        const PromptStyle& style = promptStyle(name.toStdString());
        std::vector<const SetRule*> rules{nullptr};
        for (const SetRule& rule : setRules())
            rules.push_back(&rule);
        for (const SetRule* rule : rules)
            for (const char* task : {"vqa", "choice", "yes_no", "locate", "page", "chat"}) {
                AskedQuestion asked{task, "Where is it?", "A", {}};
                asked.options = {{'A', "here"}, {'B', "there"}};
                const auto messages = style.ask(asked, rule, rule ? rule->name : "own", 2);
                QCOMPARE(messages.back().role, std::string("user"));
                QCOMPARE(shownPictures(messages), (std::vector<std::size_t>{0, 1}));
                QVERIFY(messages.size() <= 2 && !messages.back().parts.back().text.empty());
            }
    }

    void promptsOfOwnTables() {
        AskedQuestion asked{"vqa", "What?", "x", {}};
        const auto text = [&](const char* style) {
            return QString::fromStdString(promptStyle(style).ask(asked, nullptr, "own", 1).back().parts.back().text);
        };
        QCOMPARE(text("dataset"), QString("What?\nAnswer the question using a single word or phrase."));
        QCOMPARE(text("plain"), QString("What?"));
        asked.task = "choice";
        asked.hint = "Look.";
        asked.options = {{'A', "红"}, {'C', "blue"}};
        QCOMPARE(text("plain"), QString("Look.\nWhat?\nA. 红\nC. blue"));
        QCOMPARE(text("qwen2vl"),
                 QString("Hint: Look.\nQuestion: What?\nOptions:\nA. 红\nC. blue\n请直接回答选项字母。"));
        QCOMPARE(text("llava15"), QString("Look.\nWhat?\nA. 红\nC. blue\n请直接回答选项字母。"));
        asked.open = true;
        QCOMPARE(text("dataset"), QString("Hint: Look.\nQuestion: What?\n"));
        QCOMPARE(text("pixelprune"), QString("Hint: Look.\nQuestion: What?"));
        QCOMPARE(text("internvl3"), QString("Look.\nWhat?\nAnswer the question directly."));
        asked.system = "Be short.";
        QCOMPARE(promptStyle("plain").ask(asked, nullptr, "own", 1).front().role, std::string("system"));
        const QByteArray found =
            problem(ErrorKind::Usage, {"--prompt", "\"fancy\"", "plain, dataset"}, [] { promptStyle("fancy"); });
        QVERIFY2(found.isEmpty(), found);
    }

private:
    static std::string readAll(const fs::path& path) {
        std::ifstream in(path, std::ios::binary);
        return {std::istreambuf_iterator<char>(in), {}};
    }
};

QTEST_APPLESS_MAIN(TestPublishedSets)
#include "tst_published_sets.moc"
