#include "model/datasets/list_cell.h"
#include "model/datasets/pandas_cells.h"
#include "model/datasets/question_set.h"
#include "tests/support/golden.h"
#include "tests/support/set_files.h"

#include <QtTest>

using namespace prunescope;
using namespace prunescope::model;
using test::problem;
using test::samePixels;

namespace {

const SetOptions kStrict{.strict = true};

/// "A red, B blue".
QByteArray optionText(const AskedQuestion& asked) {
    QStringList texts;
    for (const ChoiceOption& option : asked.options)
        texts << QString("%1 %2").arg(option.letter).arg(QString::fromStdString(option.text));
    return texts.join(", ").toUtf8();
}

using Texts = std::vector<std::string>;

} // namespace

/// Tables of VLMEvalKit: what is read, how pandas reads it, and what is left out.
class TestQuestionTables : public QObject {
    Q_OBJECT

    test::SetFolder m_folder;

    std::unique_ptr<QuestionSet> table(const std::string& name, const std::string& text,
                                       const SetOptions& options = {}) const {
        return openQuestionSet(m_folder.write(name + ".tsv", text), options);
    }

    /// The only question of a table of paths with these columns and cells.
    AskedQuestion only(const std::string& name, const std::string& columns, const std::string& cells,
                       const SetOptions& options = {}) const {
        return table(name, "index\timage_path\tquestion\t" + columns + "\n1\ta.png\tWhat?\t" + cells + "\n", options)
            ->at(0)
            .questions.front();
    }

private Q_SLOTS:
    void choices() {
        const std::string image = m_folder.base64();
        QVERIFY(image.size() > 64);
        const auto set = table("choice", "index\timage\thint\tquestion\tA\tB\tC\tanswer\n"
                                         "0\t" +
                                             image +
                                             "\t\tWhich?\tred\tblue\t\tB\n"
                                             "1\t0\t\"Look\tup\"\t\"Is it \"\"x\"\"?\"\tyes\tno\tmay be\tc\n"
                                             "2\t" +
                                             image + "\t\tNo options?\t\t\t\tNone\n");
        QVERIFY(set->isTable());
        QCOMPARE(set->size(), std::int64_t{1}); // one picture, in whatever way rows say it
        QCOMPARE(set->questions(), std::int64_t{3});
        const QuestionGroup group = set->at(0);
        QVERIFY(samePixels(group.picture(), m_folder.picture));
        const auto& asked = group.questions;
        QCOMPARE(asked[0].task + asked[0].answer, std::string("choiceB"));
        QCOMPARE(optionText(asked[0]), QByteArray("A red, B blue"));
        QCOMPARE(asked[1].hint, std::string("Look\tup"));
        QCOMPARE(asked[1].question, std::string("Is it \"x\"?"));
        QCOMPARE(asked[1].answer, std::string("C")); // written small
        QCOMPARE(asked[2].task + asked[2].answer, std::string("vqaNone"));
        QCOMPARE(asked[2].id, std::string("2"));
    }

    void otherColumnsAreFields() {
        const AskedQuestion asked =
            only("own", "answer\tcategory\tl2-category\tunit\tcycle_category", "A\tcharts\t\tcm\t2");
        const QuestionFields expected{
            {"image_path", "a.png"}, {"category", "charts"}, {"unit", "cm"}, {"cycle_category", "2"}};
        QVERIFY(asked.fields == expected);
    }

    void severalPictures() {
        const std::string a = m_folder.base64(), b = m_folder.otherBase64();
        const auto set = table("several", "index\timage\tquestion\tanswer\n"
                                          "r\t3.0\tOne?\tx\n"
                                          "3\t['" +
                                              a + "', '" + b +
                                              "']\tTwo?\tx\n"
                                              "5\t\"[\"\"" +
                                              b +
                                              "\"\"]\"\tThree?\tx\n"
                                              "6\tdata:image/png;base64," +
                                              b + "\tFour?\tx\n");
        QCOMPARE(set->size(), std::int64_t{3});
        const QuestionGroup both = set->at(0);
        QCOMPARE(both.questions.size(), std::size_t{2}); // the first row refers to a list, with a number written as 3.0
        QCOMPARE(both.pictures.size(), std::size_t{2});
        QVERIFY(samePixels(both.pictures[1].picture, m_folder.other));
        QVERIFY(samePixels(set->at(1).picture(), m_folder.other));
        QVERIFY(samePixels(set->at(2).picture(), m_folder.other));
    }

