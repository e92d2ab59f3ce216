#include "core/base/error.h"
#include "model/study/vtw_layer.h"
#include "tests/support/pictures.h"

#include <QtTest>
#include <cmath>
#include <nlohmann/json.hpp>

using namespace prunescope;
using namespace prunescope::model;

namespace {

constexpr int kLayers = 9;

/// Says what comes next the more differently the earlier it loses the picture.
class ForgetfulEngine final : public Engine {
public:
    ForgetfulEngine() { m_info.shape.languageLayers = kLayers; }
    const ModelInfo& info() const override { return m_info; }
    void setAdapter(const std::string&, const LoadProgress&, std::stop_token) override {}
    Answer answer(const Request&, const AnswerEvents&, std::stop_token) override { return {}; }
    PromptView showPrompt(const Request&) override { return {}; }

    std::vector<float> firstLogits(const Request& request, std::stop_token stop) override {
        if (stop.stop_requested())
            throw Error(ErrorKind::Cancelled, "stopped");
        plans.push_back(toText(request.plan));
        const auto text = request.messages.back().parts.back().text;
        const int layer = request.plan.prunes() ? request.plan.stages.back().layer : kLayers;
        return {0, static_cast<float>(kLayers - layer) * (text == "far" ? 0.5F : 0.25F), 1};
    }

    std::vector<std::string> plans;

private:
    ModelInfo m_info;
};

Request asking(const std::string& question) {
    return makeRequest({{test::flatBlocks(2, 2, {1, 2, 3, 4}), "picture", {}}}, question);
}

/// KL divergence of logits {0, x, 1} from {0, 0, 1}, the former being the target.
double divergence(double x) {
    const double full = std::log(2 + std::exp(1.0)), moved = std::log(1 + std::exp(x) + std::exp(1.0));
    double sum = 0;
    for (const auto& [here, there] : {std::pair{0.0, 0.0}, {x, 0.0}, {1.0, 1.0}})
        sum += std::exp(here - moved) * ((here - moved) - (there - full));
    return sum;
}

} // namespace

/// The search for the layer before which VTW may drop all visual tokens.
class TestVtwLayer : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void takesTheFirstLayerThatIsGoodEnough_data() {
        QTest::addColumn<double>("eta");
        QTest::addColumn<int>("layer");
        for (int layer = 5; layer < kLayers; ++layer)
            QTest::addRow("layer %d", layer) << meanDivergence(layer) + 1e-6 << layer;
        QTest::newRow("none") << 1e-9 << kLayers;
    }

    void takesTheFirstLayerThatIsGoodEnough() {
        QFETCH(double, eta);
        QFETCH(int, layer);
        ForgetfulEngine engine;
        int told = 0;
        const VtwSearch search =
            findVtwLayer(engine, {asking("far"), asking("near")}, eta, [&](int done) { QCOMPARE(done, ++told); }, {});
        QCOMPARE(search.layer, layer);
        QVERIFY((search.layers == std::vector{5, 6, 7, 8}));
        for (std::size_t i = 0; i < search.layers.size(); ++i)
            QVERIFY(std::abs(search.divergence[i] - meanDivergence(search.layers[i])) < 1e-6);
        QCOMPARE(search.samples, 2);
        QCOMPARE(told, 2);
        const nlohmann::json json = toJson(search);
        QVERIFY(layer == kLayers ? json.at("layer").is_null() : json.at("layer") == layer);
        QCOMPARE(json.at("divergence").size(), std::size_t{4});
        QCOMPARE(engine.plans.size(), std::size_t{2 * 5}); // each sample in full, and once a layer
        QCOMPARE(engine.plans[1], std::string("llm@5:vtw"));
    }

    void refusesToSearchWithoutSamplesAndStops() {
        ForgetfulEngine engine;
        QVERIFY_EXCEPTION_THROWN(findVtwLayer(engine, {}, 1, [](int) {}, {}), Error);
        std::stop_source stopped;
        stopped.request_stop();
        QVERIFY_EXCEPTION_THROWN(findVtwLayer(
                                     engine, {asking("far")}, 1, [](int) {}, stopped.get_token()),
                                 Error);
    }

private:
    static double meanDivergence(int layer) {
        return (divergence((kLayers - layer) * 0.5) + divergence((kLayers - layer) * 0.25)) / 2;
    }
};

QTEST_APPLESS_MAIN(TestVtwLayer)
#include "tst_vtw_layer.moc"
