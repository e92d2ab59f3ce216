#include "core/base/base64.h"
#include "core/base/error.h"
#include "core/image/image_file.h"
#include "model/datasets/question_line.h"
#include "model/datasets/question_set.h"
#include "model/datasets/question_set_writer.h"
#include "tests/support/golden.h"
#include "tests/support/pictures.h"

#include <QTemporaryDir>
#include <QtTest>
#include <algorithm>
#include <atomic>
#include <filesystem>
#include <fstream>
#include <thread>

using namespace prunescope;
using namespace prunescope::model;
namespace fs = std::filesystem;

namespace {

bool samePixels(const Picture& a, const Picture& b) {
    return a.size() == b.size() && std::equal(a.data(), a.data() + a.sizeBytes(), b.data());
}

/// What is wrong with the message of an error that `action` should throw; empty: nothing.
template <typename Action>
QByteArray problem(ErrorKind kind, const QStringList& words, Action&& action) {
    try {
        action();
    } catch (const Error& error) {
        const QString message = error.what();
        if (error.kind() != kind)
            return "another kind of error: " + message.toUtf8();
        for (const QString& word : words)
            if (!message.contains(word))
                return "no \"" + word.toUtf8() + "\" in: " + message.toUtf8();
        return message.contains('\n') ? QByteArray("more than one line") : QByteArray();
    }
    return "no error";
}

/// JSON that is written with single quotes, for people.
std::string asJson(std::string text) {
    std::ranges::replace(text, '\'', '"');
    return text;
}

const std::string kOwn =
    asJson("{'image': 'a.png', 'questions': ["
           "{'task': 'locate', 'question': 'Where is Save?', 'answer': 'there', 'box': [3, 4, 20, 10]},"
           "{'task': 'read', 'question': 'What?', 'answer': 'Gr\\u00fc\\u00dfe \\'x\\''}]}");

} // namespace

/// Sets of questions from every kind of file: what is read, and what is refused.
class TestQuestionSets : public QObject {
    Q_OBJECT

    QTemporaryDir m_folder;

    std::string file(const std::string& name) const {
        return m_folder.filePath(QString::fromStdString(name)).toStdString();
    }

    std::string write(const std::string& name, const std::string& content) const {
        std::ofstream(file(name), std::ios::binary) << content;
        return file(name);
    }

    std::string pngBase64() const { return encodeBase64(encodePng(m_picture)); }

    const Picture m_picture = test::noise({40, 30}, 5);

private Q_SLOTS:
    void initTestCase() { writeImage(file("a.png"), m_picture); }

    void ownLines() {
        const auto set = openQuestionSet(write("own.jsonl", kOwn + "\r\n\n  \n" + kOwn));
        QCOMPARE(set->size(), std::int64_t{2});
        const QuestionGroup asked = set->at(1);
        QCOMPARE(asked.name, std::string("a.png"));
        QVERIFY(samePixels(asked.picture(), m_picture));
        const std::vector<AskedQuestion> expected{{"locate", "Where is Save?", "there", PixelBox{3, 4, 23, 14}},
                                                  {"read", "What?", "Gr\u00fc\u00dfe \"x\"", {}}};
        QVERIFY(asked.questions == expected);
    }

    void transparencyIsPutOnWhiteInEverySet() {
        const std::string picture = (test::dataFolder() / "images/diagram_black_on_clear.png").string();
        std::ifstream in(picture, std::ios::binary);
        const std::vector<std::uint8_t> bytes{std::istreambuf_iterator<char>(in), {}};
        const std::string line = "{\"image\": \"" + picture + "\", \"questions\": " +
                                 "[{\"task\": \"read\", \"question\": \"What?\", \"answer\": \"A\"}]}\n";
        const std::string table = "index\timage\tquestion\tanswer\n1\t" + encodeBase64(bytes) + "\tWhat?\tA\n";
        for (const std::string& file : {write("white.jsonl", line), write("white.tsv", table)}) {
            const QuestionGroup asked = openQuestionSet(file)->at(0);
            QVERIFY(asked.pictures.front().decodedOnWhite);
            QVERIFY(samePixels(asked.picture(), readImage(picture)));
            QCOMPARE(int{asked.picture().data()[0]}, 255);
        }
        QVERIFY(!openQuestionSet(write("own.jsonl", kOwn))->at(0).pictures.front().decodedOnWhite);
    }