    void pathsAndQuotes() {
        const auto set = table("paths", "\xEF\xBB\xBFindex\timage_path\tquestion\tanswer\r\nx\ta."
                                        "png\t\"two\nlines\"\tyes\r\n\r\ny\t\"['b.png', 'a.png']\"\t5\" b\t\"c\"\r\n");
        QCOMPARE(set->size(), std::int64_t{2});
        QCOMPARE(set->at(0).questions.front().question, std::string("two\nlines"));
        QCOMPARE(set->at(1).questions.front().question, std::string("5\" b"));
        QCOMPARE(set->at(1).questions.front().answer, std::string("c"));
        QVERIFY(samePixels(set->at(1).pictures[1].picture, m_folder.picture));
        QVERIFY(QString::fromStdString(set->at(1).name).endsWith(":5")); // the quoted line end and the blank line count
    }

    void commasAndLargeLetters() {
        const std::string csv =
            m_folder.write("own.csv", "index,image_path,question,answer\n1,a.png,\"a, b?\",\"['x, y', 'z']\"\n");
        const AskedQuestion asked = openQuestionSet(csv)->at(0).questions.front();
        QCOMPARE(asked.question, std::string("a, b?"));
        QCOMPARE(asked.answer, std::string("x, y"));
        const std::string large = m_folder.write("OWN.TSV", "index\timage_path\tquestion\tanswer\n1\ta.png\tb\tc\n");
        QCOMPARE(openQuestionSet(large)->name(), std::string("OWN"));
    }

    void answersOfSets_data() {
        QTest::addColumn<QString>("set");
        QTest::addColumn<QString>("columns");
        QTest::addColumn<QString>("cells");
        QTest::addColumn<QString>("expected"); ///< task, answer, others, options
        const auto row = [](const char* set, const char* columns, const char* cells, const char* expected) {
            QTest::addRow("%s: %s", set, cells) << set << columns << cells << expected;
        };
        row("own", "answer", "['Save', \"it's\"]", "vqa|Save|it's|");
        row("own", "answer", "\"[\"\"S\\u00e4ve\"\", 7, 2.50]\"", "vqa|S\u00e4ve|7/2.5|");
        row("own", "answer", "[[1, 2], [3]]", "vqa|[[1, 2], [3]]||");
        row("own", "answer", " 31% ", "vqa| 31% ||");
        row("DocVQA_VAL", "answer", "['', 'x']", "vqa|x||");
        row("MMLongBench_DOC", "answer", "['a', 'b']", "vqa|['a', 'b']||");
        row("POPE", "answer", "no", "yes_no|No||");
        row("MMMU_DEV_VAL", "A\tB\tanswer", "\t\t12", "choice|A||A 12, B Other Answers");
        row("MMMU_DEV_VAL", "A\tB\tanswer", "x\ty\tB", "choice|B||A x, B y");
        row("ScreenSpot_v2_Web", "bbox", "[4, 3, 20, 15]", "locate|{\"bbox_2d\": [100, 100, 600, 600]}||");
        row("ScreenSpot_Pro_CAD", "bbox", "[4, 3, 24, 18]", "locate|{\"bbox_2d\": [100, 100, 600, 600]}||");
        row("ScreenSpot_v2_Web", "bbox", "[0.1, 0.1, 0.6, 0.6]", "locate|{\"bbox_2d\": [100, 100, 600, 600]}||");
        row("MIA-Bench", "components", "['a', 'b']", "vqa|['a', 'b']||");
    }
    void answersOfSets() {
        QFETCH(QString, set);
        QFETCH(QString, columns);
        QFETCH(QString, cells);
        QFETCH(QString, expected);
        const AskedQuestion asked = only(set.toStdString(), columns.toStdString(), cells.toStdString());
        QStringList others;
        for (const std::string& other : asked.otherAnswers)
            others << QString::fromStdString(other);
        const QStringList found{QString::fromStdString(asked.task), QString::fromStdString(asked.answer),
                                others.join("/"), optionText(asked)};
        QCOMPARE(found.join("|"), expected);
        QCOMPARE(asked.open, cells.startsWith("\t\t"));
    }

