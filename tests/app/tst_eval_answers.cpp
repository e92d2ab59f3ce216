// From what a model writes to what a report counts: a model that says one text is asked by the program, and its score
// is the right one, whatever the notation.
#include "core/image/image_file.h"
#include "model/datasets/question_set_writer.h"
#include "tests/app/model_copy.h"
#include "tests/app/program_runner.h"
#include "tests/support/golden.h"
#include "tests/support/pictures.h"

#include <QFile>
#include <QtTest>
#include <cmath>

using namespace prunescope;
using namespace prunescope::test;

class TestEvalAnswers : public QObject {
    Q_OBJECT

    ProgramRunner m_program;
    Picture m_picture = randomScreen(3, 6, 1);

    /// The rows of a file of texts with what is right: tests/data/`name`.json.
    static void addTexts(const char* name) {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<QByteArray>("right");
        const nlohmann::json cases = readJson(dataFolder() / (std::string(name) + ".json"));
        for (const auto& [key, row] : cases.items())
            QTest::newRow(key.c_str()) << QByteArray::fromStdString(row[0].get<std::string>())
                                       << QByteArray::fromStdString(row[1].dump());
        QVERIFY(!cases.empty());
    }

    QStringList modelThatSays(const QByteArray& text) const {
        const ModelCopy copy(m_program.file("parrot").toStdString());
        copy.alwaysSay(text.toStdString());
        return {"--model", m_program.file("parrot"), "--device", "cpu", "--dtype", "float32", "--threads", "1"};
    }

    QString setOf(const model::AskedQuestion& asked) const {
        const QString path = m_program.file("set.jsonl");
        QFile::remove(path);
        model::QuestionSetWriter writer(path.toStdString());
        writer.add({"screen", {{"screen", m_picture, false}}, {asked}});
        return path;
    }

    /// The object of an evaluation of one question by a model that says `text`; its record in the file `records`.
    nlohmann::json evaluated(const QByteArray& text, const model::AskedQuestion& asked,
                             const QStringList& more = {}) const {
        QFile::remove(m_program.file("records"));
        const ProgramResult result =
            m_program.run(QStringList{"eval", setOf(asked), "--json", "--out", m_program.file("records")} +
                          modelThatSays(text) + more);
        if (result.exitCode != 0)
            qWarning("exit code %d: %s", result.exitCode, result.err.constData());
        return result.json();
    }

    nlohmann::json record() const {
        QFile file(m_program.file("records"));
        return file.open(QIODevice::ReadOnly) ? nlohmann::json::parse(file.readAll().split('\n').at(1).toStdString())
                                              : nlohmann::json();
    }

    /// A question for the place of a box in thousandths.
    model::AskedQuestion placeQuestion(const std::vector<double>& norm) const {
        const double width = m_picture.width() / 1000.0, height = m_picture.height() / 1000.0;
        return {"locate", "Where is Save?", "there",
                PixelBox{norm[0] * width, norm[1] * height, norm[2] * width, norm[3] * height}};
    }

private Q_SLOTS:
    void places_data() { addTexts("answers"); }
    void places() {
        QFETCH(QByteArray, text);
        QFETCH(QByteArray, right);
        const std::vector<double> box{410, 220, 470, 260};
        const auto expected = nlohmann::json::parse(right.toStdString());
        const nlohmann::json report = evaluated(text, placeQuestion(box));
        QCOMPARE(report.at("plans").at(0).at("right"), nlohmann::json(expected.is_null() ? 0 : 1));
        const nlohmann::json named = record().value("named", nlohmann::json());
        QCOMPARE(named.is_null(), expected.is_null());
        for (std::size_t i = 0; i < 2 && !named.is_null(); ++i) {
            const double side = i == 0 ? m_picture.width() : m_picture.height();
            QVERIFY(std::abs(named[i].get<double>() - expected[i].get<double>() * side / 1000) < 1e-3);
        }
    }

    void choices_data() { addTexts("choices"); }
    void choices() {
        QFETCH(QByteArray, text);
        QFETCH(QByteArray, right);
        model::AskedQuestion asked{"choice", "Which colour?", "B", {}};
        asked.options = {{'A', "red"}, {'B', "blue"}, {'C', "green"}, {'D', "black"}};
        QCOMPARE(evaluated(text, asked).at("plans").at(0).at("right"), nlohmann::json::parse(right.toStdString()));
    }

    void words_data() { addTexts("words"); }
    void words() {
        QFETCH(QByteArray, text);
        QFETCH(QByteArray, right);
        const nlohmann::json report = evaluated(text, {"vqa", "What does it say?", "Save", {}});
        if (right == "null") // scorers differ, each by its own rule
            QVERIFY(report.at("plans").at(0).contains("scores"));
        else
            QCOMPARE(report.at("plans").at(0).at("right"), nlohmann::json::parse(right.toStdString()));
    }

    /// The second look shows half of each side, so that the same words name a place half as far from its corner.
    void twoLooks() {
        const QByteArray text = R"({"bbox_2d": [450, 450, 550, 550]})";
        const nlohmann::json report = evaluated(text, placeQuestion({450, 450, 550, 550}), {"--zoom"});
        QCOMPARE(report.at("zoom"), nlohmann::json(true));
        QCOMPARE(report.at("plans").at(0).at("right"), nlohmann::json(1));
        const nlohmann::json looks = record().at("looks");
        QCOMPARE(looks.size(), std::size_t{2});
        QCOMPARE(looks[0].at("part"), nlohmann::json({0, 0, m_picture.width(), m_picture.height()}));
        QVERIFY(looks[1].at("part")[2].get<int>() < m_picture.width());
        QVERIFY(looks[1].at("named")[2].get<double>() < looks[0].at("named")[2].get<double>());
        QCOMPARE(record().at("prompt_tokens").get<int>(),
                 looks[0].at("prompt_tokens").get<int>() + looks[1].at("prompt_tokens").get<int>());
        const double total = record().at("times_ms").at("total");
        QVERIFY(std::abs(total - looks[0].at("total_ms").get<double>() - looks[1].at("total_ms").get<double>()) < 1e-6);
        const nlohmann::json words = evaluated("Save", {"vqa", "What does it say?", "Save", {}}, {"--zoom"});
        QVERIFY(words.at("notes").dump().find("no question wants a place") != std::string::npos);
    }
};

QTEST_GUILESS_MAIN(TestEvalAnswers)
#include "tst_eval_answers.moc"
