#include "core/base/error.h"
#include "model/families/families.h"
#include "model/families/generation.h"
#include "tests/support/golden.h"

#include <QTest>
#include <algorithm>
#include <filesystem>

using namespace prunescope;
using namespace prunescope::model;
using nlohmann::json;
namespace fs = std::filesystem;

namespace {

using Ids = std::vector<std::int64_t>;

ModelTexts textsOf(const json& generation, const json& config = json::object()) {
    ModelTexts texts;
    texts.config = {"config.json", config};
    texts.generation = ModelDocument{"generation_config.json", generation};
    return texts;
}

/// A model of tests/data, as `endTokens` wants it.
struct Model {
    explicit Model(const fs::path& folder)
        : texts(readModelTexts(folder)), family(findFamily(texts.config.json, texts.config.where)),
          tokenizer(BpeTokenizer::load((folder / "tokenizer.json").string())) {}

    Ids ends() {
        notes.clear();
        return endTokens(texts, family.configOf(JsonFields(texts.config.json, texts.config.where)), family, tokenizer,
                         notes);
    }
    /// Of the family's tokens.
    Ids own() const {
        Ids ids;
        for (const std::string_view token : family.endTokens)
            if (const auto id = tokenizer.id(token))
                ids.push_back(*id);
        std::ranges::sort(ids);
        return ids;
    }
    json& textConfig() {
        json& config = texts.config.json;
        return config.contains("text_config") ? config["text_config"] : config;
    }

    ModelTexts texts;
    const FamilyEntry& family;
    BpeTokenizer tokenizer;
    std::vector<std::string> notes;
};

} // namespace

