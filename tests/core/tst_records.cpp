#include "core/base/error.h"
#include "core/records/log_reader.h"
#include "core/records/record_columns.h"
#include "core/records/record_export.h"
#include "core/records/record_removal.h"
#include "core/records/record_summary.h"
#include "core/records/record_writer.h"
#include "tests/support/file_size_limit.h"

#include <QtTest>
#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <limits>
#include <set>
#include <sstream>
#include <sys/stat.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

using namespace prunescope;
using prunescope::test::FileSizeLimit;
namespace fs = std::filesystem;

namespace {

InteractionRecord sample(const std::string& question, const std::string& answer = "a button") {
    return makeRecord(
        "session-1", question,
        {{"answer", answer},
         {"token_ids", {1, 2, 3}},
         {"finish_reason", "stop"},
         {"regions", nlohmann::json::array()},
         {"plan", "input:pred_2d,tau=0"},
         {"images",
          {{{"image", "a.png"}, {"blocks", 64}, {"kept", 10}}, {{"image", "b.png"}, {"blocks", 36}, {"kept", 7}}}},
         {"times_ms", {{"ttft", 12.5}}},
         {"memory", {{"peak_bytes", 1000}, {"kv_bytes", 200}}}});
}

std::string readAll(const fs::path& path) {
    std::ifstream in(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

void writeAll(const fs::path& path, const std::string& text) {
    std::ofstream(path, std::ios::binary) << text;
}

int modeOf(const fs::path& path) {
    struct stat status {};
    return ::stat(path.c_str(), &status) == 0 ? static_cast<int>(status.st_mode & 0777) : -1;
}

template <typename Action>
std::string messageOf(ErrorKind kind, Action&& action) {
    try {
        action();
    } catch (const Error& error) {
        return error.kind() == kind ? error.what() : std::string("another kind: ") + error.what();
    }
    return "no error";
}

/// RFC 4180, strictly: rows end with CR LF, quotes are doubled.
std::vector<std::vector<std::string>> parseCsv(const std::string& text) {
    std::vector<std::vector<std::string>> rows(1);
    std::string field;
    bool quoted = false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        if (c == '"' && quoted && i + 1 < text.size() && text[i + 1] == '"') {
            field += text[++i];
        } else if (c == '"') {
            quoted = !quoted;
        } else if (quoted || (c != ',' && c != '\r')) {
            field += c;
        } else {
            rows.back().push_back(std::exchange(field, {}));
            if (c == '\r' && ++i < text.size() && text[i] == '\n' && i + 1 < text.size())
                rows.emplace_back();
        }
    }
    return rows;
}

} // namespace

class TestRecords : public QObject {
    Q_OBJECT

    QTemporaryDir m_folder;
    std::string path(const char* name) const { return m_folder.filePath(name).toStdString(); }

private Q_SLOTS:
    void aLineHoldsTheAnswerObjectAndWhoAskedWhat() {
        const InteractionRecord record = sample("what\nis \"this\", \u00e4?");
        const std::string line = toJsonLine(record);
        QVERIFY(line.find('\n') == std::string::npos);
        const auto object = nlohmann::json::parse(line);
        QCOMPARE(object["answer"].get<std::string>(), std::string("a button"));
        QCOMPARE(object["question"].get<std::string>(), record.question);
        const InteractionRecord back = parseJsonLine(line);
        QCOMPARE(back.id, record.id);
        QCOMPARE(back.time, record.time);
        QCOMPARE(back.session, record.session);
        QCOMPARE(back.question, record.question);
        QVERIFY(back.answer == record.answer);
    }

    void aQuestionThatIsNotUtf8IsKeptReadable() {
        const InteractionRecord back = parseJsonLine(toJsonLine(sample("caf\xe9?")));
        QCOMPARE(back.question, std::string("caf\uFFFD?"));
    }

