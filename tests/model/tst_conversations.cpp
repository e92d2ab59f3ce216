#include "model/datasets/prompt_style.h"
#include "model/datasets/question_line.h"
#include "tests/support/set_files.h"

#include <QtTest>

using namespace prunescope;
using namespace prunescope::model;
using test::asJson;
using test::problem;

namespace {

/// "task: question > answer (system) images", a line each.
QString summary(const QuestionLine& line) {
    QStringList lines;
    for (const AskedQuestion& asked : line.questions) {
        QString text = QString::fromStdString(asked.task + ": " + asked.question + " > " + asked.answer);
        if (!asked.system.empty())
            text += QString::fromStdString(" (" + asked.system + ")");
        for (const std::string& image : line.images)
            text += QString::fromStdString(" " + image);
        lines << text;
    }
    return lines.join('\n');
}

} // namespace

/// Conversations in the forms people publish: LLaVA, ShareGPT, OpenAI, Qwen, ms-swift, LLaMA-Factory.
class TestConversations : public QObject {
    Q_OBJECT

    test::SetFolder m_folder;

private Q_SLOTS:
    void forms_data() {
        QTest::addColumn<QByteArray>("line");
        QTest::addColumn<QString>("expected");
        const auto form = [](const char* name, const char* line, const char* expected) {
            QTest::newRow(name) << QByteArray(line) << expected;
        };
        const auto images = [&](const char* name, const char* fields, const char* expected) {
            QTest::newRow(name) << QByteArray("{'query': 'What?', 'response': 'It.', ") + fields + "}"
                                << QString("chat: What? > It. ") + expected;
        };
        form("system field",
             "{'system': 'Short.', 'image': 'a.png', 'conversations': [{'from': 'human', 'value': "
             "'<image>What?'}, {'from': 'gpt', 'value': 'It.'}]}",
             "chat: What? > It. (Short.) a.png");
        form("system message",
             "{'images': ['a.png'], 'messages': [{'role': 'system', 'content': 'Short.'}, {'role': "
             "'user', 'content': 'What?'}, {'role': 'assistant', 'content': 'It.'}]}",
             "chat: What? > It. (Short.) a.png");
        form("system parts",
             "{'image': 'a.png', 'messages': [{'role': 'system', 'content': [{'type': 'text', 'text': "
             "'Short.'}]}, {'role': 'user', 'content': 'What?'}, {'role': 'assistant', 'content': 'It.'}]}",
             "chat: What? > It. (Short.) a.png");
        form("system turn of ShareGPT",
             "{'image': 'a.png', 'conversations': [{'from': 'system', 'value': 'Short.'}, "
             "{'from': 'human', 'value': 'What?'}, {'from': 'gpt', 'value': 'It.'}]}",
             "chat: What? > It. (Short.) a.png");
        form("other names of roles",
             "{'image': 'a.png', 'conversations': [{'role': 'user', 'content': 'What?'}, {'role': "
             "'assistant', 'content': 'It.'}]}",
             "chat: What? > It. a.png");
        form("parts of OpenAI",
             "{'messages': [{'role': 'user', 'content': [{'type': 'image_url', 'image_url': {'url': "
             "'a.png'}}, {'type': 'text', 'text': 'What?'}]}, {'role': 'assistant', 'content': 'It.'}]}",
             "chat: What? > It. a.png");
        form("parts of Qwen",
             "{'messages': [{'role': 'user', 'content': [{'type': 'image', 'image': 'file://a.png'}, "
             "{'type': 'text', 'text': 'What?'}]}, {'role': 'assistant', 'content': 'It.'}]}",
             "chat: What? > It. file://a.png");
        form("parts with a path",
             "{'messages': [{'role': 'user', 'content': [{'type': 'image', 'path': 'a.png'}, {'type': "
             "'image', 'url': 'b.png'}, {'type': 'text', 'text': 'What?'}]}, {'role': 'assistant', "
             "'content': [{'type': 'text', 'text': 'It.'}]}]}",
             "chat: What? > It. a.png b.png");
        form("parts beside a list",
             "{'images': ['a.png'], 'messages': [{'role': 'user', 'content': [{'type': 'image'}, "
             "{'type': 'text', 'text': 'What?'}]}, {'role': 'assistant', 'content': 'It.'}]}",
             "chat: What? > It. a.png");
        images("a text", "'images': 'a.png'", "a.png");
        images("a list", "'image': ['a.png', 'b.png']", "a.png b.png");
        images("image_path", "'image_path': 'b.png'", "b.png");
        images("objects", "'images': [{'path': 'a.png', 'bytes': null}]", "a.png");
        images("bytes", "'images': [{'path': null, 'bytes': 'AAAA'}]", "data:;base64,AAAA");
        images("empty lists", "'image': 'a.png', 'tools': [], 'videos': [], 'objects': {}", "a.png");
        form("history",
             "{'query': 'Where?', 'response': 'There.', 'history': [['<image>What?', 'It.']], 'image': 'a.png'}",
             "chat: What? > It. a.png\nchat: Where? > There. a.png");
        form("instruction", "{'instruction': 'Translate.', 'input': 'Save', 'output': 'Sichern', 'images': ['a.png']}",
             "chat: Translate.\nSave > Sichern a.png");
        form("pictures in front",
             "{'query': '<image>\\n<image>\\nWhat differs?', 'response': 'It.', 'images': ['a.png', "
             "'b.png']}",
             "chat: What differs? > It. a.png b.png");
        form("pictures within the words",
             "{'query': '<image>What differs from <image>?', 'response': 'It.', 'images': "
             "['a.png', 'b.png']}",
             "chat: <image 1>What differs from <image 2>? > It. a.png b.png");
        form("a mark at the end", "{'query': 'What?\\n<image>', 'response': 'It.', 'image': 'a.png'}",
             "chat: What? > It. a.png");
        form("answers to be learned",
             "{'image': 'a.png', 'conversations': [{'from': 'human', 'value': 'What?'}, {'from': "
             "'gpt', 'value': 'It.', 'loss': true}]}",
             "chat: What? > It. a.png");
        const auto swift = [&](const char* name, const char* turns, const char* objects, const char* expected) {
            QTest::newRow(name) << QByteArray("{'images': ['a.png', 'b.png'], ") + turns + ", 'objects': " + objects +
                                       "}"
                                << QString(expected) + " a.png b.png";
        };
        swift("a box", "'query': 'Find <ref-object>', 'response': '[{bbox_2d: <bbox>, label: <ref-object>}]'",
              "{'ref': ['Save', 'it'], 'bbox': [[4, 3, 20.0, 15]]}",
              "locate: Find Save > [{bbox_2d: [100, 100, 500, 500], label: it}]");
        swift("parts of the sides", "'query': 'Find it', 'response': '<bbox>'",
              "{'bbox': [[0.1, 0.1, 0.5, 0.5]], 'bbox_type': 'norm1'}", "locate: Find it > [100, 100, 500, 500]");
        swift("two boxes", "'query': 'Find both', 'response': '<bbox> and <bbox>'",
              "{'bbox': [[4, 3, 20, 15], [0, 0, 40, 30]]}",
              "chat: Find both > [100, 100, 500, 500] and [0, 0, 1000, 1000]");
        swift("a point", "'query': 'Click <ref-object>', 'response': '<bbox>'", "{'ref': ['Save'], 'bbox': [[20, 15]]}",
              "chat: Click Save > [500, 500]");
        swift("a box in the question", "'query': 'What is in <bbox>?', 'response': '<ref-object>'",
              "{'ref': ['Save'], 'bbox': [[4, 3, 20, 15]]}", "chat: What is in [100, 100, 500, 500]? > Save");
        swift("a box of the second picture", "'query': 'Find it', 'response': '<bbox>'",
              "{'bbox': [[2, 1, 10, 5]], 'image_id': [1]}", "chat: Find it > [100, 100, 500, 500]");
    }
    void forms() {
        QFETCH(QByteArray, line);
        QFETCH(QString, expected);
        const auto sizeOf = [](const std::string& image, const std::string&) {
            return image == "b.png" ? Size{20, 10} : Size{40, 30};
        };
        QCOMPARE(summary(parseQuestionLine(asJson(line.toStdString()), "x", sizeOf)), expected);
    }

