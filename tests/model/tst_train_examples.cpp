#include "core/base/error.h"
#include "model/datasets/question_set_writer.h"
#include "model/families/families.h"
#include "model/train/answer_numbers.h"
#include "model/train/file_examples.h"
#include "model/train/ocr_labels.h"
#include "model/train/screen_examples.h"
#include "tests/model/train_samples.h"
#include "tests/support/golden.h"
#include "tests/support/pictures.h"

#include <QTemporaryDir>
#include <QtTest>
#include <fstream>
#include <set>

using namespace prunescope;
using namespace prunescope::model;
using namespace prunescope::model::train;
using namespace prunescope::test;

namespace {

using Ids = std::vector<std::int64_t>;

Ids part(const Ids& ids, int first, int count) {
    return {ids.begin() + first, ids.begin() + first + count};
}

std::vector<Message> chat(const std::vector<ExampleQuestion>& questions, bool answered) {
    std::vector<Message> messages;
    for (const ExampleQuestion& question : questions) {
        Message asked{"user", {}, {}};
        if (messages.empty())
            asked.parts.push_back(Part::ofImage());
        asked.parts.push_back(Part::ofText(question.question));
        messages.push_back(asked);
        if (answered)
            messages.push_back({"assistant", {Part::ofText(question.answer)}, {}});
    }
    return messages;
}

DrawnCharacter drawn(float x, float y, char code, int run) {
    return {x, y, static_cast<std::uint8_t>(code), run, 0};
}

/// "Hi" and "Save" in a picture of 2 x 2 blocks.
Screen handMade() {
    Screen screen;
    screen.picture = blocksFromText("00/00");
    screen.runs = {{"Hi", {0, 0, 32, 16}, {}, "", "", {}}, {"Save", {32, 40, 30, 20}, {}, "", "", {}}};
    screen.characters = {drawn(20, 5, 'i', 0),  drawn(8, 5, 'H', 0),   drawn(36, 50, 'S', 1), drawn(44, 50, 'a', 1),
                         drawn(52, 50, 'v', 1), drawn(60, 50, 'e', 1), drawn(30, 15, '!', 0), drawn(31, 17, '?', 1),
                         drawn(-1, 5, 'x', 0),  drawn(64, 5, 'x', 0)};
    return screen;
}

/// Characters that a half of a block has.
std::string readIn(const OcrLabels& labels, int half) {
    std::string text;
    for (int i = 0; i < kOwnCharacters; ++i)
        if (const auto code = labels.own[static_cast<std::size_t>(half * kOwnCharacters + i)]; code != 0)
            text += static_cast<char>(code + 31);
    return text;
}

} // namespace

/// What training examples become on their way to a batch: tokens, answers, coordinates, characters.
class TestTrainExamples : public QObject {
    Q_OBJECT

    QTemporaryDir m_folder;
    std::optional<BpeTokenizer> m_numbers;
    TrainModel m_model;

    std::string file(const char* name) const { return m_folder.filePath(name).toStdString(); }

    DataConfig setOf(const std::string& path) const {
        DataConfig data;
        data.file = path;
        return data;
    }

private Q_SLOTS:
    void initTestCase() {
        writeNumberTokenizer(m_folder.path().toStdString());
        m_numbers.emplace(BpeTokenizer::load(file("tokenizer.json")));
        m_model = goldenTrainModel();
    }

