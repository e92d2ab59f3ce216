#include "core/base/error.h"
#include "model/files/hub_cache.h"
#include "model/hub/download_meter.h"
#include "model/hub/file_lock.h"
#include "model/hub/http_session.h"
#include "model/hub/hub_client.h"
#include "model/hub/hub_names.h"
#include "tests/support/golden.h"
#include "tests/support/hub_model.h"

#include <QTemporaryDir>
#include <QtTest>
#include <csignal>
#include <fstream>
#include <future>
#include <random>
#include <sstream>
#include <sys/resource.h>

using namespace prunescope;
using namespace prunescope::model;
using namespace prunescope::test;
using namespace std::chrono_literals;
namespace fs = std::filesystem;

namespace {

const std::string kToken = "hf_secret";
const std::string kWeights = "model.safetensors";
constexpr std::int64_t kWeightBytes = 3'000'000;

std::string noise(std::int64_t size) {
    std::mt19937 random(1);
    std::string bytes(static_cast<std::size_t>(size), ' ');
    for (char& byte : bytes)
        byte = static_cast<char>(random());
    return bytes;
}

std::string read(const fs::path& path) {
    std::ostringstream content;
    content << std::ifstream(path, std::ios::binary).rdbuf();
    return content.str();
}

void write(const fs::path& path, const std::string& content) {
    fs::create_directories(path.parent_path());
    std::ofstream(path, std::ios::binary) << content;
}

} // namespace

/// Downloads against a server on this machine that misbehaves on demand.
class TestHubClient : public QObject {
    Q_OBJECT

    std::unique_ptr<WebServer> m_hub, m_storage;
    std::unique_ptr<QTemporaryDir> m_folder;
    HubModel m_model;
    HubSettings m_settings;
    std::stop_source m_stop;

    HubRepository repository() const { return {m_settings.cache, m_model.name()}; }
    fs::path blob(const std::string& file) const { return repository().blob(m_model.etag(file)); }
    fs::path partial(const std::string& file) const { return repository().partialBlob(m_model.etag(file)); }
    void publish() { m_model.publish(*m_hub, *m_storage); }

    PullResult pull(const PullSink& sink = {}) {
        return pullModel(m_settings, {m_model.name(), "main"}, sink, m_stop.get_token());
    }

    /// "kind: message" of what a pull ends with; empty when it works.
    std::optional<Error> failure(const PullSink& sink = {}) {
        try {
            pull(sink);
        } catch (const Error& error) {
            return error;
        }
        return std::nullopt;
    }

    /// What is wrong with the snapshot; empty when it is complete.
    QByteArray fault() const {
        for (const auto& [file, content] : m_model.files())
            if (isModelFile(file) && read(repository().snapshot(m_model.commit()) / file) != content)
                return QByteArray::fromStdString(file + " is not as published");
        if (repository().commitOf("main") != m_model.commit())
            return "refs/main does not name the commit";
        for (const auto& entry : fs::directory_iterator(blob(kWeights).parent_path()))
            if (entry.path().extension() == ".incomplete")
                return "an incomplete blob is left";
        return {};
    }

private Q_SLOTS:
    void initTestCase() {
        for (const char* name : {"http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"})
            qunsetenv(name);
    }

