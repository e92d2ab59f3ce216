#include "core/base/error.h"
#include "model/files/ggml_types.h"
#include "model/files/gguf_file.h"
#include "tests/model/gguf_bytes.h"
#include "tests/support/golden.h"

#include <QTemporaryDir>
#include <QtTest>
#include <fstream>
#include <functional>

using namespace prunescope;
using namespace prunescope::model;
using test::GgufBytes;

namespace {

/// A small sound file with every kind of value.
GgufBytes soundFile() {
    GgufBytes file;
    file.text("general.architecture", "qwen3vl");
    file.number<std::uint8_t>("u8", 0, 200);
    file.number<std::int8_t>("i8", 1, -3);
    file.number<std::uint16_t>("u16", 2, 65535);
    file.number<std::int16_t>("i16", 3, -300);
    file.u32("u32", 4000000000U);
    file.number<std::int32_t>("i32", 5, -70000);
    file.number("f32", 6, 1e-6F);
    file.number<std::uint8_t>("bool", 7, 1);
    file.number<std::uint64_t>("u64", 10, 1ULL << 40);
    file.number<std::int64_t>("i64", 11, -(1LL << 40));
    file.number("f64", 12, 0.1);
    file.texts("texts", {"a", "", "\xc3\xa9"});
    file.list("flags", 7, 3, std::string("\0\1\1", 3));
    file.list("nothing", 4, 0, "");
    file.tensor("a", {4, 2}, 0, std::string(32, '\1'));
    file.tensor("b", {32, 3}, 8, std::string(3 * 34, '\2'));
    file.tensor("c", {}, 30, std::string(2, '\3'));
    return file;
}

/// Writes a file and tries to open it; the message of the Error, empty where there is none.
std::string messageFor(const QTemporaryDir& folder, const std::string& bytes) {
    const std::string path = folder.filePath("x.gguf").toStdString();
    std::ofstream(path, std::ios::binary | std::ios::trunc).write(bytes.data(), std::ssize(bytes));
    try {
        const auto file = GgufFile::open(path);
        for (const auto& [key, value] : file->header().values()) // every look is a value or an Error
            for (const std::function<void()>& look : std::initializer_list<std::function<void()>>{
                     [&] { file->header().integer(key, 0, 9); }, [&] { file->header().number(key); },
                     [&] { file->header().text(key); }, [&] { file->header().texts(key); },
                     [&] { file->header().integers(key, 0, 9); }, [&] { file->header().numbers(key); }})
                try {
                    look();
                } catch (const Error&) {
                }
        return {};
    } catch (const Error& error) {
        return error.what();
    }
}

bool isOneLine(const std::string& message) {
    return !message.empty() && message.find_first_of("\n\r") == std::string::npos &&
           message.find("x.gguf") != std::string::npos;
}

struct Fault {
    const char* name;
    std::function<void(GgufBytes&)> make;
    const char* expected;
};

const std::vector<Fault>& faults() {
    static const std::vector<Fault> list{
        {"another format", [](GgufBytes& f) { f.magic = "GGML"; }, "no GGUF file"},
        {"version 1", [](GgufBytes& f) { f.version = 1; }, "version 1 of GGUF, expected 2 or 3"},
        {"version 4", [](GgufBytes& f) { f.version = 4; }, "version 4 of GGUF, expected 2 or 3"},
        {"big-endian", [](GgufBytes& f) { f.version = 3U << 24; }, "gguf-convert-endian"},
        {"huge count of values", [](GgufBytes& f) { f.extraValues = std::int64_t{1} << 60; }, "expected at most 65536"},
        {"negative count of tensors", [](GgufBytes& f) { f.extraTensors = -4; }, "tensors, expected at most"},
        {"a value too few", [](GgufBytes& f) { f.extraValues = 1; }, ""},
        {"a tensor too few", [](GgufBytes& f) { f.extraTensors = 1; }, ""},
        {"list of lists", [](GgufBytes& f) { f.list("l", 9, 1, std::string(12, '\0')); }, "a list of lists"},
        {"huge list", [](GgufBytes& f) { f.list("l", 0, std::uint64_t{1} << 62, ""); },
         "a list of 4611686018427387904"},
        {"list that overflows", [](GgufBytes& f) { f.list("l", 10, (std::uint64_t{1} << 61) + 1, ""); }, "a list of"},
        {"list past the end", [](GgufBytes& f) { f.list("l", 10, 1 << 24, ""); }, "truncated"},
        {"text past the end", [](GgufBytes& f) { f.raw("t", 8, std::string(8, '\x7f')); }, "truncated"},
        {"texts past the end", [](GgufBytes& f) { f.list("t", 8, 1 << 24, ""); }, ""},
        {"unknown type of value", [](GgufBytes& f) { f.raw("t", 13, ""); }, "type 13, expected one from 0 to 12"},
        {"a key twice", [](GgufBytes& f) { f.u32("u32", 1); }, "\"u32\" is there twice"},
        {"a long key", [](GgufBytes& f) { f.u32(std::string(70000, 'k'), 1); }, "70000 bytes long"},
        {"alignment 0", [](GgufBytes& f) { f.u32("general.alignment", 0); }, "general.alignment is 0"},
        {"alignment 24", [](GgufBytes& f) { f.u32("general.alignment", 24); }, "a power of two"},
        {"alignment as text", [](GgufBytes& f) { f.text("general.alignment", "32"); }, "general.alignment is \"32\""},
        {"a tensor twice", [](GgufBytes& f) { f.tensor("a", {1}, 0, "1234"); }, "\"a\" is there twice"},
        {"unknown type", [](GgufBytes& f) { f.tensor("t", {1}, 4, "1234"); }, "\"t\" is of ggml type 4"},
        {"part of a block", [](GgufBytes& f) { f.tensor("t", {48}, 8, std::string(51, '\0')); }, "a multiple of 32"},
        {"five sides",
         [](GgufBytes& f) {
             f.tensor("t", {1, 1, 1, 1, 1}, 0, "1234");
         },
         "has 5 sides"},
        {"a huge side", [](GgufBytes& f) { f.tensorAt("t", {std::uint64_t{1} << 63}, 0, 0); }, "does not fit"},
        {"sides that overflow",
         [](GgufBytes& f) {
             f.tensorAt("t", {1024, 1024, 1024, 1024}, 0, 0);
         },
         "do not fit into the file"},
        {"off the grid", [](GgufBytes& f) { f.tensorAt("t", {1}, 0, 4); }, "expected a multiple of 32"},
        {"past the end", [](GgufBytes& f) { f.tensorAt("t", {1}, 0, std::uint64_t{1} << 40); }, "truncated: \"t\""},
        {"an offset that overflows", [](GgufBytes& f) { f.tensorAt("t", {1}, 0, ~std::uint64_t{31}); }, "truncated"},
        {"overlap", [](GgufBytes& f) { f.tensorAt("t", {9}, 0, 0); }, "overlap"},
    };
    return list;
}

} // namespace

