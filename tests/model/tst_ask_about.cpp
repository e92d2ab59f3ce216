#include "tests/model/screen_faults.h"

#include <QTest>
#include <algorithm>
#include <map>
#include <set>

using namespace prunescope;
using namespace prunescope::model;
using namespace prunescope::test;

class TestAskAbout : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void answersFollow_data() { addScreenRows(); }
    void answersFollow() {
        QFETCH(ScreenOptions, options);
        QFETCH(int, seeds);
        const ScreenMaker maker(options);
        for (int seed = 0; seed < seeds; ++seed) {
            const Screen screen = maker.draw(static_cast<std::uint64_t>(seed));
            const auto questions = askAbout(screen, static_cast<std::uint64_t>(seed), 12);
            QVERIFY(questions.size() <= 12);
            std::set<std::vector<int>> boxes;
            for (const ScreenQuestion& question : questions) {
                const std::string found = faultOf(screen, question);
                QVERIFY2(found.empty(), ("seed " + std::to_string(seed) + ": " + found).c_str());
                const PixelRect box = question.box;
                QVERIFY2(boxes.insert({box.x, box.y, box.width, box.height}).second, "asked twice about one element");
            }
        }
    }
    void questionsRepeat() {
        const Screen screen = ScreenMaker(wideScreens()).draw(11);
        const auto first = askAbout(screen, 3, 6), again = askAbout(screen, 3, 6), other = askAbout(screen, 4, 6);
        QCOMPARE(first.size(), std::size_t{6});
        const auto same = [](const ScreenQuestion& a, const ScreenQuestion& b) { return a.question == b.question; };
        QVERIFY(std::ranges::equal(first, again, same));
        QVERIFY(!std::ranges::equal(first, other, same));
        QVERIFY(askAbout(screen, 3, 0).empty());
    }
    void tasksHaveTheirShares() {
        ScreenOptions options = wideScreens();
        options.sizes = {{640, 384}};
        options.fontPx = {14, 16};
        const ScreenMaker maker(options);
        std::map<ScreenTask, int> counts;
        int all = 0;
        for (std::uint64_t seed = 0; seed < 1000; ++seed)
            for (const ScreenQuestion& question : askAbout(maker.draw(seed), seed, 6)) {
                ++counts[question.task];
                ++all;
            }
        const auto share = [&](ScreenTask task) { return 100 * counts[task] / all; };
        const int pointing = share(ScreenTask::Locate) + share(ScreenTask::Read);
        QVERIFY2(pointing >= 40 && pointing <= 60, std::to_string(pointing).c_str());
        QVERIFY(share(ScreenTask::Value) >= 15);
        QVERIFY(share(ScreenTask::Cell) >= 8);
        QVERIFY(share(ScreenTask::Checked) >= 4);
        QVERIFY(share(ScreenTask::Title) >= 2);
        QVERIFY(counts[ScreenTask::Count] > 0 && counts[ScreenTask::Count] <= 1000);
    }

    void boxesAreWrittenOnTheScaleOfTheModel() {
        QCOMPARE(boxText({0, 0, 640, 384}, {640, 384}), std::string("[0, 0, 1000, 1000]"));
        QCOMPARE(boxText({64, 96, 1, 96}, {640, 384}), std::string("[100, 250, 102, 500]")); // 101.56 is rounded
        QCOMPARE(boxText({1, 1, 2, 2}, {2000, 1000}), std::string("[1, 1, 2, 3]"));
    }
};

QTEST_APPLESS_MAIN(TestAskAbout)
#include "tst_ask_about.moc"
