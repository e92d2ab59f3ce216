#include "core/base/error.h"
#include "model/files/hub_cache.h"
#include "model/hub/file_lock.h"
#include "model/hub/hub_settings.h"

#include <QTemporaryDir>
#include <QtTest>
#include <fstream>
#include <sstream>

using namespace prunescope;
using namespace prunescope::model;
namespace fs = std::filesystem;

namespace {

const std::string kName = "Qwen/Qwen3-VL-2B-Instruct";
const std::string kCommit(40, 'c');
const std::string kEtag(64, 'e');

void write(const fs::path& path, const std::string& content) {
    fs::create_directories(path.parent_path());
    std::ofstream(path) << content;
}

std::string read(const fs::path& path) {
    std::ostringstream content;
    content << std::ifstream(path).rdbuf();
    return content.str();
}

} // namespace

/// The layout of the Hugging Face libraries' cache, and what tells where it is.
class TestHubCache : public QObject {
    Q_OBJECT

    std::unique_ptr<QTemporaryDir> m_folder;

    fs::path cache() const { return m_folder->path().toStdString(); }
    fs::path folder() const { return cache() / "models--Qwen--Qwen3-VL-2B-Instruct"; }
    HubRepository repository() const { return {cache(), kName}; }

    static void clearEnvironment() {
        for (const char* name : {"HF_HOME", "HF_HUB_CACHE", "HUGGINGFACE_HUB_CACHE", "XDG_CACHE_HOME", "HF_TOKEN",
                                 "HF_TOKEN_PATH", "HF_ENDPOINT", "HF_HUB_OFFLINE"})
            qunsetenv(name);
        qputenv("HOME", "/home/somebody");
    }

private Q_SLOTS:
    void init() {
        m_folder = std::make_unique<QTemporaryDir>();
        clearEnvironment();
    }

    void theFolderFollowsTheEnvironment() {
        QCOMPARE(hubCacheFolder(), fs::path("/home/somebody/.cache/huggingface/hub"));
        qputenv("XDG_CACHE_HOME", "/xdg");
        QCOMPARE(hubCacheFolder(), fs::path("/xdg/huggingface/hub"));
        qputenv("HF_HOME", "~/hf");
        QCOMPARE(hubCacheFolder(), fs::path("/home/somebody/hf/hub"));
        qputenv("HUGGINGFACE_HUB_CACHE", "/older");
        QCOMPARE(hubCacheFolder(), fs::path("/older"));
        qputenv("HF_HUB_CACHE", "/newer");
        QCOMPARE(hubCacheFolder(), fs::path("/newer"));
    }

    void settingsFollowTheEnvironment() {
        qputenv("HF_HOME", QFile::encodeName(m_folder->path()));
        QCOMPARE(hubSettings().endpoint, std::string("https://huggingface.co"));
        QVERIFY(hubSettings().token.empty());
        QVERIFY(!hubSettings().offline);
        write(cache() / "token", "hf_file\n");
        QCOMPARE(hubSettings().token, std::string("hf_file"));
        qputenv("HF_TOKEN", " hf_variable ");
        QCOMPARE(hubSettings().token, std::string("hf_variable"));
        qputenv("HF_ENDPOINT", "https://mirror.example/hub/");
        QCOMPARE(hubSettings().endpoint, std::string("https://mirror.example/hub"));
        qputenv("HF_HUB_OFFLINE", "yes");
        QVERIFY(hubSettings().offline);
    }

    void aTokenNeedsAnEndpointThatKeepsIt() {
        qputenv("HF_TOKEN", "hf_secret");
        qputenv("HF_ENDPOINT", "http://somebody:word@mirror.example/hub");
        try {
            hubSettings();
            QFAIL("expected a refusal");
        } catch (const Error& error) {
            const QByteArray message = error.what();
            QCOMPARE(error.kind(), ErrorKind::Usage);
            QVERIFY2(message.contains("HF_ENDPOINT") && message.contains("http://mirror.example"), message);
            QVERIFY2(!message.contains("hf_secret") && !message.contains("word@"), message);
        }
        qputenv("HF_HUB_OFFLINE", "1"); // nothing is sent
        QCOMPARE(hubSettings().token, std::string("hf_secret"));
        qunsetenv("HF_HUB_OFFLINE");
        qputenv("HF_ENDPOINT", "http://127.0.0.1:8080");
        QCOMPARE(hubSettings().token, std::string("hf_secret"));
        qunsetenv("HF_TOKEN");
        qputenv("HF_ENDPOINT", "http://mirror.example");
        QVERIFY(hubSettings().token.empty());
    }

    void settingsThatCannotBe_data() {
        QTest::addColumn<QByteArray>("variable");
        QTest::addColumn<QByteArray>("value");
        QTest::newRow("endpoint without a scheme") << QByteArray("HF_ENDPOINT") << QByteArray("huggingface.co");
        QTest::newRow("endpoint that is a file") << QByteArray("HF_ENDPOINT") << QByteArray("file:///etc");
        QTest::newRow("a token with a second header")
            << QByteArray("HF_TOKEN") << QByteArray("hf_secret\r\nX-Other: yes");
    }
    void settingsThatCannotBe() {
        QFETCH(QByteArray, variable);
        QFETCH(QByteArray, value);
        qputenv(variable, value);
        try {
            hubSettings();
            QFAIL("expected a refusal");
        } catch (const Error& error) {
            QCOMPARE(error.kind(), ErrorKind::Usage);
            QVERIFY2(QByteArray(error.what()).contains(variable), error.what());
            QVERIFY2(!QByteArray(error.what()).contains("hf_secret"), error.what());
        }
    }

