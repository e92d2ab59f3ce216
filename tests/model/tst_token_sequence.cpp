#include "core/base/error.h"
#include "model/files/safetensors.h"
#include "model/tokenizer/token_sequence.h"
#include "tests/model/tokenizer_files.h"
#include "tests/support/golden.h"

#include <QTest>
#include <algorithm>
#include <cstring>
#include <random>

using namespace prunescope;
using namespace prunescope::model;
using test::listOf;

namespace {

constexpr ImageTokens kMarks{500, 502, 503};
/// Every token takes the next position.
constexpr ImageTokens kFlat{500, 502, 503, true, false};
constexpr ImageTokens kFlatWithoutMarks{500, -1, -1, false, false};

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

/// A turn of a person in ChatML, with `image` for each picture, and the opening of the answer.
std::vector<PromptPiece> turnOf(const std::vector<Part>& parts,
                                const std::string& image = "<|vision_start|><|image_pad|><|vision_end|>") {
    std::vector<PromptPiece> pieces{{"<|im_start|>user\n"}};
    for (const Part& part : parts)
        pieces.push_back(part.kind == Part::Kind::Image ? PromptPiece{image} : PromptPiece{part.text, false});
    pieces.push_back({"<|im_end|>\n"});
    pieces.push_back({"<|im_start|>assistant\n", true, true});
    return pieces;
}

/// A family's folder of golden values, with how it marks pictures and cuts them into blocks.
struct GoldenFamily {
    const char* folder;
    ImageTokens tokens;
    int merge; ///< patches on a side of a block
};
constexpr std::array<GoldenFamily, 3> kGoldenFamilies{
    {{"qwen25vl", kMarks, 2}, {"llava", kFlatWithoutMarks, 1}, {"internvl", kFlat, 2}}};

/// The stored integers of one family.
class GoldenIntegers {
public:
    explicit GoldenIntegers(const GoldenFamily& family)
        : m_family(family), m_folder(test::goldenFolder() / family.folder),
          m_manifest(test::readJson(m_folder / "manifest.json")),
          m_file(openSafetensors((m_folder / "golden.safetensors").string())) {}

    std::vector<std::int64_t> operator()(const std::string& name) const {
        const StoredTensor* stored = m_file->find(name);
        if (!stored || stored->dtype != "I32")
            throw std::runtime_error("no golden integers " + name);
        std::vector<std::int32_t> values(stored->bytes.size() / sizeof(std::int32_t));
        std::memcpy(values.data(), stored->bytes.data(), stored->bytes.size());
        return {values.begin(), values.end()};
    }

    const nlohmann::json& cases() const { return m_manifest.at("cases"); }

    std::vector<BlockGrid> grids(const std::string& name) const {
        std::vector<BlockGrid> grids;
        const nlohmann::json& one = cases().at(name);
        for (std::size_t i = 0; i < one.at("images").size(); ++i) {
            const int cols = patchColumns(one.at("images")[i].get<std::string>()) / m_family.merge;
            grids.push_back({one.at("tokens_per_image")[i].get<int>() / cols, cols});
        }
        return grids;
    }

    std::vector<KeepMask> masks(const std::string& run, const std::vector<BlockGrid>& grids) const {
        std::vector<KeepMask> masks;
        for (std::size_t i = 0; i < grids.size(); ++i) {
            masks.emplace_back(grids[i]);
            for (const std::int64_t block : (*this)(run + "/keep." + std::to_string(i)))
                masks.back().keep(static_cast<int>(block));
        }
        return masks;
    }

private:
    /// Of a picture's own grid, or of the squares that all have.
    int patchColumns(const std::string& image) const {
        const nlohmann::json& one = m_manifest.at("images").at(image);
        if (one.contains("grid"))
            return one.at("grid")[2].get<int>();
        const auto config = test::readJson(m_folder / "model" / "config.json");
        const nlohmann::json& side = config.at("vision_config").at("image_size");
        return (side.is_array() ? side[0] : side).get<int>() / 14;
    }

