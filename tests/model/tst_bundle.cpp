#include "core/base/error.h"
#include "core/image/redaction.h"
#include "model/bundle/bundle_file.h"
#include "model/bundle/record_run.h"
#include "model/bundle/replay.h"
#include "model/bundle/sha256.h"
#include "model/bundle/zip.h"
#include "model/images/prepare_image.h"
#include "tests/support/golden.h"
#include "tests/support/pictures.h"

#include <QtTest>
#include <algorithm>
#include <fstream>

using namespace prunescope;
using namespace prunescope::model;
namespace fs = std::filesystem;

namespace {

constexpr const char* kName = "some.zip";
const PixelRect kSecret{32, 32, 40, 24};

/// Flat but for a striped part, so that masks drop some blocks and keep others.
Picture drawnPicture() {
    std::vector<std::uint8_t> rgb(static_cast<std::size_t>(320) * 320 * 3, 200);
    for (int y = 32; y < 96; ++y)
        for (int x = 32; x < 128; ++x)
            for (int c = 0; c < 3; ++c)
                rgb[(static_cast<std::size_t>(y) * 320 + static_cast<std::size_t>(x)) * 3 +
                    static_cast<std::size_t>(c)] = static_cast<std::uint8_t>((x * 7 + y * 13) & 255);
    return {{320, 320}, std::move(rgb)};
}

/// A chat about two pictures.
Request chat(const std::string& plan) {
    Request request = makeRequest({{redacted(drawnPicture(), std::vector{kSecret}), "/home/somebody/a.png", {}, true},
                                   {drawnPicture(), "b.png", {32, 64, 128, 96}}},
                                  "What is this? \u00e4", "Be brief.");
    request.messages.push_back({"assistant", {Part::ofText("A window.")}});
    request.messages.back().reasoning = "Hm.";
    request.messages.back().toolCalls = nlohmann::ordered_json::parse(R"([{"z": 1, "a": 2}])");
    request.messages.push_back({"user", {Part::ofText("Which?")}});
    request.tools = nlohmann::ordered_json::parse(R"([{"name": "click", "b": 1, "a": 2}])");
    request.plan = parsePlan(plan);
    request.minPixels = 1024;
    request.maxPixels = 90000;
    request.decoding = {true, 0.7, 0.9, 20, 1.05, 0.5, 18446744073709551615U};
    request.maxTokens = 17;
    request.thinking = false;
    return request;
}

Answer answerTo(const Request& request, PixelLimits limits) {
    limits.minPixels = request.minPixels.value_or(limits.minPixels);
    limits.maxPixels = request.maxPixels.value_or(limits.maxPixels);
    Answer answer;
    answer.text = "This one";
    answer.tokenIds = {3, 1, 4};
    answer.plan = toText(request.plan);
    answer.dtype = "float32";
    ReferenceRandom draws(request.plan.seed());
    for (const ImageInput& image : request.images)
        answer.images.push_back(prepareImage(image, request.plan, limits, request.resize, draws).report);
    return answer;
}

Bundle bundleOf(const Request& request) {
    const Answer answer = answerTo(request, {});
    const ModelIdentity identity{"tiny", "qwen3_vl", std::string(64, 'a'), "tuned", std::string(64, 'b')};
    Bundle bundle = makeBundle(request, {{}, RegionUse::Crop, {kSecret}},
                               makeRecord("session", "Which?", toJson(answer)), {identity, "int8", {}});
    bundle.float32 = {answer.tokenIds, {}};
    return bundle;
}

Bundle example(const std::string& plan = "input:pred_2d,tau=0.02") {
    return bundleOf(chat(plan));
}

Bundle again(const Bundle& bundle) {
    return bundleFromZip(toZip(bundle), kName);
}

/// The entries of a bundle, for a test to change.
std::vector<ZipEntry> entriesOf(const Bundle& bundle) {
    return unpackZip(toZip(bundle), kName, {10, [](std::string_view) { return 1U << 24; }, 1U << 26});
}

QByteArray whyRefused(const std::string& bytes) {
    try {
        bundleFromZip(bytes, kName);
    } catch (const Error& error) {
        const QByteArray why(error.what());
        const bool isRefusal = error.kind() == ErrorKind::BadFile || error.kind() == ErrorKind::Unsupported;
        return isRefusal && why.startsWith(kName) && !why.contains('\n') ? why : "wrong kind of error: " + why;
    }
    return "it was read";
}

/// Answers with fixed tokens and the masks of the request.
class FakeEngine final : public Engine {
public:
    explicit FakeEngine(std::vector<std::int64_t> ids) : m_ids(std::move(ids)) {}
    const ModelInfo& info() const override { return m_info; }
    void setAdapter(const std::string&, const LoadProgress&, std::stop_token) override {}
    Answer answer(const Request& request, const AnswerEvents&, std::stop_token) override {
        Answer answer = answerTo(request, m_info.limits);
        answer.tokenIds = m_ids;
        m_reuses = request.reuse;
        return answer;
    }
    PromptView showPrompt(const Request&) override { return {}; }
    bool reuses() const { return m_reuses; }

private:
    ModelInfo m_info;
    std::vector<std::int64_t> m_ids;
    bool m_reuses = true;
};

} // namespace

