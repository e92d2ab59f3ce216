#include "core/base/picture_stages.h"
#include "core/pruning/prune_plan.h"
#include "core/records/interaction_record.h"
#include "model/values/answer.h"
#include "model/values/asked_part.h"

#include <QRegularExpression>
#include <QtTest>
#include <nlohmann/json.hpp>
#include <set>

using namespace prunescope;
using namespace prunescope::model;
using nlohmann::json;

namespace {

using Paths = std::set<QString>;

/// Below these are names that the table says of something else, or that are a method's own.
constexpr std::array kWholes{"images[].options", "looks[].regions", "looks[].times_ms"};

/// The path of each member; lists are "[]".
void addPaths(const json& value, const QString& path, Paths& paths) {
    if (std::ranges::find(kWholes, path) != kWholes.end())
        return;
    if (value.is_array())
        for (const json& entry : value)
            addPaths(entry, path + "[]", paths);
    if (!value.is_object())
        return;
    for (const auto& [key, member] : value.items()) {
        const QString below = (path.isEmpty() ? path : path + '.') + QString::fromStdString(key);
        paths.insert(below);
        addPaths(member, below, paths);
    }
}

/// The names in the first column of the table.
Paths documented() {
    QFile file(PRUNESCOPE_SCHEMA);
    Paths paths;
    if (!file.open(QIODevice::ReadOnly))
        return paths;
    const QRegularExpression name("`([^`]+)`");
    for (const QByteArray& line : file.readAll().split('\n'))
        if (line.startsWith("| `"))
            for (auto it = name.globalMatch(line.split('|').at(1)); it.hasNext();)
                paths.insert(it.next().captured(1));
    return paths;
}

MaskReport maskOf(const char* stage) {
    KeepMask mask(BlockGrid{2, 2});
    mask.keep(0);
    MaskReport report{"a.png", {64, 64}, parsePlan(stage).stages.front().settings, mask, {}, true};
    for (const std::string_view name : {stage::kCapture, stage::kReadImage, stage::kResize, stage::kSelect})
        report.times.set(name, 1);
    report.fit = BudgetFit{2, 1, 1, mask, 1};
    report.views = {{{0, 0, 64, 64}, 0, 0, 64, 64}};
    return report;
}

Region region() {
    return {Region::Kind::Box, "Save", {1, 2, 3, 4}, {1, 2, 3, 4}, 0, 1};
}

/// With all that an answer can have.
Answer fullAnswer() {
    Answer answer;
    answer.text = answer.thought = answer.whyOneLook = "x";
    answer.thinking = true;
    answer.tokenIds = {1};
    answer.regions = {region()};
    answer.unread = {{"why", 0, 1}};
    answer.images = {maskOf("input:pred_2d,keep=2"), maskOf("input:conncomp,skip-ratio=0.5,even")};
    answer.pruning.plan = {"a", "b"};
    answer.pruning.stages = {{1, 2, {{1, 2}}, 0.5}};
    answer.times.set(stage::kMethod, 1);
    answer.reuse = {1, 1};
    answer.memory.stateBytes = 1;
    answer.adapter = "tuned";
    answer.looks.emplace_back().regions = {region()};
    return answer;
}

InteractionRecord fullRecord() {
    json object = toJson(fullAnswer());
    addTo(object, {{0, 0, 32, 32}, RegionUse::Marked, {{0, 0, 1, 1}}});
    object["changes"] = {{"blocks", 1}, {"areas_px", {{0, 0, 32, 32}}}}; // ui/session/picture_changes.cpp
    return makeRecord("session", "what?", std::move(object));
}

QString missing(const Paths& all, const Paths& from) {
    QStringList names;
    for (const QString& path : all)
        if (!from.count(path))
            names << path;
    return names.join(", ");
}

} // namespace

/// core/records/schema.md and the records that are written.
class TestRecordSchema : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void everyFieldIsDocumentedAndEveryDocumentedFieldIsThere() {
        Paths written;
        addPaths(json::parse(toJsonLine(fullRecord())), {}, written);
        QCOMPARE(missing(written, documented()), QString());
        QCOMPARE(missing(documented(), written), QString());
        QVERIFY(written.size() > 80);
    }

    void theVersionIsTheDocumentedOne() {
        QFile file(PRUNESCOPE_SCHEMA);
        QVERIFY(file.open(QIODevice::ReadOnly));
        QVERIFY(file.readAll().contains("This is version " + QByteArray::number(kRecordSchema) + "."));
        QVERIFY(json::parse(toJsonLine(fullRecord())).at("schema") == kRecordSchema);
    }

    /// Records of before there were versions are read, and written again, as they are.
    void withoutAVersionItIsTheFirst() {
        const std::string old = R"({"answer":"yes","id":"1","question":"q","session":"s","time":"t"})";
        const InteractionRecord record = parseJsonLine(old);
        QCOMPARE(record.schema, 1);
        QCOMPARE(toJsonLine(record), old);
        const std::string newer = R"({"answer":"yes","id":"1","question":"q","schema":99,"session":"s","time":"t"})";
        QCOMPARE(parseJsonLine(newer).schema, 99);
        QCOMPARE(toJsonLine(parseJsonLine(newer)), newer);
    }

    void aVersionIsANumberFromOneOn_data() {
        QTest::addColumn<QByteArray>("schema");
        for (const char* wrong : {"0", "-1", "\"2\"", "1.5", "null", "99999999999999999999"})
            QTest::newRow(wrong) << QByteArray(wrong);
    }

    void aVersionIsANumberFromOneOn() {
        QFETCH(QByteArray, schema);
        const std::string line =
            R"({"id":"1","question":"q","session":"s","time":"t","schema":)" + schema.toStdString() + "}";
        QVERIFY(!recordIn(line));
    }
};

QTEST_APPLESS_MAIN(TestRecordSchema)
#include "tst_record_schema.moc"
