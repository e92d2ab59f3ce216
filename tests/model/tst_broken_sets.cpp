// Sets with something wrong in them, in every form that sets have: what is said of each is one line that names file,
// row and column; the rest is asked, and --strict refuses.
#include "tests/support/set_files.h"

#include <QtTest>
#include <filesystem>
#include <map>

using namespace prunescope;
using namespace prunescope::model;
using namespace prunescope::test;
namespace fs = std::filesystem;

namespace {

const PageSource kOnePage = [](std::span<const std::byte>, const std::string&) {
    return std::vector{noise({8, 8}, 1)};
};

using Files = std::map<std::string, std::string>; ///< contents by name

/// What is to come of a broken set.
enum class Outcome { RestIsAsked, Refused };

} // namespace

class TestBrokenSets : public QObject {
    Q_OBJECT

    SetFolder m_folder; ///< has a.png of 40 x 30 pixels
    std::string m_png = m_folder.base64();
    std::string m_bytes;

    /// A row of the test: the files of a set, the first of which is opened unless `open` says which.
    static void add(const char* name, const Files& files, Outcome outcome, const QStringList& words,
                    const char* open = nullptr) {
        QTest::newRow(name) << files << QByteArray(open ? open : files.begin()->first.c_str())
                            << static_cast<int>(outcome) << words;
    }

    /// One good row of a table, and rows with what is wrong.
    void table(const char* name, const std::string& rows, const QStringList& words,
               Outcome outcome = Outcome::RestIsAsked) const {
        add(name, {{"t.tsv", "index\timage\tquestion\tanswer\n0\t" + m_png + "\tWhat?\tSave\n" + rows}}, outcome,
            QStringList(words) << "t.tsv:3");
    }
    void wholeTable(const char* name, const std::string& text, const QStringList& words,
                    Outcome outcome = Outcome::Refused) const {
        add(name, {{"t.tsv", text}}, outcome, QStringList(words) << "t.tsv");
    }

    static std::string ownLine(const std::string& question) {
        return asJson("{'image': 'a.png', 'questions': [" + question + "]}\n");
    }
    static std::string goodLine() { return ownLine("{'task': 'read', 'question': 'a', 'answer': 'b'}"); }

    /// One good line of questions of ours, and one with what is wrong.
    static void line(const char* name, const std::string& second, const QStringList& words) {
        add(name, {{"q.jsonl", goodLine() + asJson(second) + "\n"}}, Outcome::RestIsAsked,
            QStringList(words) << "q.jsonl:2");
    }
    static void question(const char* name, const std::string& text, const QStringList& words) {
        line(name, ownLine(text), QStringList(words) << "questions[0]");
    }
    static void talk(const char* name, const std::string& second, const QStringList& words) {
        const char* good = "{'image': 'a.png', 'conversations': [{'from': 'human', 'value': 'a'}, {'from': 'gpt', "
                           "'value': 'b'}]}\n";
        add(name, {{"c.jsonl", asJson(good + second) + "\n"}}, Outcome::RestIsAsked, QStringList(words) << "c.jsonl:2");
    }
    static void list(const char* name, const std::string& text, const QStringList& words, Outcome outcome) {
        add(name, {{"l.json", asJson(text)}}, outcome, QStringList(words) << "l.json");
    }

    void folder(const char* name, Files files, Outcome outcome, const QStringList& words) const {
        Files inside;
        for (const auto& [path, content] : files)
            inside["f/" + path] = content;
        add(name, inside, outcome, words, "f");
    }