    void conversations_data() {
        QTest::addColumn<QByteArray>("line");
        QTest::newRow("LLaVA") << QByteArray(
            "{'id': 7, 'image': 'a.png', 'conversations': [{'from': 'human', 'value': '<image>\\nWhat?'}, "
            "{'from': 'gpt', 'value': 'This.'}, {'from': 'human', 'value': 'Where?'}, {'from': 'gpt', 'value': "
            "'There.'}]}");
        QTest::newRow("a list of one") << QByteArray(
            "{'image': ['a.png'], 'conversations': [{'from': 'human', 'value': 'What?\\n<image>'}, "
            "{'from': 'gpt', 'value': 'This.'}, {'from': 'human', 'value': 'Where?'}, {'from': 'gpt', 'value': "
            "'There.'}]}");
        QTest::newRow("messages") << QByteArray(
            "{'images': ['a.png'], 'messages': [{'role': 'user', 'content': '<image>What?'}, "
            "{'role': 'assistant', 'content': 'This.'}, {'role': 'user', 'content': 'Where?'}, {'role': 'assistant', "
            "'content': 'There.'}]}");
        QTest::newRow("parts") << QByteArray(
            "{'messages': [{'role': 'user', 'content': [{'type': 'image', 'image': 'a.png'}, {'type': 'text', 'text': "
            "'What?'}]}, "
            "{'role': 'assistant', 'content': [{'type': 'text', 'text': 'This.'}]}, "
            "{'role': 'user', 'content': 'Where?'}, {'role': 'assistant', 'content': 'There.'}]}");
    }
    void conversations() {
        QFETCH(QByteArray, line);
        const std::string json = asJson(line.toStdString());
        const QuestionLine expected{"a.png", {{"chat", "What?", "This.", {}}, {"chat", "Where?", "There.", {}}}};
        QVERIFY(parseQuestionLine(json, "x") == expected);
        QVERIFY(samePixels(openQuestionSet(write("talk.jsonl", json))->at(0).picture(), m_picture));
    }

    void linesComeBack() {
        const QuestionLine line = parseQuestionLine(kOwn, "x");
        QVERIFY(parseQuestionLine(toJsonLine(line), "x") == line);
    }

