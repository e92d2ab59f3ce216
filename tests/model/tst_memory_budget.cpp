#include "core/base/error.h"
#include "core/pruning/pixel_options.h"
#include "model/api/engine.h"
#include "model/budget/load_budget.h"
#include "model/engine/load_engine_within.h"
#include "model/families/model_folder.h"
#include "model/files/mapped_file.h"
#include "tests/support/golden.h"
#include "tests/support/pictures.h"
#include "tests/support/sanitizer.h"

#include <QRegularExpression>
#include <QTemporaryDir>
#include <QtTest>
#include <fstream>
#include <sys/resource.h>

using namespace prunescope;
using namespace prunescope::model;

namespace {

constexpr std::int64_t kMegabyte = std::int64_t{1} << 20;
constexpr std::int64_t kPlenty = std::int64_t{1} << 50;

std::string tinyFolder() {
    return (test::dataFolder() / "qwen3vl/model").string();
}

/// A machine of any size, which a test may change.
struct FakeMachine {
    FreeMemory free{kPlenty, kPlenty};

    std::unique_ptr<Engine> load(const std::string& dtype = "float32") {
        LoadOptions options;
        options.folder = tinyFolder();
        options.device = "cpu";
        options.dtype = dtype;
        return loadEngineWithin([this](at::Device) { return free; }, options);
    }
};

Request question(int rows, int cols, const std::string& plan = "input:keep_all") {
    Request request = makeRequest({{test::randomScreen(rows, cols, 3), "screen", {}}}, "Where is Save?");
    request.plan = parsePlan(plan);
    request.minPixels = 1024;
    request.maxPixels = std::int64_t{1} << 24;
    request.maxTokens = 2;
    request.stopAtEnd = false;
    return request;
}

/// The message of the refusal; empty when there was an answer.
QString refusal(Engine& engine, const Request& request) {
    try {
        engine.answer(request, {}, {});
    } catch (const Error& e) {
        return exitCode(e.kind()) == 4 ? QString(e.what()) : "not out of memory: " + QString(e.what());
    }
    return {};
}

std::optional<double> advised(const QString& message, const QString& option) {
    const auto match = QRegularExpression(option + " ([0-9.]+)").match(message);
    return match.hasMatch() ? std::optional(match.captured(1).toDouble()) : std::nullopt;
}

void write(const std::filesystem::path& path, const std::string& text) {
    std::filesystem::create_directories(path.parent_path());
    std::ofstream(path) << text;
}

} // namespace

