#include "model/datasets/question_line.h"
#include "model/datasets/question_set.h"
#include "model/datasets/question_set_writer.h"
#include "tests/support/golden.h"
#include "tests/support/set_files.h"

#include <QtTest>
#include <algorithm>
#include <filesystem>
#include <fstream>

using namespace prunescope;
using namespace prunescope::model;
using test::asJson;
using test::problem;
using test::samePixels;
namespace fs = std::filesystem;

namespace {

const std::string kOwn =
    asJson("{'image': 'a.png', 'questions': ["
           "{'task': 'locate', 'question': 'Where is Save?', 'answer': 'there', 'box': [3, 4, 20, 10]},"
           "{'task': 'read', 'question': 'What?', 'answer': 'Gr\\u00fc\\u00dfe \\'x\\''}]}");

const SetOptions kStrict{.strict = true};

/// Of every picture that a line names.
Size someSize(const std::string&, const std::string&) {
    return {40, 30};
}

QuestionLine parsed(const std::string& json) {
    return parseQuestionLine(json, "x", someSize);
}

/// Without what metadata of a line leaves in its questions.
std::vector<AskedQuestion> wordsAlone(std::vector<AskedQuestion> questions) {
    for (AskedQuestion& asked : questions) {
        asked.fields.clear();
        asked.id.clear();
    }
    return questions;
}

} // namespace

/// Sets of questions from every kind of file: what is read, and what is refused.
class TestQuestionSets : public QObject {
    Q_OBJECT

    test::SetFolder m_folder;

    std::string file(const std::string& name) const { return m_folder.file(name); }
    std::string write(const std::string& name, const std::string& content) const {
        return m_folder.write(name, content);
    }

private Q_SLOTS:
    void ownLines() {
        const auto set = openQuestionSet(write("own.jsonl", kOwn + "\r\n\n  \n" + kOwn));
        QCOMPARE(set->size(), std::int64_t{2});
        const QuestionGroup asked = set->at(1);
        QCOMPARE(asked.name, std::string("a.png"));
        QVERIFY(samePixels(asked.picture(), m_folder.picture));
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
        const std::vector<AskedQuestion> expected{{"chat", "What?", "This.", {}}, {"chat", "Where?", "There.", {}}};
        QCOMPARE(parsed(json).images, std::vector<std::string>{"a.png"});
        QVERIFY(wordsAlone(parsed(json).questions) == expected);
        QVERIFY(samePixels(openQuestionSet(write("talk.jsonl", json))->at(0).picture(), m_folder.picture));
    }