    void badLines_data() {
        QTest::addColumn<QByteArray>("line");
        QTest::addColumn<QStringList>("words");
        const auto own = [](const char* name, const char* question, const QStringList& words) {
            QTest::newRow(name) << QByteArray("{'image': 'a.png', 'questions': [") + question + "]}" << words;
        };
        const auto talk = [](const char* name, const char* turns, const QStringList& words) {
            QTest::newRow(name) << QByteArray("{'image': 'a.png', 'conversations': ") + turns + "}" << words;
        };
        const auto line = [](const char* name, const char* text, const QStringList& words) {
            QTest::newRow(name) << QByteArray(text) << words;
        };
        line("no JSON", "{\"image\": ", {"JSON"});
        line("no UTF-8", "{\"image\": \"\xff\"}", {"JSON"});
        line("no object", "[1]", {"object"});
        line("nothing asked", "{'image': 'a.png'}", {"questions is missing", "conversations", "messages"});
        line("no picture", "{'questions': [{'task': 'read', 'question': 'a', 'answer': 'b'}]}", {"image is missing"});
        line("several pictures", "{'image': ['a.png', 'b.png'], 'questions': []}", {"image is", "a text"});
        line("empty list", "{'image': 'a.png', 'questions': []}", {"questions is []", "at least one"});
        line("no list", "{'image': 'a.png', 'questions': {'task': 'read'}}", {"questions is", "a list"});
        own("question is no object", "3", {"questions[0]", "object"});
        own("no task", "{'question': 'a', 'answer': 'b'}", {"questions[0].task is missing", "a text"});
        own("blank question", "{'task': 'read', 'question': ' ', 'answer': 'b'}",
            {"questions[0].question is", "not empty"});
        own("answer is a number", "{'task': 'count', 'question': 'a', 'answer': 3}",
            {"questions[0].answer is 3", "a text"});
        own("no box", "{'task': 'locate', 'question': 'a', 'answer': 'b'}",
            {"questions[0].box is missing", "[x, y, width, height]"});
        own("box of three", "{'task': 'locate', 'question': 'a', 'answer': 'b', 'box': [1, 2, 3]}",
            {"questions[0].box is [1,2,3]"});
        own("empty box", "{'task': 'read', 'question': 'a', 'answer': 'b', 'box': [1, 2, 0, 3]}",
            {"questions[0].box is [1,2,0,3]"});
        own("negative box", "{'task': 'read', 'question': 'a', 'answer': 'b', 'box': [-1, 2, 3, 3]}",
            {"questions[0].box is [-1,2,3,3]"});
        own("box in halves", "{'task': 'read', 'question': 'a', 'answer': 'b', 'box': [0.5, 2, 3, 3]}",
            {"questions[0].box is [0.5,2,3,3]"});
        talk("no turns", "[]", {"conversations is []", "a list of questions"});
        talk("no answer", "[{'from': 'human', 'value': 'a'}]", {"conversations is", "its answer"});
        talk("system turn", "[{'from': 'system', 'value': 'a'}, {'from': 'gpt', 'value': 'b'}]",
             {"conversations[0].from is \"system\"", "\"human\""});
        talk("two questions", "[{'from': 'human', 'value': 'a'}, {'from': 'human', 'value': 'b'}]",
             {"conversations[1].from is \"human\"", "\"gpt\""});
        talk("mark alone", "[{'from': 'human', 'value': '<image>'}, {'from': 'gpt', 'value': 'b'}]",
             {"conversations[0].value is \"<image>\"", "not empty"});
        talk("two marks", "[{'from': 'human', 'value': '<image> <image> a'}, {'from': 'gpt', 'value': 'b'}]",
             {"conversations[0].value is", "one <image>"});
        line("no picture to talk about",
             "{'messages': [{'role': 'user', 'content': 'a'}, {'role': 'assistant', 'content': 'b'}]}",
             {"image is missing"});
        line("two pictures in parts",
             "{'image': 'a.png', 'messages': [{'role': 'user', 'content': [{'type': 'image', 'image': 'b.png'}]}, "
             "{'role': 'assistant', 'content': 'b'}]}",
             {"messages[0].content[].image is \"b.png\"", "only picture"});
        line("a film",
             "{'messages': [{'role': 'user', 'content': [{'type': 'video', 'video': 'b.mp4'}]}, {'role': 'assistant', "
             "'content': 'b'}]}",
             {"messages[0].content[].type is \"video\""});
        line("two pictures", "{'images': ['a.png', 'b.png'], 'messages': []}", {"images is", "one picture"});
    }
    void badLines() {
        QFETCH(QByteArray, line);
        QFETCH(QStringList, words);
        const std::string path = write("bad.jsonl", kOwn + "\n" + asJson(line.toStdString()) + "\n");
        const QByteArray found = problem(ErrorKind::BadFile, words << "bad.jsonl:2: ", [&] { openQuestionSet(path); });
        QVERIFY2(found.isEmpty(), found);
    }