/// Machines that are too small: what is refused, what is advised, and that the advice holds.
class TestMemoryBudget : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void adviceHolds_data() {
        QTest::addColumn<QString>("plan");
        QTest::addColumn<int>("freeMegabytes");
        QTest::addColumn<bool>("tauHelps");
        QTest::newRow("keep all") << "input:keep_all" << 40 << false;
        QTest::newRow("pred-2d") << "input:pred_2d" << 60 << true;
        QTest::newRow("after the encoder: the encoder sees everything") << "post:pred_2d" << 40 << false;
        QTest::newRow("hardly anything") << "input:pred_2d,tau=0.1" << 16 << false;
    }

    void adviceHolds() {
        QFETCH(QString, plan);
        QFETCH(int, freeMegabytes);
        QFETCH(bool, tauHelps);
        FakeMachine machine;
        const auto engine = machine.load();
        machine.free.address = freeMegabytes * kMegabyte;
        Request request = question(40, 60, plan.toStdString());
        const QString message = refusal(*engine, request);
        QVERIFY2(message.startsWith("not enough memory: the prompt takes ") && !message.contains('\n'),
                 qPrintable(message));
        const auto pixels = advised(message, "--max-pixels");
        QVERIFY2(pixels, qPrintable(message));
        const auto tau = advised(message, "--tau");
        QVERIFY2(tau.has_value() == tauHelps, qPrintable(message));

        Request smaller = request;
        smaller.maxPixels = static_cast<std::int64_t>(*pixels);
        QCOMPARE(refusal(*engine, smaller), QString());
        if (plan == "input:keep_all") { // nothing else changes with the size: the largest that fits is said
            smaller.maxPixels = *smaller.maxPixels + 5 * *smaller.maxPixels / 100;
            QVERIFY(!refusal(*engine, smaller).isEmpty());
        }
        if (tau) {
            request.plan.pixelStage().settings.set(kTau, *tau);
            QCOMPARE(refusal(*engine, request), QString());
        }
    }

    void aRefusedPromptLeavesTheEngineUsable() {
        FakeMachine machine;
        const auto engine = machine.load();
        const Request small = question(3, 5);
        const auto before = engine->answer(small, {}, {}).tokenIds;
        machine.free.physical = 40 * kMegabyte;
        QVERIFY(!refusal(*engine, question(40, 60)).isEmpty());
        QCOMPARE(engine->answer(small, {}, {}).tokenIds, before);
    }

    void mappedWeightsAreNotFree() {
        FakeMachine machine;
        const auto engine = machine.load(); // stored as float32: all of it is mapped
        const Request small = question(3, 5);
        machine.free.physical = 15 * kMegabyte;
        QVERIFY(!refusal(*engine, small).isEmpty());
        machine.free.physical += engine->info().weightBytes;
        QCOMPARE(refusal(*engine, small), QString());
    }

    void wordsAloneCanOnlyBeShortened() {
        FakeMachine machine;
        const auto engine = machine.load();
        machine.free.address = 16 * kMegabyte;
        std::string text;
        for (int i = 0; i < 900; ++i)
            text += "save ";
        const QString message = refusal(*engine, makeRequest({}, text));
        QVERIFY2(message.contains("shorten the prompt"), qPrintable(message));
    }

    void withoutResizingNoLimitHelps() {
        FakeMachine machine;
        const auto engine = machine.load();
        machine.free.address = 32 * kMegabyte;
        Request request = question(40, 60);
        request.resize = false;
        const QString message = refusal(*engine, request);
        QVERIFY2(message.contains("smaller pictures") && !message.contains("--max-pixels"), qPrintable(message));
    }

    void whatIsReallyRefusedByTheSystemSaysTheSame() {
        if (test::kAddressSanitizer)
            QSKIP("the address sanitizer does not survive a failed allocation");
        FakeMachine machine; // believes that there is plenty
        const auto engine = machine.load();
        const Request small = question(3, 5);
        const auto before = engine->answer(small, {}, {}).tokenIds;
        QString message;
        {
            const AddressLimit limit(48 * kMegabyte);
            message = refusal(*engine, question(58, 58));
        }
        QVERIFY2(message.startsWith("not enough memory: the prompt takes about "), qPrintable(message));
        QVERIFY2(advised(message, "--max-pixels"), qPrintable(message));
        QCOMPARE(engine->answer(small, {}, {}).tokenIds, before);
    }

    void aPromptThatHardlyFitsAnswersTheSame() {
        FakeMachine machine;
        const auto engine = machine.load();
        const Request request = question(20, 20);
        const auto before = engine->answer(request, {}, {}).tokenIds;
        machine.free.address = 36 * kMegabyte; // large tensors get pages of their own now
        QCOMPARE(engine->answer(request, {}, {}).tokenIds, before);
    }

    void answersReportTheEstimate() {
        FakeMachine machine;
        const auto engine = machine.load();
        const Request request = question(20, 20);
        engine->answer(request, {}, {});
        const Answer answer = engine->answer(request, {}, {});
        QVERIFY(answer.memory.estimatedBytes > 0);
        QVERIFY2(test::kAddressSanitizer || // which keeps what is freed
                     (answer.memory.peakBytes < 2 * answer.memory.estimatedBytes &&
                      answer.memory.estimatedBytes < 2 * answer.memory.peakBytes),
                 qPrintable(QString("%1 %2").arg(answer.memory.peakBytes).arg(answer.memory.estimatedBytes)));
    }

    void modelsThatDoNotFitAreNotLoaded() {
        FakeMachine machine;
        machine.free.physical = kMegabyte;
        try {
            machine.load();
            QFAIL("loaded");
        } catch (const Error& e) {
            QCOMPARE(e.kind(), ErrorKind::OutOfMemory);
            const std::string message = e.what();
            for (const std::string& word : {tinyFolder(), std::string("float32"), std::string("found 1.0")})
                QVERIFY2(message.find(word) != std::string::npos, message.c_str());
        }
        machine.free.physical = kPlenty;
        QVERIFY(machine.load() != nullptr);
    }

    void weightsAreCountedWhereTheyAre() {
        const ModelFolder folder = ModelFolder::open(tinyFolder());
        std::int64_t stored = 0;
        for (const auto& [name, tensor] : folder.weights().front()->tensors())
            stored += static_cast<std::int64_t>(tensor.bytes.size());
        const WeightMemory same = estimateWeights(folder.checkpoint(), {at::kCPU, at::kFloat});
        QCOMPARE(same.mapped, stored);
        QCOMPARE(same.copied, 0);
        const WeightMemory converted = estimateWeights(folder.checkpoint(), {at::kCPU, at::kBFloat16});
        QCOMPARE(converted.mapped, 0);
        QCOMPARE(converted.copied, stored / 2);
        QCOMPARE(estimateWeights(folder.checkpoint(), {at::kCUDA, at::kFloat}).copied, stored);
    }

    void releasedPagesLeaveMemoryAndComeBack() {
        const QTemporaryDir temporary;
        const std::string path = temporary.filePath("pages").toStdString();
        constexpr std::size_t kSize = 32 << 20;
        std::ofstream(path, std::ios::binary) << std::string(kSize, 'x');
        const auto file = MappedFile::open(path);
        const auto sum = [&] {
            std::size_t total = 0;
            for (const std::byte byte : file->bytes())
                total += static_cast<std::size_t>(byte);
            return total;
        };
        const std::size_t all = kSize * 'x';
        const std::int64_t before = residentBytes();
        QCOMPARE(sum(), all);
        QVERIFY(residentBytes() - before > 30 * kMegabyte);
        file->release(file->bytes().subspan(5000));
        QVERIFY(residentBytes() - before < kMegabyte);
        QCOMPARE(sum(), all);
    }

    /// Control groups of both versions, nested, inside and outside of containers.
    void theTightestLimitCounts_data() {
        QTest::addColumn<QStringList>("files");
        QTest::addColumn<qint64>("free");
        const QString plain = "proc/meminfo=MemTotal: 900 kB\nMemAvailable:  500 kB\n";
        const QString stat = "/memory.stat=anon 5\ninactive_file 1000\nactive_file 24\n";
        const QString oldStat = "/memory.stat=total_inactive_file 1000\ninactive_file 7\ntotal_active_file 24\n";
        QTest::newRow("nothing known") << QStringList{} << std::numeric_limits<qint64>::max();
        QTest::newRow("the machine") << QStringList{plain} << qint64{500 * 1024};
        const auto version2 = [&](const QString& group, const char* limit, const char* used) {
            return QStringList{"sys/fs/cgroup" + group + "/memory.max=" + limit,
                               "sys/fs/cgroup" + group + "/memory.current=" + used, "sys/fs/cgroup" + group + stat};
        };
        const QString own2 = "proc/self/cgroup=0::/user/mine\n";
        QTest::newRow("version 2") << (version2("/user/mine", "100000", "60000") << plain << own2) << qint64{41024};
        QTest::newRow("version 2: the parent is tighter")
            << (version2("/user/mine", "max", "60000") + version2("/user", "70000", "60000") << plain << own2)
            << qint64{11024};
        QTest::newRow("version 2: no limit")
            << (version2("/user/mine", "max", "1") << plain << own2) << qint64{500 * 1024};
        QTest::newRow("version 2: over the limit")
            << (version2("/user/mine", "100", "60000") << plain << own2) << qint64{0};
        QTest::newRow("version 1 in a container, whose path is the host's")
            << QStringList{plain, "proc/self/cgroup=5:cpu,cpuacct:/x\n4:memory:/docker/abc\n",
                           "sys/fs/cgroup/memory/memory.limit_in_bytes=100000",
                           "sys/fs/cgroup/memory/memory.usage_in_bytes=60000", "sys/fs/cgroup/memory" + oldStat}
            << qint64{41024};
    }

    void theTightestLimitCounts() {
        QFETCH(QStringList, files);
        QFETCH(qint64, free);
        const QTemporaryDir temporary;
        const std::filesystem::path root = temporary.path().toStdString();
        for (const QString& file : files)
            write(root / file.section('=', 0, 0).toStdString(), file.section('=', 1).toStdString());
        QCOMPARE(static_cast<qint64>(freeHostMemory(root).physical), free);
    }

    void limitsOfTheProcessCount() {
        if (test::kAddressSanitizer)
            QSKIP("the address sanitizer takes all address space for itself");
        const std::int64_t before = freeHostMemory().address;
        {
            const AddressLimit limit(256 * kMegabyte);
            const std::int64_t free = freeHostMemory().address;
            QVERIFY(free > 200 * kMegabyte && free <= 256 * kMegabyte);
        }
        QCOMPARE(freeHostMemory().address, before);
        QVERIFY(freeHostMemory().physical > 0 && freeHostMemory().physical < kPlenty);
    }

private:
    /// `ulimit -v` for a while: what the process has now and `bytes` more.
    class AddressLimit {
    public:
        explicit AddressLimit(std::int64_t bytes) {
            ::getrlimit(RLIMIT_AS, &m_before);
            std::int64_t pages = 0;
            std::ifstream("/proc/self/statm") >> pages;
            const rlimit limit{static_cast<rlim_t>(pages * ::sysconf(_SC_PAGESIZE) + bytes), m_before.rlim_max};
            ::setrlimit(RLIMIT_AS, &limit);
        }
        ~AddressLimit() { ::setrlimit(RLIMIT_AS, &m_before); }

    private:
        rlimit m_before{};
    };
};

QTEST_APPLESS_MAIN(TestMemoryBudget)
#include "tst_memory_budget.moc"