    void addTables() const {
        using enum Outcome;
        const std::string half = m_png.substr(0, m_png.size() / 2 / 4 * 4);
        table("base64 that is torn", "1\t" + m_png.substr(0, m_png.size() - 7) + "\tW?\tx\n",
              {"image", "ends too early"});
        table("a picture that is cut", "1\t" + half + "\tW?\tx\n", {"image"});
        table("bytes of no picture", "1\t" + encodeBase64(std::vector<std::uint8_t>(90, 'x')) + "\tW?\tx\n",
              {"image", "no readable picture"});
        table("a wrong character", "1\t" + m_png.substr(0, 80) + "%" + m_png.substr(81) + "\tW?\tx\n",
              {"image", "character 81", "\"%\""});
        table("an index twice", "0\t0\tW?\tx\n", {"index", "line 2"});
        table("an index twice as a number", "0.0\t0\tW?\tx\n", {"index", "line 2"});
        table("no such index", "1\t7\tW?\tx\n", {"image is \"7\""});
        table("its own index", "1\t1\tW?\tx\n", {"image is \"1\""});
        table("no index", "\t0\tW?\tx\n", {"index is \"\""});
        table("no question", "1\t0\t\tx\n", {"question is \"\""});
        table("no answer", "1\t0\tW?\t\n", {"answer is \"\""});
        table("a list without answers", "1\t0\tW?\t[]\n", {"answer is \"[]\""});
        table("a cell too few", "1\t0\tW?\n", {"3 cells", "answer"});
        table("a cell too many", "1\t0\tW?\tx\ty\n", {"5 cells", "answer"});
        table("an open quote", "1\t0\t\"W?\tx\n2\t0\tW?\tx\n", {"question", "quote"});
        table("text behind a quote", "1\t0\t\"W\"x\tx\n", {"question", "quotes"});
        table("a torn list of pictures", "1\t['" + m_png + "', 'x\tW?\tx\n", {"image", "\"[\""});
        table("a zero byte", std::string("1\t0\tW") + '\0' + "?\tx\n", {"question", "zero byte"});
        table("no UTF-8", "1\t0\tW\xff?\tx\n", {"question", "UTF-8"});
        wholeTable("nothing", "", {"empty"});
        wholeTable("blank lines", "\n\r\n\n", {"empty"});
        wholeTable("names alone", "index\timage\tquestion\tanswer\n", {"no row"});
        wholeTable("UTF-16", std::string("\xff\xfei\0n\0d\0", 8), {"UTF-16"});
        wholeTable("lines that end as on old Macs", "index\timage\tquestion\tanswer\r0\t" + m_png + "\tW?\tx\r",
                   {"\\r alone"});
        wholeTable("no pictures", "index\tquestion\tanswer\n0\tW?\tx\n", {"\"image\""});
        wholeTable("commas for tabs", "index,image,question,answer\n0,1,2,3\n", {"tabs", ".csv"});
        wholeTable("a column twice", "index\timage\tquestion\tanswer\tanswer\n0\t1\t2\t3\t4\n", {":1", "answer"});
        wholeTable("a mark of the byte order, and a lost picture",
                   "\xef\xbb\xbfindex\timage\tquestion\tanswer\r\n0\t" + m_png + "\tW?\tx\r\n1\t5\tW?\tx\r\n",
                   {"t.tsv:3", "image is \"5\""}, RestIsAsked);
        wholeTable("a letter of no option",
                   "index\timage\tquestion\tA\tB\tanswer\n0\t" + m_png + "\tW?\tx\ty\tB\n1\t0\tW?\tx\ty\tE\n",
                   {"t.tsv:3", "answer is \"E\"", "A, B"}, RestIsAsked);
        add("neither yes nor no",
            {{"MME.tsv", "index\timage\tquestion\tanswer\n0\t" + m_png + "\tW?\tYes\n1\t0\tW?\tMaybe\n"}}, RestIsAsked,
            {"MME.tsv:3", "answer is \"Maybe\""});
        for (const char* box : {"[30, 2, 20, 4]", "[1, 2, x, 4]", "[1, 2, 3]", "[1, 2, nan, 4]", "[-1, 2, 3, 4]",
                                "[1, 2, 0, 4]", "1e400"})
            add(box,
                {{"ScreenSpot_v2_Web.tsv",
                  "index\timage\tquestion\tbbox\n0\t" + m_png + "\tW?\t[1, 2, 3, 4]\n1\t0\tW?\t" + box + "\n"}},
                RestIsAsked, {"ScreenSpot_v2_Web.tsv:3", "bbox is"});
        add("a lost file", {{"p.tsv", "index\timage_path\tquestion\tanswer\n0\ta.png\tW?\tx\n1\tlost.png\tW?\tx\n"}},
            RestIsAsked, {"p.tsv:3", "image_path", "lost.png"});
    }

