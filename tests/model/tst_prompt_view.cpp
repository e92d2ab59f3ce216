#include "core/base/error.h"
#include "model/prompt/make_prompt_view.h"
#include "tests/model/tokenizer_files.h"
#include "tests/support/pictures.h"

#include <QtTest>
#include <algorithm>
#include <nlohmann/json.hpp>

using namespace prunescope;
using namespace prunescope::model;
using test::listOf;
using Piece = PromptView::Piece;

namespace {

ImageTokens marksOf(const BpeTokenizer& tokenizer) {
    return {tokenizer.id("<|image_pad|>").value(), tokenizer.id("<|vision_start|>").value(),
            tokenizer.id("<|vision_end|>").value()};
}

PreparedImage prepared(const std::string& blocks, const std::string& plan) {
    ReferenceRandom draws(7);
    ImageInput input;
    input.picture = test::blocksFromText(blocks);
    input.name = blocks;
    return prepareImage(input, parsePlan(plan), {}, false, draws);
}

std::vector<BlockGrid> gridsOf(const std::vector<PreparedImage>& images) {
    std::vector<BlockGrid> grids;
    for (const PreparedImage& image : images)
        grids.push_back(image.picture.grid());
    return grids;
}

PromptView viewOf(const std::vector<PromptPiece>& pieces, const std::vector<PreparedImage>& images) {
    const BpeTokenizer& tokenizer = test::qwenTokenizer();
    const TokenSequence full = encodePrompt(tokenizer, pieces, gridsOf(images), marksOf(tokenizer));
    return makePromptView(pieces, full, keepBlocks(full, masksOf(images)), images, tokenizer);
}

const std::vector<PromptPiece> kQuestion{{"<|im_start|>user\n<|vision_start|><|image_pad|><|vision_end|>", true},
                                         {"What <|image_pad|>?", false},
                                         {"<|im_end|>\n<|im_start|>assistant\n", true}};

} // namespace