    void boxesAreInPixels() {
        const std::string file = m_folder.write(
            "swift.jsonl", asJson("{'images': ['a.png'], 'query': '<image>Find it', 'response': '<bbox>', 'objects': "
                                  "{'bbox': [[4, 3, 20, 15]]}}"));
        QVERIFY(openQuestionSet(file)->at(0).questions.front().box == (PixelBox{4, 3, 20, 15}));
    }

    void listsOfConversations() {
        const std::string one = asJson("{'query': 'a ]},{ \\'x\\' b', 'response': 'b', 'image': 'a.png'}");
        const auto open = [&](const std::string& text) { return openQuestionSet(m_folder.write("list.json", text)); };
        QCOMPARE(open("[" + one + "]")->size(), std::int64_t{1});
        const auto set = open("\xEF\xBB\xBF\n[\n" + one + " ,\n\n" + one + ", " + asJson("{'query': 'c'}") + "\n]\n");
        QCOMPARE(set->size(), std::int64_t{2});
        QVERIFY(QString::fromStdString(set->skipped().at(0).where).endsWith("list.json:5"));
        const auto refuses = [&](const std::string& text, const QStringList& words) {
            const QByteArray found = problem(ErrorKind::BadFile, words + QStringList{"list.json"}, [&] { open(text); });
            QVERIFY2(found.isEmpty(), found);
        };
        refuses("", {"empty"});
        refuses("[]", {"empty"});
        refuses(one, {":1: ", "a list of objects", ".jsonl"});
        refuses("[" + one + "\n" + one + "]", {":2: ", "a comma or ]"});
        refuses("[" + one + ",\n{\"query\": ", {":2: ", "does not end"});
        refuses("[" + one, {"the end of the file", "] at the end"});
        refuses("[" + one + "] x", {"nothing after the list"});
    }