    static void addLines() {
        line("a line that is torn", "{'image': 'a.png', 'questions': [", {"JSON"});
        line("a list for a line", "[1, 2]", {"object"});
        line("a number for a line", "7", {"object"});
        line("a lost picture", "{'image': 'lost.png', 'questions': [{'task': 'read', 'question': 'a', 'answer': 'b'}]}",
             {"image", "lost.png"});
        line("a folder for a picture",
             "{'image': '.', 'questions': [{'task': 'read', 'question': 'a', 'answer': 'b'}]}", {"image"});
        line("a set for a picture",
             "{'image': 'q.jsonl', 'questions': [{'task': 'read', 'question': 'a', 'answer': 'b'}]}",
             {"image", "no readable picture"});
        line("a picture on the web",
             "{'image': 'http://a/b.png', 'questions': [{'task': 'read', 'question': 'a', 'answer': 'b'}]}",
             {"image", "download"});
        line("NaN",
             "{'image': 'a.png', 'questions': [{'task': 'locate', 'question': 'a', 'answer': 'b', 'box': [NaN, 1, 2, "
             "3]}]}",
             {"JSON"});
        question("no answer", "{'task': 'read', 'question': 'a'}", {"answer is missing"});
        question("a blank answer", "{'task': 'read', 'question': 'a', 'answer': ' '}", {"answer is"});
        question("a number for an answer", "{'task': 'read', 'question': 'a', 'answer': 5}", {"answer is 5"});
        question("a box outside", "{'task': 'locate', 'question': 'a', 'answer': 'b', 'box': [30, 2, 20, 4]}",
                 {"box is"});
        question("a text in a box", "{'task': 'locate', 'question': 'a', 'answer': 'b', 'box': [1, '2', 3, 4]}",
                 {"box is"});
        question("a box of three", "{'task': 'locate', 'question': 'a', 'answer': 'b', 'box': [1, 2, 3]}", {"box is"});
        question("an empty box", "{'task': 'locate', 'question': 'a', 'answer': 'b', 'box': [1, 2, 0, 0]}", {"box is"});
        question("no box", "{'task': 'locate', 'question': 'a', 'answer': 'b'}", {"box is missing"});
        question("a letter of no option", "{'task': 'choice', 'question': 'a', 'answer': 'B', 'options': {'A': 'x'}}",
                 {"answer is"});
        talk("two marks for a picture",
             "{'image': 'a.png', 'conversations': [{'from': 'human', 'value': '<image><image>a'}, {'from': 'gpt', "
             "'value': 'b'}]}",
             {"<image>"});
        talk("an unknown part",
             "{'image': 'a.png', 'conversations': [{'from': 'robot', 'value': 'a'}, {'from': 'gpt', 'value': 'b'}]}",
             {"from is \"robot\""});
        talk("a question without an answer", "{'image': 'a.png', 'conversations': [{'from': 'human', 'value': 'a'}]}",
             {"no answer"});
        talk("no turns", "{'image': 'a.png', 'conversations': []}", {"conversations is []"});
        talk("a film",
             "{'image': 'a.png', 'videos': ['a.mp4'], 'conversations': [{'from': 'human', 'value': '<video>a'}, "
             "{'from': 'gpt', 'value': 'b'}]}",
             {"video"});
        talk("more places than boxes",
             "{'images': ['a.png'], 'query': 'Find', 'response': '<bbox><bbox>', 'objects': {'bbox': [[1, 2, 3, 4]]}}",
             {"<bbox>"});
        talk("a box outside",
             "{'images': ['a.png'], 'query': 'Find', 'response': '<bbox>', 'objects': {'bbox': [[1, 2, 41, 4]]}}",
             {"objects.bbox[0]"});
    }

    static void addLists() {
        using enum Outcome;
        const std::string good =
            "{'image': 'a.png', 'conversations': [{'from': 'human', 'value': 'a'}, {'from': 'gpt', 'value': 'b'}]}";
        list("an element of another kind", "[\n" + good + ",\n7\n]", {"l.json:3", "object"}, RestIsAsked);
        list("no list", good, {"l.json:1", "list"}, Refused);
        list("an empty list", "[]", {"empty"}, Refused);
        list("a list that is cut", "[\n" + good + ",\n" + good.substr(0, 40), {"l.json:3", "does not end"}, Refused);
        list("no comma", "[\n" + good + "\n" + good + "]", {"l.json:3", "comma"}, Refused);
        list("more behind the list", "[\n" + good + "]\nx", {"l.json:3", "nothing after the list"}, Refused);
    }

