#include "model/values/thought.h"

#include <QTest>

using namespace prunescope::model;

namespace {

void append(WrittenText& whole, const WrittenText& piece) {
    if (piece.isAnew)
        whole = {};
    whole.thought += piece.thought;
    whole.answer += piece.answer;
}

/// What a splitter makes of a text that comes in pieces of `size` bytes.
WrittenText inPieces(std::string_view text, bool isOpen, std::size_t size) {
    ThoughtSplitter splitter(isOpen);
    WrittenText whole;
    for (; !text.empty(); text.remove_prefix(std::min(size, text.size())))
        append(whole, splitter.push(text.substr(0, size)));
    append(whole, splitter.finish());
    return whole;
}

} // namespace

/// Thought and answer of what a model writes, while it writes.
class TestThought : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void parts_data() {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<bool>("open");
        QTest::addColumn<QByteArray>("thought");
        QTest::addColumn<QByteArray>("answer");
        const auto row = [](const char* name, const char* text, bool open, const char* thought, const char* answer) {
            QTest::newRow(name) << QByteArray(text) << open << QByteArray(thought) << QByteArray(answer);
        };
        row("nothing", "", false, "", "");
        row("nothing in an open thought", "", true, "", "");
        row("no thought: as written", " a\n b \n", false, "", " a\n b \n");
        row("blanks alone", " \n", false, "", " \n");
        row("blanks alone in an open thought", " \n", true, "", "");
        row("opened by the prompt", "so  it\nis\n</think>\n\n42 \n", true, "so  it\nis", "42");
        row("opened by the model", "\n<think>\nso\n</think>\n\n42", false, "so", "42");
        row("opened by both", "<think> so </think> 42", true, "so", "42");
        row("empty", "<think>\n\n</think>\n\n42", false, "", "42");
        row("empty, opened by the prompt", "</think>42", true, "", "42");
        row("without an end", "<think>so and ", false, "so and", "");
        row("without an end, opened by the prompt", "\nso and", true, "so and", "");
        row("an end that is cut off", "so </thin", true, "so </thin", "");
        row("a beginning that is cut off", " <thi", false, "", " <thi");
        row("a beginning that is cut off in an open thought", " <thi", true, "<thi", "");
        row("not quite marks", "<thin>a</thinking> </ think>", false, "", "<thin>a</thinking> </ think>");
        row("not quite the end", "a < b </ </</think>c", true, "a < b </ </", "c");
        row("marks in the answer", "<think>a</think>b <think>c</think> d", false, "a", "b <think>c</think> d");
        row("marks behind the first word", "a <think>b</think>", false, "b", "a");
        row("marks behind the first word, and more", "a\n<think>\nb\n</think>\nc ", false, "b", "a\nc");
        row("the end alone", "so \n</think>\n\n42", false, "so", "42");
        row("the end alone, and no answer", "so</think>", false, "so", "");
        row("the end alone, twice", "so</think>a</think>b", false, "so", "a</think>b");
        row("the beginning alone", "a <think>b", false, "", "a <think>b");
        row("the end cut off", "a </thin", false, "", "a </thin");
        row("no answer", "<think>a</think>\n", false, "a", "");
        row("characters of several bytes", "\xc3\xa4 \xe2\x82\xac</think>\xf0\x9f\x98\x80", true,
            "\xc3\xa4 \xe2\x82\xac", "\xf0\x9f\x98\x80");
    }

    /// However the text is cut into pieces.
    void parts() {
        QFETCH(QByteArray, text);
        QFETCH(bool, open);
        QFETCH(QByteArray, thought);
        QFETCH(QByteArray, answer);
        const WrittenText expected{thought.toStdString(), answer.toStdString()};
        for (std::size_t size = 1; size <= static_cast<std::size_t>(text.size()) + 1; ++size) {
            const WrittenText found = inPieces(text.toStdString(), open, size);
            QVERIFY2(found == expected,
                     qPrintable(QString("pieces of %1 bytes: \"%2\", \"%3\"")
                                    .arg(size)
                                    .arg(QString::fromStdString(found.thought), QString::fromStdString(found.answer))));
        }
    }

    /// Words are not held back longer than a mark may still come of them.
    void comesAtOnce() {
        ThoughtSplitter splitter(true);
        QCOMPARE(splitter.push("so").thought, std::string("so"));
        QCOMPARE(splitter.push(" it").thought, std::string(" it"));
        QCOMPARE(splitter.push(" is <").thought, std::string(" is"));
        QCOMPARE(splitter.push("3").thought, std::string(" <3"));
        QVERIFY(splitter.push("</think>") == WrittenText());
        QCOMPARE(splitter.push("\n4").answer, std::string("4"));
        QCOMPARE(splitter.push("2").answer, std::string("2"));
        ThoughtSplitter plain(false);
        QCOMPARE(plain.push("a ").answer, std::string("a "));
    }
};

QTEST_APPLESS_MAIN(TestThought)
#include "tst_thought.moc"
