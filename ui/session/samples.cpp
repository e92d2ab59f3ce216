#include "ui/session/samples.h"

#include "core/base/error.h"
#include "core/base/json_fields.h"
#include "ui/session/pixels.h"
#include "ui/style/format.h"

#include <QCoreApplication>
#include <QDir>
#include <QFile>
#include <QImageReader>
#include <algorithm>
#include <cstring>

namespace prunescope::ui {

namespace {

const QString kFolder = QStringLiteral(":/samples/");

QStringList questionsOf(const JsonFields& fields) {
    QStringList questions;
    if (fields.has("questions") && fields.json()["questions"].is_array())
        for (const nlohmann::json& question : fields.json()["questions"])
            if (question.is_string())
                questions << fromUtf8(question.get<std::string>());
    if (questions.isEmpty())
        fields.fail("questions", "a list of texts");
    return questions;
}

std::vector<Sample> readAll() {
    std::vector<Sample> all;
    for (const QString& name : QDir(kFolder).entryList({QStringLiteral("*.json")}, QDir::Files, QDir::Name)) {
        QFile file(kFolder + name);
        check(file.open(QIODevice::ReadOnly), "a resource that is listed can be read");
        const std::vector<Sample> some = readSamples(file.readAll().toStdString(), name.toStdString());
        all.insert(all.end(), some.begin(), some.end());
    }
    return all;
}

bool isSame(const Picture& one, const Picture& other) {
    return one.size() == other.size() && std::memcmp(one.data(), other.data(), one.sizeBytes()) == 0;
}

std::vector<QSize> sizesOf(std::span<const Sample> samples) {
    std::vector<QSize> sizes;
    for (const Sample& sample : samples)
        sizes.push_back(QImageReader(sample.resource).size());
    return sizes;
}

} // namespace

QString Sample::name() const {
    return QCoreApplication::translate("sample", "Sample: %1").arg(title);
}

std::vector<Sample> readSamples(const std::string& json, const std::string& where) {
    const nlohmann::json list = parseJson(json, where);
    if (!list.is_array())
        throw Error(ErrorKind::BadFile, where + ": found no list, expected one of pictures with questions");
    std::vector<Sample> found;
    for (const nlohmann::json& entry : list) {
        const JsonFields fields(entry, where + ", entry " + std::to_string(found.size() + 1));
        found.push_back({fromUtf8(fields.text("title")), kFolder + fromUtf8(fields.text("image")), questionsOf(fields),
                         fields.boolean("bundled_model", false)});
    }
    return found;
}

std::span<const Sample> samples() {
    static const std::vector<Sample> all = readAll();
    return all;
}

const Sample* sampleShowing(const Picture& picture) {
    const auto all = samples();
    static const std::vector<QSize> sizes = sizesOf(all); // pictures come often: most are of another size
    const auto shows = [&](const Sample& sample) {
        if (sizes[static_cast<std::size_t>(&sample - all.data())] != QSize(picture.width(), picture.height()))
            return false;
        const QImage image(sample.resource);
        return !image.isNull() && isSame(pictureOf(image), picture);
    };
    const auto found = picture.empty() ? all.end() : std::ranges::find_if(all, shows);
    return found == all.end() ? nullptr : &*found;
}

} // namespace prunescope::ui
