#include "core/base/error.h"
#include "model/tokenizer/bpe_tokenizer.h"
#include "model/tokenizer/unicode.h"
#include "tests/model/tokenizer_files.h"
#include "tests/support/golden.h"

#include <QTemporaryDir>
#include <QTest>
#include <fstream>
#include <random>

using namespace prunescope;
using model::BpeTokenizer;
using nlohmann::json;
using test::listOf;

namespace {

constexpr const char* kMark = "\u2581";
constexpr const char* kGolden = "llava/tokens.json";

/// "<0x0A>" and the like.
std::string byteEntry(int byte) {
    return QString::asprintf("<0x%02X>", byte).toStdString();
}

/// A tokenizer.json as Llama's: three special tokens, all bytes, the mark, a to e, and what `merges` make.
json llamaFile(const json& merges = json::array()) {
    json vocab = {{"<unk>", 0}, {"<s>", 1}, {"</s>", 2}};
    for (int byte = 0; byte < 256; ++byte)
        vocab[byteEntry(byte)] = vocab.size();
    for (const char* character : {kMark, "a", "b", "c", "d", "e", "\u00E9"})
        vocab[character] = vocab.size();
    for (const json& merge : merges)
        vocab.emplace(merge[0].get<std::string>() + merge[1].get<std::string>(), vocab.size());
    json added = json::array();
    for (const auto& [text, id] : {std::pair{"<unk>", 0}, std::pair{"<s>", 1}, std::pair{"</s>", 2},
                                   std::pair{"<image>", 1000}, std::pair{"<image><image>", 1001}})
        added.push_back({{"id", id}, {"content", text}, {"normalized", false}, {"special", true}});
    const json first = {{"type", "Prepend"}, {"prepend", kMark}};
    const json second = {{"type", "Replace"}, {"pattern", {{"String", " "}}}, {"content", kMark}};
    json decoders = json::array();
    decoders.push_back({{"type", "Replace"}, {"pattern", {{"String", kMark}}}, {"content", " "}});
    for (const char* type : {"ByteFallback", "Fuse"})
        decoders.push_back(json::object({{"type", type}}));
    decoders.push_back({{"type", "Strip"}, {"content", " "}, {"start", 1}, {"stop", 0}});
    json single = json::array();
    single.push_back(json::object({{"SpecialToken", {{"id", "<s>"}, {"type_id", 0}}}}));
    single.push_back(json::object({{"Sequence", {{"id", "A"}, {"type_id", 0}}}}));
    return {{"added_tokens", added},
            {"normalizer", {{"type", "Sequence"}, {"normalizers", json::array({first, second})}}},
            {"pre_tokenizer", nullptr},
            {"post_processor",
             {{"type", "TemplateProcessing"},
              {"single", single},
              {"special_tokens", {{"<s>", {{"id", "<s>"}, {"ids", json::array({1})}, {"tokens", {"<s>"}}}}}}}},
            {"decoder", {{"type", "Sequence"}, {"decoders", decoders}}},
            {"model", {{"type", "BPE"}, {"byte_fallback", true}, {"vocab", vocab}, {"merges", merges}}}};
}

BpeTokenizer loadJson(const json& file) {
    const QTemporaryDir folder;
    const std::string path = folder.filePath("tokenizer.json").toStdString();
    std::ofstream(path, std::ios::binary) << file.dump();
    return BpeTokenizer::load(path);
}

BpeTokenizer goldenTokenizer() {
    return BpeTokenizer::load((test::goldenFolder() / "llava" / "model" / "tokenizer.json").string());
}

/// The entries as the file has them, with '_' for the mark.
std::string entriesOf(const json& file, const std::vector<std::int64_t>& ids) {
    QStringList names;
    for (const auto id : ids) {
        for (const auto& [text, number] : file["model"]["vocab"].items())
            if (number == id)
                names += QString::fromStdString(text).replace(kMark, "_");
        for (const json& token : file["added_tokens"])
            if (token["id"] == id && id > 2)
                names += QString::fromStdString(token["content"]);
    }
    return names.join(' ').toStdString();
}

std::string randomText(std::mt19937& random) {
    std::string text;
    for (unsigned left = random() % 80; left > 0; --left) {
        const std::array ranges{std::pair{0x20U, 0x7FU},     std::pair{0x20U, 0x22U},       std::pair{0x61U, 0x66U},
                                std::pair{0U, 0x20U},        std::pair{0xA0U, 0x600U},      std::pair{0x300U, 0x330U},
                                std::pair{0x4E00U, 0x9FFFU}, std::pair{0x1F300U, 0x1FAFFU}, std::pair{0x20U, 0x21U}};
        const auto [low, high] = ranges[random() % ranges.size()];
        model::appendUtf8(text, static_cast<char32_t>(low + random() % (high - low)));
    }
    return text;
}

/// What the merges mean, step by step: the lowest rank first, the leftmost of equals.
std::vector<std::string> mergedByRule(std::vector<std::string> tokens, const json& merges) {
    for (std::size_t rank = 0; rank < merges.size(); ++rank)
        for (std::size_t i = 0; i + 1 < tokens.size(); ++i)
            if (tokens[i] == merges[rank][0] && tokens[i + 1] == merges[rank][1]) {
                tokens[i] += tokens[i + 1];
                tokens.erase(tokens.begin() + static_cast<std::ptrdiff_t>(i) + 1);
                return mergedByRule(std::move(tokens), merges); // a lower rank may have become possible
            }
    return tokens;
}

} // namespace

