#pragma once

#include "core/base/base64.h"
#include "core/base/error.h"
#include "core/image/image_file.h"
#include "model/datasets/question_set.h"
#include "tests/support/pictures.h"

#include <QByteArray>
#include <QStringList>
#include <QTemporaryDir>
#include <algorithm>
#include <atomic>
#include <fstream>
#include <string>
#include <thread>
#include <vector>

namespace prunescope::test {

inline bool samePixels(const Picture& a, const Picture& b) {
    return a.size() == b.size() && std::equal(a.data(), a.data() + a.sizeBytes(), b.data());
}

/// What is wrong with the message of an error that `action` should throw; empty: nothing.
template <typename Action>
QByteArray problem(ErrorKind kind, const QStringList& words, Action&& action) {
    try {
        action();
    } catch (const Error& error) {
        const QString message = error.what();
        if (error.kind() != kind)
            return "another kind of error: " + message.toUtf8();
        for (const QString& word : words)
            if (!message.contains(word))
                return "no \"" + word.toUtf8() + "\" in: " + message.toUtf8();
        return message.contains('\n') ? QByteArray("more than one line") : QByteArray();
    }
    return "no error";
}

/// How often four threads, each of which reads the first picture of a set 20 times, find `expected`.
inline int timesReadOnThreads(const model::QuestionSet& set, const Picture& expected) {
    std::atomic<int> right = 0;
    std::vector<std::thread> threads;
    for (int i = 0; i < 4; ++i)
        threads.emplace_back([&] {
            for (int k = 0; k < 20; ++k)
                right += samePixels(set.at(0).picture(), expected);
        });
    for (std::thread& thread : threads)
        thread.join();
    return right;
}

/// JSON that is written with single quotes, for people.
inline std::string asJson(std::string text) {
    std::ranges::replace(text, '\'', '"');
    return text;
}

/// A folder for sets with the picture a.png, 40 x 30 pixels, and b.png, 20 x 10.
class SetFolder {
public:
    SetFolder() {
        writeImage(file("a.png"), picture);
        writeImage(file("b.png"), other);
    }

    std::string file(const std::string& name) const {
        return m_folder.filePath(QString::fromStdString(name)).toStdString();
    }

    std::string write(const std::string& name, const std::string& content) const {
        std::ofstream(file(name), std::ios::binary) << content;
        return file(name);
    }

    /// a.png, b.png as base64.
    std::string base64() const { return encodeBase64(encodePng(picture)); }
    std::string otherBase64() const { return encodeBase64(encodePng(other)); }

    const Picture picture = noise({40, 30}, 5);
    const Picture other = noise({20, 10}, 6);

private:
    QTemporaryDir m_folder;
};

} // namespace prunescope::test
