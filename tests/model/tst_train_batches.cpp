#include "core/base/error.h"
#include "core/pruning/make_mask.h"
#include "model/datasets/question_set_writer.h"
#include "model/train/batch_stream.h"
#include "tests/model/train_samples.h"
#include "tests/support/pictures.h"

#include <QTemporaryDir>
#include <QtTest>
#include <set>

using namespace prunescope;
using namespace prunescope::model;
using namespace prunescope::model::train;
using namespace prunescope::test;

namespace {

bool same(const at::Tensor& a, const at::Tensor& b) {
    return a.defined() == b.defined() && (!a.defined() || at::equal(a, b));
}

/// Everything that a step depends on.
bool same(const TrainBatch& a, const TrainBatch& b) {
    return same(a.vision.pixels, b.vision.pixels) && a.vision.blocks == b.vision.blocks && a.plan == b.plan &&
           same(a.text.ids, b.text.ids) && same(a.text.positions, b.text.positions) &&
           same(a.text.visual, b.text.visual) && a.text.segments == b.text.segments &&
           same(a.predicting, b.predicting) && same(a.labels, b.labels) && same(a.numbers, b.numbers) &&
           same(a.ocr.own, b.ocr.own) && same(a.ocr.halves, b.ocr.halves) && same(a.ocr.slots, b.ocr.slots) &&
           same(a.ocr.boxes, b.ocr.boxes) && same(a.ocr.states, b.ocr.states);
}

std::vector<std::int64_t> longs(const at::Tensor& x) {
    const at::Tensor flat = x.contiguous();
    return {flat.data_ptr<std::int64_t>(), flat.data_ptr<std::int64_t>() + flat.numel()};
}

BatchOptions pruned(const char* plan, bool levelled) {
    BatchOptions options;
    options.plan = parsePlan(plan);
    options.levelled = levelled;
    return options;
}

} // namespace

/// Pictures with questions as tensors: which blocks, which rows, which labels, and the same ones every time.
class TestTrainBatches : public QObject {
    Q_OBJECT

    QTemporaryDir m_folder;
    TrainModel m_model;

    std::vector<PreparedExample> examples(bool severalSizes) const {
        std::vector<PreparedExample> made;
        for (std::uint32_t i = 0; i < 4; ++i)
            made.push_back(prepared(
                example(severalSizes ? 3 + static_cast<int>(i) : 8, 7, i,
                        {{"read", "What is this?", std::string(1 + i, 'w'), {}}, {"checked", "On?", "yes", {}}}),
                *m_model.encoder));
        return made;
    }

    TrainConfig config(const nlohmann::json& change = nlohmann::json::object()) const {
        nlohmann::json json = smallestConfig(m_folder.filePath("run").toStdString(), 40);
        json.merge_patch(change);
        return parseTrainConfig(json, "config", ".");
    }

    BatchMaker maker(const TrainConfig& config) const {
        return BatchMaker(config, *m_model.encoder, at::kFloat, m_model.parsed.images);
    }

private Q_SLOTS:
    void initTestCase() { m_model = goldenTrainModel(); }

    void masksAreThoseOfThePlan() {
        for (const char* plan : {"input:keep_all", "input:pred_2d", "input:random,tau=0.05,seed=9"}) {
            const auto made = examples(true);
            const TrainBatch batch = makeBatch(made, pruned(plan, false), *m_model.encoder, 3);
            for (std::size_t i = 0; i < made.size(); ++i)
                QCOMPARE(batch.vision.blocks[i],
                         makeMask(made[i].blocks, parsePlan(plan).pixelStage().settings).keptIndices());
            QCOMPARE(batch.plan, toText(parsePlan(plan)));
        }
    }

    void levelledPicturesKeepEquallyMany() {
        const auto made = examples(false);
        const BatchOptions options = pruned("input:pred_2d,tau=0.02", true);
        const TrainBatch batch = makeBatch(made, options, *m_model.encoder, 3);
        int added = 0;
        for (std::size_t i = 0; i < made.size(); ++i) {
            const auto& kept = batch.vision.blocks[i];
            QCOMPARE(kept.size(), batch.vision.blocks.front().size());
            QVERIFY(std::is_sorted(kept.begin(), kept.end()));
            const auto chosen = makeMask(made[i].blocks, options.plan.pixelStage().settings).keptIndices();
            QVERIFY(std::includes(kept.begin(), kept.end(), chosen.begin(), chosen.end()));
            added += static_cast<int>(kept.size() - chosen.size());
        }
        QVERIFY(added > 0 && batch.keptShare < 1);
        const TrainBatch other = makeBatch(made, options, *m_model.encoder, 4);
        QVERIFY(other.vision.blocks != batch.vision.blocks); // which ones are added is drawn
        QVERIFY(same(makeBatch(made, options, *m_model.encoder, 3), batch));
    }

