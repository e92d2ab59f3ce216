#include "core/base/error.h"
#include "model/engine/load_engine.h"
#include "model/families/families.h"
#include "tests/support/golden.h"
#include "tests/support/pictures.h"

#include <QtTest>
#include <algorithm>
#include <array>
#include <map>

using namespace prunescope;
using namespace prunescope::model;

namespace {

constexpr std::array kFolders{"qwen3vl", "qwen35", "qwen25vl", "llava", "internvl"};

LoadOptions modelIn(const char* folder) {
    LoadOptions options;
    options.folder = (test::dataFolder() / folder / "model").string();
    options.device = "cpu";
    options.dtype = "float32";
    return options;
}

ImageInput screen(std::uint32_t seed) {
    return {test::randomScreen(4, 6, seed), "screen", {}};
}

} // namespace

/// The small stored model of every family, from a folder to an answer.
class TestFamilyEngines : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() {
        for (const char* folder : kFolders)
            m_engines[folder] = loadEngine(modelIn(folder));
    }

    /// A family whose model is not among these would go untested.
    void everyFamilyIsHere() {
        std::vector<std::string_view> types;
        for (const char* folder : kFolders) {
            const std::string path = modelIn(folder).folder + "/config.json";
            types.push_back(findFamily(readJsonFile(path), path).modelType);
        }
        for (const FamilyEntry& family : families())
            QVERIFY2(std::ranges::count(types, family.modelType) == 1, std::string(family.modelType).c_str());
    }

    void answersDoNotDependOnWhatWasAskedBefore_data() { rows(); }
    void answersDoNotDependOnWhatWasAskedBefore() {
        const Answer first = ask(question("Where is Save?"));
        QVERIFY(!first.tokenIds.empty());
        const Answer other = askAndCompare(question("What does the button say?"));
        QCOMPARE(other.reuse.pictures, 1);
        QVERIFY(other.reuse.promptTokens >= other.images.front().mask.keptCount());
        Request chat = question("What does the button say?");
        chat.messages.push_back({"assistant", {Part::ofText("Save")}, {}, {}});
        chat.messages.push_back({"user", {Part::ofText("And Open?")}, {}, {}});
        const Answer further = askAndCompare(chat);
        QVERIFY(further.reuse.promptTokens >= other.images.front().mask.keptCount());
        askAndCompare(question("Where is Save?"));
        const Answer again = askAndCompare(question("Where is Save?"));
        QVERIFY(again.reuse.promptTokens > again.promptTokens / 2);
    }

    void whatIsShownIsWhatIsRun_data() { rows(); }
    void whatIsShownIsWhatIsRun() {
        const Request request = question("Where is Save?");
        const Answer answer = ask(request);
        const PromptView view = engine().showPrompt(request);
        QCOMPARE(view.promptTokens, answer.promptTokens);
        QCOMPARE(view.promptTokensFull, answer.promptTokensFull);
        QCOMPARE(static_cast<int>(view.ids().size()), answer.promptTokens);
        QVERIFY(view.images.front().report.mask == answer.images.front().mask);
        QCOMPARE(view.plan, answer.plan);
    }

    /// The default plan of a family runs, and places that it has not are refused in a line that says what goes.
    void places_data() { rows(); }
    void places() {
        const PixelPlaces places = engine().info().places;
        for (const auto& [plan, possible] : {std::pair{"input:pred_2d", places.input},
                                             {"vit@1:pred_2d", places.inside},
                                             {"post:pred_2d", places.afterEncoder},
                                             {"input:keep_all", true}}) {
            Request request = question("Where is Save?");
            request.plan = parsePlan(plan);
            try {
                ask(request);
                QVERIFY2(possible, plan);
            } catch (const Error& error) {
                QVERIFY2(!possible, error.what());
                QCOMPARE(error.kind(), ErrorKind::Usage);
                QVERIFY2(std::string_view(error.what()).starts_with("plan: "), error.what());
                QVERIFY2(std::string_view(error.what()).find('\n') == std::string_view::npos, error.what());
            }
        }
    }

    void cleanup() { m_folder.clear(); }

    /// One that may think does so when it is asked to, and what it writes is its thought until that has an end.
    void thinking() {
        m_folder = "qwen35";
        Request request = question("Where is Save?");
        QVERIFY(!engine().showPrompt(request).text().ends_with("<think>\n"));
        request.thinking = true;
        QVERIFY(engine().showPrompt(request).text().ends_with("<think>\n"));
        std::string thought, text;
        AnswerEvents events;
        events.onThought = [&](std::string_view piece) { thought += piece; };
        events.onText = [&](std::string_view piece) { text += piece; };
        const Answer answer = engine().answer(request, events, {});
        QVERIFY(answer.text.empty() && !answer.thought.empty());
        QCOMPARE(thought, answer.thought);
        QCOMPARE(text, answer.text);
        QVERIFY(answer.thinking == true);
        request.thinking = false;
        QVERIFY(ask(request).thinking == false);
        m_folder = "qwen3vl";
        QVERIFY(!ask(question("Where is Save?")).thinking.has_value());
    }

private:
    static void rows() {
        QTest::addColumn<QString>("folder");
        for (const char* folder : kFolders)
            QTest::newRow(folder) << folder;
    }

    Engine& engine() const { return *m_engines.at(m_folder.empty() ? QTest::currentDataTag() : m_folder); }

    Request question(const std::string& text) const {
        Request request = makeRequest({screen(1)}, text);
        request.plan = defaultPlan(engine().info().places);
        request.maxTokens = 8;
        request.stopAtEnd = false;
        return request;
    }

    Answer ask(const Request& request) const { return engine().answer(request, {}, {}); }

    /// The answer, which must be that of an engine that was asked nothing before.
    Answer askAndCompare(const Request& request) const {
        const Answer answer = ask(request);
        Request fresh = request;
        fresh.reuse = false;
        const auto other = loadEngine(modelIn(QTest::currentDataTag()));
        const Answer expected = other->answer(fresh, {}, {});
        if (answer.tokenIds != expected.tokenIds)
            QTest::qFail("the answer depends on what was asked before", __FILE__, __LINE__);
        return answer;
    }

    std::map<std::string, std::unique_ptr<Engine>> m_engines;
    std::string m_folder;
};

QTEST_GUILESS_MAIN(TestFamilyEngines)
#include "tst_family_engines.moc"