    void coordinatesFollowFromTheAnswer_data() {
        QTest::addColumn<QByteArray>("answer");
        QTest::addColumn<QList<int>>("expected");
        const auto row = [](const char* answer, const QList<int>& expected) {
            QTest::newRow(answer) << QByteArray(answer) << expected;
        };
        row("{\"bbox_2d\": [12, 34, 567, 890]}", {12, 34, 567, 890});
        row("{\"bbox_2d\":[0,7,10,1000],\"label\":\"Row 42\"}", {0, 7, 10, 1000});
        row("[{\"point_2d\": [5, 999], \"label\": \"3\"}, {\"point_2d\" : [ 6 , 7 ]}]", {5, 999, 6, 7});
        row("{'bbox_2d': [[1, 2, 3, 4], [5, 6, 7, 8]], 'count': 9}", {1, 2, 3, 4, 5, 6, 7, 8});
        row("Here: {\"bbox_2d\": [\n  100,\n  200,\n  300,\n  400\n]}", {100, 200, 300, 400});
        row("{\"bbox_2d\": [1, 2", {1, 2});
        row("{\"bbox_2d\": [12.5, 34, -7, 8e2, 1234, 007]}", {34});
        row("The total is 42, item [1, 2].", {});
        row("{\"bbox_2d\": \"12, 34\", \"bbox_2d\" 56}", {});
        row("{\"bbox_2d\"", {});
    }
    void coordinatesFollowFromTheAnswer() {
        QFETCH(QByteArray, answer);
        QFETCH(QList<int>, expected);
        const ExampleEncoder encoder(*m_numbers, families().front(), {});
        QVERIFY(encoder.numberIds().has_value());
        const auto ids = m_numbers->encode(answer.toStdString(), false);
        const auto flags = coordinateTokens(*m_numbers, ids);
        QList<int> found;
        for (std::size_t i = 0; i < ids.size(); ++i)
            if (flags[i])
                found.append(static_cast<int>(encoder.numberOf(ids[i])));
        QCOMPARE(found, expected);
    }

    void everyNumberIsAToken() {
        const ExampleEncoder encoder(*m_numbers, families().front(), {});
        const Ids& ids = encoder.numberIds().value();
        QCOMPARE(ids.size(), std::size_t{1001});
        for (std::int64_t number = 0; number <= 1000; ++number)
            QCOMPARE(encoder.numberOf(ids[static_cast<std::size_t>(number)]), number);
        for (const std::int64_t id : {std::int64_t{'A'}, m_numbers->size(), m_numbers->size() + 5000})
            QCOMPARE(encoder.numberOf(id), std::int64_t{-1}); // logits may have more rows than there are tokens
    }

    /// As published tokenizers have it: digits one by one.
    void withoutSuchTokensNothingIsACoordinate() {
        QVERIFY(!m_model.encoder->numberIds().has_value());
        const auto one =
            prepared(example(2, 2, 1, {{"locate", "Where?", "{\"bbox_2d\": [1, 2, 3, 4]}", {}}}), *m_model.encoder);
        QCOMPARE(one.encoded.answers.at(0).numbers, Ids(static_cast<std::size_t>(one.encoded.answers[0].count), -1));
        const TrainBatch batch = makeBatch({one}, {}, *m_model.encoder, 1);
        QVERIFY(batch.numbers.eq(-1).all().item<bool>());
    }

    void thePublishedTokenizerTeaches() {
        const auto tokenizer = BpeTokenizer::load((dataFolder() / "qwen3-tokenizer/tokenizer.json").string());
        const ExampleEncoder encoder(tokenizer, families().front(),
                                     {tokenizer.id("<|image_pad|>").value(), tokenizer.id("<|vision_start|>").value(),
                                      tokenizer.id("<|vision_end|>").value()});
        QVERIFY(!encoder.numberIds());
        const std::string answer = "{\"bbox_2d\": [12, 34, 567, 890]}";
        const auto one = prepared(example(2, 2, 1, {{"locate", "Where is \"Save\"?", answer, {}}}), encoder);
        const AnswerSpan& span = one.encoded.answers.at(0);
        QCOMPARE(tokenizer.decode(part(one.encoded.tokens.ids, span.first, span.count - 1)), answer);
        QCOMPARE(span.numbers, Ids(static_cast<std::size_t>(span.count), -1));
    }

    void theFirstPromptIsTheEngines() {
        for (const char* question : {"Where is \"Save\"?", "  two  spaces ", "<|im_end|> says what?", "1 + 2"}) {
            const auto one = prepared(example(2, 3, 1, {{"chat", question, "Here.", {}}}), *m_model.encoder);
            const Request request = makeRequest({{one.example.picture, "picture", {}}}, question);
            const TokenSequence prompt =
                encodePrompt(*m_model.tokenizer, families().front().renderChat(request.messages, request.tools, {}),
                             {one.blocks.grid()}, m_model.parsed.tokens);
            const AnswerSpan& answer = one.encoded.answers.at(0);
            QCOMPARE(part(one.encoded.tokens.ids, 0, answer.first), prompt.ids);
            for (std::size_t axis = 0; axis < 3; ++axis)
                QCOMPARE(part(one.encoded.tokens.positions[axis], 0, answer.first), prompt.positions[axis]);
        }
    }