    void smallPicturesAreNotFilledBeyondTheirBlocks() {
        std::vector<PreparedExample> made;
        made.push_back(prepared(example(1, 2, 1), *m_model.encoder));
        made.push_back(prepared(example(8, 7, 2), *m_model.encoder));
        const BatchOptions options = pruned("input:pred_2d", true);
        const TrainBatch batch = makeBatch(made, options, *m_model.encoder, 3);
        for (std::size_t i = 0; i < made.size(); ++i)
            QCOMPARE(batch.vision.blocks[i],
                     makeMask(made[i].blocks, options.plan.pixelStage().settings).keptIndices());
    }

    void positionsAreThoseOfTheWholePicture_data() {
        QTest::addColumn<bool>("severalSizes");
        QTest::addColumn<bool>("levelled");
        QTest::newRow("one size") << false << true;
        QTest::newRow("several sizes") << true << true;
        QTest::newRow("as they are") << true << false;
    }
    void positionsAreThoseOfTheWholePicture() {
        QFETCH(bool, severalSizes);
        QFETCH(bool, levelled);
        const auto made = examples(severalSizes);
        const TrainBatch batch = makeBatch(made, pruned("input:pred_2d,tau=0.02", levelled), *m_model.encoder, 3);
        const auto ids = longs(batch.text.ids), visual = longs(batch.text.visual);
        const std::vector<std::int64_t> axes[] = {longs(batch.text.positions[0]), longs(batch.text.positions[1]),
                                                  longs(batch.text.positions[2])};
        std::size_t begin = 0, nextVisual = 0;
        for (std::size_t i = 0; i < made.size(); ++i) {
            const TokenSequence& whole = made[i].encoded.tokens;
            const ImageSpan image = whole.images.front();
            std::size_t row = begin;
            for (std::size_t token = 0; token < whole.ids.size(); ++token) {
                const int block = static_cast<int>(token) - image.first;
                const bool isBlock = block >= 0 && block < image.count;
                const auto& kept = batch.vision.blocks[i];
                if (isBlock && !std::binary_search(kept.begin(), kept.end(), block))
                    continue;
                QCOMPARE(ids[row], whole.ids[token]);
                for (std::size_t axis = 0; axis < 3; ++axis)
                    QCOMPARE(axes[axis][row], whole.positions[axis][token]);
                if (isBlock)
                    QCOMPARE(visual[nextVisual++], static_cast<std::int64_t>(row));
                ++row;
            }
            const auto length = static_cast<std::size_t>(batch.text.segments[i]);
            for (; row < begin + length; ++row)
                QCOMPARE(ids[row], m_model.encoder->padId());
            begin += length;
        }
        QCOMPARE(begin, ids.size());
        QCOMPARE(nextVisual, visual.size());
        QCOMPARE(std::set(batch.text.segments.begin(), batch.text.segments.end()).size() == 1, levelled);
    }

    void labelsAreTheAnswersInOrder() {
        const auto made = examples(true);
        const TrainBatch batch = makeBatch(made, pruned("input:pred_2d", true), *m_model.encoder, 3);
        const auto ids = longs(batch.text.ids), labels = longs(batch.labels), predicting = longs(batch.predicting);
        std::vector<std::int64_t> expected;
        for (const PreparedExample& one : made)
            for (const AnswerSpan& answer : one.encoded.answers)
                expected.insert(expected.end(), one.encoded.tokens.ids.begin() + answer.first,
                                one.encoded.tokens.ids.begin() + answer.first + answer.count);
        QCOMPARE(labels, expected);
        for (std::size_t i = 0; i < labels.size(); ++i) // the token after the predicting row
            QCOMPARE(ids[static_cast<std::size_t>(predicting[i]) + 1], labels[i]);
        QCOMPARE(batch.answers.size(), 2 * made.size());
        for (const BatchAnswer& answer : batch.answers)
            QCOMPARE(labels[static_cast<std::size_t>(answer.firstLabel + answer.span.count - 1)],
                     m_model.encoder->endId());
    }

    void answersOfATaskCountAsTheyAreWeighed() {
        const auto made = examples(true);
        BatchOptions options = pruned("input:pred_2d", true);
        const std::string& heavy = made.front().encoded.answers.front().task;
        options.taskWeights[heavy] = 2.5;
        const TrainBatch batch = makeBatch(made, options, *m_model.encoder, 3);
        double sum = 0;
        for (const BatchAnswer& answer : batch.answers)
            for (std::int64_t i = answer.firstLabel; i < answer.firstLabel + answer.span.count; ++i) {
                QCOMPARE(batch.weights[i].item<float>(), answer.span.task == heavy ? 2.5f : 1.0f);
                sum += batch.weights[i].item<double>();
            }
        QCOMPARE(batch.weight, sum);
    }

