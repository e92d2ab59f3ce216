#include "model/families/gguf_model.h"
#include "model/families/gguf_tokenizer.h"
#include "tests/model/gguf_bytes.h"
#include "tests/model/tokenizer_files.h"
#include "tests/support/golden.h"

#include <QtTest>
#include <map>
#include <span>

using namespace prunescope;
using namespace prunescope::model;
using test::GgufBytes;
namespace fs = std::filesystem;

namespace {

/// A tokenizer.json as a converter puts it into a header.
GgufBytes headerOf(const nlohmann::json& tokenizer) {
    std::map<std::int64_t, std::pair<std::string, std::int32_t>> tokens;
    for (const auto& [token, id] : tokenizer["model"]["vocab"].items())
        tokens[id.get<std::int64_t>()] = {token, 1};
    for (const nlohmann::json& added : tokenizer["added_tokens"]) {
        const auto content = added["content"].get<std::string>();
        const bool control = added["special"].get<bool>() || (content.starts_with("<|") && content.ends_with("|>"));
        tokens[added["id"].get<std::int64_t>()] = {content, control ? 3 : 4};
    }
    GgufBytes header;
    std::vector<std::string> texts;
    std::string kinds;
    const std::int64_t count = tokens.rbegin()->first + 20; // an embedding has more rows
    for (std::int64_t id = 0; id < count; ++id) {
        const auto found = tokens.find(id);
        texts.push_back(found == tokens.end() ? "[PAD" + std::to_string(id) + "]" : found->second.first);
        test::appendNumber(kinds, found == tokens.end() ? (id % 2 ? 4 : 5) : found->second.second);
    }
    std::vector<std::string> merges;
    for (const nlohmann::json& merge : tokenizer["model"]["merges"])
        merges.push_back(merge.is_string() ? merge.get<std::string>()
                                           : merge[0].get<std::string>() + " " + merge[1].get<std::string>());
    header.text("tokenizer.ggml.model", "gpt2");
    header.text("tokenizer.ggml.pre", "qwen2");
    header.texts("tokenizer.ggml.tokens", texts);
    header.list("tokenizer.ggml.token_type", 5, texts.size(), kinds);
    header.texts("tokenizer.ggml.merges", merges);
    return header;
}

const std::vector<std::string>& someTexts() {
    static const std::vector<std::string> texts{
        "",
        "Hello, world!",
        "It's the user's don't I'LL",
        "  two  spaces\tand a tab \n\n new lines \r\n ",
        "e\xcc\x81tude caf\xc3\xa9 na\xc3\xafve \xe1\xbb\x9d", // not all composed
        "\xe4\xbd\xa0\xe5\xa5\xbd\xef\xbc\x8c\xe4\xb8\x96\xe7\x95\x8c 12345 3.14 0x1F",
        "<|im_start|>user\n<|vision_start|><|image_pad|><|vision_end|>what?<|im_end|>\n<|im_start|>assistant\n",
        "<think>\nno\n</think>\n\n<tool_call>\n{\"name\": \"f\"}\n</tool_call>",
        "[PAD151700] [PAD0] \xf0\x9f\x98\x80\xf0\x9f\x91\x8d\xf0\x9f\x8f\xbd",
        "for (int i = 0; i < n; ++i) { x[i] *= 2; } // \xc2\xb5s",
        std::string(300, 'a') + std::string("\xff\xfe bad \xc3", 8),
    };
    return texts;
}

} // namespace

/// The ids of texts are those of the same model's tokenizer.json.
class TestGgufTokenizer : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void tinyTokenizer() {
        requireSameIds(GgufModel::open((test::dataFolder() / "gguf" / "tiny.gguf").string()).tokenizer(),
                       BpeTokenizer::load((test::dataFolder() / "qwen3vl" / "model" / "tokenizer.json").string()));
    }

    void qwenTokenizer() {
        const fs::path json = test::dataFolder() / "qwen3-tokenizer" / "tokenizer.json";
        const std::string content = headerOf(test::readJson(json)).bytes();
        const auto file = GgufFile::of(MappedFile::ofContent("x.gguf", std::as_bytes(std::span(content))));
        requireSameIds(BpeTokenizer::make(ggufTokenizer(file->header()), "x.gguf"), test::qwenTokenizer());
    }

private:
    static void requireSameIds(const BpeTokenizer& found, const BpeTokenizer& expected) {
        for (const std::string& text : someTexts()) {
            const auto ids = found.encode(text);
            QCOMPARE(test::listOf(ids), test::listOf(expected.encode(text)));
            QCOMPARE(test::listOf(found.encode(text, false)), test::listOf(expected.encode(text, false)));
            QCOMPARE(found.decode(ids, false), expected.decode(ids, false));
        }
        QVERIFY(found.prefix().empty());
        for (std::int64_t id = 0; id < expected.size(); ++id)
            QCOMPARE(found.bytes(id), expected.bytes(id));
    }
};

QTEST_APPLESS_MAIN(TestGgufTokenizer)
#include "tst_gguf_tokenizer.moc"