/// Llama's kind of tokenizer (other-families spec 2.7).
class TestLlamaTokenizer : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void golden_data() {
        QTest::addColumn<int>("row");
        if (!test::hasGolden(kGolden)) {
            QTest::newRow("not there") << -1;
            return;
        }
        m_rows = test::readJson(test::goldenFolder() / kGolden)["tiny"];
        for (std::size_t i = 0; i < m_rows.size(); ++i)
            QTest::addRow("%zu: %s", i, m_rows[i]["text"].dump().substr(0, 60).c_str()) << static_cast<int>(i);
    }
    void golden() {
        QFETCH(int, row);
        if (row < 0)
            QSKIP("the golden folder has no llava/tokens.json");
        const json& golden = m_rows[static_cast<std::size_t>(row)];
        const BpeTokenizer tokenizer = goldenTokenizer();
        std::vector<std::int64_t> ids = tokenizer.prefix();
        const auto rest = tokenizer.encode(golden["text"].get<std::string>());
        ids.insert(ids.end(), rest.begin(), rest.end());
        QCOMPARE(listOf(ids), listOf(golden["ids"].get<std::vector<std::int64_t>>()));
        QCOMPARE(tokenizer.decode(ids), golden["decoded"].get<std::string>());
    }

    void randomTextComesBack_data() {
        QTest::addColumn<bool>("golden");
        QTest::newRow("few characters") << false;
        QTest::newRow("golden") << true;
    }
    void randomTextComesBack() {
        QFETCH(bool, golden);
        if (golden)
            PRUNESCOPE_NEEDS_GOLDEN("llava/tokens.json");
        const BpeTokenizer tokenizer = golden ? goldenTokenizer() : loadJson(llamaFile());
        QVERIFY(tokenizer.stripsLeadingSpace());
        std::mt19937 random(11);
        for (int i = 0; i < 1000; ++i) {
            const std::string text = randomText(random);
            const auto ids = tokenizer.encode(text, false);
            QCOMPARE(tokenizer.decode(ids, false), text);
            std::string streamed;
            for (const auto id : ids)
                streamed += tokenizer.bytes(id);
            QCOMPARE(streamed, text.empty() ? text : " " + text);
        }
    }

    void entries_data() {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<bool>("recognise");
        QTest::addColumn<QByteArray>("entries"); // '_' for the mark
        QTest::newRow("nothing") << QByteArray() << true << QByteArray();
        QTest::newRow("nothing of people") << QByteArray() << false << QByteArray();
        QTest::newRow("a space") << QByteArray(" ") << true << QByteArray("_ _");
        QTest::newRow("words") << QByteArray("ab c  d") << true << QByteArray("_ a b _ c _ _ d");
        QTest::newRow("every segment") << QByteArray("a<image>b<image> c") << true
                                       << QByteArray("_ a <image> _ b <image> _ _ c");
        QTest::newRow("longest first") << QByteArray("<image><image><image>a") << true
                                       << QByteArray("<image><image> <image> _ a");
        QTest::newRow("end inside") << QByteArray("a</s>") << true << QByteArray("_ a </s>");
        QTest::newRow("of people") << QByteArray("<s>") << false << QByteArray("_ <0x3C> <0x73> <0x3E>");
        QTest::newRow("unknown") << QByteArray("a\u20AC\n") << true << QByteArray("_ a <0xE2> <0x82> <0xAC> <0x0A>");
        QTest::newRow("not composed") << QByteArray("e\u0301\u00E9") << true << QByteArray("_ e <0xCC> <0x81> \u00E9");
        QTest::newRow("a mark") << QByteArray("\u2581") << true << QByteArray("_ _");
        QTest::newRow("not UTF-8") << QByteArray("a\xFF") << true << QByteArray("_ a <0xEF> <0xBF> <0xBD>");
    }
    void entries() {
        QFETCH(QByteArray, text);
        QFETCH(bool, recognise);
        QFETCH(QByteArray, entries);
        const json file = llamaFile();
        const auto ids = loadJson(file).encode(text.toStdString(), recognise);
        QCOMPARE(entriesOf(file, ids), entries.toStdString());
    }

    void metaspace_data() {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<QByteArrayList>("entries"); // always, first, never; '_' for the mark
        const auto row = [](const char* text, const QByteArrayList& entries) {
            QTest::newRow(text) << QByteArray(text) << entries;
        };
        row("", {"", "", ""});
        row(" ", {"_", "_", "_"});
        row("ab c  d", {"_ a b _ c _ _ d", "_ a b _ c _ _ d", "a b _ c _ _ d"});
        row(" a", {"_ a", "_ a", "_ a"});
        row("a<image>b<image> c",
            {"_ a <image> _ b <image> _ c", "_ a <image> b <image> _ c", "a <image> b <image> _ c"});
        row("<image>a", {"<image> _ a", "<image> a", "<image> a"});
        row("\u2581a", {"_ a", "_ a", "_ a"});
        row("<x>a <x>", {"<x> _ a _ <x>", "<x> a _ <x>", "<x> a _ <x>"});
        row("a<x>b", {"_ a <x> _ b", "_ a <x> b", "a <x> b"});
    }
    /// Transformers 5 saves the tokenizer of LLaVA so; entries as the library tokenizers 0.23.3 has them.
    void metaspace() {
        QFETCH(QByteArray, text);
        QFETCH(QByteArrayList, entries);
        json file = llamaFile();
        file["added_tokens"].push_back({{"id", 1002}, {"content", "<x>"}, {"normalized", true}});
        file["normalizer"] = nullptr;
        for (const char* scheme : {"always", "first", "never"}) {
            file["pre_tokenizer"] = {
                {"type", "Metaspace"}, {"replacement", kMark}, {"prepend_scheme", scheme}, {"split", false}};
            const BpeTokenizer tokenizer = loadJson(file);
            QCOMPARE(entriesOf(file, tokenizer.encode(text.toStdString())), entries.takeFirst().toStdString());
            QCOMPARE(entriesOf(file, tokenizer.encode("a", false, false)),
                     std::string(std::string_view(scheme) == "always" ? "_ a" : "a"));
        }
        file["pre_tokenizer"].erase("prepend_scheme"); // always
        QCOMPARE(entriesOf(file, loadJson(file).encode("a", false, false)), std::string("_ a"));
    }

    /// Added tokens that are looked for in the normalised text come with its mark.
    void normalizedAddedTokens() {
        json file = llamaFile();
        file["added_tokens"].push_back({{"id", 1002}, {"content", "<x>"}, {"normalized", true}});
        const BpeTokenizer tokenizer = loadJson(file);
        QCOMPARE(entriesOf(file, tokenizer.encode("<x>a <x>")), std::string("<x> a <x>"));
        QCOMPARE(tokenizer.decode(tokenizer.encode("<x>a <x>")), std::string("<x>a <x>"));
        QCOMPARE(entriesOf(file, tokenizer.encode("a<x>")), std::string("_ a <0x3C> <0x78> <0x3E>"));
    }

    void decoding_data() {
        QTest::addColumn<QList<qint64>>("ids");
        QTest::addColumn<QByteArray>("text");
        const qint64 mark = 259, a = 260;
        QTest::newRow("nothing") << QList<qint64>{} << QByteArray();
        QTest::newRow("one space goes") << QList<qint64>{1, mark, mark, a, mark, 2} << QByteArray(" a ");
        QTest::newRow("none to go") << QList<qint64>{a, mark, a} << QByteArray("a a");
        QTest::newRow("bytes") << QList<qint64>{3 + 0xE2, 3 + 0x82, 3 + 0xAC, a} << QByteArray("\u20ACa");
        QTest::newRow("a space as a byte") << QList<qint64>{mark, 3 + 0x20, a} << QByteArray(" a");
        QTest::newRow("outside") << QList<qint64>{-1, 1 << 30, a} << QByteArray("a");
    }
    void decoding() {
        QFETCH(QList<qint64>, ids);
        QFETCH(QByteArray, text);
        QCOMPARE(loadJson(llamaFile()).decode({ids.begin(), ids.end()}), text.toStdString());
    }

    void longTextMergesByRule() {
        const json merges = json::parse(R"([["a", "b"], ["b", "a"], ["ab", "ab"], ["a", "a"], ["ab", "a"],
                                            ["\u2581", "ab"], ["\u2581", "\u2581"], ["aa", "\u2581"]])");
        const BpeTokenizer tokenizer = loadJson(llamaFile(merges));
        std::mt19937 random(3);
        for (int i = 0; i < 300; ++i) {
            std::string text;
            std::vector<std::string> tokens;
            for (unsigned left = random() % 120; left > 0; --left) {
                text += "ab "[random() % 3];
                tokens.push_back(text.back() == ' ' ? kMark : std::string(1, text.back()));
            }
            if (!text.empty())
                tokens.insert(tokens.begin(), kMark);
            QList<std::int64_t> expected;
            for (const std::string& token : mergedByRule(tokens, merges))
                expected += tokenizer.id(token).value();
            QCOMPARE(listOf(tokenizer.encode(text)), expected);
        }
    }
    void mergesOfBothNotations() {
        json file = llamaFile(json::array({json::array({kMark, "a"})}));
        const auto expected = loadJson(file).encode("ab");
        file["model"]["merges"] = json::array({std::string(kMark) + " a"});
        QCOMPARE(expected.size(), std::size_t{2});
        QCOMPARE(listOf(loadJson(file).encode("ab")), listOf(expected));
    }
    void veryLongSegment() {
        const BpeTokenizer tokenizer = loadJson(llamaFile(json::array({json::array({"a", "a"})})));
        const std::string text(1 << 18, 'a');
        const auto ids = tokenizer.encode(text);
        QCOMPARE(ids.size(), text.size() / 2 + 1);
        QCOMPARE(tokenizer.decode(ids), text);
    }
    void wholeTextsBeforeMerges() {
        json file = llamaFile();
        file["model"]["vocab"][std::string(kMark) + "abc"] = 900;
        QCOMPARE(loadJson(file).encode("abc").size(), std::size_t{4});
        file["model"]["ignore_merges"] = true;
        QCOMPARE(listOf(loadJson(file).encode("abc")), QList<std::int64_t>{900});
    }

    void prefixes_data() {
        QTest::addColumn<QByteArray>("postProcessor");
        QTest::addColumn<QList<qint64>>("prefix");
        const char* text = R"({"Sequence": {"id": "A", "type_id": 0}})";
        const char* start = R"({"SpecialToken": {"id": "<s>", "type_id": 0}})";
        const auto with = [](const std::string& single, const char* ids) {
            return QByteArray::fromStdString(R"({"type": "TemplateProcessing", "single": [)" + single +
                                             R"(], "special_tokens": {"<s>": {"id": "<s>", "ids": )" + ids + "}}}");
        };
        QTest::newRow("none") << QByteArray("null") << QList<qint64>{};
        QTest::newRow("template without tokens") << with(text, "[1]") << QList<qint64>{};
        QTest::newRow("one token") << with(start + std::string(", ") + text, "[1]") << QList<qint64>{1};
        QTest::newRow("two ids") << with(start + std::string(", ") + text, "[1, 0]") << QList<qint64>{1, 0};
        QTest::newRow("in a sequence") << R"({"type": "Sequence", "processors": [{"type": "ByteLevel"}, )" +
                                              with(start + std::string(", ") + text, "[1]") + "]}"
                                       << QList<qint64>{1};
    }
    void prefixes() {
        QFETCH(QByteArray, postProcessor);
        QFETCH(QList<qint64>, prefix);
        json file = llamaFile();
        file["post_processor"] = json::parse(postProcessor.toStdString());
        const BpeTokenizer tokenizer = loadJson(file);
        QCOMPARE(listOf(tokenizer.prefix()), QList<std::int64_t>(prefix.begin(), prefix.end()));
        QCOMPARE(entriesOf(file, tokenizer.encode("a")), std::string("_ a"));
    }
    void spaceStaysWithoutStrip() {
        json file = llamaFile();
        file["decoder"]["decoders"].erase(3);
        const BpeTokenizer tokenizer = loadJson(file);
        QVERIFY(!tokenizer.stripsLeadingSpace());
        QCOMPARE(tokenizer.decode(tokenizer.encode("a")), std::string(" a"));
    }

    void foreignFiles_data() {
        QTest::addColumn<QByteArray>("patch"); // JSON merge patch of a good file
        QTest::addColumn<int>("kind");
        QTest::addColumn<QByteArray>("says");
        const auto row = [](const char* name, const char* patch, ErrorKind kind, const char* says) {
            QTest::newRow(name) << QByteArray(patch) << static_cast<int>(kind) << QByteArray(says);
        };
        const auto no = ErrorKind::Unsupported;
        row("no normalizer", R"({"normalizer": null})", no, "normalizer null beside model.byte_fallback");
        row("NFC", R"({"normalizer": {"type": "NFC", "normalizers": null}})", no,
            R"(normalizer {"type":"NFC"} beside)");
        row("another mark", R"({"normalizer": {"normalizers": [{"type": "Prepend", "prepend": "_"}]}})", no,
            R"(normalizer {"normalizers":[{"prepend":"_","type":"Prepend"}],"type":"Sequence"} beside model.byte_fallback)");
        row("no marks", R"({"normalizer": {"normalizers": []}})", no,
            R"(normalizer {"normalizers":[],"type":"Sequence"} beside)");
        row("no parts", R"({"normalizer": {"normalizers": null}})", ErrorKind::BadFile,
            R"(normalizer is a Sequence without "normalizers")");
        row("no line feed", R"({"model": {"vocab": {"<0x0A>": null}}})", ErrorKind::BadFile,
            "model.vocab has no entry for a byte: \"<0x0A>\"");
        row("byte_fallback in words", R"({"model": {"byte_fallback": "yes"}})", ErrorKind::BadFile,
            "byte_fallback is \"yes\", expected true or false");
        row("no byte_fallback", R"({"model": {"byte_fallback": false}})", ErrorKind::BadFile,
            "model.vocab has no entry for a byte");
        row("Metaspace", R"({"pre_tokenizer": {"type": "Metaspace"}})", no,
            "pre_tokenizer \"Metaspace\" beside model.byte_fallback is not supported, expected none");
        row("ByteLevel", R"({"pre_tokenizer": {"type": "ByteLevel"}})", ErrorKind::BadFile,
            "model.vocab has no entry for a byte");
        const auto metaspace = [&](const char* name, const char* patch, const char* says) {
            json pre = {{"type", "Metaspace"}, {"replacement", kMark}, {"prepend_scheme", "first"}, {"split", false}};
            pre.merge_patch(json::parse(patch));
            row(name, json{{"normalizer", nullptr}, {"pre_tokenizer", pre}}.dump().c_str(), no, says);
        };
        metaspace("another mark of Metaspace", R"({"replacement": "_"})", R"(Metaspace with replacement "_")");
        metaspace("Metaspace that splits", R"({"split": true})", "Metaspace with split true");
        metaspace("Metaspace that may split", R"({"split": null})", "Metaspace with split true");
        metaspace("another scheme", R"({"prepend_scheme": "last"})", R"(Metaspace with prepend_scheme "last")");
        metaspace("words", R"({"type": "Whitespace"})", R"(pre_tokenizer "Whitespace" beside model.byte_fallback)");
        row("BERT's ends", R"({"post_processor": {"type": "BertProcessing"}})", no,
            "post_processor \"BertProcessing\" is not supported, expected ByteLevel, TemplateProcessing or none");
        const std::string text = R"({"Sequence": {"id": "A", "type_id": 0}})", other = R"({"Sequence": {"id": "B"}})",
                          start = R"({"SpecialToken": {"id": "<s>"}})";
        const auto single = [&](const char* name, const std::string& parts, const char* says) {
            row(name, (R"({"post_processor": {"single": )" + parts + "}}").c_str(), no, says);
        };
        single("end after the text", "[" + text + ", " + start + "]",
               R"(TemplateProcessing with {"SpecialToken":{"id":"<s>"}} in `single`)");
        single("no text", "[" + start + "]", "post_processor TemplateProcessing without sequence A in `single`");
        single("two texts", "[" + text + ", " + text + "]", R"(TemplateProcessing with {"Sequence")");
        single("another text", "[" + other + "]", R"(TemplateProcessing with {"Sequence":{"id":"B"}} in `single`)");
        single("a number", "5", "post_processor TemplateProcessing with 5 in `single`");
        single("a long text", '"' + std::string(1000, 'x') + '"', "xxx... in `single`");
        row("a token without ids", R"({"post_processor": {"special_tokens": null}})", ErrorKind::BadFile,
            "post_processor has no ids for \"<s>\" in special_tokens");
        row("ids of nobody", R"({"post_processor": {"special_tokens": {"<s>": {"ids": [900]}}}})", ErrorKind::BadFile,
            "post_processor writes id 900 for \"<s>\", which no token has");
        row("ids in words", R"({"post_processor": {"special_tokens": {"<s>": {"ids": ["one"]}}}})", ErrorKind::BadFile,
            "the id of \"<s>\" is \"one\"");
        row("no decoder", R"({"decoder": null})", no, "decoder null beside model.byte_fallback");
        row("Metaspace decoder", R"({"decoder": {"type": "Metaspace", "decoders": null}})", no,
            R"(decoder {"type":"Metaspace"} beside)");
        row("decoder without bytes", R"({"decoder": {"decoders": [{"type": "Fuse"}]}})", no,
            R"(decoder {"decoders":[{"type":"Fuse"}],"type":"Sequence"} beside)");
        row("two spaces go", R"({"decoder": {"decoders": [{"type": "Strip", "content": " ", "start": 2, "stop": 0}]}})",
            no, "decoder {\"decoders\":");
    }
    void foreignFiles() {
        QFETCH(QByteArray, patch);
        QFETCH(int, kind);
        QFETCH(QByteArray, says);
        json file = llamaFile();
        file.merge_patch(json::parse(patch.toStdString()));
        try {
            loadJson(file);
            QFAIL("loaded");
        } catch (const Error& error) {
            const QByteArray message(error.what());
            QCOMPARE(static_cast<int>(error.kind()), kind);
            QVERIFY2(message.contains("tokenizer.json: "), error.what());
            QVERIFY2(message.contains(says), error.what());
            QVERIFY2(!message.contains('\n') && message.size() < 500, error.what());
        }
    }

private:
    static json m_rows;
};

json TestLlamaTokenizer::m_rows;

QTEST_GUILESS_MAIN(TestLlamaTokenizer)
#include "tst_llama_tokenizer.moc"