    void idsAndTimes() {
        std::set<std::string> ids;
        for (int i = 0; i < 100; ++i)
            ids.insert(sample("q").id);
        QCOMPARE(ids.size(), std::size_t{100});
        QVERIFY(makeSessionId() != makeSessionId());
        const QRegularExpression iso("^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z$");
        const QString time = QString::fromStdString(sample("q").time);
        QVERIFY2(iso.match(time).hasMatch(), qPrintable(time));
        const qint64 age = QDateTime::fromString(time, Qt::ISODateWithMs).msecsTo(QDateTime::currentDateTimeUtc());
        QVERIFY2(age >= 0 && age < 60'000, qPrintable(QString::number(age)));
    }

    void defaultPathFollowsTheDataHome() {
        qputenv("XDG_DATA_HOME", "/somewhere/data");
        QCOMPARE(defaultLogPath(), std::string("/somewhere/data/prunescope/interactions.jsonl"));
        qputenv("HOME", "/home/someone");
        qputenv("XDG_DATA_HOME", "relative/data");
        QCOMPARE(defaultLogPath(), std::string("/home/someone/.local/share/prunescope/interactions.jsonl"));
        qunsetenv("XDG_DATA_HOME");
        QCOMPARE(defaultLogPath(), std::string("/home/someone/.local/share/prunescope/interactions.jsonl"));
    }

    void appendedRecordsAreReadInOrder() {
        const RecordWriter writer(path("new/folder/log.jsonl"));
        for (const char* question : {"one", "two", "three"})
            writer.append(sample(question));
        const auto records = readRecords(writer.path());
        QCOMPARE(records.size(), std::size_t{3});
        QCOMPARE(records[0].question, std::string("one"));
        QCOMPARE(records[2].question, std::string("three"));
        QCOMPARE(modeOf(writer.path()), 0600);
        QCOMPARE(modeOf(path("new")), 0700);
    }

    void theDataFolderIsClosedToOthers() {
        const fs::path folder = path("data/prunescope");
        fs::create_directories(folder);
        qputenv("XDG_DATA_HOME", path("data").c_str());
        const RecordWriter writer;
        writeAll(writer.path(), "");
        fs::permissions(writer.path(), fs::perms(0644));
        fs::permissions(folder, fs::perms(0755));
        writer.append(sample("mine"));
        QCOMPARE(modeOf(folder), 0700);
        QCOMPARE(modeOf(writer.path()), 0600);
        RecordWriter(path("named/log.jsonl")).append(sample("mine"));
        fs::permissions(path("named"), fs::perms(0755));
        RecordWriter(path("named/log.jsonl")).append(sample("mine"));
        QCOMPARE(modeOf(path("named")), 0755); // a folder that the user named may be anybody's
    }

    void aMissingLogIsEmptyAndAFolderIsNoLog() {
        int skipped = -1;
        QVERIFY(readRecords(path("nowhere.jsonl"), &skipped).empty());
        QCOMPARE(skipped, 0);
        const std::string message = messageOf(ErrorKind::BadFile, [&] { readRecords(path("")); });
        QVERIFY2(message.find(path("")) == 0, message.c_str());
    }

    void damagedLinesAreSkippedAndCounted() {
        const std::string good = toJsonLine(sample("good"));
        writeAll(path("damaged.jsonl"),
                 good + "\nno json\n[1,2]\n{\"id\":\"x\"}\n\n" + good + "\n" + good.substr(0, 40));
        int skipped = 0;
        const auto records = readRecords(path("damaged.jsonl"), &skipped);
        QCOMPARE(records.size(), std::size_t{2});
        QCOMPARE(skipped, 4);
    }

    /// What copies or writes JSON does so recursively: deep enough, it would end the program.
    void aLineNestedTooDeepIsDamaged() {
        const std::string deep = std::string(200'000, '[') + std::string(200'000, ']');
        const std::string good = toJsonLine(sample("good"));
        writeAll(path("deep.jsonl"), good.substr(0, good.size() - 1) + ",\"more\":" + deep + "}\n" + good + "\n");
        int skipped = 0;
        QCOMPARE(readRecords(path("deep.jsonl"), &skipped).size(), std::size_t{1});
        QCOMPARE(skipped, 1);
        const std::string message = messageOf(ErrorKind::BadFile, [&] { parseJsonLine(deep); });
        QCOMPARE(message, std::string("log line: JSON nested more than 100 deep"));
    }

    void anUnfinishedLineDoesNotSwallowTheNext() {
        writeAll(path("torn.jsonl"), "{\"id\":\"half");
        RecordWriter(path("torn.jsonl")).append(sample("after"));
        int skipped = 0;
        const auto records = readRecords(path("torn.jsonl"), &skipped);
        QCOMPARE(skipped, 1);
        QCOMPARE(records.size(), std::size_t{1});
        QCOMPARE(records[0].question, std::string("after"));
    }

    void linesOfParallelWritersStayWhole() {
        constexpr int kProcesses = 3, kThreads = 3, kLines = 25;
        const RecordWriter writer(path("parallel.jsonl"));
        const auto appendMany = [&] {
            for (int i = 0; i < kLines; ++i)
                writer.append(sample("q", std::string(20'000, 'x'))); // longer than a page and than a pipe buffer
        };
        std::vector<pid_t> children;
        for (int process = 0; process < kProcesses; ++process) {
            const pid_t child = ::fork();
            if (child == 0) {
                std::vector<std::jthread> threads;
                for (int thread = 0; thread < kThreads; ++thread)
                    threads.emplace_back(appendMany);
                threads.clear();
                ::_exit(0);
            }
            children.push_back(child);
        }
        for (const pid_t child : children) {
            int status = -1;
            QCOMPARE(::waitpid(child, &status, 0), child);
            QCOMPARE(status, 0);
        }
        int skipped = -1;
        QCOMPARE(readRecords(writer.path(), &skipped).size(), std::size_t{kProcesses * kThreads * kLines});
        QCOMPARE(skipped, 0);
    }

    void aFullDeviceIsAnError() {
        if (!fs::exists("/dev/full"))
            QSKIP("this machine has no /dev/full");
        const std::string message =
            messageOf(ErrorKind::WriteFailed, [] { RecordWriter("/dev/full").append(sample("q")); });
        QVERIFY2(message.starts_with("/dev/full: ") && message.find("No space left") != std::string::npos,
                 message.c_str());
    }

    void aFullDiskLeavesTheLogAsItWas() {
        const RecordWriter writer(path("limited.jsonl"));
        writer.append(sample("first"));
        const std::string before = readAll(writer.path());
        {
            const FileSizeLimit limit(before.size() + 100); // room for a part of the next line
            const std::string message = messageOf(ErrorKind::WriteFailed, [&] { writer.append(sample("second")); });
            QVERIFY2(message.starts_with(writer.path() + ": "), message.c_str());
        }
        QCOMPARE(readAll(writer.path()), before);
        writer.append(sample("third"));
        QCOMPARE(readRecords(writer.path()).size(), std::size_t{2});
    }

    void linesHaveTheirPlaces() {
        const std::string one = toJsonLine(sample("one")), two = toJsonLine(sample("two"));
        writeAll(path("places.jsonl"), one + "\n\n" + two);
        LogReader reader(path("places.jsonl"));
        QVERIFY(reader.next());
        QVERIFY(reader.isWhole());
        QVERIFY((reader.place() == LinePlace{0, one.size()}));
        QVERIFY(reader.next());
        QVERIFY(!reader.isWhole()); // somebody may still be writing it
        const LinePlace second = reader.place();
        QCOMPARE(second.at, std::uint64_t{one.size() + 2});
        QCOMPARE(reader.position(), std::uint64_t{one.size() + 2 + two.size()});
        QVERIFY(!reader.next());
        QCOMPARE(readRecordAt(path("places.jsonl"), second).question, std::string("two"));
        LogReader onward(path("places.jsonl"), second.at);
        QVERIFY(onward.next());
        QCOMPARE(onward.line(), two);
        for (const LinePlace wrong : {LinePlace{1, 5}, LinePlace{second.at, second.length + 1}, LinePlace{99'999, 3}})
            QVERIFY(messageOf(ErrorKind::BadFile, [&] { readRecordAt(path("places.jsonl"), wrong); }) != "no error");
    }

    void summariesAreOfAllPictures() {
        InteractionRecord record = sample("q");
        record.answer["images"][0]["image"] = "/home/me/a.png";
        const RecordSummary shown = summaryOf(record);
        QCOMPARE(shown.pictures, std::string("a.png; b.png"));
        QCOMPARE(shown.kept, std::int64_t{17});
        QCOMPARE(shown.blocks, std::int64_t{100});
        QCOMPARE(shown.firstTokenMs, 12.5);
        for (const nlohmann::json& odd :
             {nlohmann::json(), nlohmann::json(3), nlohmann::json{{"images", 5}, {"times_ms", "x"}, {"answer", {1}}}})
            QCOMPARE(summaryOf(makeRecord("s", "q", odd)).pictures, std::string());
    }

    // Removal ---------------------------------------------------------------------------------------------------------

    /// The records of these questions as they are placed in the log.
    static std::vector<PlacedRecord> placed(const std::string& log, const std::set<std::string>& questions) {
        std::vector<PlacedRecord> found;
        for (LogReader reader(log); reader.next();)
            if (const InteractionRecord record = parseJsonLine(reader.line()); questions.contains(record.question))
                found.push_back({record.id, reader.place()});
        return found;
    }

    void removedRecordsAreGoneAndTheRestIsAsItWas() {
        const std::string log = path("removal.jsonl");
        std::string expected;
        for (const char* question : {"one", "two", "three", "four"}) {
            RecordWriter(log).append(sample(question));
            if (std::string_view(question) == "one" || std::string_view(question) == "three")
                expected += toJsonLine(readRecords(log).back()) + "\n";
        }
        const auto removed = placed(log, {"two", "four"});
        writeAll(path(".removal.jsonl.0123abcd.part"), "left by one that was killed");
        removeRecords(log, removed);
        QCOMPARE(readAll(log), expected);
        QCOMPARE(modeOf(log), 0600);
        QVERIFY(!fs::exists(path(".removal.jsonl.0123abcd.part")));
    }

    void whatIsNoRecordAtItsPlaceRemovesNothing() {
        const std::string log = path("moved.jsonl");
        RecordWriter(log).append(sample("one"));
        RecordWriter(log).append(sample("two"));
        auto removed = placed(log, {"two"});
        const std::string before = "\n" + readAll(log); // edited since
        writeAll(log, before);
        QVERIFY(messageOf(ErrorKind::BadFile, [&] { removeRecords(log, removed); }) != "no error");
        QCOMPARE(readAll(log), before);
    }

    void aFullDiskRemovesNothing() {
        const std::string log = path("tight.jsonl");
        for (int i = 0; i < 20; ++i)
            RecordWriter(log).append(sample(std::to_string(i)));
        const std::string before = readAll(log);
        const FileSizeLimit limit(before.size() / 2);
        QVERIFY(messageOf(ErrorKind::WriteFailed, [&] { removeRecords(log, placed(log, {"3"})); }) != "no error");
        QCOMPARE(readAll(log), before);
    }

    /// Who waits for the lock while the file is replaced must not append to the one that is gone.
    void nothingIsLostWhileRecordsAreRemoved() {
        constexpr int kWriters = 3, kLines = 60;
        const std::string log = path("busy.jsonl");
        RecordWriter(log).append(sample("first"));
        std::vector<pid_t> children;
        for (int writer = 0; writer < kWriters; ++writer) {
            const pid_t child = ::fork();
            if (child == 0) {
                for (int i = 0; i < kLines; ++i)
                    RecordWriter(log).append(sample(i % 3 ? "keep" : "drop"));
                ::_exit(0);
            }
            children.push_back(child);
        }
        int left = kWriters, dropped = 0;
        while (left > 0) {
            const auto removed = placed(log, {"drop"});
            removeRecords(log, removed);
            dropped += static_cast<int>(removed.size());
            left -= ::waitpid(-1, nullptr, WNOHANG) > 0 ? 1 : 0;
        }
        dropped += static_cast<int>(placed(log, {"drop"}).size());
        int skipped = -1;
        QCOMPARE(readRecords(log, &skipped).size() - placed(log, {"drop"}).size(),
                 std::size_t{1 + kWriters * kLines * 2 / 3});
        QCOMPARE(dropped, kWriters * kLines / 3);
        QCOMPARE(skipped, 0);
    }

    void csvReadsBack() {
        const std::vector<InteractionRecord> records{sample("plain"), sample("two, \"quoted\"\r\nlines", "a,b")};
        std::ostringstream text;
        writeRecords(text, records, RecordFormat::Csv);
        const auto rows = parseCsv(text.str());
        QCOMPARE(rows.size(), std::size_t{3});
        const auto column = [&](const char* title) {
            return static_cast<std::size_t>(std::find(rows[0].begin(), rows[0].end(), title) - rows[0].begin());
        };
        for (const auto& row : rows)
            QCOMPARE(row.size(), rows[0].size());
        QCOMPARE(rows[2][column("question")], records[1].question);
        QCOMPARE(rows[2][column("answer")], std::string("a,b"));
        QCOMPARE(rows[1][column("images")], std::string("a.png; b.png"));
        QCOMPARE(rows[1][column("kept")], std::string("17"));
        QCOMPARE(rows[1][column("blocks")], std::string("100"));
        QCOMPARE(rows[1][column("answer_tokens")], std::string("3"));
        QCOMPARE(rows[1][column("ttft_ms")], std::string("12.5"));
        QCOMPARE(rows[1][column("kv_bytes")], std::string("200"));
        QCOMPARE(rows[1][column("vit_ms")], std::string()); // not measured
        QCOMPARE(rows[1][column("thinking")], std::string());
    }

    void theTableOfTimesHasEveryStageAndNothingThatWasAsked() {
        InteractionRecord record = sample("a secret?", "a secret answer");
        record.answer["times_ms"] = {{"ttft", 12.5}, {"total", 40.5}, {"decode_per_token", 4.0}, {"vit", 7.0}};
        record.answer["images"][0]["times_ms"] = {{"capture", 3.0}, {"read_image", 1.5}};
        record.answer["images"][1]["times_ms"] = {{"read_image", 2.0}};
        std::ostringstream text;
        writeRecords(text, {record, sample("q")}, RecordFormat::Times);
        QVERIFY(text.str().find("secret") == std::string::npos);
        const auto rows = parseCsv(text.str());
        QCOMPARE(rows.size(), std::size_t{3});
        const std::pair<const char*, const char*> expected[]{{"plan", "input:pred_2d,tau=0"},
                                                             {"capture_ms", "3.0"},
                                                             {"read_image_ms", "3.5"},
                                                             {"vit_ms", "7.0"},
                                                             {"ttft_ms", "12.5"},
                                                             {"decode_ms", "28.0"},
                                                             {"total_ms", "40.5"},
                                                             {"tokens_per_second", "250.0"},
                                                             {"peak_bytes", "1000"}};
        for (const auto& [title, value] : expected) {
            const auto column = std::find(rows[0].begin(), rows[0].end(), title) - rows[0].begin();
            QCOMPARE(rows[1].at(static_cast<std::size_t>(column)), std::string(value));
        }
        for (const RecordColumn* column : timesColumns()) // a plain record: what was not measured is empty, not 0
            if (std::string_view(column->title).ends_with("_ms") && column->title != "ttft_ms")
                QVERIFY2(!recordFigure(sample("q"), column->title), column->title.data());
    }

    void csvKeepsThoughtsApart() {
        InteractionRecord record = sample("q");
        record.answer["thinking"] = true;
        record.answer["thought"] = "so, it is";
        std::ostringstream text;
        writeRecords(text, {record}, RecordFormat::Csv);
        const auto rows = parseCsv(text.str());
        const auto cell = [&](const char* title) {
            return rows[1]
                       [static_cast<std::size_t>(std::find(rows[0].begin(), rows[0].end(), title) - rows[0].begin())];
        };
        QCOMPARE(cell("thinking"), std::string("true"));
        QCOMPARE(cell("thought"), std::string("so, it is"));
        QCOMPARE(cell("answer"), std::string("a button"));
    }

    /// A log may hold what another program wrote: counts outside of what a mask has neither count nor overflow.
    void csvLeavesImpossibleBlocksOut() {
        InteractionRecord record = sample("q");
        const auto least = std::numeric_limits<std::int64_t>::min();
        const auto largest = std::numeric_limits<std::uint64_t>::max();
        record.answer["images"] = {
            {{"blocks", 6}, {"kept", -5}}, {{"blocks", largest}, {"kept", least}}, {{"kept", 2}}};
        std::ostringstream text;
        writeRecords(text, {record}, RecordFormat::Csv);
        const auto rows = parseCsv(text.str());
        const auto field = [&](const char* title) {
            const auto found = std::find(rows[0].begin(), rows[0].end(), title);
            return rows[1][static_cast<std::size_t>(found - rows[0].begin())];
        };
        QCOMPARE(field("blocks"), std::string("6"));
        QCOMPARE(field("kept"), std::string("2"));
    }

    void csvTextNeverBecomesAFormula_data() {
        QTest::addColumn<QByteArray>("question");
        QTest::newRow("=") << QByteArray("=HYPERLINK(\"http://x\")");
        QTest::newRow("+") << QByteArray("+1");
        QTest::newRow("-") << QByteArray("-1");
        QTest::newRow("@") << QByteArray("@SUM(A1)");
        QTest::newRow("tab") << QByteArray("\t=1");
        QTest::newRow("carriage return") << QByteArray("\r=1");
        QTest::newRow("full width =") << QByteArray("\uFF1D1");
    }
    void csvTextNeverBecomesAFormula() {
        QFETCH(QByteArray, question);
        std::ostringstream text;
        writeRecords(text, {sample(question.toStdString(), question.toStdString())}, RecordFormat::Csv);
        const auto rows = parseCsv(text.str());
        const auto holds = std::count(rows.at(1).begin(), rows.at(1).end(), "'" + question.toStdString());
        QCOMPARE(static_cast<int>(holds), 2);
    }

    void exportReplacesAFileInOneStep() {
        const std::vector<InteractionRecord> records{sample("one"), sample("two")};
        writeAll(path("out.jsonl"), "older and much, much longer than nothing");
        exportRecords(path("out.jsonl"), records, RecordFormat::JsonLines);
        QCOMPARE(readRecords(path("out.jsonl")).size(), std::size_t{2});
        QCOMPARE(modeOf(path("out.jsonl")), 0600); // questions and answers are nobody else's business
    }

    void aFailedExportLeavesTheOldFileAndNothingElse() {
        const fs::path folder = path("exports");
        fs::create_directory(folder);
        writeAll(folder / "out.csv", "old");
        {
            const FileSizeLimit limit(64);
            const std::string message = messageOf(ErrorKind::WriteFailed, [&] {
                exportRecords((folder / "out.csv").string(), {sample("q")}, RecordFormat::Csv);
            });
            QVERIFY2(message.find("out.csv") != std::string::npos, message.c_str());
        }
        QCOMPARE(readAll(folder / "out.csv"), std::string("old"));
        QCOMPARE(std::distance(fs::directory_iterator(folder), fs::directory_iterator{}), std::ptrdiff_t{1});
    }

    void exportRefusesWhatItCannotWrite_data() {
        QTest::addColumn<QString>("target");
        QTest::newRow("missing folder") << m_folder.filePath("missing/out.csv");
        QTest::newRow("a folder") << m_folder.path();
        QTest::newRow("full device") << QString("/dev/full");
    }
    void exportRefusesWhatItCannotWrite() {
        QFETCH(QString, target);
        const std::string file = target.toStdString();
        const std::string message =
            messageOf(ErrorKind::WriteFailed, [&] { exportRecords(file, {sample("q")}, RecordFormat::Csv); });
        QVERIFY2(message.starts_with(file), message.c_str());
    }
};

QTEST_GUILESS_MAIN(TestRecords)
#include "tst_records.moc"
