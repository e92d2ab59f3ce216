#include "core/base/error.h"
#include "model/tokenizer/bpe_tokenizer.h"
#include "model/tokenizer/unicode.h"
#include "tests/model/tokenizer_files.h"
#include "tests/support/golden.h"

#include <QTemporaryDir>
#include <QTest>
#include <filesystem>
#include <fstream>
#include <random>

using namespace prunescope;
using model::BpeTokenizer;
using nlohmann::json;
using test::listOf;

namespace {

/// A vocabulary of all bytes and what `extra` adds, as a tokenizer.json without a splitting pattern.
json smallTokenizer(const json& merges = json::array(), const json& extra = json::object()) {
    json vocab = json::object();
    int next = 0;
    for (char32_t byte = 0, other = 256; byte < 256; ++byte) {
        const bool printable = (byte >= 33 && byte <= 126) || (byte >= 161 && byte <= 172) || byte >= 174;
        std::string character;
        model::appendUtf8(character, printable ? byte : other++);
        vocab[character] = next++;
    }
    for (const auto& [text, id] : extra.items())
        vocab[text] = id;
    return {{"normalizer", nullptr},
            {"pre_tokenizer", {{"type", "ByteLevel"}, {"add_prefix_space", false}, {"use_regex", false}}},
            {"added_tokens", json::array()},
            {"model", {{"type", "BPE"}, {"vocab", vocab}, {"merges", merges}}}};
}

/// Gives it the text of a tokenizer.json and loads it.
BpeTokenizer loadText(const std::string& text) {
    const QTemporaryDir folder;
    const std::string path = folder.filePath("tokenizer.json").toStdString();
    std::ofstream(path, std::ios::binary) << text;
    return BpeTokenizer::load(path);
}

BpeTokenizer loadJson(const json& file) {
    return loadText(file.dump());
}

std::vector<json> goldenRows(const char* file) {
    const json rows = test::readJson(test::goldenFolder() / "tokenizer" / file);
    return {rows.begin(), rows.end()};
}

QByteArray nameOf(const json& row) {
    return QByteArray::fromStdString(row["text"].dump().substr(0, 60));
}

std::string randomText(std::mt19937& random) {
    std::string text;
    for (unsigned left = random() % 60; left > 0; --left) {
        const std::array ranges{std::pair{0x20U, 0x7FU},       std::pair{0x20U, 0x7FU},     std::pair{0U, 0x20U},
                                std::pair{0xA0U, 0x600U},      std::pair{0x4E00U, 0x9FFFU}, std::pair{0x2000U, 0x2070U},
                                std::pair{0x1F300U, 0x1FAFFU}, std::pair{0xAC00U, 0xD7A3U}};
        const auto [low, high] = ranges[random() % ranges.size()];
        model::appendUtf8(text, static_cast<char32_t>(low + random() % (high - low)));
    }
    return text;
}

} // namespace