    void pixelsAreThoseOfTheKeptBlocks() {
        const auto made = examples(true);
        const TrainBatch whole = makeBatch(made, pruned("input:keep_all", false), *m_model.encoder, 3);
        const TrainBatch some = makeBatch(made, pruned("input:pred_2d", false), *m_model.encoder, 3);
        std::int64_t first = 0, row = 0;
        for (std::size_t i = 0; i < made.size(); ++i) {
            for (const int block : some.vision.blocks[i]) {
                QVERIFY(at::equal(some.vision.pixels.narrow(0, row, 4),
                                  whole.vision.pixels.narrow(0, first + 4 * block, 4)));
                row += 4;
            }
            first += made[i].blocks.grid().patchCount();
        }
        QCOMPARE(row, some.vision.pixels.size(0));
        const auto* rgb = made[0].blocks.picture().data(); // the first patch: red, row by row
        QVERIFY(std::abs(whole.vision.pixels[0][0].item<double>() - (rgb[0] / 127.5 - 1)) < 1e-6);
        QVERIFY(std::abs(whole.vision.pixels[0][17].item<double>() - (made[0].blocks.picture().row(1)[3] / 127.5 - 1)) <
                1e-6);
    }

    void drawnScreensAskWhatCanBeRead() {
        const TrainConfig drawn = config();
        const TrainBatch batch = maker(drawn).group(0).front();
        const std::int64_t blocks = batch.vision.pixels.size(0) / 4, asked = batch.ocr.halves.size(0);
        QCOMPARE(batch.ocr.own.sizes().vec(), (std::vector<std::int64_t>{2 * blocks, kOwnCharacters}));
        QVERIFY(asked > 0 && asked <= 2 * BatchOptions{}.halvesAsked);
        QVERIFY(batch.ocr.halves.lt(2 * blocks).all().item<bool>());
        QVERIFY(batch.ocr.own.gt(0).any().item<bool>());
        QVERIFY(batch.ocr.own.lt(kCharacterClasses).all().item<bool>());
        QVERIFY(batch.ocr.boxes.ge(0).all().item<bool>() && batch.ocr.boxes.le(1000).all().item<bool>());
        QVERIFY(batch.ocr.slots.select(1, 0).ge(0).all().item<bool>()); // a text begins with something
        const auto halves = longs(batch.ocr.halves);
        QCOMPARE(std::set<std::int64_t>(halves.begin(), halves.end()).size(), halves.size()); // each once
    }

    void batchesFollowFromConfigAndNumber() {
        const TrainConfig one = config(), again = config(), other = config({{"seed", 2}});
        const auto batches = maker(one).group(3);
        QCOMPARE(batches.size(), std::size_t{BatchMaker::kGroup});
        const auto same3 = maker(again).group(3), other3 = maker(other).group(3), same4 = maker(again).group(4);
        for (std::size_t i = 0; i < batches.size(); ++i) {
            QVERIFY(same(batches[i], same3[i]));
            QVERIFY(!same(batches[i], other3[i]));
            QVERIFY(!same(batches[i], same4[i]));
            QCOMPARE(batches[i].pictures, std::int64_t{2});
        }
    }

    /// Four batches make a group, also where a stage ends within one.
    void everyBatchIsOfItsStage() {
        TrainConfig stages = config({{"accumulate", 3}});
        stages.stages.push_back(stages.stages[0]);
        stages.stages[0].steps = 2; // six batches
        stages.stages[1].batch = 5;
        stages.stages[1].plans = {{1, parsePlan("input:raster")}};
        const BatchMaker batches = maker(stages);
        for (std::int64_t group = 0; group < 3; ++group) {
            const auto made = batches.group(group);
            for (std::int64_t i = 0; i < BatchMaker::kGroup; ++i) {
                const bool first = group * BatchMaker::kGroup + i < 6;
                const TrainBatch& batch = made[static_cast<std::size_t>(i)];
                QCOMPARE(batch.pictures, std::int64_t{first ? 2 : 5});
                QCOMPARE(batch.plan.starts_with("input:raster"), !first);
            }
        }
        QVERIFY(same(batches.group(1)[3], maker(stages).group(1)[3]));
        QVERIFY(!same(batches.group(1)[2].vision.pixels, batches.group(2)[0].vision.pixels));
    }