    void badFiles() {
        const auto refuses = [&](ErrorKind kind, const std::string& text, const QStringList& words) {
            const QByteArray found = problem(kind, words, [&] { openQuestionSet(text); });
            QVERIFY2(found.isEmpty(), found);
        };
        refuses(ErrorKind::NotFound, file("none.jsonl"), {"none.jsonl"});
        refuses(ErrorKind::NotFound, file("none.tsv"), {"none.tsv"});
        refuses(ErrorKind::Usage, file("a.png"), {"a.png", "FILE.jsonl", "FILE.tsv", "screens:"});
        refuses(ErrorKind::Usage, "screen:count=3", {"screen:count=3", "screens:"});
        refuses(ErrorKind::BadFile, write("empty.jsonl", "\n \n"), {"empty.jsonl", "empty"});
        refuses(ErrorKind::BadFile, write("empty.tsv", "\n"), {"empty.tsv", "empty"});
        fs::create_directory(file("folder.jsonl"));
        refuses(ErrorKind::BadFile, file("folder.jsonl"), {"folder.jsonl", "not a file"});
        refuses(ErrorKind::NotFound,
                write("lost.jsonl",
                      asJson("{'image': 'lost.png', 'questions': [{'task': 'read', 'question': 'a', 'answer': 'b'}]}")),
                {"lost.jsonl:1", "lost.png", "does not exist"});
    }

    void aBoxOutsideItsPictureIsRefused() {
        const auto set = openQuestionSet(
            write("outside.jsonl", asJson("{'image': 'a.png', 'questions': [{'task': 'locate', 'question': 'a', "
                                          "'answer': 'b', 'box': [30, 4, 11, 10]}]}")));
        const QByteArray found =
            problem(ErrorKind::BadFile, {"outside.jsonl:1", "questions[0].box is [30, 4, 11, 10]", "40 x 30"},
                    [&] { set->at(0); });
        QVERIFY2(found.isEmpty(), found);
    }

    void tablesOfChoices() {
        const std::string image = pngBase64();
        QVERIFY(image.size() > 64);
        const auto set =
            openQuestionSet(write("choice.tsv", "index\timage\thint\tquestion\tA\tB\tC\tanswer\n"
                                                "0\t" +
                                                    image +
                                                    "\t\tWhich?\tred\tblue\t\tB\n"
                                                    "1\t0\t\"Look\tup\"\t\"Is it \"\"x\"\"?\"\tyes\tno\tmay be\tC\n"
                                                    "2\t" +
                                                    image + "\t\tNo options?\t\t\t\tNone\n"));
        QCOMPARE(set->size(), std::int64_t{2}); // the second row asks about the first picture
        const QuestionGroup first = set->at(0);
        QVERIFY(samePixels(first.picture(), m_picture));
        const std::string closing = "Please select the correct answer from the options above. \n";
        const std::vector<AskedQuestion> expected{
            {"choice", "Question: Which?\nOptions:\nA. red\nB. blue\n" + closing, "B", {}},
            {"choice",
             "Hint: Look\tup\nQuestion: Is it \"x\"?\nOptions:\nA. yes\nB. no\nC. may be\n" + closing,
             "C",
             {}}};
        QVERIFY(first.questions == expected);
        QVERIFY((set->at(1).questions == std::vector<AskedQuestion>{{"chat", "No options?", "None", {}}}));
        QVERIFY(QString::fromStdString(set->at(1).name).endsWith("choice.tsv:4"));
    }

    void tablesOfPaths() {
        const auto set = openQuestionSet(write("paths.tsv", "\xEF\xBB\xBFindex\timage_path\tquestion\tanswer\r\nx\ta."
                                                            "png\t\"two\nlines\"\tyes\r\n\r\ny\ta.png\tb\t\"c\"\r\n"));
        QCOMPARE(set->size(), std::int64_t{2});
        QVERIFY(samePixels(set->at(1).picture(), m_picture));
        QCOMPARE(set->at(0).questions.front().question, std::string("two\nlines"));
        QCOMPARE(set->at(1).questions.front().answer, std::string("c"));
        QVERIFY(QString::fromStdString(set->at(1).name).endsWith(":5")); // the quoted line end and the blank line count
    }