class TestTokenizer : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void qwenIds_data() { goldenData("qwen3.json"); }
    void qwenIds() { compareGolden(test::qwenTokenizer()); }
    void tinyIds_data() { goldenData("tiny.json"); }
    void tinyIds() { compareGolden(test::tinyTokenizer()); }

    void addedTokensOfQwen_data() {
        QTest::addColumn<qint64>("id");
        QTest::addColumn<bool>("special");
        QTest::newRow("<|endoftext|>") << qint64{151643} << true;
        QTest::newRow("<|im_start|>") << qint64{151644} << true;
        QTest::newRow("<|im_end|>") << qint64{151645} << true;
        QTest::newRow("<|vision_start|>") << qint64{151652} << true;
        QTest::newRow("<|vision_end|>") << qint64{151653} << true;
        QTest::newRow("<|image_pad|>") << qint64{151655} << true;
        QTest::newRow("<tool_call>") << qint64{151657} << false;
        QTest::newRow("</tool_call>") << qint64{151658} << false;
        QTest::newRow("</think>") << qint64{151668} << false;
    }
    void addedTokensOfQwen() {
        QFETCH(qint64, id);
        QFETCH(bool, special);
        const BpeTokenizer& tokenizer = test::qwenTokenizer();
        const std::string text = QTest::currentDataTag();
        QCOMPARE(tokenizer.id(text).value_or(-1), id);
        QCOMPARE(tokenizer.isSpecial(id), special);
        QCOMPARE(std::string(tokenizer.bytes(id)), text);
        QCOMPARE(listOf(tokenizer.encode(text)), QList<std::int64_t>{id});
        QCOMPARE(tokenizer.decode({id}), special ? std::string() : text);
        QVERIFY(listOf(tokenizer.encode(text, false)) != QList<std::int64_t>{id});
        QCOMPARE(tokenizer.decode(tokenizer.encode(text, false)), text);
    }

    void idsOutsideTheVocabularyGiveNothing() {
        const BpeTokenizer& tokenizer = test::qwenTokenizer();
        QCOMPARE(tokenizer.size(), std::int64_t{151669});
        for (const std::int64_t id : {std::int64_t{-1}, tokenizer.size(), std::int64_t{1} << 40}) {
            QCOMPARE(tokenizer.decode({id}), std::string());
            QVERIFY(tokenizer.bytes(id).empty());
            QVERIFY(!tokenizer.isSpecial(id));
        }
        QVERIFY(!tokenizer.id("no such token"));
        QCOMPARE(tokenizer.id("\xC4\xA0the").value_or(-1), std::int64_t{279}); // as written in the file
        QCOMPARE(std::string(tokenizer.bytes(279)), std::string(" the"));
    }

    void randomTextComesBackNormalised() {
        std::mt19937 random(7);
        for (int i = 0; i < 2000; ++i) {
            const std::string text = randomText(random);
            for (const BpeTokenizer* tokenizer : {&test::qwenTokenizer(), &test::tinyTokenizer()})
                QCOMPARE(tokenizer->decode(tokenizer->encode(text), false), model::toNfc(text));
        }
    }

    void invalidUtf8BecomesReplacementCharacters() {
        const std::string bad = "a\xFF"
                                "b\xE2\x82";
        QCOMPARE(listOf(test::qwenTokenizer().encode(bad)), listOf(test::qwenTokenizer().encode("a\uFFFDb\uFFFD")));
    }

    void longTextWithoutSpaces() {
        const std::string text(1 << 18, 'a');
        const auto ids = test::qwenTokenizer().encode(text);
        QVERIFY(ids.size() < text.size() / 4);
        QCOMPARE(test::qwenTokenizer().decode(ids), text);
    }
    void longRunsOfSpaceAndMarks() {
        std::string marks = "a";
        for (int i = 0; i < 30'000; ++i)
            marks += "\u0301\u0316"; // out of canonical order every time
        for (const std::string& text : {std::string(1 << 18, ' '), std::string(1 << 18, ' ') + "x", marks,
                                        std::string(1 << 17, '\n') + std::string(1 << 17, '!')})
            QCOMPARE(test::qwenTokenizer().decode(test::qwenTokenizer().encode(text)), model::toNfc(text));
    }

    /// The heap that long pieces take must choose as the plain rule does: lowest rank, leftmost.
    void longPiecesMergeAsShortOnesDo() {
        const json merges = json::array({"a b", "b a", "ab ab", "a a", json::array({"ab", "a"}), "aa b", "b b"});
        const BpeTokenizer tokenizer = loadJson(smallTokenizer(
            merges, {{"ab", 256}, {"ba", 257}, {"abab", 258}, {"aa", 259}, {"aba", 260}, {"aab", 261}, {"bb", 262}}));
        std::mt19937 random(3);
        for (int i = 0; i < 300; ++i) {
            std::string text;
            for (unsigned left = random() % 120; left > 0; --left)
                text += static_cast<char>('a' + random() % 2);
            QCOMPARE(listOf(tokenizer.encode(text)), listOf(mergedByRule(tokenizer, merges, text)));
        }
    }

    void mergesOfBothNotations() {
        const json extra = {{"he", 256}, {"hel", 257}};
        const json pairs = json::array({json::array({"h", "e"}), json::array({"he", "l"})});
        const json texts = json::array({"h e", "he l"});
        for (const json& merges : {pairs, texts})
            QCOMPARE(listOf(loadJson(smallTokenizer(merges, extra)).encode("hello")),
                     (QList<std::int64_t>{257, 'l', 'o'}));
    }
    void wholePiecesBeforeMerges() {
        json file = smallTokenizer(json::array(), {{"hello", 256}});
        QCOMPARE(loadJson(file).encode("hello").size(), std::size_t{5});
        file["model"]["ignore_merges"] = true;
        QCOMPARE(listOf(loadJson(file).encode("hello")), QList<std::int64_t>{256});
    }
    void byteLevelSplitsByItsOwnPattern() {
        json file = smallTokenizer(json::array({"a \xC4\xA0"}), {{"a\xC4\xA0", 256}});
        QCOMPARE(loadJson(file).encode("a a").size(), std::size_t{2}); // the merge crosses the space
        file["pre_tokenizer"]["use_regex"] = true;
        QCOMPARE(loadJson(file).encode("a a").size(), std::size_t{3});
    }
    /// Written by newer programs: it puts nothing around the text (qwen3-5 spec 16).
    void emptyTemplateIsNoPostProcessor() {
        json file = smallTokenizer();
        file["post_processor"] = json::parse(R"({"type": "TemplateProcessing", "special_tokens": {},
            "single": [{"Sequence": {"id": "A", "type_id": 0}}],
            "pair": [{"Sequence": {"id": "A", "type_id": 0}}, {"Sequence": {"id": "B", "type_id": 1}}]})");
        const BpeTokenizer tokenizer = loadJson(file);
        QVERIFY(tokenizer.prefix().empty());
        QVERIFY(!tokenizer.stripsLeadingSpace());
        QCOMPARE(listOf(tokenizer.encode(" a")), listOf(loadJson(smallTokenizer()).encode(" a")));
    }
    /// The parts of a file that do nothing may have any name; the ids are those of a file without them.
    void stepsWithoutEffect_data() {
        QTest::addColumn<QByteArray>("patch"); // JSON merge patch
        const auto row = [](const char* name, const char* patch) { QTest::newRow(name) << QByteArray(patch); };
        row("truncation and padding", R"({"truncation": {"max_length": 1, "strategy": "LongestFirst", "stride": 0},
            "padding": {"strategy": {"Fixed": 99}, "pad_id": 3, "pad_type_id": 0, "pad_token": "x"}})");
        row("prefixes without letters", R"({"model": {"continuing_subword_prefix": "", "end_of_word_suffix": "",
            "dropout": 0.0, "unk_token": "?", "fuse_unk": true}})");
        row("bytes that are all there", R"({"model": {"byte_fallback": true}})");
        row("empty normalizer", R"({"normalizer": {"type": "Sequence", "normalizers": []}})");
        row("nested normalizers", R"({"normalizer": {"type": "Sequence", "normalizers": [
            {"type": "Sequence", "normalizers": [{"type": "Replace", "pattern": {"String": "a"}, "content": "a"}]},
            {"type": "Strip", "strip_left": false, "strip_right": false}, {"type": "Prepend", "prepend": ""}]}})");
        row("nested pre-tokenizers", R"({"pre_tokenizer": {"type": "Sequence", "pretokenizers": [
            {"type": "Sequence", "pretokenizers": []}, {"type": "Sequence", "pretokenizers": [
            {"type": "ByteLevel", "add_prefix_space": false, "use_regex": false}]}]}})");
        row("empty post-processor", R"({"post_processor": {"type": "Sequence", "processors": []}})");
        row("nested post-processors", R"({"post_processor": {"type": "Sequence", "processors": [
            {"type": "ByteLevel", "trim_offsets": false}, {"type": "Sequence", "processors": [
            {"type": "TemplateProcessing", "single": [{"Sequence": {"id": "A", "type_id": 1}}],
            "special_tokens": {}}]}]}})");
        row("nested decoders", R"({"decoder": {"type": "Sequence", "decoders": [{"type": "Sequence", "decoders": []},
            {"type": "ByteLevel"}, {"type": "Fuse"}, {"type": "Strip", "content": " ", "start": 0, "stop": 0},
            {"type": "Replace", "pattern": {"String": "x"}, "content": "x"}]}})");
    }
    void stepsWithoutEffect() {
        QFETCH(QByteArray, patch);
        const std::string text = " a\nxy  e\u0301 ";
        const json plain = smallTokenizer();
        json file = plain;
        file.merge_patch(json::parse(patch.toStdString()));
        const BpeTokenizer tokenizer = loadJson(file);
        QCOMPARE(listOf(tokenizer.encode(text)), listOf(loadJson(plain).encode(text)));
        QCOMPARE(tokenizer.decode(tokenizer.encode(text)), text);
        QVERIFY(tokenizer.prefix().empty());
    }

    void savedByTransformers5_data() {
        QTest::addColumn<QByteArray>("path");
        for (const auto& entry : std::filesystem::directory_iterator(test::goldenFolder())) {
            const auto path = entry.path() / "model" / "tokenizer.json";
            if (std::filesystem::exists(path) && test::readJson(path)["pre_tokenizer"].is_object())
                QTest::newRow(entry.path().filename().c_str()) << QByteArray(path.c_str());
        }
    }
    /// What transformers 5.23 adds when it saves a tokenizer of Qwen's kind again.
    void savedByTransformers5() {
        QFETCH(QByteArray, path);
        json file = test::readJson(path.toStdString());
        file.merge_patch(json::parse(R"({"truncation": null, "padding": null,
            "model": {"continuing_subword_prefix": "", "end_of_word_suffix": ""},
            "post_processor": {"type": "TemplateProcessing", "single": [{"Sequence": {"id": "A", "type_id": 0}}],
            "pair": [{"Sequence": {"id": "A", "type_id": 0}}, {"Sequence": {"id": "B", "type_id": 1}}],
            "special_tokens": {}}})"));
        const BpeTokenizer before = BpeTokenizer::load(path.toStdString()), after = loadJson(file);
        QVERIFY(after.prefix().empty());
        std::mt19937 random(5);
        for (int i = 0; i < 200; ++i) {
            const std::string text = randomText(random) + "<|im_end|>\n" + randomText(random);
            QCOMPARE(listOf(after.encode(text)), listOf(before.encode(text)));
        }
    }

    /// As in the library `tokenizers`, which warns of such a file.
    void anAddedTokenMayStandInTheVocabulary() {
        json file = smallTokenizer();
        const auto known = file["model"]["vocab"]["a"].get<std::int64_t>();
        file["added_tokens"] = {{{"id", 256}, {"content", "a"}, {"special", false}}};
        const BpeTokenizer tokenizer = loadJson(file);
        QCOMPARE(listOf(tokenizer.encode("a")), QList<std::int64_t>{known});
        QCOMPARE(tokenizer.decode({256, known}), std::string("aa"));
    }

    void addedTokensLongestFirst() {
        json file = smallTokenizer();
        file["added_tokens"] = {{{"id", 256}, {"content", "<a>"}, {"special", true}},
                                {{"id", 257}, {"content", "<a><b>"}, {"special", true}},
                                {{"id", 258}, {"content", "<é>"}, {"special", false}, {"normalized", true}}};
        file["normalizer"] = {{"type", "NFC"}};
        const BpeTokenizer tokenizer = loadJson(file);
        QCOMPARE(listOf(tokenizer.encode("<a><a><b><e\u0301>")), (QList<std::int64_t>{256, 257, 258}));
        QCOMPARE(tokenizer.decode({256, 258}), std::string("<é>"));
    }

    void badFiles_data() {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<int>("kind");
        QTest::addColumn<QByteArray>("named"); // what the message has to mention
        const auto row = [](const char* name, const std::string& text, ErrorKind kind, const char* named) {
            QTest::newRow(name) << QByteArray::fromStdString(text) << static_cast<int>(kind) << QByteArray(named);
        };
        const auto changed = [](const char* pointer, const json& value) {
            json file = smallTokenizer();
            file[json::json_pointer(pointer)] = value;
            return file.dump();
        };
        row("empty", "", ErrorKind::BadFile, "is empty");
        row("cut off", smallTokenizer().dump().substr(0, 500), ErrorKind::BadFile, "is no JSON");
        row("an array", "[]", ErrorKind::BadFile, "no JSON object");
        row("no model", "{}", ErrorKind::BadFile, "has no model");
        row("no vocab", R"({"model": {"type": "BPE"}})", ErrorKind::BadFile, "has no model.vocab");
        row("no merges", changed("/model/merges", nullptr), ErrorKind::BadFile, "has no model.merges");
        row("half a merge", changed("/model/merges", json::array({"a"})), ErrorKind::BadFile, "place 1,");
        row("merge of nobody", changed("/model/merges", json::array({"a zz"})), ErrorKind::BadFile, R"("zz")");
        row("merge into nobody", changed("/model/merges", json::array({"a b"})), ErrorKind::BadFile, R"("ab")");
        row("negative id", changed("/model/vocab/a", -1), ErrorKind::BadFile, "-1");
        row("huge id", changed("/model/vocab/a", 1LL << 40), ErrorKind::BadFile, "1099511627776");
        row("id in words", changed("/model/vocab/a", "one"), ErrorKind::BadFile, R"("one")");
        row("id of two", changed("/model/vocab/a", 66), ErrorKind::BadFile, "66");
        row("added id of another", changed("/added_tokens", json::array({{{"id", 65}, {"content", "<x>"}}})),
            ErrorKind::BadFile, "<x>");
        row("added twice",
            changed("/added_tokens",
                    json::array({{{"id", 256}, {"content", "<x>"}}, {{"id", 257}, {"content", "<x>"}}})),
            ErrorKind::BadFile, "two ids");
        row("lstrip", changed("/added_tokens", json::array({{{"id", 256}, {"content", "<x>"}, {"lstrip", true}}})),
            ErrorKind::Unsupported, "lstrip");
        row("WordPiece", changed("/model/type", "WordPiece"), ErrorKind::Unsupported, "WordPiece");
        row("NFKC", changed("/normalizer", {{"type", "NFKC"}}), ErrorKind::Unsupported, "NFKC");
        row("Whitespace", changed("/pre_tokenizer", {{"type", "Whitespace"}}), ErrorKind::Unsupported, "Whitespace");
        row("no pre_tokenizer", changed("/pre_tokenizer", nullptr), ErrorKind::Unsupported, "pre_tokenizer");
        row("prefix space", changed("/pre_tokenizer/add_prefix_space", true), ErrorKind::Unsupported,
            "add_prefix_space");
        row("Split and remove", changed("/pre_tokenizer", {{"type", "Split"}, {"behavior", "Removed"}}),
            ErrorKind::Unsupported, "Removed");
        row("no regular expression",
            changed("/pre_tokenizer", {{"type", "Split"}, {"behavior", "Isolated"}, {"pattern", {{"Regex", "(a"}}}}),
            ErrorKind::BadFile, "(a");
        row("post_processor", changed("/post_processor", {{"type", "TemplateProcessing"}}), ErrorKind::Unsupported,
            "TemplateProcessing");
        row("Roberta's ends", changed("/post_processor", {{"type", "RobertaProcessing"}}), ErrorKind::Unsupported,
            "post_processor \"RobertaProcessing\"");
        const auto sequence = [&](const char* entry, const char* list, const json& parts) {
            return changed(entry, {{"type", "Sequence"}, {list, parts}});
        };
        const json lower = json::array({json::object({{"type", "Sequence"}, {"normalizers", nullptr}})});
        row("Sequence without parts", sequence("/normalizer", "normalizers", lower), ErrorKind::BadFile,
            R"(normalizer is a Sequence without "normalizers")");
        row("parts of another kind", sequence("/post_processor", "pretokenizers", json::array()), ErrorKind::BadFile,
            R"(post_processor is a Sequence without "processors")");
        const json replace = {{"type", "Replace"}, {"pattern", {{"String", "a"}}}, {"content", "b"}};
        row("normalizer that replaces", sequence("/normalizer", "normalizers", json::array({replace})),
            ErrorKind::Unsupported, "normalizer \"Replace\"");
        row("decoder that replaces", sequence("/decoder", "decoders", json::array({replace})), ErrorKind::Unsupported,
            "decoder \"Replace\"");
        row("decoder that strips",
            changed("/decoder", {{"type", "Strip"}, {"content", " "}, {"start", 1}, {"stop", 0}}),
            ErrorKind::Unsupported, "decoder \"Strip\"");
        row("Digits", sequence("/pre_tokenizer", "pretokenizers", json::array({json::object({{"type", "Digits"}})})),
            ErrorKind::Unsupported, "pre_tokenizer \"Digits\"");
    }
    void badFiles() {
        QFETCH(QByteArray, text);
        QFETCH(int, kind);
        QFETCH(QByteArray, named);
        try {
            loadText(text.toStdString());
            QFAIL("loaded");
        } catch (const Error& error) {
            QCOMPARE(static_cast<int>(error.kind()), kind);
            QVERIFY2(QByteArray(error.what()).contains("tokenizer.json: "), error.what());
            QVERIFY2(QByteArray(error.what()).contains(named), error.what());
            QVERIFY(!QByteArray(error.what()).contains('\n'));
        }
    }
    void missingFile() {
        try {
            BpeTokenizer::load("/nowhere/tokenizer.json");
            QFAIL("loaded");
        } catch (const Error& error) {
            QCOMPARE(error.kind(), ErrorKind::NotFound);
            QVERIFY(QByteArray(error.what()).startsWith("/nowhere/tokenizer.json: "));
        }
    }

    void streamGivesWholeCharacters() {
        model::Utf8Stream stream;
        QCOMPARE(stream.push("a\xE2\x82"), std::string("a"));
        QCOMPARE(stream.push("\xAC"
                             "b"),
                 std::string("\u20AC"
                             "b"));
        QCOMPARE(stream.push("\xF0\x9F"), std::string());
        QCOMPARE(stream.push("x"), std::string("\uFFFDx"));
        QCOMPARE(stream.push("\xE2"), std::string());
        QCOMPARE(stream.finish(), std::string("\uFFFD"));
        QCOMPARE(stream.finish(), std::string());
    }
    void streamIsTheSameHoweverItIsCut() {
        const std::string bytes =
            "a\u00E9\u20AC\U0001F600\xC0\x80\xED\xA0\x80\xF4\x90\x80\x80\xE2\x28\xA1\xFF z\xF0\x9F\x98";
        std::mt19937 random(5);
        for (int i = 0; i < 500; ++i) {
            model::Utf8Stream stream;
            std::string text;
            for (std::size_t at = 0; at < bytes.size();) {
                const std::size_t length = random() % 4;
                text += stream.push(std::string_view(bytes).substr(at, length));
                at += length;
            }
            QCOMPARE(text + stream.finish(), model::validUtf8(bytes));
        }
    }