    void nothingIsAskedWithoutAPicture() {
        const auto set = table("HallusionBench",
                               "index\timage\tquestion\tanswer\na\t\tb\tYes\nb\t" + m_folder.base64() + "\tb\tNo\n");
        QCOMPARE(set->questions(), std::int64_t{1});
        QVERIFY(set->skipped().empty());
        QCOMPARE(set->notes(), Texts{"1 row without a picture left out, as VLMEvalKit does"});
    }

    void cellsAsPandasReadsThem() {
        const std::string text = "index\timage_path\tquestion\tA\tB\tC\tanswer\n"
                                 "1\ta.png\tWhat?\tNone\t3\t007\tB\n"
                                 "2\ta.png\tWhy?\tnan\t\t1\tC\n"
                                 "3\ta.png\tHow?\tred\t4\t2\tA\n";
        const auto written = table("cells", text);
        QCOMPARE(optionText(written->at(0).questions[0]), QByteArray("A None, B 3, C 007"));
        const std::string note =
            "5 option cells and 0 answers differ between the text as written and what pandas reads "
            "(None, NA, 3 as 3.0): read ";
        QCOMPARE(written->notes(), Texts{note + "as written"});
        const auto asPandas = table("cells", text, {.pandasCells = true});
        QCOMPARE(optionText(asPandas->at(0).questions[0]), QByteArray("B 3.0, C 7"));
        QCOMPARE(optionText(asPandas->at(0).questions[1]), QByteArray("C 1"));
        QCOMPARE(optionText(asPandas->at(0).questions[2]), QByteArray("A red, B 4.0, C 2"));
        QCOMPARE(asPandas->notes(), Texts{note + "as pandas does"});
        const AskedQuestion missing = only("missing", "answer", "None", {.pandasCells = true});
        QCOMPARE(missing.answer, std::string("nan"));
    }

    void listsOfCells() {
        QVERIFY(listOf("['a', \"b'\", 'c\\n\\x41\\u00e9']") == (Texts{"a", "b'", "c\nA\u00e9"}));
        QVERIFY(listOf("[\"\\ud83d\\ude00\", true, -3, 1e3]") == (Texts{"\U0001F600", "True", "-3", "1000.0"}));
        QVERIFY(listOf(" [ 'a' , ] ") == Texts{"a"});
        QVERIFY(listOf("[]") == Texts{});
        for (const char* none : {"", "[", "a", "['a]", "['a' 3]", "[a]", "{}", "['a']b", "[[1]]", "('a',)"})
            QVERIFY2(!listOf(none), none);
    }

    void numbersOfPandas() {
        PandasColumn whole, fractions, words;
        for (const char* cell : {"7", "007", "+3"})
            whole.count(cell);
        for (const char* cell : {"1", "2.50", "1e3", "NA"})
            fractions.count(cell);
        for (const char* cell : {"1", "007", "red", "N/A"})
            words.count(cell);
        QCOMPARE(whole.different(), std::int64_t{2});
        QCOMPARE(*whole.printed("+3"), std::string("3"));
        QCOMPARE(fractions.different(), std::int64_t{4});
        QCOMPARE(*fractions.printed("1e3"), std::string("1000.0"));
        QVERIFY(!fractions.printed("NA"));
        QCOMPARE(words.different(), std::int64_t{1});
        QCOMPARE(*words.printed("007"), std::string("007"));
    }