/// Bundles as files, and what running them again says.
class TestBundle : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void itComesBack() {
        const Bundle bundle = example();
        const Bundle back = again(bundle);
        QCOMPARE(toZip(back), toZip(bundle)); // and so with all fields
        QCOMPARE(back.record.question, std::string("Which?"));
        QCOMPARE(back.request.messages.size(), std::size_t{4});
        QCOMPARE(back.request.messages[2].toolCalls.dump(), std::string(R"([{"z":1,"a":2}])"));
        QCOMPARE(back.request.tools.dump(), bundle.request.tools.dump());
        QCOMPARE(back.request.decoding.seed, bundle.request.decoding.seed);
        QVERIFY(back.request.plan == bundle.request.plan);
        QVERIFY(back.request.images[1].region == (PixelRect{32, 64, 128, 96}));
        QVERIFY(back.request.thinking == std::optional(false));
        QVERIFY(back.model.identity == bundle.model.identity);
        QCOMPARE(back.model.limits.maxPixels, std::int64_t{90000});
        QVERIFY(back.part == bundle.part || back.part.redacted.empty()); // the record of a test has no part
        QVERIFY(!back.request.reuse);
    }

    void nothingSaysWhereThePictureWas() {
        for (const ZipEntry& entry : entriesOf(example()))
            QVERIFY2(entry.bytes.find("somebody") == std::string::npos, entry.name.c_str());
    }

    void redactedPixelsAreNotInIt() {
        const Picture picture = again(example()).request.images[0].picture;
        for (int y = kSecret.y; y < kSecret.bottom(); ++y)
            QVERIFY(std::all_of(picture.row(y) + kSecret.x * 3, picture.row(y) + kSecret.right() * 3,
                                [](std::uint8_t sample) { return sample == 0; }));
    }

    void masksAreMadeAgain_data() {
        QTest::addColumn<QByteArray>("plan");
        for (const char* plan : {"input:keep_all", "input:pred_2d,tau=0.02", "input:raster",
                                 "input:random,keep=1/3,seed=7", "input:pred_2d,keep=20", "vit@1:pred_2d",
                                 "post:serpentine", "llm@2:fastv,keep=1/2", "input:resize,keep=30"})
            QTest::newRow(plan) << QByteArray(plan);
    }

    void masksAreMadeAgain() {
        QFETCH(QByteArray, plan);
        const Replay replay = replayMasks(again(example(plan.toStdString())), kName);
        QVERIFY(!replay.mask && replay.holds());
        QVERIFY(replay.blocks > 0 && !replay.tokens);
    }

    void aTamperedMaskIsFound() {
        Bundle bundle = example();
        nlohmann::json& image = bundle.record.answer["images"][1];
        KeepMask mask = maskReportFromJson(image).mask;
        const int block = mask.grid().index(1, 2);
        const bool kept = mask.kept(block);
        KeepMask other(mask.grid());
        for (int i = 0; i < mask.count(); ++i)
            if (mask.kept(i) != (i == block))
                other.keep(i);
        image["mask"] = other.toBase64();
        image["kept"] = other.keptCount();
        const Replay replay = replayMasks(again(bundle), kName);
        QVERIFY(replay.mask && !replay.holds());
        QCOMPARE(replay.mask->picture, std::size_t{1});
        QCOMPARE(replay.mask->row, 1);
        QCOMPARE(replay.mask->col, 2);
        QCOMPARE(replay.mask->recorded, !kept);
    }

    void anotherSizeIsFound() {
        Bundle bundle = example();
        bundle.request.images[0].picture = bundle.request.images[0].picture.cropped({0, 0, 160, 320});
        const Replay replay = replayMasks(bundle, kName);
        QVERIFY(replay.mask && !replay.mask->grids.empty());
    }

    void tokensAreCompared() {
        const Bundle bundle = again(example());
        FakeEngine same({3, 1, 4}), other({3, 9, 4}), shorter({3, 1}), longer({3, 1, 4, 1});
        const Replay equal = replayAnswer(bundle, kName, same, {});
        QVERIFY(equal.holds() && equal.tokens == std::size_t{3} && !same.reuses());
        const Replay changed = replayAnswer(bundle, kName, other, {});
        QVERIFY(!changed.mask && changed.token && changed.token->index == 1);
        QVERIFY(changed.token->recorded == std::int64_t{1} && changed.token->found == std::int64_t{9});
        const Replay cut = replayAnswer(bundle, kName, shorter, {});
        QVERIFY(cut.token && cut.token->index == 2 && !cut.token->found);
        const Replay more = replayAnswer(bundle, kName, longer, {});
        QVERIFY(more.token && more.token->index == 3 && !more.token->recorded);
    }

    void withoutMemoryForFloat32() {
        Bundle bundle = example();
        Answer answer = answerTo(bundle.request, {});
        answer.dtype = "bfloat16";
        bundle.float32 =
            float32Run(bundle.request, answer,
                       []() -> std::unique_ptr<Engine> { throw Error(ErrorKind::OutOfMemory, "too large"); }, {});
        const Bundle back = again(bundle);
        QCOMPARE(back.float32.whyMissing, std::string("too large"));
        FakeEngine unasked({});
        const Replay replay = replayAnswer(back, kName, unasked, {});
        QVERIFY(replay.holds() && !replay.tokens);
        QCOMPARE(replay.whyNoTokens, std::string("too large"));
    }

    void otherNumbersAreRunAgainInFloat32() {
        const Bundle bundle = example();
        Answer answer = answerTo(bundle.request, {});
        const auto load = [] { return std::make_unique<FakeEngine>(std::vector<std::int64_t>{2, 7}); };
        QVERIFY(float32Run(bundle.request, answer, load, {}).tokenIds == answer.tokenIds);
        answer.reuse = {9, 0};
        QVERIFY(float32Run(bundle.request, answer, load, {}).tokenIds == (std::vector<std::int64_t>{2, 7}));
        answer.reuse = {};
        answer.dtype = "bfloat16";
        QVERIFY(float32Run(bundle.request, answer, load, {}).tokenIds == (std::vector<std::int64_t>{2, 7}));
    }

    void damagedFilesAreRefused() {
        const std::string whole = toZip(example());
        for (const std::size_t size : {std::size_t{3}, whole.size() / 2, whole.size() - 1})
            QVERIFY2(whyRefused(whole.substr(0, size)).contains("zip archive"), whyRefused(whole.substr(0, size)));
        QVERIFY2(whyRefused("").contains("has no file bundle.json"), whyRefused(""));
        std::string flipped = whole;
        flipped[whole.size() / 2] ^= 1; // in a picture
        QVERIFY2(whyRefused(flipped).contains("is damaged"), whyRefused(flipped));
    }

    void otherEntriesAreRefused_data() {
        QTest::addColumn<QByteArray>("name");
        for (const char* name : {"../evil", "/etc/passwd", "picture-0.png", "picture-65.png", "picture-01.png",
                                 "picture-1.png.exe", "a/", "BUNDLE.JSON", "line\nbreak"})
            QTest::newRow(name) << QByteArray(name);
    }

    void otherEntriesAreRefused() {
        QFETCH(QByteArray, name);
        std::vector<ZipEntry> entries = entriesOf(example());
        entries.push_back({name.toStdString(), "x"});
        const QByteArray why = whyRefused(packZip(entries));
        QVERIFY2(why.contains("which a bundle does not have"), why);
    }

    void entriesAreComplete() {
        const std::vector<ZipEntry> all = entriesOf(example());
        for (std::size_t i = 0; i < all.size(); ++i) {
            std::vector<ZipEntry> less = all;
            less.erase(less.begin() + static_cast<std::ptrdiff_t>(i));
            const QByteArray why = whyRefused(packZip(less));
            QVERIFY2(why.contains(("has no file " + all[i].name).c_str()), why);
        }
        std::vector<ZipEntry> more = all;
        more.push_back({"picture-3.png", all.back().bytes});
        QVERIFY2(whyRefused(packZip(more)).contains("has 3 pictures, expected 2"), whyRefused(packZip(more)));
    }

    /// The name in both places is changed to that of another entry: libzip itself makes no such archives.
    void entriesThatAreThereTwiceAreRefused() {
        std::string bytes = toZip(example());
        for (std::size_t at = 0; (at = bytes.find("picture-2.png", at)) != std::string::npos; ++at)
            bytes.replace(at, 13, "picture-1.png");
        const QByteArray why = whyRefused(bytes); // libzip may see it first
        QVERIFY2(why.contains("\"picture-1.png\" twice") || why.contains("already exists"), why);
    }

    void largeEntriesAreRefusedBeforeTheyAreUnpacked() {
        std::vector<ZipEntry> entries = entriesOf(example());
        entries[1].bytes.assign((std::size_t{1} << 26) + 1, ' '); // packs to 65 kB
        const QByteArray why = whyRefused(packZip(entries));
        QVERIFY2(why.contains("record.json unpacks to 67108865 bytes, expected at most 67108864"), why);
    }

    /// A size that is smaller than what comes: the declared one, in both places, counts.
    void sizesAreAsDeclared() {
        std::string bytes = packZip({{"bundle.json", std::string(5000, ' ')}});
        const std::string declared{'\x88', '\x13', '\0', '\0'}, smaller{'\x10', '\0', '\0', '\0'};
        for (std::size_t at = 0; (at = bytes.find(declared, at)) != std::string::npos; ++at)
            bytes.replace(at, 4, smaller);
        const QByteArray why = whyRefused(bytes);
        QVERIFY2(why.contains("does not unpack to the 16 bytes") || why.contains("damaged"), why);
    }

    void fieldsAreChecked_data() {
        QTest::addColumn<QByteArray>("from");
        QTest::addColumn<QByteArray>("to");
        QTest::addColumn<QByteArray>("words");
        const auto row = [](const char* from, const char* to, const char* words) {
            QTest::newRow(words) << QByteArray(from) << QByteArray(to) << QByteArray(words);
        };
        row("\"prunescope-bundle\"", "\"zip\"", "is not of a bundle");
        row("\"version\": 1", "\"version\": 2", "version is 2, expected 1, or a newer PruneScope");
        row("input:pred_2d", "input:pred_9d", "pred_9d");
        row("\"patch_px\": 16", "\"patch_px\": 0", "patch_px");
        row("\"merge\": 2", "\"merge\": 2000000000", "merge");
        row("\"resized\"", "\"bent\"", "model.pixel_limits.fit");
        row("\"max_pixels\": 90000,\n      \"patch", "\"max_pixels\": 1,\n      \"patch", "pixel_limits.max_pixels");
        row("\"max_tokens\": 17", "\"max_tokens\": 0", "request.max_tokens");
        row("\"image\": 1", "\"image\": 0", "images come in their order");
        row("aaaa\"", "\"", "model.sha256");
        row("\"top_p\": 0.9", "\"top_p\": \"all\"", "request.decoding.top_p");
        row("\"token_ids\"", "\"tokens\"", "float32.token_ids");
        row("\"[{", "\"{", "request.messages[2].tool_calls");
    }

    void fieldsAreChecked() {
        QFETCH(QByteArray, from);
        QFETCH(QByteArray, to);
        QFETCH(QByteArray, words);
        std::vector<ZipEntry> entries = entriesOf(example());
        QByteArray head = QByteArray::fromStdString(entries[0].bytes);
        QVERIFY2(head.contains(from), head);
        head.replace(from, to);
        entries[0].bytes = head.toStdString();
        const QByteArray why = whyRefused(packZip(entries));
        QVERIFY2(why.contains(words), why);
    }

    void deepJsonIsRefused() {
        std::vector<ZipEntry> entries = entriesOf(example());
        entries[0].bytes = std::string(100000, '[');
        QVERIFY2(whyRefused(packZip(entries)).contains("bundle.json"), whyRefused(packZip(entries)));
    }

    void masksBelongToPictures() {
        Bundle bundle = example();
        bundle.record.answer["images"].erase(1);
        QVERIFY_EXCEPTION_THROWN(replayMasks(again(bundle), kName), Error);
        bundle.record.answer["images"] = "none";
        QVERIFY_EXCEPTION_THROWN(replayMasks(again(bundle), kName), Error);
    }

    void hashes() {
        Sha256 hash;
        hash.add("a");
        hash.add("bc");
        QCOMPARE(hash.hexadecimal(),
                 std::string("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")); // FIPS 180-4
    }

    /// A model's hash is that of the files that it reads, wherever it lies and whatever else is there.
    void modelsAreKnownByWhatTheyRead() {
        const QTemporaryDir place;
        const fs::path copy = place.filePath("copy").toStdString();
        fs::copy(test::dataFolder() / "qwen3vl" / "model", copy);
        const ModelIdentity original = identityOf((test::dataFolder() / "qwen3vl" / "model").string(), "");
        QCOMPARE(original.family, std::string("qwen3_vl"));
        std::ofstream(copy / "README.md") << "another file";
        double last = 0;
        QCOMPARE(identityOf(copy.string(), "", [&](double share) { last = share; }).sha256, original.sha256);
        QCOMPARE(last, 1.0);
        std::ofstream(copy / "generation_config.json", std::ios::app) << "\n";
        QVERIFY(identityOf(copy.string(), "").sha256 != original.sha256);
        QVERIFY_EXCEPTION_THROWN(identityOf(place.path().toStdString(), ""), Error);
    }
};

QTEST_APPLESS_MAIN(TestBundle)
#include "tst_bundle.moc"