    void badTables_data() {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<QStringList>("words");
        const auto table = [](const char* name, const char* text, const QStringList& words) {
            QTest::newRow(name) << QByteArray(text) << words;
        };
        table("no rows", "index\timage_path\tquestion\tanswer\n", {"no row"});
        table("no answers", "index\timage_path\tquestion\n1\ta.png\tb\n",
              {"no column \"answer\"", "index, image_path, question"});
        table("no pictures", "index\tquestion\tanswer\n1\tb\tc\n", {"no column \"image\""});
        table("a cell too few", "index\timage_path\tquestion\tanswer\n1\ta.png\tb\n", {":2: 3 cells", "expected 4"});
        table("a cell too many", "index\timage_path\tquestion\tanswer\n1\ta.png\tb\tc\td\n",
              {":2: 5 cells", "expected 4"});
        table("open quotes", "index\timage_path\tquestion\tanswer\n1\ta.png\tb\t\"c\n", {":2: ", "does not end"});
        table("after quotes", "index\timage_path\tquestion\tanswer\n1\ta.png\t\"b\"b\tc\n",
              {":2: ", "after its quotes"});
        table("blank answer", "index\timage_path\tquestion\tanswer\n1\ta.png\tb\t\n",
              {":2: answer is \"\"", "not empty"});
        table("no UTF-8", "index\timage_path\tquestion\tanswer\n1\ta.png\t\xff\tc\n", {":2: question is", "UTF-8"});
        table("lost picture", "index\timage_path\tquestion\tanswer\n1\tlost.png\tb\tc\n",
              {":2: ", "lost.png", "does not exist"});
        table("lost reference", "index\timage\tquestion\tanswer\n1\t7\tb\tc\n",
              {":2: image is \"7\"", "index of a row"});
        table("no such option", "index\timage_path\tquestion\tA\tB\tanswer\n1\ta.png\tb\tx\ty\tC\n",
              {":2: answer is \"C\"", "AB"});
        table("no letter", "index\timage_path\tquestion\tA\tB\tanswer\n1\ta.png\tb\tx\ty\tAB\n",
              {":2: answer is \"AB\""});
        table("index twice", "index\timage_path\tquestion\tanswer\n1\ta.png\tb\tc\n1\ta.png\tb\tc\n",
              {":3: index is \"1\"", "of its own"});
    }
    void badTables() {
        QFETCH(QByteArray, text);
        QFETCH(QStringList, words);
        const std::string path = write("bad.tsv", text.toStdString());
        const ErrorKind kind = words.contains("does not exist") ? ErrorKind::NotFound : ErrorKind::BadFile;
        const QByteArray found = problem(kind, words << "bad.tsv", [&] { openQuestionSet(path); });
        QVERIFY2(found.isEmpty(), found);
    }

    void badPicturesOfATableAreFoundWhenTheyAreRead() {
        const std::string head = "index\timage\tquestion\tanswer\n1\t";
        const std::string noPicture = encodeBase64(std::vector<std::uint8_t>(100, 7));
        for (const std::string& image : {std::string(80, '?'), noPicture}) {
            const auto set = openQuestionSet(write("bad.tsv", head + image + "\tb\tc\n"));
            const QByteArray found = problem(ErrorKind::BadFile, {"bad.tsv:2: image"}, [&] { set->at(0); });
            QVERIFY2(found.isEmpty(), found);
        }
    }