    void theWholeIsTheChatAsRendered() {
        const std::vector<ExampleQuestion> questions{{"value", "What is the name?", "Ada <|im_end|> Lovelace", {}},
                                                     {"checked", "Is it on?", "yes", {}},
                                                     {"count", "How many?", "12", {}}};
        const auto one = prepared(example(2, 3, 1, questions), *m_model.encoder);
        ChatOptions options;
        options.generationPrompt = false;
        const auto rendered =
            families().front().renderChat(chat(questions, true), nlohmann::ordered_json::array(), options);
        Ids expected = encodePrompt(*m_model.tokenizer, rendered, {one.blocks.grid()}, m_model.parsed.tokens).ids;
        const Ids lineEnd = m_model.tokenizer->encode("\n");
        QCOMPARE(part(expected, static_cast<int>(expected.size()) - 1, 1), lineEnd); // after the last turn
        expected.pop_back();
        QCOMPARE(one.encoded.tokens.ids, expected);
        QCOMPARE(one.encoded.answers.size(), questions.size());
        for (std::size_t i = 0; i < questions.size(); ++i) {
            const AnswerSpan& answer = one.encoded.answers[i];
            QCOMPARE(answer.task, questions[i].task);
            const Ids tokens = part(one.encoded.tokens.ids, answer.first, answer.count);
            QCOMPARE(tokens.back(), m_model.encoder->endId());
            QCOMPARE(m_model.tokenizer->decode(part(tokens, 0, answer.count - 1), false), questions[i].answer);
        }
    }

    void whatIsTooLongIsLeftOut() {
        const std::string words(300, 'x');
        const std::vector<ExampleQuestion> questions{{"chat", words, "long", {}},
                                                     {"chat", "Short?", "yes", {}},
                                                     {"chat", "Also " + words, "long", {}},
                                                     {"chat", "Last?", "no", {}}};
        const auto one = prepared(example(2, 3, 1, questions), *m_model.encoder, 120);
        QCOMPARE(one.encoded.answers.size(), std::size_t{2});
        const int text = one.encoded.tokens.length() - one.blocks.grid().count();
        QVERIFY(text <= 120);
        QVERIFY(prepared(example(2, 3, 1, questions), *m_model.encoder, text - 1).encoded.answers.size() == 1);
        QVERIFY(prepared(example(2, 3, 1, {questions[0]}), *m_model.encoder, 120).encoded.answers.empty());
    }

    void boxesComeToTheAnswersScale() {
        QCOMPARE(onAnswerScale({0, 0, 640, 384}, {640, 384}), (std::array<int, 4>{0, 0, 1000, 1000}));
        QCOMPARE(onAnswerScale({64, 96, 32, 0}, {640, 384}), (std::array<int, 4>{100, 250, 150, 250}));
        QCOMPARE(onAnswerScale({-5, 3, 700, 1}, {640, 384}), (std::array<int, 4>{0, 8, 1000, 10}));
    }

    void slotsEndWithTheTurn() {
        const Ids two = m_model.tokenizer->encode("ab", false);
        Ids expected = two;
        expected.push_back(m_model.encoder->endId());
        expected.resize(6, -1);
        QCOMPARE(m_model.encoder->slots("ab", 6), expected);
        QCOMPARE(m_model.encoder->slots("ab", two.size()), two);
        QCOMPARE(m_model.encoder->slots("", 2), (Ids{m_model.encoder->endId(), -1}));
    }

    void charactersAreReadWhereTheirCentresLie() {
        const OcrLabels labels = ocrLabels(handMade(), BlockGrid{2, 2});
        QCOMPARE(labels.run, (std::vector<std::int32_t>{0, 1, -1, -1, -1, -1, -1, 1}));
        QCOMPARE(readIn(labels, 0), std::string("Hi!")); // from left to right; others lie outside the picture
        QCOMPARE(readIn(labels, 1), std::string("?"));
        QCOMPARE(readIn(labels, 7), std::string("Save"));
        for (const int empty : {2, 3, 4, 5, 6})
            QCOMPARE(readIn(labels, empty), std::string());
    }