private:
    static void goldenData(const char* file) {
        QTest::addColumn<int>("row");
        if (!test::hasGolden(std::string("tokenizer/") + file)) {
            QTest::newRow("not there") << -1;
            return;
        }
        int i = 0;
        for (const json& row : goldenRows(file))
            QTest::addRow("%d: %s", i, nameOf(row).constData()) << i, ++i;
        m_rows = goldenRows(file);
    }

    static void compareGolden(const BpeTokenizer& tokenizer) {
        QFETCH(int, row);
        if (row < 0)
            QSKIP("the golden folder has no such tokenizer file");
        const json& golden = m_rows.at(static_cast<std::size_t>(row));
        const auto text = golden["text"].get<std::string>();
        const auto ids = golden["ids"].get<std::vector<std::int64_t>>();
        QCOMPARE(listOf(tokenizer.encode(text)), listOf(ids));
        const std::string decoded =
            golden.contains("decoded") ? golden["decoded"].get<std::string>() : model::toNfc(text);
        QCOMPARE(tokenizer.decode(ids, false), decoded);
    }

    /// What the merges mean, step by step.
    static std::vector<std::int64_t> mergedByRule(const BpeTokenizer& tokenizer, const json& merges,
                                                  const std::string& text) {
        std::vector<std::string> tokens;
        for (const char c : text)
            tokens.emplace_back(1, c);
        for (std::size_t rank = 0; rank < merges.size();) {
            const json& merge = merges[rank];
            const std::string both = merge.is_array() ? merge[0].get<std::string>() + " " + merge[1].get<std::string>()
                                                      : merge.get<std::string>();
            ++rank;
            for (std::size_t i = 0; i + 1 < tokens.size(); ++i)
                if (tokens[i] + " " + tokens[i + 1] == both) {
                    tokens[i] += tokens[i + 1];
                    tokens.erase(tokens.begin() + static_cast<std::ptrdiff_t>(i) + 1);
                    rank = 0; // a lower rank may have become possible
                    break;
                }
        }
        std::vector<std::int64_t> ids;
        for (const std::string& token : tokens)
            ids.push_back(tokenizer.id(token).value());
        return ids;
    }

    static std::vector<json> m_rows;
};

std::vector<json> TestTokenizer::m_rows;

QTEST_GUILESS_MAIN(TestTokenizer)
#include "tst_tokenizer.moc"