    GoldenFamily m_family;
    std::filesystem::path m_folder;
    nlohmann::json m_manifest;
    std::shared_ptr<const WeightFile> m_file;
};

/// All axes that are stored, one after the other.
QList<std::int64_t> positionsOf(const TokenSequence& sequence, bool grid) {
    QList<std::int64_t> all;
    for (std::size_t axis = 0; axis < (grid ? 3 : 1); ++axis)
        all += listOf(sequence.positions[axis]);
    return all;
}

QList<int> bordersOf(const TokenSequence& sequence) {
    return {sequence.borders.begin(), sequence.borders.end()};
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

    void goldenFamilies_data() {
        QTest::addColumn<int>("family");
        QTest::addColumn<QByteArray>("name");
        int rows = 0;
        for (std::size_t i = 0; i < kGoldenFamilies.size(); ++i) {
            const std::string folder = kGoldenFamilies[i].folder;
            if (!test::hasGolden(folder + "/golden.safetensors"))
                continue;
            const auto manifest = test::readJson(test::goldenFolder() / folder / "manifest.json");
            for (const auto& [name, value] : manifest.at("cases").items()) {
                QTest::addRow("%s %s", folder.c_str(), name.c_str())
                    << static_cast<int>(i) << QByteArray::fromStdString(name);
                ++rows;
            }
        }
        if (rows == 0)
            QTest::newRow("not there") << -1 << QByteArray();
    }
    void goldenFamilies() {
        QFETCH(int, family);
        QFETCH(QByteArray, name);
        if (family < 0)
            QSKIP("the golden folder has none of qwen25vl, llava, internvl");
        const GoldenFamily& one = kGoldenFamilies[static_cast<std::size_t>(family)];
        const GoldenIntegers golden(one);
        const std::string path = "cases/" + name.toStdString() + "/";
        const auto grids = golden.grids(name.toStdString());
        const TokenSequence full = makeSequence(golden(path + "full/input_ids"), grids, one.tokens);
        for (const auto& [run, value] : golden.cases().at(name.toStdString()).at("runs").items()) {
            if (run == "intra") // cuts inside the network: its stored positions are those of the full prompt
                continue;
            const std::string prefix = path + run;
            TokenSequence found = run == "full" ? full : keepBlocks(full, golden.masks(prefix, grids));
            if (run == "pre.reindex")
                found = reindexed(found);
            QCOMPARE(positionsOf(found, one.tokens.gridPositions), listOf(golden(prefix + "/position_ids")));
            QCOMPARE(found.nextPosition, golden(prefix + "/next_position").at(0));
            QCOMPARE(found.positions[2].size(), found.ids.size());
            if (run != "full")
                checkKept(full, found, golden(prefix + "/kept_rows"));
        }
    }

    void flatPositionsCountEveryToken() {
        const TokenSequence sequence = makeSequence(idsFrom("t<######>t<##>"), {{2, 3}, {1, 2}}, kFlat);
        for (const auto& axis : sequence.positions)
            QCOMPARE(listOf(axis), (QList<std::int64_t>{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13}));
        QCOMPARE(sequence.nextPosition, std::int64_t{14});
        QCOMPARE(sequence.ropeDelta(), std::int64_t{0});
    }
    void picturesWithoutMarksMayTouch() {
        const TokenSequence sequence = makeSequence(idsFrom("t######t"), {{2, 2}, {1, 2}}, kFlatWithoutMarks);
        QCOMPARE(sequence.images, (std::vector<ImageSpan>{{1, 4, {2, 2}}, {5, 2, {1, 2}}}));
        compareError(
            [] {
                makeSequence(idsFrom("t#####t"), {{2, 2}, {1, 2}}, kFlatWithoutMarks);
            },
            "image 2 of the prompt has 1 pad, expected 2");
        compareError(
            [] {
                makeSequence(idsFrom("t#####t"), {{2, 2}}, kFlatWithoutMarks);
            },
            "image 2 of the prompt has no picture");
    }

    /// Rows of merged blocks stand at the block that is named for them, also twice.
    void blocksInAnyOrder() {
        const TokenSequence full = makeSequence(idsFrom("t<######>t"), {{2, 3}}, kFlat);
        const TokenSequence kept = keepTokens(full, std::vector<std::vector<int>>{{1, 4, 4}});
        QCOMPARE(listOf(kept.positions[1]), (QList<std::int64_t>{0, 1, 3, 6, 6, 8, 9}));
        QCOMPARE(kept.images.front().count, 3);
        QCOMPARE(kept.nextPosition, full.nextPosition);
        QCOMPARE(keepTokens(full, std::vector<std::vector<int>>{{}}).length(), 4);
    }

    void reindexingClosesTheGaps() {
        const TokenSequence full = makeSequence(idsFrom("t<######>t"), {{2, 3}}, kFlat);
        const TokenSequence kept = keepBlocks(full, {maskFrom("#.#/..#")});
        QCOMPARE(listOf(kept.positions[1]), (QList<std::int64_t>{0, 1, 2, 4, 7, 8, 9}));
        QCOMPARE(kept.nextPosition, std::int64_t{10});
        const TokenSequence closed = reindexed(kept);
        for (const auto& axis : closed.positions)
            QCOMPARE(listOf(axis), (QList<std::int64_t>{0, 1, 2, 3, 4, 5, 6}));
        QCOMPARE(closed.nextPosition, std::int64_t{7});
        QCOMPARE(closed.fullLength, 10);
        QCOMPARE(closed.ids, kept.ids);
        QCOMPARE(closed.images, kept.images);
        QCOMPARE(closed.borders, kept.borders);
    }

    void bordersStandBehindImages() {
        const TokenSequence full = makeSequence(idsFrom("t<######>t<##>"), {{2, 3}, {1, 2}}, kMarks);
        QCOMPARE(bordersOf(full), (QList<int>{9})); // the end of the prompt is none
        QCOMPARE(bordersOf(makeSequence(idsFrom("##tt##t"), {{1, 2}, {1, 2}}, kFlatWithoutMarks)), (QList<int>{2, 6}));
        QCOMPARE(bordersOf(makeSequence(idsFrom("<##t"), {{1, 2}}, kMarks)), (QList<int>{3})); // no end mark
        QCOMPARE(bordersOf(makeSequence(idsFrom("ttt"), {}, kMarks)), QList<int>());
    }
    void bordersMoveWithWhatIsKept() {
        const TokenSequence full = makeSequence(idsFrom("t<######>t<##>tt"), {{2, 3}, {1, 2}}, kMarks);
        QCOMPARE(bordersOf(full), (QList<int>{9, 14}));
        const TokenSequence kept = keepBlocks(full, {maskFrom("..#/..."), maskFrom("##")});
        QCOMPARE(bordersOf(kept), (QList<int>{4, 9}));
        for (std::size_t i = 0; i < kept.borders.size(); ++i)
            QCOMPARE(kept.positions[0][static_cast<std::size_t>(kept.borders[i])],
                     full.positions[0][static_cast<std::size_t>(full.borders[i])]);
    }
    /// A border on a block that is dropped is in front of the next token that stays.
    void bordersOnDroppedBlocks() {
        const TokenSequence full = makeSequence(idsFrom("######t"), {{1, 2}, {1, 4}}, kFlatWithoutMarks);
        QCOMPARE(bordersOf(full), (QList<int>{2, 6}));
        QCOMPARE(bordersOf(keepBlocks(full, {maskFrom("#."), maskFrom("..##")})), (QList<int>{1, 3}));
    }
    void theAnswerOpensAtABorder() {
        const BpeTokenizer& tokenizer = test::qwenTokenizer();
        for (const bool wraps : {false, true}) {
            ImageTokens marks = marksOf(tokenizer);
            marks.wrapsPads = wraps;
            const auto pieces = turnOf({Part::ofText("a"), Part::ofImage(), Part::ofText("<|im_start|>b")},
                                       wraps ? "<|image_pad|>" : "<|vision_start|><|image_pad|><|vision_end|>");
            const TokenSequence sequence = encodePrompt(tokenizer, pieces, {{2, 3}}, marks);
            QCOMPARE(sequence.borders.size(), std::size_t{2});
            const auto at = [&](std::size_t border, int offset) {
                return sequence.ids[static_cast<std::size_t>(sequence.borders[border] + offset)];
            };
            QCOMPARE(at(0, -1), marks.visionEnd);
            QCOMPARE(at(1, 0), tokenizer.id("<|im_start|>").value());
            QCOMPARE(sequence.length() - sequence.borders[1], 3); // <|im_start|>, assistant, new line
        }
    }
    /// A token may hold words of the template together with what people wrote before them.
    void wordsAloneOpenNoBorder() {
        const std::vector<PromptPiece> pieces{{"USER: "}, {"Hi", false}, {" "}, {"ASSISTANT:", true, true}};
        QCOMPARE(bordersOf(encodePrompt(test::qwenTokenizer(), pieces, {}, kFlatWithoutMarks)), QList<int>());
    }

    void padsAreWrapped() {
        const BpeTokenizer& tokenizer = test::qwenTokenizer();
        ImageTokens marks = marksOf(tokenizer);
        const std::vector<Part> parts{Part::ofImage(), Part::ofText("<|image_pad|>"), Part::ofImage()};
        const std::vector<BlockGrid> grids{{2, 3}, {1, 2}};
        const auto written = encodePrompt(tokenizer, turnOf(parts), grids, marks);
        marks.wrapsPads = true;
        const auto wrapped = encodePrompt(tokenizer, turnOf(parts, "<|image_pad|>"), grids, marks);
        QCOMPARE(listOf(wrapped.ids), listOf(written.ids));
        QCOMPARE(wrapped.images, written.images);
        QCOMPARE(wrapped.borders, written.borders);
        compareError([&] { encodePrompt(tokenizer, turnOf(parts, "<|image_pad|>"), {{2, 3}}, marks); }, "image 2");
    }

    void keepingEverythingChangesNothing() {
        const TokenSequence full = makeSequence(idsFrom("t<######>t<##>"), {{2, 3}, {1, 2}}, kMarks);
        const TokenSequence kept = keepBlocks(full, {KeepMask::all({2, 3}), KeepMask::all({1, 2})});
        QCOMPARE(listOf(kept.ids), listOf(full.ids));
        QCOMPARE(kept.positions, full.positions);
        QCOMPARE(kept.images, full.images);
        QCOMPARE(kept.borders, full.borders);
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
        const auto pieces = turnOf({Part::ofImage(), Part::ofText("<|image_pad|>"), Part::ofImage()});
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
        const auto pieces = turnOf({Part::ofImage()});
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
            return encodePrompt(test::qwenTokenizer(), turnOf({Part::ofText(text)}), {},
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

private:
    static void checkKept(const TokenSequence& full, const TokenSequence& kept, const std::vector<std::int64_t>& rows) {
        QList<std::int64_t> expected;
        for (const std::int64_t row : rows)
            expected.push_back(full.ids[static_cast<std::size_t>(row)]);
        QCOMPARE(listOf(kept.ids), expected);
        QCOMPARE(kept.fullLength, full.length());
    }
};

QTEST_GUILESS_MAIN(TestTokenSequence)
#include "tst_token_sequence.moc"