    void badTables_data() {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<QStringList>("words");
        const auto table = [](const char* name, const QByteArray& text, const QStringList& words) {
            QTest::newRow(name) << text << words;
        };
        const auto row = [&](const char* name, const QByteArray& cells, const QStringList& words) {
            table(name, "index\timage_path\tquestion\tanswer\n" + cells + "\n", words);
        };
        const auto choice = [&](const char* name, const QByteArray& answer, const QStringList& words) {
            table(name, "index\timage_path\tquestion\tA\tB\tanswer\n1\ta.png\tb\tx\ty\t" + answer + "\n", words);
        };
        const auto picture = [&](const char* name, const QByteArray& cell, const QStringList& words) {
            table(name, "index\timage\tquestion\tanswer\n1\t" + cell + "\tb\tc\n", words);
        };
        table("empty", "\n", {"empty"});
        table("no rows", "index\timage_path\tquestion\tanswer\n", {"no row"});
        table("UTF-16", QByteArray("\xff\xfei\0n\0", 6), {"UTF-16"});
        table("a column twice", "index\tindex\timage\tquestion\tanswer\n1\t1\ta\tb\tc\n",
              {":1: ", "two columns \"index\""});
        table("no answers", "index\timage_path\tquestion\n1\ta.png\tb\n",
              {"no column \"answer\"", "index, image_path, question"});
        table("no pictures", "index\tquestion\tanswer\n1\tb\tc\n", {"no column \"image\""});
        table("boxes of no set", "index\timage_path\tquestion\tbbox\n1\ta.png\tb\t[1, 2, 3, 4]\n",
              {"\"bbox\"", "ScreenSpot"});
        row("a cell too few", "1\ta.png\tb", {":2: 3 cells", "expected 4", "none for answer"});
        row("a cell too many", "1\ta.png\tb\tc\td", {":2: 5 cells", "expected 4", "after answer"});
        row("open quotes", "1\ta.png\tb\t\"c", {":2: answer begins with a quote", "does not end"});
        row("after quotes", "1\ta.png\t\"b\"b\tc", {":2: question goes on after its quotes"});
        row("no index", "\ta.png\tb\tc", {":2: index is \"\""});
        row("blank question", "1\ta.png\t \tc", {":2: question is \" \"", "not empty"});
        row("blank answer", "1\ta.png\tb\t", {":2: answer is \"\"", "not empty"});
        row("no accepted answer", "1\ta.png\tb\t[]", {":2: answer is \"[]\"", "at least one answer"});
        row("no UTF-8", "1\ta.png\t\xff\tc", {":2: question is", "UTF-8"});
        row("lost picture", "1\tlost.png\tb\tc", {":2: image_path: ", "lost.png", "does not exist"});
        row("no picture", "1\tbad.tsv\tb\tc", {":2: image_path: ", "bad.tsv", "no readable picture"});
        row("list of no texts", "1\t[a.png]\tb\tc", {":2: image_path is \"[a.png]\"", "in quotes"});
        row("index twice", "1\ta.png\tb\tc\n1\ta.png\tb\tc", {":3: index is \"1\"", "of its own", "line 2"});
        row("index twice as a number", "7\ta.png\tb\tc\n007.0\ta.png\tb\tc", {":3: index is \"007.0\"", "line 2"});
        choice("no such option", "C", {":2: answer is \"C\"", "A, B"});
        choice("two letters", "AB", {":2: answer is \"AB\""});
        picture("lost reference", "7", {":2: image is \"7\"", "index of a row"});
        picture("reference to itself", "1", {":2: image is \"1\"", "line 2 has none"});
        picture("no base64", QByteArray(80, 'A') + "?", {":2: image is no base64", "character 81", "\"?\""});
        picture("base64 that ends early", QByteArray(81, 'A'), {":2: image is no base64", "ends too early"});
        picture("base64 of no picture", QByteArray(100, 'A'), {":2: image: no readable picture"});
        picture("a list with one of no picture", "['" + QByteArray(100, 'A') + "']",
                {":2: image[0]: no readable picture"});
        picture("an empty list", "[]", {":2: image is \"[]\"", "a list of pictures"});
        picture("a document", QByteArray("%PDF-1.4\n" + QByteArray(90, '\n')).toBase64(),
                {":2: image is a PDF document"});
        picture("another kind of data", "data:image/png," + QByteArray(80, 'A'), {":2: image is \"data:", "base64"});
    }
    void badTables() {
        QFETCH(QByteArray, text);
        QFETCH(QStringList, words);
        const std::string path = m_folder.write("bad.tsv", text.toStdString());
        const ErrorKind kind = words.join(' ').contains("does not exist") ? ErrorKind::NotFound
                               : words.join(' ').contains("PDF")          ? ErrorKind::Unsupported
                                                                          : ErrorKind::BadFile;
        const QByteArray found = problem(kind, words << "bad.tsv", [&] { openQuestionSet(path, kStrict); });
        QVERIFY2(found.isEmpty(), found);
        if (text.count('\n') < 3) { // its only row
            const QByteArray alone = problem(kind, words, [&] { openQuestionSet(path); });
            QVERIFY2(alone.isEmpty(), alone);
        }
    }