    void writtenSetsAreReadAsTheyWere() {
        const std::vector<AskedQuestion> questions{{"locate", "Where?", "there", PixelBox{1, 2, 4, 6}},
                                                   {"read", "W\u00e4s?\n", "\"\t\\", {}}};
        QuestionSetWriter writer(file("made/set.jsonl"));
        writer.add({"first", {{"first", m_picture}}, questions});
        writer.add({"second", {{"second", test::noise({8, 9}, 2)}}, {questions.back()}});
        QCOMPARE(writer.count(), std::int64_t{2});
        const auto set = openQuestionSet(file("made/set.jsonl"));
        QCOMPARE(set->size(), std::int64_t{2});
        QVERIFY(set->at(0).questions == questions);
        QVERIFY(samePixels(set->at(0).picture(), m_picture));
        QVERIFY(samePixels(set->at(1).picture(), test::noise({8, 9}, 2)));
        QVERIFY(fs::exists(file("made/set/000001.png")));
        const QByteArray found =
            problem(ErrorKind::Usage, {"set.json", "FILE.jsonl"}, [&] { QuestionSetWriter w(file("set.json")); });
        QVERIFY2(found.isEmpty(), found);
        const QByteArray blocked =
            problem(ErrorKind::WriteFailed, {"a.png"}, [&] { QuestionSetWriter w(file("a.png/set.jsonl")); });
        QVERIFY2(blocked.isEmpty(), blocked);
    }

    void drawnScreens() {
        const auto set = openQuestionSet("screens:count=5,seed=12,questions=2");
        QCOMPARE(set->size(), std::int64_t{5});
        const auto shifted = openQuestionSet("screens:count=1,seed=14,questions=2");
        int questions = 0;
        for (std::int64_t i = 0; i < set->size(); ++i) {
            const QuestionGroup asked = set->at(i);
            QVERIFY(asked.questions.size() <= 2);
            questions += static_cast<int>(asked.questions.size());
            for (const AskedQuestion& question : asked.questions)
                QVERIFY(question.task != "locate" || question.box);
        }
        QVERIFY(questions >= 5);
        QVERIFY(samePixels(set->at(2).picture(), shifted->at(0).picture()));
        QVERIFY(set->at(2).questions == shifted->at(0).questions);
        QCOMPARE(set->at(2).name, std::string("screen 14"));
        QCOMPARE(openQuestionSet("screens")->size(), std::int64_t{1000});
    }

    void drawnScreensHaveOptionsOfAFile() {
        const std::string options = write("options.json", asJson("{'sizes': [[640, 384]]}"));
        const auto set = openQuestionSet("screens:count=1,options=" + options);
        QVERIFY(set->at(0).picture().size() == (Size{640, 384}));
    }

    void badScreens() {
        for (const char* text : {"count", "count=", "count=0", "count=x", "count=1x", "count=-1", "number=3",
                                 "count=3;seed=1", "questions=0", "seed=99999999999999999999", "options="}) {
            const std::string set = std::string("screens:") + text;
            const QByteArray found = problem(ErrorKind::Usage, {"screens", "expected"}, [&] { openQuestionSet(set); });
            QVERIFY2(found.isEmpty(), (set + ": ").c_str() + found);
        }
        const QByteArray found = problem(ErrorKind::BadFile, {"strange.json", "colour"}, [&] {
            openQuestionSet("screens:options=" + write("strange.json", asJson("{'colour': 1}")));
        });
        QVERIFY2(found.isEmpty(), found);
        const QByteArray lost = problem(ErrorKind::NotFound, {"lost.json"},
                                        [&] { openQuestionSet("screens:options=" + file("lost.json")); });
        QVERIFY2(lost.isEmpty(), lost);
    }

    void setsMayBeReadOnSeveralThreads() {
        const auto set =
            openQuestionSet(write("threads.tsv", "index\timage\tquestion\tanswer\n1\t" + pngBase64() + "\tb\tc\n"));
        std::atomic<int> right = 0;
        std::vector<std::thread> threads;
        for (int i = 0; i < 4; ++i)
            threads.emplace_back([&] {
                for (int k = 0; k < 20; ++k)
                    right += samePixels(set->at(0).picture(), m_picture);
            });
        for (std::thread& thread : threads)
            thread.join();
        QCOMPARE(right.load(), 80);
    }
};

QTEST_APPLESS_MAIN(TestQuestionSets)
#include "tst_question_sets.moc"