    void pathsAreThoseOfTheLibraries() {
        QCOMPARE(repository().blob(kEtag), folder() / "blobs" / kEtag);
        QCOMPARE(repository().partialBlob(kEtag), folder() / "blobs" / (kEtag + ".incomplete"));
        QCOMPARE(repository().snapshot(kCommit), folder() / "snapshots" / kCommit);
        QCOMPARE(repository().lockFile(kEtag),
                 cache() / ".locks" / "models--Qwen--Qwen3-VL-2B-Instruct" / (kEtag + ".lock"));
        QCOMPARE(HubRepository(cache(), "gpt2").blob("x"), cache() / "models--gpt2" / "blobs" / "x");
    }

    void aLinkIsRelativeAndReplacesWhatWasThere() {
        write(repository().blob(kEtag), "content");
        const fs::path link = repository().snapshot(kCommit) / "config.json";
        for (int attempt = 0; attempt < 2; ++attempt) {
            repository().link(kCommit, "config.json", kEtag);
            QCOMPARE(fs::read_symlink(link), fs::path("../../blobs") / kEtag);
            QCOMPARE(read(link), std::string("content"));
            fs::remove(link);
            fs::create_symlink("nowhere", link);
        }
        repository().link(kCommit, "config.json", kEtag);
        QVERIFY(repository().holds(kCommit, "config.json", 7));
        QVERIFY(!repository().holds(kCommit, "config.json", 8));
        QVERIFY(!repository().holds(kCommit, "other.json", 7));
        fs::remove(repository().blob(kEtag));
        QVERIFY(!repository().holds(kCommit, "config.json", 7));
        QCOMPARE(std::distance(fs::directory_iterator(link.parent_path()), fs::directory_iterator()), 1L);
    }

    void aBranchNamesACommit() {
        QCOMPARE(repository().commitOf("main"), std::string());
        repository().setCommit("main", kCommit);
        QCOMPARE(read(folder() / "refs" / "main"), kCommit);
        repository().setCommit("refs/pr/1", kCommit);
        QCOMPARE(repository().commitOf("refs/pr/1"), kCommit);
        repository().setCommit(kCommit, kCommit);
        QVERIFY(!fs::exists(folder() / "refs" / kCommit));
    }

    void theCurrentSnapshotIsTheOneOfMain() {
        QVERIFY(repository().currentSnapshot().empty());
        for (const char* commit : {"aaa", "bbb"})
            fs::create_directories(folder() / "snapshots" / commit);
        QCOMPARE(repository().currentSnapshot(), folder() / "snapshots" / "bbb");
        write(folder() / "refs" / "main", "aaa");
        QCOMPARE(repository().currentSnapshot(), folder() / "snapshots" / "aaa");
        write(folder() / "refs" / "main", "gone");
        QCOMPARE(repository().currentSnapshot(), folder() / "snapshots" / "bbb");
    }

    /// Programs that copy a snapshot note no branch.
    void commitsOfWhatIsHere() {
        QCOMPARE(repository().commitHere("main"), std::string("main"));
        fs::create_directories(folder() / "snapshots" / "aaa");
        QCOMPARE(repository().commitHere("main"), std::string("aaa"));
        QCOMPARE(repository().commitHere("aaa"), std::string("aaa"));
        QCOMPARE(repository().commitHere("v1"), std::string("v1"));
        write(folder() / "refs" / "v1", "bbb");
        write(folder() / "refs" / "main", "gone");
        QCOMPARE(repository().commitHere("v1"), std::string("bbb"));
        QCOMPARE(repository().commitHere("main"), std::string("aaa"));
        fs::remove_all(folder() / "snapshots");
        QCOMPARE(repository().commitHere("main"), std::string("gone"));
    }

    void modelsAreFoundByTheirFolders() {
        for (const char* name : {"models--b--two", "models--a--one", "datasets--a--words", "models--gpt2", ".locks"})
            fs::create_directories(cache() / name);
        std::vector<std::string> names;
        for (const HubRepository& found : hubRepositories(cache()))
            names.push_back(found.name());
        QCOMPARE(names, (std::vector<std::string>{"a/one", "b/two", "gpt2"}));
        QVERIFY(hubRepositories(cache() / "nowhere").empty());
        QCOMPARE(hubNameOfSnapshot(repository().snapshot(kCommit)), kName);
        QCOMPARE(hubNameOfSnapshot("/home/somebody/models/mine"), std::string());
    }

    void oneLockAtATime() {
        const fs::path path = repository().lockFile(kEtag);
        {
            const auto first = FileLock::tryLock(path);
            QVERIFY(first.has_value());
            QVERIFY(!FileLock::tryLock(path).has_value());
            fs::remove(path); // as the Hugging Face libraries do when they are done
            QVERIFY(FileLock::tryLock(path).has_value());
        }
        QVERIFY(FileLock::tryLock(path).has_value());
    }

    void aCacheThatCannotBeWritten() {
        write(cache() / "file", "");
        const HubRepository inAFile(cache() / "file", kName);
        QVERIFY_EXCEPTION_THROWN(inAFile.link(kCommit, "config.json", kEtag), Error);
        QVERIFY_EXCEPTION_THROWN(inAFile.setCommit("main", kCommit), Error);
        QVERIFY_EXCEPTION_THROWN(FileLock::tryLock(inAFile.lockFile(kEtag)), Error);
    }
};

QTEST_GUILESS_MAIN(TestHubCache)
#include "tst_hub_cache.moc"