    void theRunWithMostCharactersCounts() {
        Screen screen = handMade();
        screen.characters = {drawn(1, 1, 'a', 1), drawn(2, 1, 'b', 0), drawn(3, 1, 'c', 1)};
        QCOMPARE(ocrLabels(screen, {2, 2}).run[0], 1);
        screen.characters.pop_back();
        QCOMPARE(ocrLabels(screen, {2, 2}).run[0], 1); // the first of equals
        for (int i = 0; i < 9; ++i)
            screen.characters.push_back(drawn(static_cast<float>(4 + i), 1, static_cast<char>('0' + i), 0));
        QCOMPARE(readIn(ocrLabels(screen, {2, 2}), 0), std::string("ab01234"));
    }

    /// The model may see another size than was drawn.
    void charactersMoveWithThePicture() {
        const OcrLabels larger = ocrLabels(handMade(), BlockGrid{4, 4});
        QCOMPARE(readIn(larger, 0), std::string("H")); // at (16, 10)
        QCOMPARE(readIn(larger, 2), std::string("i"));
        QCOMPARE(readIn(larger, 3), std::string("!")); // at (60, 30)
        QCOMPARE(readIn(larger, 2 * 14), std::string("Sa"));
        const OcrLabels smaller = ocrLabels(handMade(), BlockGrid{1, 1});
        QCOMPARE(readIn(smaller, 0), std::string("Hi!?"));
        QCOMPARE(readIn(smaller, 1), std::string("Save"));
    }

    void linesOfAFile() {
        QuestionSetWriter writer(file("set.jsonl"));
        const std::vector<AskedQuestion> questions{
            {"locate", "Where is Save?", "{\"bbox_2d\": [0, 0, 500, 250]}", PixelBox{0, 0, 80, 24}},
            {"read", "What is this?", "Save", {}},
            {"mine", "How?", "So.", {}},
            {"mine", "Why?", "Because.", {}}};
        for (std::uint32_t i = 0; i < 3; ++i)
            writer.add({"screen", {{"screen", randomScreen(3 + static_cast<int>(i), 5, i)}}, questions});
        DataConfig data = setOf(file("set.jsonl"));
        const auto source = fileExamples(data);
        QCOMPARE(source->name(), data.file);
        std::set<std::string> firstOnes;
        for (std::uint64_t seed = 0; seed < 60; ++seed) {
            const TrainingExample one = source->example(seed, 0);
            QCOMPARE(one.picture.size(), (Size{160, 96 + 32 * static_cast<int>(seed % 3)}));
            QVERIFY(!one.screen);
            QCOMPARE(one.questions.size(), questions.size());
            firstOnes.insert(one.questions.front().question);
            for (const ExampleQuestion& asked : one.questions) {
                const auto original = std::find_if(questions.begin(), questions.end(),
                                                   [&](auto& other) { return other.question == asked.question; });
                QVERIFY(original != questions.end());
                QVERIFY(asked.task == original->task && asked.answer == original->answer);
                QCOMPARE(asked.box, original->box ? pixelsOf(*original->box) : PixelRect{});
            }
            const TrainingExample again = source->example(seed, 7);
            for (std::size_t i = 0; i < questions.size(); ++i)
                QCOMPARE(again.questions[i].question, one.questions[i].question);
        }
        QCOMPARE(firstOnes.size(), questions.size()); // each comes first at times
        data.questions = 2;
        QCOMPARE(fileExamples(data)->example(5, 0).questions.size(), std::size_t{2});
    }

    void conversationsHaveCoordinatesToo() {
        writePicture("a.ppm");
        std::ofstream(file("talk.jsonl")) << "{\"image\": \"a.ppm\", \"conversations\": [{\"from\": \"human\", "
                                             "\"value\": \"<image>\\nPoint at it.\"},"
                                          << "{\"from\": \"gpt\", \"value\": \"{\\\"point_2d\\\": [12, 345]} of 6\"}]}"
                                          << "\n";
        const TrainingExample one = fileExamples(setOf(file("talk.jsonl")))->example(1, 1);
        QCOMPARE(one.questions.at(0).task, std::string("chat"));
        const ExampleEncoder encoder(*m_numbers, families().front(), imageTokens());
        const auto ready = prepared(one, encoder);
        Ids numbers;
        for (const std::int64_t number : ready.encoded.answers.at(0).numbers)
            if (number >= 0)
                numbers.push_back(number);
        QCOMPARE(numbers, (Ids{12, 345}));
        const TrainBatch batch = makeBatch({ready}, {}, encoder, 1);
        QCOMPARE(batch.numbers.ge(0).sum().item<std::int64_t>(), std::int64_t{2});
    }