    void picturesWithinTheLine() {
        const std::string picture = "data:image/png;base64," + m_folder.base64();
        const std::string file = m_folder.write(
            "data.jsonl", asJson("{'query': 'a', 'response': 'b', 'images': ['" + picture + "', 'file://b.png']}"));
        const QuestionGroup group = openQuestionSet(file)->at(0);
        QVERIFY(test::samePixels(group.picture(), m_folder.picture));
        QVERIFY(test::samePixels(group.pictures[1].picture, m_folder.other));
        QVERIFY(QString::fromStdString(group.name).endsWith("data.jsonl:1"));
    }

    void picturesStandWhereTheWordsSay() {
        const AskedQuestion asked{"chat", "<image 1>What differs from <image 2>?", "It.", {}};
        const auto messages = promptStyle("plain").ask(asked, nullptr, "talk", 2);
        QCOMPARE(messages.front().parts.size(), std::size_t{4});
        QCOMPARE(messages.front().parts[1].text, std::string("What differs from "));
        QCOMPARE(shownPictures(messages), (std::vector<std::size_t>{0, 1}));
    }

    void whatIsNotUsedIsSaid() {
        const std::string file = m_folder.write(
            "notes.jsonl",
            asJson("{'id': 7, 'width': 40, 'image': 'a.png', 'conversations': [{'from': 'human', 'value': "
                   "'a'}, {'from': 'gpt', 'value': 'b'}, {'from': 'human', 'value': 'c'}, {'from': 'gpt', "
                   "'value': 'd'}]}"));
        const auto set = openQuestionSet(file);
        const std::vector<std::string> expected{"1 line: a conversation of several questions, each asked by itself",
                                                "1 line: the field \"id\" is kept and not asked",
                                                "1 line: the field \"width\" is kept and not asked"};
        QCOMPARE(set->notes(), expected);
        QCOMPARE(set->at(0).questions[1].fields.at("width"), std::string("40"));
        QCOMPARE(set->at(0).questions[1].id, std::string("7"));
    }

    void trainingRefusesWhatItCannotLearn_data() {
        QTest::addColumn<QByteArray>("line");
        QTest::addColumn<QString>("words");
        QTest::newRow("two pictures") << QByteArray("{'query': 'a', 'response': 'b', 'images': ['a.png', 'b.png']}")
                                      << "2 pictures";
        QTest::newRow("a system text") << QByteArray("{'query': 'a', 'response': 'b', 'image': 'a.png', 'system': 'x'}")
                                       << "system";
    }
    void trainingRefusesWhatItCannotLearn() {
        QFETCH(QByteArray, line);
        QFETCH(QString, words);
        const std::string file = m_folder.write("learn.jsonl", asJson(line.toStdString()));
        QCOMPARE(openQuestionSet(file)->size(), std::int64_t{1});
        const QByteArray found = problem(ErrorKind::BadFile, {"learn.jsonl:1: ", words, "training"},
                                         [&] { openQuestionSet(file, {.forTraining = true}); });
        QVERIFY2(found.isEmpty(), found);
    }
};

QTEST_APPLESS_MAIN(TestConversations)
#include "tst_conversations.moc"