    void theRestIsAskedWhereRowsAreBad() {
        const std::string png = m_folder.base64();
        const auto set = table("rest", "index\timage\tquestion\tanswer\n"
                                       "0\t" +
                                           png +
                                           "\tOne?\tx\n"
                                           "1\t" +
                                           png.substr(0, 70) + "*" + png.substr(71) +
                                           "\tTwo?\tx\n"
                                           "2\t1\tThree?\tx\n"
                                           "3\t0\t\"Four\tx\n"
                                           "4\t0\tFive?\n"
                                           "5\t7\tSix?\tx\n"
                                           "6\t" +
                                           m_folder.otherBase64() +
                                           "\t\tx\n"
                                           "7\t6\tEight?\tx\n");
        QCOMPARE(set->questions(), std::int64_t{2}); // the picture of a row that can't be asked may be used
        QCOMPARE(set->at(1).questions.front().question, std::string("Eight?"));
        QStringList skipped;
        for (const SkippedRow& row : set->skipped())
            skipped << QString::fromStdString(row.where).section(':', -1) + ' ' +
                           QString::fromStdString(row.reason).section(' ', 0, 0);
        QCOMPARE(skipped.join(", "), QString("3 image, 4 image, 5 question, 6 3, 7 image, 8 question"));
    }

    void trainingTakesOnePicture() {
        const std::string path = m_folder.write("two.tsv", "index\timage_path\tquestion\tanswer\n"
                                                           "1\t['a.png', 'b.png']\tb\tc\n");
        const QByteArray found = problem(ErrorKind::BadFile, {":2: image_path is", "one picture", "training"},
                                         [&] { openQuestionSet(path, {.forTraining = true}); });
        QVERIFY2(found.isEmpty(), found);
    }

    void documentsAreDrawn() {
        const QByteArray pdf = QByteArray("%PDF-1.4\n" + QByteArray(90, '\n')).toBase64();
        const PageSource pages = [&](std::span<const std::byte> bytes, const std::string&) {
            return bytes.size() == 99 ? std::vector<Picture>(130, m_folder.other) : std::vector<Picture>();
        };
        const auto set =
            table("MMLongBench_DOC", "index\timage\tquestion\tanswer\n1\t" + pdf.toStdString() + "\tb\tc\n",
                  {.pages = pages});
        QCOMPARE(set->at(0).pictures.size(), std::size_t{120}); // as many as the toolkit draws
        QVERIFY(samePixels(set->at(0).pictures[119].picture, m_folder.other));
    }

    void damagedPixelsAreFoundWhenTheyAreRead() {
        std::vector<std::uint8_t> bytes = encodePng(m_folder.picture);
        bytes.resize(bytes.size() / 2);
        const auto set = table("half", "index\timage\tquestion\tanswer\n1\t" + encodeBase64(bytes) + "\tb\tc\n");
        const QByteArray found = problem(ErrorKind::BadFile, {"half.tsv:2: image"}, [&] { set->at(0); });
        QVERIFY2(found.isEmpty(), found);
    }

    void transparencyIsPutOnWhite() {
        const std::string picture = (test::dataFolder() / "images/diagram_black_on_clear.png").string();
        const auto set = table("white", "index\timage_path\tquestion\tanswer\n1\t" + picture + "\tWhat?\tA\n");
        QVERIFY(set->at(0).pictures.front().decodedOnWhite);
    }

    void mayBeReadOnSeveralThreads() {
        const auto set = table("threads", "index\timage\tquestion\tanswer\n1\t" + m_folder.base64() + "\tb\tc\n");
        QCOMPARE(test::timesReadOnThreads(*set, m_folder.picture), 80);
    }
};

QTEST_APPLESS_MAIN(TestQuestionTables)
#include "tst_question_tables.moc"