    void linesComeBack() {
        QVERIFY(parsed(toJsonLine(parsed(kOwn))) == parsed(kOwn));
        AskedQuestion asked{"choice", "Which?", "B", PixelBox{0.1, 0.7, 12.3, 29.999}};
        asked.otherAnswers = {"C", "D\n"};
        asked.options = {{'A', "red"}, {'B', "\"blue\""}};
        asked.hint = "Look.";
        asked.system = "Be short.";
        asked.id = "7";
        asked.fields = {{"split", "dev"}, {"l2-category", "x\ty"}};
        asked.open = true;
        const QuestionLine line{{"a.png", "b.png"}, {asked, {"read", "What?", "It.", {}}}};
        QVERIFY(parsed(toJsonLine(line)) == line);
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
        const auto line = [](const char* name, const QByteArray& text, const QStringList& words) {
            QTest::newRow(name) << text << words;
        };
        line("no JSON", "{\"image\": ", {"JSON"});
        line("no UTF-8", "{\"image\": \"\xff\"}", {"JSON"});
        line("no object", "[1]", {"object"});
        line("nothing asked", "{'image': 'a.png'}", {"questions is missing", "conversations", "messages"});
        line("no picture", "{'questions': [{'task': 'read', 'question': 'a', 'answer': 'b'}]}", {"image is missing"});
        line("a picture that is none", "{'image': ['a.png', 3], 'questions': []}",
             {"image is", "the path of a picture"});
        line("pictures twice", "{'image': 'a.png', 'images': ['b.png'], 'questions': []}",
             {"images is", "those of image"});
        line("a picture on the web",
             "{'image': 'https://a.b/c.png', 'questions': [{'task': 'read', 'question': 'a', "
             "'answer': 'b'}]}",
             {"image is \"https://a.b/c.png\"", "download"});
        line("a picture that is no base64",
             "{'image': 'data:image/png;base64,ab?c', 'questions': [{'task': 'read', "
             "'question': 'a', 'answer': 'b'}]}",
             {"image is no base64", "\"?\""});
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
            {"questions[0].box is [1, 2, 0, 3]"});
        own("another box", "{'task': 'locate', 'question': 'a', 'answer': 'b', 'bbox': [1, 2, 3, 4]}",
            {"questions[0].bbox is [1,2,3,4]", "\"box\": [x, y, width, height]"});
        own("box in parts", "{'task': 'locate', 'question': 'a', 'answer': 'b', 'box': [0.1, 0.2, 0.3, 0.4]}",
            {"questions[0].box is [0.1, 0.2, 0.3, 0.4]", "parts of the sides"});
        own("box of corners", "{'task': 'locate', 'question': 'a', 'answer': 'b', 'box': [30, 20, 38, 26]}",
            {"questions[0].box is [30, 20, 38, 26]", "40 x 30", "as two corners it would be [30, 20, 8, 6]"});
        own("corners in pairs", "{'task': 'locate', 'question': 'a', 'answer': 'b', 'box': [[3, 2], [8, 6]]}",
            {"questions[0].box is [[3,2],[8,6]]", "[x, y, width, height]"});
        own("no answers", "{'task': 'read', 'question': 'a', 'answer': []}",
            {"questions[0].answer is []", "not empty"});
        own("no such option", "{'task': 'choice', 'question': 'a', 'answer': 'C', 'options': {'A': 'x', 'B': 'y'}}",
            {"questions[0].answer is \"C\"", "letters"});
        own("negative box", "{'task': 'read', 'question': 'a', 'answer': 'b', 'box': [-1, 2, 3, 3]}",
            {"questions[0].box is [-1, 2, 3, 3]"});
        talk("no turns", "[]", {"conversations is []", "a list of questions"});
        talk("no answer", "[{'from': 'human', 'value': 'a'}]", {"conversations[0] has no answer", "its answer"});
        talk("system turn later", "[{'from': 'human', 'value': 'a'}, {'from': 'system', 'value': 'b'}]",
             {"conversations[1].from is \"system\"", "\"gpt\""});
        talk("two questions", "[{'from': 'human', 'value': 'a'}, {'from': 'human', 'value': 'b'}]",
             {"conversations[1].from is \"human\"", "\"gpt\""});
        talk("mark alone", "[{'from': 'human', 'value': '<image>'}, {'from': 'gpt', 'value': 'b'}]",
             {"conversations[0].value is \"<image>\" alone", "not empty"});
        talk("two marks", "[{'from': 'human', 'value': '<image> <image> a'}, {'from': 'gpt', 'value': 'b'}]",
             {"conversations[0].value has 2 <image>s", "expected 1"});
        line("no picture to talk about",
             "{'messages': [{'role': 'user', 'content': 'a'}, {'role': 'assistant', 'content': 'b'}]}",
             {"image is missing"});
        line("two pictures in parts",
             "{'image': 'a.png', 'messages': [{'role': 'user', 'content': [{'type': 'image', 'image': 'b.png'}]}, "
             "{'role': 'assistant', 'content': 'b'}]}",
             {"image is \"a.png\"", "the pictures of the parts"});
        line("a film",
             "{'messages': [{'role': 'user', 'content': [{'type': 'video', 'video': 'b.mp4'}]}, {'role': 'assistant', "
             "'content': 'b'}]}",
             {"messages[0].content[0].type is \"video\""});
        line("a mark of a film", "{'image': 'a.png', 'query': '<video>a', 'response': 'b'}", {"query has <video>"});
        line("a picture later",
             "{'image': 'a.png', 'messages': [{'role': 'user', 'content': 'a'}, {'role': 'assistant', "
             "'content': '<image>b'}]}",
             {"messages[1].content has an <image>", "first question"});
        for (const char* field : {"tools", "videos", "audios", "rejected", "chosen", "rejected_response", "channel"})
            line(field, QByteArray("{'image': 'a.png', 'query': 'a', 'response': 'b', '") + field + "': ['c']}",
                 {QString(field) + " is [\"c\"]", "not read"});
        talk("not to be learned", "[{'from': 'human', 'value': 'a'}, {'from': 'gpt', 'value': 'b', 'loss': false}]",
             {"conversations[1].loss is false", "learned"});
        line("two systems",
             "{'image': 'a.png', 'system': 'x', 'messages': [{'role': 'system', 'content': 'y'}, {'role': "
             "'user', 'content': 'a'}, {'role': 'assistant', 'content': 'b'}]}",
             {"messages[0].content is \"y\"", "system"});
        const auto swift = [&](const char* name, const char* answer, const char* objects, const QStringList& words) {
            line(name,
                 QByteArray("{'images': ['a.png'], 'query': 'Find <ref-object>', 'response': '") + answer +
                     "', 'objects': " + objects + "}",
                 words);
        };
        swift("no boxes", "<bbox>", "{'ref': ['x'], 'bbox': []}", {"response has one more <bbox>", "0"});
        swift("no names", "<bbox>", "{'bbox': [[1, 2, 3, 4]]}", {"query has one more <ref-object>"});
        swift("boxes left", "x", "{'ref': ['x'], 'bbox': [[1, 2, 3, 4]]}", {"objects.bbox[0] has no <bbox>"});
        swift("names left", "<bbox>", "{'ref': ['x', 'y'], 'bbox': [[1, 2, 3, 4]]}",
              {"objects.ref[1] has no <ref-object>"});
        swift("box outside", "<bbox>", "{'ref': ['x'], 'bbox': [[1, 2, 41, 4]]}",
              {"objects.bbox[0] is [1, 2, 41, 4]", "40 x 30"});
        swift("box of three", "<bbox>", "{'ref': ['x'], 'bbox': [[1, 2, 41]]}", {"objects.bbox is [[1,2,41]]"});
        swift("another scale", "<bbox>", "{'ref': ['x'], 'bbox': [[1, 2, 3, 4]], 'bbox_type': 'cm'}",
              {"objects.bbox_type is \"cm\""});
        swift("more than marks", "<bbox>", "{'ref': ['x'], 'bbox': [[1, 2, 3, 4]], 'mask': [1]}",
              {"objects.mask is [1]"});
        line("marks without objects", "{'images': ['a.png'], 'query': 'Find it', 'response': '<bbox>'}",
             {"response has one more <bbox>"});
        const auto place = [&](const char* name, const char* fields, const QStringList& words) {
            line(name, QByteArray("{'img_filename': 'a.png', 'instruction': 'press', ") + fields + "}", words);
        };
        place("place outside", "'bbox': [30, 4, 11, 10]",
              {"bbox is [30, 4, 11, 10]", "[x, y, width, height]", "40 x 30"});
        place("place of corners", "'bbox': [30, 4, 20, 10], 'ui_type': 'icon'",
              {"bbox is [30, 4, 20, 10]", "[x1, y1, x2, y2]"});
        place("place that is not there", "'bbox': [3, 4, 11, 10], 'gt_type': 'negative'",
              {"gt_type is \"negative\"", "positive"});
        place("place in a resized picture", "'bbox': [3, 4, 11, 10], 'img_size': [80, 60]",
              {"img_size is [80,60]", "[40, 30]"});
    }
    void badLines() {
        QFETCH(QByteArray, line);
        QFETCH(QStringList, words);
        const std::string path = write("bad.jsonl", kOwn + "\n" + asJson(line.toStdString()) + "\n");
        const QByteArray found =
            problem(ErrorKind::BadFile, words << "bad.jsonl:2: ", [&] { openQuestionSet(path, kStrict); });
        QVERIFY2(found.isEmpty(), found);
        const auto rest = openQuestionSet(path); // the first line is good
        QCOMPARE(rest->size(), std::int64_t{1});
        QCOMPARE(rest->skipped().size(), std::size_t{1});
        const SkippedRow skipped = rest->skipped().front();
        QVERIFY(QString::fromStdString(skipped.where).endsWith("bad.jsonl:2"));
        QVERIFY(!QString::fromStdString(skipped.reason).contains("bad.jsonl"));
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

    void writtenSetsAreReadAsTheyWere() {
        const std::vector<AskedQuestion> questions{{"locate", "Where?", "there", PixelBox{1, 2, 4, 6}},
                                                   {"read", "W\u00e4s?\n", "\"\t\\", {}}};
        QuestionSetWriter writer(file("made/set.jsonl"));
        writer.add({"first", {{"first", m_folder.picture}}, questions});
        writer.add({"second", {{"second", test::noise({8, 9}, 2)}, {"third", m_folder.other}}, {questions.back()}});
        QCOMPARE(writer.count(), std::int64_t{2});
        const auto set = openQuestionSet(file("made/set.jsonl"));
        QCOMPARE(set->size(), std::int64_t{2});
        QVERIFY(set->at(0).questions == questions);
        QVERIFY(samePixels(set->at(0).picture(), m_folder.picture));
        QVERIFY(samePixels(set->at(1).picture(), test::noise({8, 9}, 2)));
        QCOMPARE(set->at(1).pictures.size(), std::size_t{2});
        QVERIFY(samePixels(set->at(1).pictures[1].picture, m_folder.other));
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
        const auto set = openQuestionSet(
            write("threads.tsv", "index\timage\tquestion\tanswer\n1\t" + m_folder.base64() + "\tb\tc\n"));
        QCOMPARE(test::timesReadOnThreads(*set, m_folder.picture), 80);
    }
};

QTEST_APPLESS_MAIN(TestQuestionSets)
#include "tst_question_sets.moc"