class TestPromptView : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void imagesArePiecesOfTheText() {
        const PromptView view = viewOf(kQuestion, {prepared("01/11", "input:keep_all")});
        const std::vector<Piece> expected{{"<|im_start|>user\n<|vision_start|>", Piece::Source::Template, -1},
                                          {"<|image_pad|>", Piece::Source::Image, 0},
                                          {"<|vision_end|>", Piece::Source::Template, -1},
                                          {"What <|image_pad|>?", Piece::Source::People, -1}, // only words
                                          {"<|im_end|>\n<|im_start|>assistant\n", Piece::Source::Template, -1}};
        QCOMPARE(view.pieces, expected);
        QCOMPARE(view.text(), joined(kQuestion));
        QCOMPARE(view.images.size(), 1U);
        QCOMPARE(view.images[0].picture.size(), view.images[0].grid().size());
    }

    void tokensAreThoseOfThePrompt() {
        const std::vector<PreparedImage> images{prepared("01/11", "input:pred_2d")};
        const BpeTokenizer& tokenizer = test::qwenTokenizer();
        const TokenSequence full = encodePrompt(tokenizer, kQuestion, gridsOf(images), marksOf(tokenizer));
        const TokenSequence kept = keepBlocks(full, masksOf(images));
        const PromptView view = makePromptView(kQuestion, full, kept, images, tokenizer);
        QCOMPARE(listOf(view.fullIds()), listOf(full.ids));
        QCOMPARE(listOf(view.ids()), listOf(kept.ids));
        QVERIFY(kept.length() < full.length());
        for (const PromptView::Token& token : view.tokens)
            if (token.isKept())
                for (std::size_t axis = 0; axis < 3; ++axis)
                    QCOMPARE(token.position[axis], kept.positions[axis][static_cast<std::size_t>(token.kept)]);
        QCOMPARE(view.promptTokens, kept.length());
        QCOMPARE(view.promptTokensFull, full.length());
        QCOMPARE(view.nextPosition, full.nextPosition);
        QVERIFY(view.hasGridPositions());
        QCOMPARE(view.tokens[0].text, std::string("<|im_start|>"));
        QCOMPARE(view.tokens[2].text, std::string("\\n"));
    }

    void tokensKnowTheirBlocks() {
        const std::vector<PromptPiece> pieces{{"<|vision_start|><|image_pad|><|vision_end|>", true},
                                              {"or", false},
                                              {"<|vision_start|><|image_pad|><|vision_end|>", true}};
        const PromptView view = viewOf(pieces, {prepared("00/00", "input:pred_2d"), prepared("012", "input:pred_2d")});
        QCOMPARE(view.images.size(), 2U);
        for (const PromptView::Image& image : view.images)
            for (int block = 0; block < image.grid().count(); ++block) {
                const PromptView::Token& token = view.tokens[static_cast<std::size_t>(image.firstToken + block)];
                QCOMPARE(token.block, block);
                QCOMPARE(&view.images[static_cast<std::size_t>(token.image)], &image);
                QCOMPARE(token.isKept(), image.report.mask.kept(block));
            }
        const auto ofImages = std::ranges::count_if(view.tokens, [](const auto& token) { return token.image >= 0; });
        QCOMPARE(ofImages, 7);
        QCOMPARE(keptOfAll(view.images[0]), std::string("1 of 4"));
        QCOMPARE(keptOfAll(view.images[1]), std::string("3 of 3"));
    }

    void aSmallerPictureIsComparedWithTheWholeOne() {
        const PromptView view = viewOf(kQuestion, {prepared("0123/4567/8901/2345", "input:resize,keep=4")});
        const PromptView::Image& image = view.images[0];
        QVERIFY(image.grid().count() <= 4 && image.allBlocks == 16);
        QCOMPARE(image.picture.size(), image.grid().size());
        QCOMPARE(view.promptTokensFull - view.promptTokens, 16 - image.grid().count());
        QCOMPARE(view.promptTokens, static_cast<int>(view.tokens.size()));
    }

    void positionsAreThoseAfterPruning() {
        const std::vector<PreparedImage> images{prepared("01/11", "input:pred_2d")};
        const BpeTokenizer& tokenizer = test::qwenTokenizer();
        const TokenSequence full = encodePrompt(tokenizer, kQuestion, gridsOf(images), marksOf(tokenizer));
        const TokenSequence kept = reindexed(keepBlocks(full, masksOf(images)));
        const PromptView view = makePromptView(kQuestion, full, kept, images, tokenizer);
        for (const PromptView::Token& token : view.tokens)
            if (token.isKept())
                QCOMPARE(token.position[1], std::int64_t{token.kept});
        QCOMPARE(view.nextPosition, std::int64_t{view.promptTokens});
        QVERIFY(!view.hasGridPositions());
    }

    void whatTheTokenizerAddsIsInTheText() {
        const BpeTokenizer& tokenizer = test::qwenTokenizer();
        const ImageTokens marks = marksOf(tokenizer);
        const std::vector<PreparedImage> images{prepared("01", "input:keep_all")};
        const std::int64_t opening = tokenizer.id("<|endoftext|>").value();
        std::vector<std::int64_t> ids{
            opening,         tokenizer.encode("A").front(), marks.visionStart, marks.imagePad, marks.imagePad,
            marks.visionEnd, tokenizer.encode("B").front()};
        const TokenSequence full = makeSequence(ids, gridsOf(images), marks);
        const std::vector<PromptPiece> pieces{{"A<|image_pad|>", true}, {"B", false}};
        const PromptView view = makePromptView(pieces, full, full, images, tokenizer);
        QCOMPARE(view.text(), std::string("<|endoftext|>A<|vision_start|><|image_pad|><|vision_end|>B"));
        QCOMPARE(view.pieces.back().source, Piece::Source::People);
    }

    void whatIsPutAroundImagesIsInTheText() {
        const BpeTokenizer& tokenizer = test::qwenTokenizer();
        ImageTokens marks = marksOf(tokenizer);
        marks.wrapsPads = true;
        marks.gridPositions = false;
        const std::vector<PreparedImage> images{prepared("01", "input:keep_all"), prepared("0", "input:keep_all")};
        const std::vector<PromptPiece> pieces{{"A<|image_pad|><|image_pad|>", true}, {"B", false}};
        const TokenSequence full = encodePrompt(tokenizer, pieces, gridsOf(images), marks);
        const PromptView view = makePromptView(pieces, full, full, images, tokenizer);
        const std::string image = "<|vision_start|><|image_pad|><|vision_end|>";
        QCOMPARE(view.text(), "A" + image + image + "B");
        QVERIFY(!view.hasGridPositions());
    }

    void aPromptThatIsNotThatOfItsMasksIsRefused() {
        const std::vector<PreparedImage> images{prepared("00/00", "input:pred_2d")};
        const BpeTokenizer& tokenizer = test::qwenTokenizer();
        const TokenSequence full = encodePrompt(tokenizer, kQuestion, gridsOf(images), marksOf(tokenizer));
        QVERIFY_THROWS_EXCEPTION(Error, makePromptView(kQuestion, full, full, images, tokenizer));
        QVERIFY_THROWS_EXCEPTION(Error, makePromptView(kQuestion, full, full, {}, tokenizer));
    }

    void bytesAreShown_data() {
        QTest::addColumn<QByteArray>("bytes");
        QTest::addColumn<QByteArray>("shown");
        QTest::newRow("nothing") << QByteArray() << QByteArray();
        QTest::newRow("words") << QByteArray(" the Save") << QByteArray(" the Save");
        QTest::newRow("lines") << QByteArray("\r\n\t") << QByteArray("\\r\\n\\t");
        QTest::newRow("a backslash") << QByteArray("\\n") << QByteArray("\\\\n");
        QTest::newRow("control characters") << QByteArray("a\x1b[0m\x7f") << QByteArray("a\\u001b[0m\\u007f");
        QTest::newRow("letters") << QByteArray("é你😀") << QByteArray("é你😀");
        QTest::newRow("half a letter") << QByteArray("\xe4\xbd") << QByteArray("\\xe4\\xbd");
        QTest::newRow("the other half") << QByteArray("\xa0x") << QByteArray("\\xa0x");
        QTest::newRow("too long a form") << QByteArray("\xe0\x80\xaf") << QByteArray("\\xe0\\x80\\xaf");
        QTest::newRow("half of a pair") << QByteArray("\xed\xa0\x80") << QByteArray("\\xed\\xa0\\x80");
        QTest::newRow("beyond Unicode") << QByteArray("\xf4\x90\x80\x80") << QByteArray("\\xf4\\x90\\x80\\x80");
        QTest::newRow("no space to see") << QByteArray("\u200b\u202e") << QByteArray("\\u200b\\u202e");
        QTest::newRow("a tag") << QByteArray("\U000e0041") << QByteArray("\\U000e0041");
    }
    void bytesAreShown() {
        QFETCH(QByteArray, bytes);
        QFETCH(QByteArray, shown);
        QCOMPARE(QByteArray::fromStdString(displayText(bytes.toStdString())), shown);
    }

    void theObjectHasEverything() {
        PromptView view = viewOf(kQuestion, {prepared("00/01", "input:pred_2d")});
        view.plan = "input:pred_2d";
        view.place = "input";
        view.model = "tiny";
        const nlohmann::json object = toJson(view);
        QCOMPARE(object.at("text"), nlohmann::json(joined(kQuestion)));
        QCOMPARE(object.at("token_ids"), nlohmann::json(view.ids()));
        QCOMPARE(object.at("token_ids_full"), nlohmann::json(view.fullIds()));
        QCOMPARE(object.at("prompt_tokens_full").get<std::size_t>(), object.at("tokens").size());
        QCOMPARE(object.at("pieces").at(1),
                 (nlohmann::json{{"source", "image"}, {"text", "<|image_pad|>"}, {"image", 0}}));
        const nlohmann::json& image = object.at("images").at(0);
        QCOMPARE(image.at("kept"), nlohmann::json(2));
        QCOMPARE(image.at("blocks_full"), nlohmann::json(4));
        const auto first = image.at("first_token").get<std::size_t>();
        const nlohmann::json dropped = {{"id", view.tokens[first].id},
                                        {"text", "<|image_pad|>"},
                                        {"kept", nullptr},
                                        {"image", 0},
                                        {"block", 1},
                                        {"position", {first, first, first + 1}}};
        QCOMPARE(object.at("tokens").at(first + 1), dropped);
        QVERIFY(!object.at("tokens").at(0).contains("image"));
    }
};

QTEST_GUILESS_MAIN(TestPromptView)
#include "tst_prompt_view.moc"