/// generation_config.json, and what ends an answer.
class TestGeneration : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void nothingSaid() {
        ModelTexts texts = textsOf({});
        texts.generation.reset();
        QVERIFY(!readGeneration(texts).sampling.sample);
        const GenerationConfig generation = readGeneration(textsOf(json::object()));
        QVERIFY(generation.endTokens.empty() && generation.notes.empty());
        QCOMPARE(generation.sampling.temperature, 1.0);
        QCOMPARE(generation.sampling.topP, 1.0);
        QCOMPARE(generation.sampling.topK, 0);
        QCOMPARE(generation.sampling.repetitionPenalty, 1.0);
    }

    void samplings_data() {
        QTest::addColumn<QByteArray>("settings");
        QTest::addColumn<QList<double>>("values"); // temperature, top_p, top_k, repetition_penalty
        QTest::addColumn<QByteArray>("note");      // empty: none
        const auto row = [](const char* settings, const QList<double>& values, const char* note = "") {
            QTest::newRow(settings) << QByteArray(settings) << values << QByteArray(note);
        };
        row(R"({"temperature": 0.7, "top_p": 0.8, "top_k": 20, "repetition_penalty": 1.05})", {0.7, 0.8, 20, 1.05});
        row(R"({"temperature": null, "top_p": null, "top_k": null, "repetition_penalty": null})", {1, 1, 0, 1});
        row(R"({"top_k": -1})", {1, 1, 0, 1});
        row(R"({"top_k": 50.0, "temperature": 1})", {1, 1, 50, 1});
        row(R"({"top_p": 0})", {1, 1e-6, 0, 1});
        row(R"({"top_p": 0.0, "temperature": 0.0})", {0, 1e-6, 0, 1});
        row(R"({"top_k": 2.5})", {1, 1, 0, 1}, "top_k is 2.5, expected a whole number");
        row(R"({"top_k": -5})", {1, 1, 0, 1}, "top_k is -5, expected a whole number");
        row(R"({"top_k": "all"})", {1, 1, 0, 1}, "top_k is \"all\", expected a whole number");
        row(R"({"top_p": 2})", {1, 1, 0, 1}, "top_p is 2, expected a number from");
        row(R"({"temperature": -1})", {1, 1, 0, 1}, "temperature is -1, expected a number from");
        row(R"({"temperature": "hot"})", {1, 1, 0, 1}, "temperature is \"hot\", expected a number");
        row(R"({"temperature": [1]})", {1, 1, 0, 1}, "temperature is [1], expected a number");
        row(R"({"repetition_penalty": 0})", {1, 1, 0, 1}, "repetition_penalty is 0, expected a number");
        row(R"({"do_sample": "no", "max_length": -3, "cache_implementation": 7})", {1, 1, 0, 1});
    }
    /// A greedy answer needs none of them.
    void samplings() {
        QFETCH(QByteArray, settings);
        QFETCH(QList<double>, values);
        QFETCH(QByteArray, note);
        const GenerationConfig generation = readGeneration(textsOf(json::parse(settings.toStdString())));
        const Decoding& sampling = generation.sampling;
        QVERIFY(sampling.sample);
        const QList<double> found{sampling.temperature, sampling.topP, static_cast<double>(sampling.topK),
                                  sampling.repetitionPenalty};
        QCOMPARE(found, values);
        QCOMPARE(generation.notes.size(), std::size_t{note.isEmpty() ? 0U : 1U});
        if (note.isEmpty())
            return;
        const QByteArray said = QByteArray::fromStdString(generation.notes.front());
        QVERIFY2(said.startsWith("generation_config.json: ") && said.contains(note), said);
        QVERIFY2(said.endsWith(" is used") && !said.contains('\n'), said);
    }

    void badFiles_data() {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<QByteArray>("says");
        QTest::newRow("a list") << QByteArray("[]") << QByteArray("no JSON object");
        QTest::newRow("a word") << QByteArray(R"({"eos_token_id": "x"})") << QByteArray("eos_token_id is \"x\"");
        QTest::newRow("a fraction") << QByteArray(R"({"eos_token_id": [1, 2.5]})") << QByteArray("eos_token_id is [1,");
        QTest::newRow("words") << QByteArray(R"({"eos_token_id": ["</s>"]})") << QByteArray("expected whole numbers");
    }
    void badFiles() {
        QFETCH(QByteArray, text);
        QFETCH(QByteArray, says);
        try {
            readGeneration(textsOf(json::parse(text.toStdString())));
            QFAIL("accepted");
        } catch (const Error& error) {
            const QByteArray message(error.what());
            QVERIFY2(message.startsWith("generation_config.json: ") && message.contains(says), error.what());
        }
    }

    void ends_data() {
        QTest::addColumn<QByteArray>("folder");
        for (const auto& entry : fs::directory_iterator(test::goldenFolder()))
            if (fs::exists(entry.path() / "model" / "tokenizer.json"))
                QTest::newRow(entry.path().filename().c_str()) << QByteArray((entry.path() / "model").c_str());
    }
    /// Each file may know only some of what ends an answer.
    void ends() {
        QFETCH(QByteArray, folder);
        Model model(folder.toStdString());
        const Ids own = model.own();
        QVERIFY(!own.empty());
        model.texts.generation.reset();
        model.texts.config.json.erase("eos_token_id");
        model.textConfig()["eos_token_id"] = own.front();
        QCOMPARE(model.ends(), own);
        model.texts.generation = ModelDocument{"generation_config.json", {{"eos_token_id", own.back()}}};
        QCOMPARE(model.ends(), own);
        QVERIFY(model.notes.empty());
        const auto with = [&](const Ids& more) {
            Ids all = own;
            all.insert(all.end(), more.begin(), more.end());
            std::ranges::sort(all);
            return all;
        };
        model.texts.generation->json["eos_token_id"] = {3, 3.0};
        QCOMPARE(model.ends(), with({3}));
        model.texts.config.json["eos_token_id"] = 4;
        QCOMPARE(model.ends(), with({3, 4}));
        model.textConfig()["eos_token_id"] = {5, own.front()};
        QCOMPARE(model.ends(), model.texts.config.json.contains("text_config") ? with({3, 4, 5}) : with({3, 5}));
    }

    void endsOutside_data() { ends_data(); }
    /// They can never come: they are left out with a line, unless nothing would end an answer then.
    void endsOutside() {
        QFETCH(QByteArray, folder);
        Model model(folder.toStdString());
        model.texts.generation = ModelDocument{"generation_config.json", {{"eos_token_id", {-1, 1 << 29}}}};
        model.texts.config.json.erase("eos_token_id");
        model.textConfig()["eos_token_id"] = model.textConfig()["vocab_size"];
        QCOMPARE(model.ends(), model.own());
        QCOMPARE(model.notes.size(), std::size_t{2});
        for (const std::string& note : model.notes)
            QVERIFY2(note.find("eos_token_id is ") != std::string::npos && note.ends_with(": it is ignored"),
                     note.c_str());
        FamilyEntry silent = model.family;
        silent.endTokens.clear();
        try {
            endTokens(model.texts, model.family.configOf(JsonFields(model.texts.config.json, "config.json")), silent,
                      model.tokenizer, model.notes);
            QFAIL("accepted");
        } catch (const Error& error) {
            const QByteArray message(error.what());
            QVERIFY2(message.startsWith("generation_config.json: eos_token_id is 536870912, expected less than "),
                     error.what());
        }
    }
};

QTEST_APPLESS_MAIN(TestGeneration)
#include "tst_generation.moc"
