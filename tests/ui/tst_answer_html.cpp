#include "ui/panels/answer_html.h"

#include <QTextDocument>
#include <QtTest>

using namespace prunescope;
using namespace prunescope::ui;

namespace {

const QString kObject = QStringLiteral("{\"bbox_2d\": [1, 2, 3, 4], \"label\": \"x\"}");

// Every `@` in the pattern is an object with a region.
model::Answer answerOf(const QString& pattern) {
    model::Answer answer;
    for (const QChar c : pattern) {
        if (c != QLatin1Char('@')) {
            answer.text += QString(c).toStdString();
            continue;
        }
        model::Region region;
        region.label = "r" + std::to_string(answer.regions.size());
        region.px = {10, 20, 30, 40};
        region.textBegin = answer.text.size();
        answer.text += kObject.toStdString();
        region.textEnd = answer.text.size();
        answer.regions.push_back(region);
    }
    return answer;
}

QString plain(const QString& html) {
    QTextDocument document;
    document.setHtml(html);
    return document.toPlainText().replace(QChar::Nbsp, QLatin1Char(' '));
}

} // namespace

class TestAnswerHtml : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void readsLikeAText_data() {
        QTest::addColumn<QString>("answer");
        QTest::addColumn<QString>("shown");
        QTest::newRow("no region") << "A <b> & c\nsecond line"
                                   << "A <b> & c\nsecond line";
        QTest::newRow("in a sentence") << "The box is @. Click it."
                                       << "The box is ▢ r0. Click it.";
        QTest::newRow("array in a fence") << "```json\n[\n\t@,\n\t@\n]\n```"
                                          << "▢ r0\n▢ r1";
        QTest::newRow("text before the fence") << "Here:\n```json\n[@]\n```"
                                               << "Here:\n▢ r0";
        QTest::newRow("one object alone") << "@"
                                          << "▢ r0";
        QTest::newRow("umlauts before it") << "Die Größe ist @!"
                                           << "Die Größe ist ▢ r0!";
    }
    void readsLikeAText() {
        QFETCH(QString, answer);
        QFETCH(QString, shown);
        QCOMPARE(plain(answerHtml(answerOf(answer), -1, Colours{})), shown);
    }

    void linksNameTheirRegion() {
        const QString html = answerHtml(answerOf("@ and @"), -1, Colours{});
        QVERIFY(html.contains("href='region:0'") && html.contains("href='region:1'"));
        QCOMPARE(regionIndexOf("region:1"), 1);
        QCOMPARE(regionIndexOf(""), -1);
        QCOMPARE(regionIndexOf("https://example.org"), -1);
    }

    void onlyTheLitLinkHasABackground() {
        QCOMPARE(answerHtml(answerOf("@ and @"), 1, Colours{}).count("background-color"), 1);
        QCOMPARE(answerHtml(answerOf("@ and @"), -1, Colours{}).count("background-color"), 0);
    }

    void anUnnamedRegionShowsItsPlace() {
        model::Answer answer = answerOf("@");
        answer.regions.front().label.clear();
        QCOMPARE(plain(answerHtml(answer, -1, Colours{})), "▢ 10, 20, 30, 40");
    }

    void rangesBeyondTheTextAreHarmless() {
        model::Answer answer = answerOf("@");
        answer.regions.front().textBegin = 500;
        answer.regions.front().textEnd = 900;
        QVERIFY(plain(answerHtml(answer, -1, Colours{})).contains("r0"));
    }
};

QTEST_MAIN(TestAnswerHtml)
#include "tst_answer_html.moc"