    void addFolders() const {
        using enum Outcome;
        const std::string good =
            "{'img_filename': 'a.png', 'bbox': [1, 2, 3, 4], 'instruction': 'Save', 'data_type': 'text'}";
        const std::string pro =
            "{'img_filename': 'a.png', 'bbox': [1, 2, 4, 6], 'instruction': 'Save', 'ui_type': 'text', 'img_size': ";
        const std::string test = "{'pdf': 'a.pdf', 'page': 1, 'id': 't', 'type': 'present', 'text': 'x'}\n";
        const auto places = [&](const std::string& second) { return asJson("[" + good + ",\n" + second + "]"); };
        const auto changed = [&](std::string from, const std::string& to) {
            std::string text = good;
            return text.replace(text.find(from), from.size(), to);
        };
        folder("a place outside",
               {{"screenspot_web_v2.json", places(changed("[1, 2, 3, 4]", "[30, 2, 20, 4]"))},
                {"screenspotv2_image/a.png", m_bytes}},
               RestIsAsked, {"screenspot_web_v2.json:2", "bbox is"});
        folder("a place of three",
               {{"screenspot_web_v2.json", places(changed("[1, 2, 3, 4]", "[1, 2, 3]"))},
                {"screenspotv2_image/a.png", m_bytes}},
               RestIsAsked, {"screenspot_web_v2.json:2", "bbox is"});
        folder(
            "a place on a lost picture",
            {{"screenspot_web_v2.json", places(changed("a.png", "lost.png"))}, {"screenspotv2_image/a.png", m_bytes}},
            RestIsAsked, {"screenspot_web_v2.json:2: img_filename: ", "lost.png"});
        folder("a place without words",
               {{"screenspot_web_v2.json", places(changed("'Save'", "' '"))}, {"screenspotv2_image/a.png", m_bytes}},
               RestIsAsked, {"screenspot_web_v2.json:2", "instruction is"});
        folder("a target that is not there",
               {{"screenspot_web_v2.json", places(changed("'text'", "'text', 'gt_type': 'negative'"))},
                {"screenspotv2_image/a.png", m_bytes}},
               RestIsAsked, {"screenspot_web_v2.json:2", "gt_type is"});
        folder("a picture of another size",
               {{"annotations/word.json", asJson("[" + pro + "[40, 30]},\n" + pro + "[80, 60]}]")},
                {"images/a.png", m_bytes}},
               RestIsAsked, {"word.json:2", "img_size is"});
        folder("no annotations", {{"images/a.png", m_bytes}}, Refused, {"f", "no .json"});
        folder("files of two kinds",
               {{"a.json", places(good)},
                {"b.json", asJson("[{'query': 'a', 'response': 'b', 'image': 'a.png'}]")},
                {"images/a.png", m_bytes}},
               Refused, {"b.json"});
        folder("a lost document", {{"old_scans.jsonl", asJson(test)}}, Refused, {"old_scans.jsonl:1", "pdf", "a.pdf"});
        folder("no document", {{"old_scans.jsonl", asJson(test)}, {"pdfs/a.pdf", m_bytes}}, Refused,
               {"old_scans.jsonl:1", "pdf", "no PDF"});
        folder("a page of none",
               {{"old_scans.jsonl", asJson(test + "{'pdf': 'a.pdf', 'page': 0, 'id': 't', 'type': 'present'}\n")},
                {"pdfs/a.pdf", "%PDF-1.4\n"}},
               RestIsAsked, {"old_scans.jsonl:2", "page is 0"});
        folder("a test of nothing",
               {{"old_scans.jsonl", asJson(test + "{'pdf': 'a.pdf', 'page': 1, 'id': 't', 'type': ''}\n")},
                {"pdfs/a.pdf", "%PDF-1.4\n"}},
               RestIsAsked, {"old_scans.jsonl:2", "type is"});
    }

    void write(const Files& files) const {
        fs::remove_all(m_folder.file("f"));
        for (const auto& [name, content] : files) {
            fs::create_directories(fs::path(m_folder.file(name)).parent_path());
            m_folder.write(name, content);
        }
    }

    /// What is said of a set: the rows that are left out when it is checked or read, or why it is refused.
    static QStringList saidOf(const std::string& path, std::int64_t& asked) {
        QStringList said;
        try {
            const auto set = openQuestionSet(path, {.pages = kOnePage});
            for (const SkippedRow& row : set->skipped())
                said << QString::fromStdString(row.where + ": " + row.reason);
            for (std::int64_t i = 0; i < set->size(); ++i)
                try {
                    asked += static_cast<std::int64_t>(set->at(i).questions.size());
                } catch (const Error& error) {
                    said << error.what();
                }
        } catch (const Error& error) {
            said << error.what();
        }
        return said;
    }

private Q_SLOTS:
    void whatIsSaid_data() {
        std::ifstream in(m_folder.file("a.png"), std::ios::binary);
        m_bytes.assign(std::istreambuf_iterator<char>(in), {});
        QTest::addColumn<Files>("files");
        QTest::addColumn<QByteArray>("open");
        QTest::addColumn<int>("outcome");
        QTest::addColumn<QStringList>("words");
        addTables();
        addLines();
        addLists();
        addFolders();
    }
    void whatIsSaid() {
        QFETCH(Files, files);
        QFETCH(QByteArray, open);
        QFETCH(int, outcome);
        QFETCH(QStringList, words);
        write(files);
        const std::string path = m_folder.file(open.toStdString());
        std::int64_t asked = 0;
        const QStringList said = saidOf(path, asked);
        QCOMPARE(asked > 0, outcome == static_cast<int>(Outcome::RestIsAsked));
        QCOMPARE(said.size(), 1);
        QVERIFY(!said[0].contains('\n') && said[0].size() < 600);
        for (const QString& word : words)
            QVERIFY2(said[0].contains(word), qPrintable("no \"" + word + "\" in: " + said[0]));
        try {
            const auto set = openQuestionSet(path, {.strict = true, .pages = kOnePage});
            for (std::int64_t i = 0; i < set->size(); ++i)
                set->at(i); // pixels are read no sooner
            QFAIL("--strict takes it");
        } catch (const Error& error) {
            QCOMPARE(QString(error.what()).section('/', -1), said[0].section('/', -1));
        }
    }
};

QTEST_APPLESS_MAIN(TestBrokenSets)
#include "tst_broken_sets.moc"