    void bothPlansAreDrawn() {
        const TrainConfig drawn = config();
        const BatchMaker batches = maker(drawn);
        std::set<std::string> plans;
        for (std::int64_t group = 0; group < 5; ++group)
            for (const TrainBatch& batch : batches.group(group))
                plans.insert(batch.plan.substr(0, batch.plan.find(',')));
        QCOMPARE(plans, (std::set<std::string>{"input:keep_all", "input:pred_2d"}));
    }

    void aTeacherSeesTheWholePictureAndTheSameAnswers() {
        const TrainConfig self = config({{"distill", nlohmann::json::object()}});
        bool found = false;
        for (const TrainBatch& batch : maker(self).group(0)) {
            QCOMPARE(batch.whole != nullptr, batch.plan.find("keep_all") == std::string::npos);
            if (!batch.whole)
                continue;
            found = true;
            QCOMPARE(batch.whole->keptShare, 1.0);
            QVERIFY(same(batch.whole->labels, batch.labels));
            QVERIFY(!batch.whole->ocr.own.defined());
        }
        QVERIFY(found);
        const TrainConfig folder = config({{"distill", {{"teacher", "elsewhere"}}}});
        for (const TrainBatch& batch : maker(folder).group(0)) // another model has something to say of whole ones, too
            QVERIFY(batch.whole != nullptr);
        for (const TrainBatch& batch : maker(config()).group(0))
            QVERIFY(batch.whole == nullptr);
    }

    void heldOutPicturesAreOthers() {
        const TrainConfig drawn = config();
        const BatchMaker batches = maker(drawn);
        const PrunePlan whole = parsePlan("input:keep_all");
        const TrainBatch first = batches.heldOut(drawn.stages[0], 0, whole);
        QVERIFY(same(first, batches.heldOut(drawn.stages[0], 0, whole)));
        QVERIFY(!same(first.vision.pixels, batches.heldOut(drawn.stages[0], 1, whole).vision.pixels));
        QCOMPARE(first.plan, toText(whole));
        QVERIFY(!first.ocr.own.defined());
    }

    void aStreamGivesTheBatchesInOrder_data() {
        QTest::addColumn<int>("from");
        for (const int from : {0, 1, 3, 4, 6})
            QTest::addRow("from %d", from) << from;
    }
    void aStreamGivesTheBatchesInOrder() {
        QFETCH(int, from);
        const TrainConfig drawn = config();
        const BatchMaker batches = maker(drawn);
        BatchStream stream(batches, from, 10);
        for (std::int64_t i = from; i < 10; ++i)
            QVERIFY(same(stream.next(), batches.group(i / 4)[static_cast<std::size_t>(i % 4)]));
    }

    void aStreamEndsEarly() {
        const TrainConfig drawn = config();
        const BatchMaker batches = maker(drawn);
        BatchStream stream(batches, 0, 1'000'000);
        stream.next(); // and is left while it works
    }

    void filesGiveBatchesOfSeveralSizes() {
        const std::string path = m_folder.filePath("set.jsonl").toStdString();
        QuestionSetWriter writer(path);
        for (int i = 0; i < 5; ++i)
            writer.add({"screen",
                        {{"screen", randomScreen(4, 3 + i % 2, static_cast<std::uint32_t>(i))}},
                        {{"locate", "Where is Save?", "{\"bbox_2d\": [0, 0, 500, 250]}", PixelBox{0, 0, 48, 32}}}});
        TrainConfig files = config();
        DataConfig data;
        data.file = path;
        data.textTokens = 400;
        files.stages[0].data = {data};
        QVERIFY(!files.drawsScreens());
        std::set<int> widths;
        for (const TrainBatch& batch : maker(files).group(0)) {
            QVERIFY(!batch.ocr.own.defined());
            for (const BlockGrid& grid : batch.vision.grids)
                widths.insert(grid.cols);
            for (const BatchAnswer& answer : batch.answers)
                QCOMPARE(answer.span.box, (std::array<int, 4>{0, 0, answer.span.box[2], 250}));
        }
        QCOMPARE(widths, (std::set<int>{3, 4}));
    }

    void whatDoesNotFitIsSaid() {
        TrainConfig tight = config();
        tight.stages[0].data[0].textTokens = 8;
        QByteArray found = "nothing was thrown";
        try {
            const BatchMaker batches = maker(tight);
            BatchStream stream(batches, 0, 4);
            stream.next();
        } catch (const Error& error) {
            found = error.what();
        }
        QVERIFY2(found.contains("drawn screens") && found.contains("8 tokens") && found.contains("text_tokens"), found);
    }
};

QTEST_GUILESS_MAIN(TestTrainBatches)
#include "tst_train_batches.moc"