class TestGgufFile : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void values() {
        const GgufHeader& header = open(soundFile())->header();
        QCOMPARE(header.integer("u8", 0, 255), 200);
        QCOMPARE(header.integer("i8", -9, 9), -3);
        QCOMPARE(header.integer("u16", 0, 65535), 65535);
        QCOMPARE(header.integer("i16", -999, 0), -300);
        QCOMPARE(header.integer("u32", 0, 4000000000LL), 4000000000LL);
        QCOMPARE(header.integer("i32", -70000, 0), -70000);
        QCOMPARE(header.integer("bool", 0, 1), 1);
        QCOMPARE(header.integer("u64", 0, 1LL << 41), 1LL << 40);
        QCOMPARE(header.integer("i64", -(1LL << 41), 0), -(1LL << 40));
        QVERIFY(header.number("f32") == 1e-6); // not the double nearest to the float
        QVERIFY(header.number("f64") == 0.1);
        QVERIFY(header.texts("texts") == (std::vector<std::string_view>{"a", "", "\xc3\xa9"}));
        QVERIFY(header.integers("flags", 0, 1) == (std::vector<std::int64_t>{0, 1, 1}));
        QVERIFY(header.integers("nothing", 0, 1).empty());
    }

    void wrongValues_data() {
        QTest::addColumn<QString>("expected");
        QTest::addColumn<int>("look");
        QTest::newRow("out of range") << "u8 is 200, expected a number from 0 to 9" << 0;
        QTest::newRow("missing") << "no is missing, expected a number from 0 to 9" << 1;
        QTest::newRow("a list") << "texts is a list of 3, expected a number" << 2;
        QTest::newRow("a text") << "general.architecture is \"qwen3vl\", expected a list of texts" << 3;
        QTest::newRow("numbers") << "flags is a list of 3, expected a list of texts" << 4;
        QTest::newRow("a fraction") << "f32 is 1e-06, expected a number from 0 to 9" << 5;
    }

    void wrongValues() {
        QFETCH(QString, expected);
        QFETCH(int, look);
        const auto file = open(soundFile());
        const GgufHeader& header = file->header();
        try {
            look == 0   ? (void)header.integer("u8", 0, 9)
            : look == 1 ? (void)header.integer("no", 0, 9)
            : look == 2 ? (void)header.number("texts")
            : look == 3 ? (void)header.texts("general.architecture")
            : look == 4 ? (void)header.texts("flags")
                        : (void)header.integer("f32", 0, 9);
            QFAIL("no error");
        } catch (const Error& error) {
            QVERIFY2(QString(error.what()).contains(expected), error.what());
        }
    }

    void tensors() {
        const auto file = open(soundFile());
        QCOMPARE(file->tensors().size(), std::size_t{3});
        const StoredTensor* a = file->find("a");
        QVERIFY(a && a->dtype == "F32" && a->shape == (std::vector<std::int64_t>{2, 4}));
        QVERIFY(std::ranges::all_of(a->bytes, [](std::byte byte) { return byte == std::byte{1}; }));
        const StoredTensor* b = file->find("b");
        QVERIFY(b && b->dtype == "Q8_0" && b->shape == (std::vector<std::int64_t>{3, 32}) && b->bytes.size() == 102);
        const StoredTensor* c = file->find("c");
        QVERIFY(c && c->dtype == "BF16" && c->shape.empty() && c->bytes.size() == 2);
    }

    void everyType_data() {
        QTest::addColumn<int>("id");
        for (const GgmlType& type : ggmlTypes())
            QTest::newRow(std::string(type.name).c_str()) << static_cast<int>(type.id);
    }

    void everyType() {
        QFETCH(int, id);
        const GgmlType* type = ggmlType(static_cast<std::uint32_t>(id));
        QVERIFY(type);
        GgufBytes bytes;
        bytes.text("general.architecture", "x");
        const std::string content(std::size_t{6} * type->blockBytes, 'x');
        bytes.tensor("t", {2 * type->blockValues, 3}, type->id, content);
        const auto file = open(bytes);
        const StoredTensor* tensor = file->find("t");
        QCOMPARE(tensor->dtype, std::string(type->name));
        QCOMPARE(tensor->bytes.size(), content.size());
        QCOMPARE(tensor->values(), std::int64_t{6} * type->blockValues);
    }

    void faults_data() {
        QTest::addColumn<int>("index");
        for (std::size_t i = 0; i < ::faults().size(); ++i)
            QTest::newRow(::faults()[i].name) << static_cast<int>(i);
    }

    void faults() {
        QFETCH(int, index);
        const Fault& fault = ::faults()[static_cast<std::size_t>(index)];
        GgufBytes bytes = soundFile();
        fault.make(bytes);
        const std::string message = messageFor(m_folder, bytes.bytes());
        QVERIFY2(isOneLine(message), message.c_str());
        QVERIFY2(message.find(fault.expected) != std::string::npos, message.c_str());
    }

    /// Every part of a file is too short.
    void truncations() {
        const std::string whole = soundFile().bytes();
        QCOMPARE(messageFor(m_folder, whole), std::string());
        for (std::size_t length = 0; length < whole.size(); ++length) {
            const std::string message = messageFor(m_folder, whole.substr(0, length));
            QVERIFY2(isOneLine(message), (std::to_string(length) + ": " + message).c_str());
        }
    }

    void flippedBits() {
        GgufBytes sound = soundFile();
        const std::string whole = sound.bytes();
        int refused = 0;
        for (std::size_t at = 0; at < whole.size() - sound.data.size(); ++at)
            for (const int bit : {0, 2, 7}) { // near what was there, and far from it
                std::string bytes = whole;
                bytes[at] = static_cast<char>(bytes[at] ^ (1 << bit));
                const std::string message = messageFor(m_folder, bytes);
                QVERIFY2(message.empty() || isOneLine(message), (std::to_string(at) + ": " + message).c_str());
                refused += message.empty() ? 0 : 1;
            }
        QVERIFY(refused > 200);
    }

    void architectureAlone() {
        GgufBytes bytes = soundFile();
        bytes.extraTensors = 1000; // never reached
        const std::string path = write(bytes);
        QCOMPARE(ggufArchitecture(path), std::string("qwen3vl"));
        QVERIFY(isGgufFile(path));
        QVERIFY(!isGgufFile(m_folder.path().toStdString()));
        QVERIFY_THROWS_EXCEPTION(Error, GgufFile::open(path));
    }

    /// As the Python package gguf wrote it.
    void realFiles() {
        const auto text = GgufFile::open((test::dataFolder() / "gguf" / "tiny.gguf").string());
        QCOMPARE(text->architecture(), std::string("qwen3vl"));
        QCOMPARE(text->header().texts("tokenizer.ggml.tokens").size(), std::size_t{512});
        const StoredTensor* tensor = text->find("blk.1.ffn_down.weight");
        QVERIFY(tensor && tensor->dtype == "Q8_0" && tensor->shape == (std::vector<std::int64_t>{32, 64}));
        const auto vision = GgufFile::open((test::dataFolder() / "gguf" / "mmproj-tiny.gguf").string());
        QCOMPARE(vision->architecture(), std::string("clip"));
        const StoredTensor* patches = vision->find("v.patch_embd.weight.1");
        QVERIFY(patches && patches->shape == (std::vector<std::int64_t>{16, 3, 16, 16}));
    }

private:
    std::string write(const GgufBytes& bytes) {
        const std::string path = m_folder.filePath("sound.gguf").toStdString();
        const std::string content = bytes.bytes();
        std::ofstream(path, std::ios::binary | std::ios::trunc).write(content.data(), std::ssize(content));
        return path;
    }
    std::shared_ptr<const GgufFile> open(const GgufBytes& bytes) { return m_last = GgufFile::open(write(bytes)); }

    QTemporaryDir m_folder;
    std::shared_ptr<const GgufFile> m_last;
};

QTEST_APPLESS_MAIN(TestGgufFile)
#include "tst_gguf_file.moc"