    void marksBecomeNamesAndCoordinates() {
        writePicture("a.ppm");
        std::ofstream(file("swift.jsonl")) << "{\"images\": [\"a.ppm\"], \"query\": \"<image>Find <ref-object>\", "
                                              "\"response\": \"{\\\"bbox_2d\\\": <bbox>}\", \"objects\": "
                                              "{\"ref\": [\"Save\"], \"bbox\": [[0, 0, 48, 32]]}}\n";
        const TrainingExample one = fileExamples(setOf(file("swift.jsonl")))->example(1, 1);
        QCOMPARE(one.questions.at(0).question, std::string("Find Save"));
        QCOMPARE(one.questions.at(0).answer, std::string("{\"bbox_2d\": [0, 0, 500, 500]}")); // of 96 x 64 pixels
        QCOMPARE(one.questions.at(0).task, std::string("locate"));
        QCOMPARE(one.questions.at(0).box, (PixelRect{0, 0, 48, 32}));
    }

    void tablesAreAskedAsTheyAreMeasured() {
        writePicture("a.ppm");
        std::ofstream(file("MMMU_own.tsv")) << "index\timage_path\tquestion\tA\tB\tanswer\n"
                                               "1\ta.ppm\tWhich?\tred\tblue\tB\n2\ta.ppm\tHow many?\t\t\t12\n";
        const TrainingExample one = fileExamples(setOf(file("MMMU_own.tsv")))->example(1, 1);
        QStringList found;
        for (const ExampleQuestion& asked : one.questions)
            found << QString::fromStdString(asked.question + "> " + asked.answer);
        found.sort();
        QCOMPARE(found.at(0), QString("Question: How many?\n> 12"));
        QCOMPARE(found.at(1),
                 QString("Question: Which?\nOptions:\nA. red\nB. blue\nPlease select the correct answer from "
                         "the options above. \n> B"));
    }

    void filesThatAreNone_data() {
        QTest::addColumn<QString>("name");
        QTest::addColumn<QByteArray>("content");
        QTest::addColumn<QByteArray>("words");
        QTest::newRow("no file") << "missing.jsonl" << QByteArray() << QByteArray("missing.jsonl");
        QTest::newRow("empty lines") << "empty.jsonl" << QByteArray("\n\n") << QByteArray("empty.jsonl");
        QTest::newRow("empty table") << "empty.tsv" << QByteArray("\n") << QByteArray("empty.tsv");
        QTest::newRow("a line that can't be learned, after a good one")
            << "later.jsonl"
            << QByteArray("{\"query\": \"a\", \"response\": \"b\", \"image\": \"a.ppm\"}\n"
                          "{\"query\": \"a\", \"response\": \"b\", \"image\": \"a.ppm\", \"system\": \"c\"}")
            << QByteArray("later.jsonl:2: has a system text");
        QTest::newRow("no answers") << "bad.jsonl" << QByteArray("{\"image\": \"a.ppm\", \"questions\": []}")
                                    << QByteArray("bad.jsonl:1");
    }
    void filesThatAreNone() {
        QFETCH(QString, name);
        QFETCH(QByteArray, content);
        QFETCH(QByteArray, words);
        writePicture("a.ppm");
        if (!content.isEmpty())
            std::ofstream(file(qPrintable(name))) << content.toStdString();
        QByteArray found = "nothing was thrown";
        try {
            fileExamples(setOf(file(qPrintable(name))));
        } catch (const Error& error) {
            found = error.what();
        }
        QVERIFY2(found.contains(words) && !found.contains('\n'), found);
    }

private:
    void writePicture(const char* name) const {
        const Picture picture = randomScreen(2, 3, 1);
        std::ofstream out(file(name), std::ios::binary);
        out << "P6\n" << picture.width() << " " << picture.height() << "\n255\n";
        out.write(reinterpret_cast<const char*>(picture.data()), static_cast<std::streamsize>(picture.sizeBytes()));
    }

    ImageTokens imageTokens() const {
        return {m_numbers->id("<|image_pad|>").value(), m_numbers->id("<|vision_start|>").value(),
                m_numbers->id("<|vision_end|>").value()};
    }
};

QTEST_GUILESS_MAIN(TestTrainExamples)
#include "tst_train_examples.moc"
