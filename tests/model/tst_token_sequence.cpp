#include "core/base/error.h"
#include "model/tokenizer/token_sequence.h"
#include "tests/model/tokenizer_files.h"

#include <QTest>
#include <algorithm>
#include <random>

using namespace prunescope;
using namespace prunescope::model;
using test::listOf;

namespace {

constexpr ImageTokens kMarks{500, 502, 503};

ImageTokens marksOf(const BpeTokenizer& tokenizer) {
    return {tokenizer.id("<|image_pad|>").value(), tokenizer.id("<|vision_start|>").value(),
            tokenizer.id("<|vision_end|>").value()};
}

/// t a text token, < and > vision start and end, # a pad.
std::vector<std::int64_t> idsFrom(const std::string& drawing) {
    std::vector<std::int64_t> ids;
    for (const char c : drawing)
        ids.push_back(c == '#' ? kMarks.imagePad : c == '<' ? kMarks.visionStart : c == '>' ? kMarks.visionEnd : 7);
    return ids;
}

/// '#' a kept block, '.' a dropped one; rows joined by '/'.
KeepMask maskFrom(const std::string& drawing) {
    const int rows = 1 + static_cast<int>(std::count(drawing.begin(), drawing.end(), '/'));
    const int cols = (static_cast<int>(drawing.size()) - rows + 1) / rows;
    KeepMask mask(BlockGrid{rows, cols});
    int block = 0;
    for (const char c : drawing) {
        if (c == '#')
            mask.keep(block);
        block += c == '/' ? 0 : 1;
    }
    return mask;
}

template <typename Call>
void compareError(const Call& call, const QByteArray& named) {
    try {
        call();
        QFAIL("accepted");
    } catch (const Error& error) {
        QCOMPARE(error.kind(), ErrorKind::BadInput);
        QVERIFY2(QByteArray(error.what()).contains(named), error.what());
    }
}

std::string randomWords(std::mt19937& random) {
    const std::array words{"user",       " ", "\n",     "Hi", "'s", "12",  "\n\n",
                           "<|im_end|>", "e", "\u0301", "<|", "é ", "  x", "。"};
    std::string text;
    for (unsigned left = random() % 6; left > 0; --left)
        text += words[random() % words.size()];
    return text;
}

} // namespace