    void init() {
        m_hub = std::make_unique<WebServer>();
        m_storage = std::make_unique<WebServer>();
        m_folder = std::make_unique<QTemporaryDir>();
        m_stop = {};
        m_model = HubModel();
        m_model.set("config.json", "{}");
        m_model.set("tokenizer.json", noise(200'000));
        static const std::string s_weights = noise(kWeightBytes); // the same for every test, and slow to make
        m_model.set(kWeights, s_weights);
        m_settings = {};
        m_settings.endpoint = m_hub->address();
        m_settings.token = kToken;
        m_settings.cache = m_folder->filePath("hub").toStdString();
        m_settings.retry = {4, 5ms, 2s};
    }

    void everythingComes() {
        m_model.set("README.md", "# A model");
        m_model.set("empty_config.json", "");
        m_model.set("pytorch_model.bin", "not needed");
        publish();
        const PullResult result = pull();
        QCOMPARE(fault(), QByteArray());
        QCOMPARE(result.name, m_model.name());
        QCOMPARE(result.commit, m_model.commit());
        QCOMPARE(result.folder, repository().snapshot(m_model.commit()).string());
        QCOMPARE(result.files, (std::vector<std::string>{"config.json", "README.md", "empty_config.json",
                                                         "tokenizer.json", kWeights}));
        QCOMPARE(result.bytesDownloaded + 10, m_model.totalBytes());
        QCOMPARE(result.bytesReused, std::int64_t{0});
        QVERIFY(m_hub->requests("pytorch").empty());
        QCOMPARE(fs::read_symlink(repository().snapshot(m_model.commit()) / kWeights),
                 fs::path("../../blobs") / m_model.etag(kWeights));
    }

    void nothingComesTwice() {
        publish();
        pull();
        m_hub->forgetRequests();
        m_storage->forgetRequests();
        const PullResult again = pull();
        QCOMPARE(again.bytesDownloaded, std::int64_t{0});
        QCOMPARE(again.bytesReused, m_model.totalBytes());
        QVERIFY(m_hub->requests("resolve").empty());
        QVERIFY(m_storage->requests().empty());
    }

    /// Another program's blob, or one of another commit.
    void aBlobThatIsThereIsOnlyLinked() {
        publish();
        write(blob(kWeights), m_model.files().at(kWeights));
        const PullResult result = pull();
        QCOMPARE(fault(), QByteArray());
        QCOMPARE(result.bytesReused, kWeightBytes);
        QVERIFY(m_storage->requests().empty());
    }

    void aTornBlobIsReplaced() {
        publish();
        write(blob(kWeights), "torn");
        pull();
        QCOMPARE(fault(), QByteArray());
    }

    void aDroppedConnectionIsContinued() {
        publish();
        m_storage->add(Fault{.path = "/storage/", .times = 2, .dropAfter = 1'000'000});
        std::vector<std::string> notes;
        const PullResult result = pull([&](const PullProgress& progress) {
            if (!progress.note.empty())
                notes.push_back(progress.note);
        });
        QCOMPARE(fault(), QByteArray());
        QCOMPARE(m_storage->requests().size(), std::size_t{3});
        QCOMPARE(m_storage->sentBytes(), kWeightBytes); // no byte twice
        QCOMPARE(result.bytesDownloaded, m_model.totalBytes());
        QCOMPARE(m_storage->requests()[2].headers.at("range"), std::string("bytes=2000000-"));
        QCOMPARE(notes.size(), std::size_t{2});
        QVERIFY2(notes[0].find("trying again") != notes[0].npos, notes[0].c_str());
    }

    void whatWasLeftIsContinued_data() {
        QTest::addColumn<int>("left");
        QTest::newRow("half") << 1'500'000;
        QTest::newRow("all but a byte") << static_cast<int>(kWeightBytes - 1);
        QTest::newRow("all") << static_cast<int>(kWeightBytes);
    }
    void whatWasLeftIsContinued() {
        QFETCH(int, left);
        publish();
        write(partial(kWeights), m_model.files().at(kWeights).substr(0, static_cast<std::size_t>(left)));
        const PullResult result = pull();
        QCOMPARE(fault(), QByteArray());
        QCOMPARE(m_storage->sentBytes(), kWeightBytes - left);
        QCOMPARE(result.bytesReused, std::int64_t{left});
        QCOMPARE(result.bytesDownloaded + result.bytesReused, m_model.totalBytes());
    }

    /// Whatever a server makes of a range, and whatever lies where the beginning of the file should.
    void whatCannotBeContinuedStartsOver_data() {
        QTest::addColumn<bool>("ignores");
        QTest::addColumn<bool>("shifts");
        QTest::addColumn<QByteArray>("left");
        QTest::newRow("ranges are ignored") << true << false << QByteArray(100'000, 'x');
        QTest::newRow("another range comes") << false << true << QByteArray(100'000, 'x');
        QTest::newRow("it is of another file") << false << false << QByteArray(100'000, 'x');
        QTest::newRow("it is longer than the file") << false << false << QByteArray(kWeightBytes + 1, 'x');
    }
    void whatCannotBeContinuedStartsOver() {
        QFETCH(bool, ignores);
        QFETCH(bool, shifts);
        QFETCH(QByteArray, left);
        publish();
        write(partial(kWeights), left.toStdString());
        m_storage->add(Fault{.path = "/storage/", .ignoresRange = ignores, .shiftsRange = shifts});
        const PullResult result = pull();
        QCOMPARE(fault(), QByteArray());
        QCOMPARE(result.bytesReused, std::int64_t{0});
    }

    void aShortAnswerIsContinued() {
        publish();
        m_storage->add(Fault{.path = "/storage/", .times = 1, .endAfter = 70'000});
        pull();
        QCOMPARE(fault(), QByteArray());
        QCOMPARE(m_storage->sentBytes(), kWeightBytes);
    }

    void damageIsRepairedOnce() {
        publish();
        m_storage->add(Fault{.path = "/storage/", .times = 1, .flippedByte = 1234});
        m_hub->add(Fault{.path = "tokenizer.json", .times = 1, .flippedByte = 0});
        pull();
        QCOMPARE(fault(), QByteArray());
        QCOMPARE(m_storage->requests().size(), std::size_t{2});
    }

    void lastingDamageIsAnError_data() {
        QTest::addColumn<QString>("file");
        QTest::newRow("SHA-256 of weights") << QString::fromStdString(kWeights);
        QTest::newRow("Git's name of a small file") << QStringLiteral("tokenizer.json");
    }
    void lastingDamageIsAnError() {
        QFETCH(QString, file);
        const std::string name = file.toStdString();
        publish();
        (HubModel::isLarge(name) ? *m_storage : *m_hub)
            .add(Fault{.path = HubModel::isLarge(name) ? m_model.etag(name) : name, .flippedByte = 1});
        const auto error = failure();
        QVERIFY(error && error->kind() == ErrorKind::BadFile);
        QVERIFY2(QString(error->what()).contains(file) && QString(error->what()).contains("hash"), error->what());
        QVERIFY(!fs::exists(blob(name)) && !fs::exists(partial(name)));
        QVERIFY(!fs::exists(repository().snapshot(m_model.commit()) / name));
        QCOMPARE(repository().commitOf("main"), std::string());
    }

    void anotherFileThanListedIsRefused() {
        publish();
        m_hub->add(m_model.resolvePath(kWeights),
                   {"", 302, {{"Location", "/x"}, {"X-Linked-Etag", '"' + std::string(64, '0') + '"'}}});
        const auto error = failure();
        QVERIFY(error && error->kind() == ErrorKind::BadFile);
        QVERIFY(m_storage->requests().empty());
    }

    void aBusyServerIsAskedAgain_data() {
        QTest::addColumn<int>("status");
        QTest::addColumn<QString>("path");
        for (const int status : {408, 429, 500, 503})
            for (const char* path : {"/revision/", "/tree/", "config.json", kWeights.c_str()})
                QTest::addRow("%d to %s", status, path) << status << path;
    }
    void aBusyServerIsAskedAgain() {
        QFETCH(int, status);
        QFETCH(QString, path);
        publish();
        m_hub->add(Fault{.path = path.toStdString(), .times = 2, .status = status});
        pull();
        QCOMPARE(fault(), QByteArray());
        QCOMPARE(m_hub->requests(path.toStdString()).size(), std::size_t{3});
    }

    void theServerSaysHowLongToWait() {
        publish();
        m_hub->add(Fault{.path = "/tree/", .times = 1, .status = 429, .headers = {{"Retry-After", "1"}}});
        const auto begin = std::chrono::steady_clock::now();
        pull();
        QVERIFY(std::chrono::steady_clock::now() - begin >= 1s);
        m_hub->add(Fault{.path = "/tree/", .status = 429, .headers = {{"Retry-After", "3600"}}});
        m_hub->forgetRequests();
        const auto error = failure();
        QVERIFY(error && error->kind() == ErrorKind::Network);
        QVERIFY2(QByteArray(error->what()).contains("429"), error->what());
        QCOMPARE(m_hub->requests("/tree/").size(), std::size_t{1});
    }

    void aServerThatStaysDownIsAnError() {
        publish();
        m_hub->add(Fault{.path = kWeights, .status = 503});
        const auto error = failure();
        QVERIFY(error && error->kind() == ErrorKind::Network);
        QVERIFY2(QByteArray(error->what()).contains("127.0.0.1 answers 503"), error->what());
        QCOMPARE(m_hub->requests(kWeights).size(), std::size_t{4});
    }

    /// A signed address that ran out: the hub gives a new one.
    void aRefusalElsewhereIsAskedAgainAtTheHub() {
        publish();
        m_storage->add(Fault{.path = "/storage/", .times = 1, .status = 403});
        pull();
        QCOMPARE(fault(), QByteArray());
    }

    void refusals_data() {
        QTest::addColumn<int>("status");
        QTest::addColumn<QString>("code");
        QTest::addColumn<bool>("hasToken");
        QTest::addColumn<QStringList>("words");
        const QString page = "/Qwen/Qwen3-VL-2B-Instruct";
        QTest::newRow("gated") << 401 << "GatedRepo" << false << QStringList{"gated", "terms", page, "HF_TOKEN"};
        QTest::newRow("gated, with a token")
            << 403 << "GatedRepo" << true << QStringList{"gated", page, "may not read"};
        QTest::newRow("401 without a token") << 401 << "" << false << QStringList{"no public model", page, "HF_TOKEN"};
        QTest::newRow("401 with a token") << 401 << "" << true << QStringList{"token was refused", "HF_TOKEN"};
        QTest::newRow("403") << 403 << "" << true << QStringList{"403", page, "HF_TOKEN"};
        QTest::newRow("no such model") << 404 << "RepoNotFound" << true << QStringList{"no such model", "404", page};
        QTest::newRow("no such revision")
            << 404 << "RevisionNotFound" << true << QStringList{"revision \"main\"", page};
    }
    void refusals() {
        QFETCH(int, status);
        QFETCH(QString, code);
        QFETCH(bool, hasToken);
        QFETCH(QStringList, words);
        publish();
        if (!hasToken)
            m_settings.token.clear();
        m_hub->add(Fault{.path = "/revision/", .status = status, .headers = {{"X-Error-Code", code.toStdString()}}});
        const auto error = failure();
        QVERIFY(error && error->kind() == ErrorKind::NotFound);
        for (const QString& word : words)
            QVERIFY2(QString(error->what()).contains(word), error->what());
        QVERIFY2(!QString(error->what()).contains(QString::fromStdString(kToken)), error->what());
        QCOMPARE(m_hub->requests().size(), std::size_t{1});
        QVERIFY(!fs::exists(m_settings.cache));
    }

    void theTokenGoesToTheHubAlone() {
        publish();
        pull();
        QVERIFY(!m_hub->requests().empty() && !m_storage->requests().empty());
        for (const WebServer::Request& request : m_hub->requests())
            QCOMPARE(request.headers.at("authorization"), "Bearer " + kToken);
        for (const WebServer::Request& request : m_storage->requests())
            QVERIFY(!request.headers.contains("authorization"));
    }

    void aListThatContinues() {
        publish();
        const std::string tree = "/api/models/" + m_model.name() + "/tree/" + m_model.commit();
        const auto entry = [&](const std::string& file) {
            return nlohmann::json{{"type", "file"},
                                  {"path", file},
                                  {"size", m_model.files().at(file).size()},
                                  {"oid", m_model.etag(file)}};
        };
        nlohmann::json large = entry(kWeights);
        large["lfs"] = {{"oid", m_model.etag(kWeights)}, {"size", kWeightBytes}};
        const std::string next = "<" + m_hub->address() + "/more?cursor=1>; rel=\"next\"";
        m_hub->add(tree, {nlohmann::json{entry("config.json"), entry("tokenizer.json")}.dump(), 200, {{"Link", next}}});
        m_hub->add("/more", {nlohmann::json::array({large}).dump(), 200, {}});
        pull();
        QCOMPARE(fault(), QByteArray());
        // The token must not follow the list to another server.
        m_hub->add(tree, {"[]", 200, {{"Link", "<" + m_storage->address() + "/more>; rel=\"next\""}}});
        m_storage->forgetRequests();
        QVERIFY(failure().has_value());
        QVERIFY(m_storage->requests().empty());
    }

    void whoMayHearASecret_data() {
        QTest::addColumn<QString>("url");
        QTest::addColumn<bool>("keeps");
        for (const char* url :
             {"https://huggingface.co/x", "HTTPS://huggingface.co", "http://127.0.0.1:8080/hub", "http://127.8.9.1",
              "http://localhost:80/x", "http://LocalHost", "http://[::1]:8080/", "http://user:word@localhost"})
            QTest::newRow(url) << url << true;
        for (const char* url :
             {"http://huggingface.co", "http://10.0.0.1", "http://0.0.0.0", "http://128.0.0.1", "http://[::2]",
              "http://[fe80::1]", "http://127.0.0.1.example", "http://localhost.example", "http://notlocalhost",
              "http://127.0.0.1@hub.example", "http://hub.example#localhost", "ftp://127.0.0.1", "localhost:80", ""})
            QTest::newRow(url) << url << false;
    }
    void whoMayHearASecret() {
        QFETCH(QString, url);
        QFETCH(bool, keeps);
        QCOMPARE(keepsSecrets(url.toStdString()), keeps);
    }

    void aTokenIsNotSentForEverybodyToRead() {
        m_settings.endpoint = "http://hub.invalid";
        const auto error = failure();
        QVERIFY(error && error->kind() == ErrorKind::Usage);
        for (const char* word : {"HF_ENDPOINT", "http://hub.invalid", "HF_TOKEN", "https://"})
            QVERIFY2(QByteArray(error->what()).contains(word), error->what());
        m_settings.token.clear(); // without one, plain http is somebody's own mirror
        const auto unreachable = failure();
        QVERIFY(unreachable && unreachable->kind() == ErrorKind::Network);
    }

    void aTokenDoesNotFollowARedirect() {
        publish();
        m_hub->add(Fault{.path = "/revision/", .status = 307, .headers = {{"Location", m_storage->address() + "/x"}}});
        QVERIFY(failure().has_value());
        QCOMPARE(m_hub->requests("/revision/").at(0).headers.at("authorization"), "Bearer " + kToken);
        QVERIFY(!m_storage->requests("/x").empty());
        for (const WebServer::Request& request : m_storage->requests())
            QVERIFY(!request.headers.contains("authorization"));
    }

    void aTokenForThisMachineIsShownToNoProxy() {
        publish();
        for (const char* name : {"no_proxy", "NO_PROXY"})
            qunsetenv(name);
        qputenv("http_proxy", m_storage->address().c_str());
        failure(); // the server of the files is no proxy, and cannot do what one does
        qunsetenv("http_proxy");
        QCOMPARE(m_hub->requests("/revision/").at(0).headers.at("authorization"), "Bearer " + kToken);
        QVERIFY(!m_storage->requests().empty());
        for (const WebServer::Request& request : m_storage->requests())
            QVERIFY2(!request.headers.contains("authorization"), request.path.c_str());
    }

    void redirects_data() {
        QTest::addColumn<QString>("location");
        QTest::newRow("a file of this machine") << "file:///etc/passwd";
        QTest::newRow("another protocol") << "ftp://127.0.0.1/x";
        QTest::newRow("nowhere") << "http://";
        QTest::newRow("itself, for ever")
            << QString::fromStdString("/api/models/" + HubModel().name()) + "/revision/main";
    }
    void redirects() {
        QFETCH(QString, location);
        publish();
        m_hub->add(Fault{.path = "/revision/", .status = 302, .headers = {{"Location", location.toStdString()}}});
        const auto error = failure();
        QVERIFY(error && error->kind() == ErrorKind::Network);
        QVERIFY2(QByteArray(error->what()).contains("redirects"), error->what());
    }

    void aStopKeepsWhatCame() {
        publish();
        m_storage->add(Fault{.path = "/storage/", .pauseMs = 50});
        const auto stopAt = [this](const PullProgress& progress) {
            if (progress.bytes > 1'000'000)
                m_stop.request_stop();
        };
        const auto error = failure(stopAt);
        QVERIFY(error && error->kind() == ErrorKind::Cancelled);
        const auto kept = static_cast<std::int64_t>(fs::file_size(partial(kWeights)));
        QVERIFY(kept > 500'000 && kept < kWeightBytes);

        m_stop = {};
        m_storage->removeFaults();
        m_storage->forgetRequests();
        m_hub->forgetRequests();
        pull();
        QCOMPARE(fault(), QByteArray());
        QCOMPARE(m_storage->sentBytes(), kWeightBytes - kept);
        QVERIFY(m_hub->requests("config.json").empty());
    }

    void aStopEndsEveryWait_data() {
        QTest::addColumn<bool>("locked");
        QTest::newRow("for another program") << true;
        QTest::newRow("for a busy server") << false;
    }
    void aStopEndsEveryWait() {
        QFETCH(bool, locked);
        publish();
        const auto lock =
            FileLock::tryLock(locked ? repository().lockFile(m_model.etag(kWeights)) : m_settings.cache / "other.lock");
        m_hub->add(Fault{.path = kWeights, .status = 503, .headers = {{"Retry-After", "2"}}});
        const auto begin = std::chrono::steady_clock::now();
        const auto error = failure([this](const PullProgress& progress) {
            if (!progress.note.empty())
                m_stop.request_stop();
        });
        QVERIFY(error && error->kind() == ErrorKind::Cancelled);
        QVERIFY(std::chrono::steady_clock::now() - begin < 1500ms); // the server asks for two seconds
    }

    void twoAtOnceDownloadEachFileOnce() {
        m_model.set("model-00002.safetensors", noise(500'000));
        publish();
        m_storage->add(Fault{.path = "/storage/", .pauseMs = 5});
        std::atomic<bool> waited = false;
        const auto watch = [&](const PullProgress& progress) {
            if (progress.note.find("another program") != progress.note.npos)
                waited = true;
        };
        auto first = std::async(std::launch::async, [&] { return pull(watch); });
        auto second = std::async(std::launch::async, [&] { return pull(watch); });
        const std::array results{first.get(), second.get()};
        QCOMPARE(fault(), QByteArray());
        QVERIFY(waited);
        QCOMPARE(m_storage->requests().size(), std::size_t{2});
        QCOMPARE(m_hub->requests("/config.json").size(), std::size_t{1});
        QCOMPARE(results[0].bytesDownloaded + results[1].bytesDownloaded, m_model.totalBytes());
        QCOMPARE(results[0].bytesReused + results[1].bytesReused, m_model.totalBytes());
    }

    void listsThatCannotBe_data() {
        QTest::addColumn<QByteArray>("listing");
        QTest::addColumn<QString>("word");
        const auto file = [](const char* path, const char* oid, const nlohmann::json& size) {
            const nlohmann::json entry{{"type", "file"}, {"path", path}, {"oid", oid}, {"size", size}};
            return QByteArray::fromStdString(nlohmann::json::array({entry}).dump());
        };
        const QByteArray hash(40, 'a');
        QTest::newRow("no JSON") << QByteArray("<html>Log in</html>") << "not valid JSON";
        QTest::newRow("no list") << QByteArray("{}") << "no list";
        QTest::newRow("nothing") << QByteArray("[]") << "no model";
        QTest::newRow("no weights") << file("config.json", hash, 2) << "safetensors";
        for (const char* path : {"../config.json", "a/../../config.json", "/etc/config.json", "..", "a//config.json",
                                 "..\\config.json", "C:config.json", "tokenizer\x7f.json", ""})
            QTest::addRow("path %s", path) << file(path, hash, 2) << "relative path";
        QTest::newRow("a hash that is a path") << file("config.json", "../../../x", 2) << "expected a hash";
        QTest::newRow("a negative size") << file("config.json", hash, -1) << "size";
        QTest::newRow("an endless size") << file("config.json", hash, 1e300) << "size";
    }
    void listsThatCannotBe() {
        QFETCH(QByteArray, listing);
        QFETCH(QString, word);
        publish();
        m_hub->add("/api/models/" + m_model.name() + "/tree/" + m_model.commit(), {listing.toStdString(), 200, {}});
        const auto error = failure();
        QVERIFY(error && error->kind() == ErrorKind::BadFile);
        QVERIFY2(QString(error->what()).contains(word), error->what());
        QVERIFY(!fs::exists(m_settings.cache));
    }

    void aCommitThatIsNone() {
        publish();
        m_hub->add("/api/models/" + m_model.name() + "/revision/main",
                   {nlohmann::json{{"sha", "../../x"}}.dump(), 200, {}});
        const auto error = failure();
        QVERIFY(error && error->kind() == ErrorKind::BadFile);
        QVERIFY(!fs::exists(m_settings.cache));
    }

    void tooLittleSpaceIsSaidBefore() {
        publish();
        const nlohmann::json listing{
            {{"type", "file"}, {"path", "config.json"}, {"size", 2}, {"oid", m_model.etag("config.json")}},
            {{"type", "file"},
             {"path", kWeights},
             {"size", 100},
             {"oid", std::string(40, 'a')},
             {"lfs", {{"oid", m_model.etag(kWeights)}, {"size", std::int64_t{1} << 45}}}}};
        m_hub->add("/api/models/" + m_model.name() + "/tree/" + m_model.commit(), {listing.dump(), 200, {}});
        const auto error = failure();
        QVERIFY(error && error->kind() == ErrorKind::WriteFailed);
        QVERIFY2(QByteArray(error->what()).contains("free space, expected 35.2 TB"), error->what());
        QVERIFY(m_hub->requests("resolve").empty());
    }

    /// A disk that is full is felt as a file that may not grow.
    void aFullDiskKeepsWhatCame() {
        publish();
        rlimit usual{};
        ::getrlimit(RLIMIT_FSIZE, &usual);
        std::signal(SIGXFSZ, SIG_IGN);
        const rlimit small{1'000'000, usual.rlim_max};
        ::setrlimit(RLIMIT_FSIZE, &small);
        const auto error = failure();
        ::setrlimit(RLIMIT_FSIZE, &usual);
        QVERIFY(error && error->kind() == ErrorKind::WriteFailed);
        QVERIFY2(QByteArray(error->what()).contains(".incomplete: cannot be written"), error->what());
        QCOMPARE(fs::file_size(partial(kWeights)), std::uintmax_t{1'000'000});
        m_storage->forgetRequests();
        pull();
        QCOMPARE(fault(), QByteArray());
        QCOMPARE(m_storage->sentBytes(), kWeightBytes - 1'000'000);
    }

    void noNetworkIsSaidAtOnce() {
        const std::string address = WebServer().address(); // of a server that is gone again
        m_settings.endpoint = address;
        m_settings.retry.firstWait = 1min;
        const auto error = failure();
        QVERIFY(error && error->kind() == ErrorKind::Network);
        QVERIFY2(QByteArray(error->what()).contains("no connection to 127.0.0.1: nobody answers there (HF_ENDPOINT"),
                 error->what());
    }

    void offlineTakesWhatIsThere() {
        m_settings.offline = true;
        const auto error = failure();
        QVERIFY(error && error->kind() == ErrorKind::NotFound);
        QVERIFY2(QByteArray(error->what()).contains("HF_HUB_OFFLINE"), error->what());
        m_model = HubModel::ofFolder(dataFolder() / "qwen3vl" / "model");
        publish();
        m_settings.offline = false;
        const PullResult online = pull();
        m_settings.offline = true;
        m_hub->forgetRequests();
        const PullResult result = pull();
        QCOMPARE(result.folder, online.folder);
        QCOMPARE(result.bytesReused, online.bytesDownloaded);
        const auto snapshots = std::filesystem::path(online.folder).parent_path();
        QVERIFY(std::filesystem::remove(snapshots.parent_path() / "refs" / "main"));
        QCOMPARE(pull().folder, online.folder); // as where another program copied the snapshot
        QVERIFY(m_hub->requests().empty());
    }

    void progressGoesForward() {
        publish();
        std::vector<PullProgress> seen;
        pull([&](const PullProgress& progress) { seen.push_back(progress); });
        QVERIFY(seen.size() >= 4);
        for (std::size_t i = 1; i < seen.size(); ++i)
            QVERIFY(seen[i].bytes >= seen[i - 1].bytes && seen[i].fileNumber >= seen[i - 1].fileNumber);
        QCOMPARE(seen.back().bytes, m_model.totalBytes());
        QCOMPARE(seen.back().totalBytes, m_model.totalBytes());
        QCOMPARE(seen.back().fileNumber, seen.back().fileCount);
    }

    void otherRevisions() {
        m_model.publish(*m_hub, *m_storage, "refs%2Fpr%2F1");
        const PullResult result = pullModel(m_settings, {m_model.name(), "refs/pr/1"}, {}, {});
        QCOMPARE(result.commit, m_model.commit());
        QCOMPARE(repository().commitOf("refs/pr/1"), m_model.commit());
        QCOMPARE(repository().commitOf("main"), std::string());
    }

    void names_data() {
        QTest::addColumn<QString>("name");
        QTest::addColumn<QString>("full"); // empty: refused
        QTest::newRow("with its owner") << "Qwen/Qwen3-VL-2B-Instruct"
                                        << "Qwen/Qwen3-VL-2B-Instruct";
        QTest::newRow("published") << "Qwen3-VL-8B-Instruct"
                                   << "Qwen/Qwen3-VL-8B-Instruct";
        QTest::newRow("somebody's") << "some_body/a.model-1"
                                    << "some_body/a.model-1";
        for (const char* name : {"", "model", "/", "a/", "/a", "a/b/c", "../b", "a/..", "a--b/c", "a/b c", "-a/b",
                                 "a/b.", "a/b.git", "https://huggingface.co/a/b", "a/b\n", "a/\xc3\xa9"})
            QTest::addRow("refused: '%s'", name) << name << "";
        QTest::newRow("refused: too long") << "a/" + QString(96, 'b') << "";
    }
    void names() {
        QFETCH(QString, name);
        QFETCH(QString, full);
        if (full.isEmpty())
            QVERIFY_EXCEPTION_THROWN(completeModelName(name.toStdString()), Error);
        else
            QCOMPARE(completeModelName(name.toStdString()), full.toStdString());
    }

    void revisionsThatCannotBe() {
        for (const char* revision : {"", "../main", "/main", "a b", "a//b", "a\\b"})
            QVERIFY_EXCEPTION_THROWN(checkRevision(revision), Error);
        for (const char* revision : {"main", "v1.0", "refs/pr/1", "feature/x_y"})
            checkRevision(revision);
    }

    void theFilesOfAModelFolder() {
        for (const char* file :
             {"config.json", "generation_config.json", "preprocessor_config.json", "video_preprocessor_config.json",
              "tokenizer.json", "tokenizer_config.json", "chat_template.json", "chat_template.jinja", "vocab.json",
              "merges.txt", "README.md", "LICENSE", "model.safetensors", "model-00001-of-00002.safetensors",
              "model.safetensors.index.json"})
            QVERIFY2(isModelFile(file), file);
        for (const char* file : {"pytorch_model.bin", "original/model.safetensors", "model.gguf", ".gitattributes",
                                 "run.py", "onnx/config.json"})
            QVERIFY2(!isModelFile(file), file);
    }

    void theMeterForgetsWhatIsLongAgo() {
        DownloadMeter meter;
        const DownloadMeter::Time begin{};
        QVERIFY(!meter.secondsFor(1).has_value());
        for (int i = 0; i <= 100; ++i) // ten seconds
            meter.add(1000, begin + i * 100ms);
        QVERIFY(qAbs(meter.rate() - 10'000) < 1);
        for (int i = 1; i <= 100; ++i)
            meter.add(100, begin + 10s + i * 100ms);
        QVERIFY2(qAbs(meter.rate() - 1000) < 1, QByteArray::number(meter.rate()));
        QVERIFY(qAbs(*meter.secondsFor(5000) - 5) < 0.1);
    }
};

QTEST_GUILESS_MAIN(TestHubClient)
#include "tst_hub_client.moc"