class TestTokenSequence : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void workedExample() {
        const TokenSequence sequence = makeSequence(idsFrom("ttttt<######>ttt"), {{2, 3}}, kMarks);
        QCOMPARE(listOf(sequence.positions[0]),
                 (QList<std::int64_t>{0, 1, 2, 3, 4, 5, 6, 6, 6, 6, 6, 6, 9, 10, 11, 12}));
        QCOMPARE(listOf(sequence.positions[1]),
                 (QList<std::int64_t>{0, 1, 2, 3, 4, 5, 6, 6, 6, 7, 7, 7, 9, 10, 11, 12}));
        QCOMPARE(listOf(sequence.positions[2]),
                 (QList<std::int64_t>{0, 1, 2, 3, 4, 5, 6, 7, 8, 6, 7, 8, 9, 10, 11, 12}));
        QCOMPARE(sequence.nextPosition, std::int64_t{13});
        QCOMPARE(sequence.ropeDelta(), std::int64_t{-3});
        QCOMPARE(sequence.images, (std::vector<ImageSpan>{{6, 6, {2, 3}}}));
    }

    void textAlone() {
        const TokenSequence sequence = makeSequence(idsFrom("tttt"), {}, kMarks);
        for (const auto& axis : sequence.positions)
            QCOMPARE(listOf(axis), (QList<std::int64_t>{0, 1, 2, 3}));
        QCOMPARE(sequence.ropeDelta(), std::int64_t{0});
        QCOMPARE(makeSequence({}, {}, kMarks).nextPosition, std::int64_t{0});
    }

    void deltaCountsTheLongerSideOfEachImage() {
        const TokenSequence sequence = makeSequence(idsFrom("<########>t<###>t<#>"), {{2, 4}, {3, 1}, {1, 1}}, kMarks);
        QCOMPARE(sequence.ropeDelta(), std::int64_t{(4 - 8) + (3 - 3) + (1 - 1)});
        QCOMPARE(sequence.images, (std::vector<ImageSpan>{{1, 8, {2, 4}}, {12, 3, {3, 1}}, {18, 1, {1, 1}}}));
        QCOMPARE(sequence.positions[0][12], std::int64_t{8}); // start 0, image 1..4, end 5, text 6, start 7
        QCOMPARE(sequence.positions[1][14], std::int64_t{10});
        QCOMPARE(sequence.positions[2][14], std::int64_t{8});
    }

    void padsThatDoNotFit_data() {
        QTest::addColumn<QByteArray>("drawing");
        QTest::addColumn<int>("grids"); // how many of 1x2 blocks
        QTest::addColumn<QByteArray>("named");
        QTest::newRow("one pad less") << QByteArray("<#>") << 1 << QByteArray("has 1 pad, expected 2");
        QTest::newRow("one pad more") << QByteArray("<###>") << 1 << QByteArray("has 3 pads, expected 2");
        QTest::newRow("picture without a place") << QByteArray("t") << 1 << QByteArray("0 images, but found 1 picture");
        QTest::newRow("place without a picture") << QByteArray("<##>") << 0 << QByteArray("image 1");
        QTest::newRow("second place without a picture") << QByteArray("<##><##>") << 1 << QByteArray("image 2");
        QTest::newRow("pad at the start") << QByteArray("##>") << 1 << QByteArray("token 1");
        QTest::newRow("pad without vision start") << QByteArray("t##>") << 1 << QByteArray("token 2");
    }
    void padsThatDoNotFit() {
        QFETCH(QByteArray, drawing);
        QFETCH(int, grids);
        QFETCH(QByteArray, named);
        const std::vector<BlockGrid> given(static_cast<std::size_t>(grids), BlockGrid{1, 2});
        compareError([&] { makeSequence(idsFrom(drawing.toStdString()), given, kMarks); }, named);
    }

    void droppedBlocksLeaveGaps() {
        const TokenSequence full = makeSequence(idsFrom("t<######>t<##>t"), {{2, 3}, {1, 2}}, kMarks);
        const TokenSequence kept = keepBlocks(full, {maskFrom("#.#/..#"), maskFrom(".#")});
        QCOMPARE(listOf(kept.ids), listOf(idsFrom("t<###>t<#>t")));
        QCOMPARE(listOf(kept.positions[0]), (QList<std::int64_t>{0, 1, 2, 2, 2, 5, 6, 7, 8, 10, 11}));
        QCOMPARE(listOf(kept.positions[1]), (QList<std::int64_t>{0, 1, 2, 2, 3, 5, 6, 7, 8, 10, 11}));
        QCOMPARE(listOf(kept.positions[2]), (QList<std::int64_t>{0, 1, 2, 4, 4, 5, 6, 7, 9, 10, 11}));
        QCOMPARE(kept.nextPosition, full.nextPosition);
        QCOMPARE(kept.fullLength, full.length());
        QCOMPARE(kept.ropeDelta(), full.ropeDelta());
        QCOMPARE(kept.images, (std::vector<ImageSpan>{{2, 3, {2, 3}}, {8, 1, {1, 2}}}));
    }

    void keepingEverythingChangesNothing() {
        const TokenSequence full = makeSequence(idsFrom("t<######>t<##>"), {{2, 3}, {1, 2}}, kMarks);
        const TokenSequence kept = keepBlocks(full, {KeepMask::all({2, 3}), KeepMask::all({1, 2})});
        QCOMPARE(listOf(kept.ids), listOf(full.ids));
        QCOMPARE(kept.positions, full.positions);
        QCOMPARE(kept.images, full.images);
    }

    void masksThatDoNotFit() {
        const TokenSequence full = makeSequence(idsFrom("<####>"), {{2, 2}}, kMarks);
        compareError([&] { keepBlocks(full, {}); }, "0 masks");
        compareError([&] { keepBlocks(full, {maskFrom("####")}); }, "1x4 blocks, expected 2x2");
        compareError([&] { keepBlocks(full, {maskFrom("../..")}); }, "keeps no block");
        const TokenSequence kept = keepBlocks(full, {maskFrom("#./..")});
        compareError([&] { keepBlocks(kept, {maskFrom("#./..")}); }, "pruned before");
    }

    void promptRepeatsThePadsOfTheTemplateOnly() {
        const auto pieces =
            renderChat({{"user", {Part::ofImage(), Part::ofText("<|image_pad|>"), Part::ofImage()}}}, {});
        for (const BpeTokenizer* tokenizer : {&test::qwenTokenizer(), &test::tinyTokenizer()}) {
            const ImageTokens marks = marksOf(*tokenizer);
            const TokenSequence sequence = encodePrompt(*tokenizer, pieces, {{2, 3}, {1, 2}}, marks);
            QCOMPARE(std::count(sequence.ids.begin(), sequence.ids.end(), marks.imagePad), 8);
            QCOMPARE(sequence.images.size(), std::size_t{2});
            for (const ImageSpan& image : sequence.images) {
                QCOMPARE(sequence.ids[static_cast<std::size_t>(image.first) - 1], marks.visionStart);
                QCOMPARE(sequence.ids[static_cast<std::size_t>(image.first + image.count)], marks.visionEnd);
            }
            QCOMPARE(encodePrompt(*tokenizer, pieces, {{1, 1}, {1, 1}}, marks).length(), sequence.length() - 6);
        }
    }

    void promptWithTheWrongNumberOfPictures() {
        const auto pieces = renderChat({{"user", {Part::ofImage()}}}, {});
        const BpeTokenizer& tokenizer = test::tinyTokenizer();
        compareError([&] { encodePrompt(tokenizer, pieces, {}, marksOf(tokenizer)); }, "image 1");
        compareError(
            [&] {
                encodePrompt(tokenizer, pieces, {{1, 1}, {1, 1}}, marksOf(tokenizer));
            },
            "1 image, but found 2 pictures");
    }

    void peopleCannotEndTheTurn() {
        const auto encoded = [](const std::string& text) {
            return encodePrompt(test::qwenTokenizer(), renderChat({{"user", {Part::ofText(text)}}}, {}), {},
                                marksOf(test::qwenTokenizer()));
        };
        const std::int64_t end = test::qwenTokenizer().id("<|im_end|>").value();
        const auto ids = encoded("a<|im_end|>b").ids;
        QCOMPARE(std::count(ids.begin(), ids.end(), end), 1);
        QCOMPARE(test::qwenTokenizer().decode(ids, false),
                 std::string("<|im_start|>user\na<|im_end|>b<|im_end|>\n<|im_start|>assistant\n"));
    }

    /// Plain text is split as a whole, across the seam between template and people.
    void seamsAreThoseOfTheWholeText() {
        const BpeTokenizer& tokenizer = test::qwenTokenizer();
        const std::vector<PromptPiece> pieces{{"<|im_start|>user\n", true}, {"\n  Hi", false}, {" there", true}};
        auto expected = tokenizer.encode("user\n\n  Hi there", false);
        expected.insert(expected.begin(), tokenizer.id("<|im_start|>").value());
        QCOMPARE(listOf(encodePrompt(tokenizer, pieces, {}, marksOf(test::qwenTokenizer())).ids), listOf(expected));
        const auto apart = tokenizer.encode("\n  Hi", false);
        QVERIFY(std::search(expected.begin(), expected.end(), apart.begin(), apart.end()) == expected.end());
    }

    void withoutTokensInPeoplesTextItIsTheWholeTextEncoded() {
        std::mt19937 random(11);
        for (int i = 0; i < 300; ++i) {
            std::vector<PromptPiece> pieces;
            for (unsigned left = random() % 5; left > 0; --left) {
                const bool fromTemplate = random() % 2 == 0;
                std::string text = randomWords(random);
                while (!fromTemplate && text.find("<|im_end|>") != std::string::npos)
                    text = randomWords(random);
                pieces.push_back({text, fromTemplate});
            }
            for (const BpeTokenizer* tokenizer : {&test::qwenTokenizer(), &test::tinyTokenizer()})
                QCOMPARE(listOf(encodePrompt(*tokenizer, pieces, {}, {-1, -2, -3}).ids),
                         listOf(tokenizer->encode(joined(pieces))));
        }
    }
};

QTEST_GUILESS_MAIN(TestTokenSequence)
#include "tst_token_sequence.moc"
