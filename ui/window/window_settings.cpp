#include "ui/window/window_settings.h"

#include "core/base/folders.h"
#include "ui/style/format.h"
#include "ui/widgets/option_editor.h"

#include <QFile>
#include <QFileInfo>
#include <algorithm>
#include <exception>
#include <iterator>
#include <utility>

namespace prunescope::ui {

namespace {

constexpr int kRecentPictures = 10;
constexpr int kModelFolders = 6;
constexpr int kWriteAfterMs = 300;
constexpr const char* kMaskModes[]{"mask", "grid", "restored", "error", "off"}; // in the order of MaskMode

const QString kPicturesKey = QStringLiteral("recent/pictures");
const QString kPlanKey = QStringLiteral("pruning/plan"); // as text: commas and semicolons stay in one value
const QString kPrefersBundledKey = QStringLiteral("model/prefersBundled");
const QString kFoldersKey = QStringLiteral("recent/modelFolders");
const QString kAdaptersKey = QStringLiteral("recent/adapters");

/// What versions before plans have written: a key an option.
PrunePlan oldPlan(const QSettings& file) {
    MethodSettings settings(
        file.value(QStringLiteral("pruning/strategy"), fromUtf8(kDefaultMethod)).toString().toStdString());
    for (const OptionSpec& spec : settings.entry().options) {
        const QString key = QStringLiteral("pruning/") + camelCase(spec);
        if (!file.contains(key))
            continue;
        const QString text = file.value(key).toString();
        const auto value = spec.kind == OptionKind::Flag ? OptionValue(text == QLatin1String("true"))
                                                         : parseOption(spec, text.toStdString());
        if (value)
            settings.set(spec.name, *value);
    }
    return PrunePlan::of(settings);
}

} // namespace

WindowSettings::WindowSettings(const QString& path) {
    const QString name = QStringLiteral("prunescope");
    m_file = path.isEmpty() ? std::make_unique<QSettings>(QSettings::IniFormat, QSettings::UserScope, name, name)
                            : std::make_unique<QSettings>(path, QSettings::IniFormat);
    try { // the paths of pictures are nobody else's business
        makePrivateFolders(QFileInfo(m_file->fileName()).absolutePath().toStdString());
    } catch (const std::exception&) { // then there are no settings to be read, or written
    }
    m_write.setSingleShot(true);
    m_write.setInterval(kWriteAfterMs);
    m_write.callOnTimeout(&m_write, [this] { writePlan(); });
}

WindowSettings::~WindowSettings() {
    writePlan();
    m_file->sync();
    QFile::setPermissions(m_file->fileName(), QFile::ReadOwner | QFile::WriteOwner);
}

QByteArray WindowSettings::geometry() const {
    return m_file->value(QStringLiteral("window/geometry")).toByteArray();
}

QByteArray WindowSettings::docks() const {
    return m_file->value(QStringLiteral("window/docks")).toByteArray();
}

void WindowSettings::setPlaces(const QByteArray& geometry, const QByteArray& docks) {
    m_file->setValue(QStringLiteral("window/geometry"), geometry);
    m_file->setValue(QStringLiteral("window/docks"), docks);
}

PrunePlan WindowSettings::plan() const {
    if (m_unwritten)
        return *m_unwritten;
    try {
        return m_file->contains(kPlanKey) ? parsePlan(m_file->value(kPlanKey).toString().toStdString())
                                          : oldPlan(*m_file);
    } catch (const std::exception&) {
        return {}; // written by another version, or by hand
    }
}

void WindowSettings::setPlan(const PrunePlan& plan) {
    m_unwritten = plan;
    m_write.start();
}

void WindowSettings::writePlan() {
    if (m_unwritten)
        m_file->setValue(kPlanKey, fromUtf8(toText(*std::exchange(m_unwritten, std::nullopt))));
}

MaskMode WindowSettings::maskMode() const {
    const QString text = m_file->value(QStringLiteral("view/mask")).toString();
    const auto found = std::ranges::find_if(kMaskModes, [&](const char* mode) { return text == QLatin1String(mode); });
    return found == std::end(kMaskModes) ? MaskMode::Mask
                                         : static_cast<MaskMode>(std::distance(std::begin(kMaskModes), found));
}

void WindowSettings::setMaskMode(MaskMode mode) {
    m_file->setValue(QStringLiteral("view/mask"), QLatin1String(kMaskModes[static_cast<int>(mode)]));
}

bool WindowSettings::showsChanges() const {
    return m_file->value(QStringLiteral("view/changes"), true).toBool();
}

void WindowSettings::setShowsChanges(bool shows) {
    m_file->setValue(QStringLiteral("view/changes"), shows);
}

model::RegionUse WindowSettings::regionUse() const {
    return model::regionUseOf(m_file->value(QStringLiteral("model/region")).toString().toStdString());
}

void WindowSettings::setRegionUse(model::RegionUse use) {
    m_file->setValue(QStringLiteral("model/region"), QLatin1String(model::toText(use)));
}

bool WindowSettings::thinksFirst() const {
    return m_file->value(QStringLiteral("model/thinksFirst"), false).toBool();
}

void WindowSettings::setThinksFirst(bool thinks) {
    m_file->setValue(QStringLiteral("model/thinksFirst"), thinks);
}

ThemeMode WindowSettings::theme() const {
    return themeModeOf(m_file->value(QStringLiteral("view/theme")).toString()).value_or(ThemeMode::Desktop);
}

void WindowSettings::setTheme(ThemeMode mode) {
    m_file->setValue(QStringLiteral("view/theme"), toText(mode));
}

void WindowSettings::addTo(const QString& key, const QString& path, int most) {
    QStringList list = m_file->value(key).toStringList();
    list.removeAll(path);
    list.prepend(path);
    m_file->setValue(key, QStringList(list.mid(0, most)));
}

QStringList WindowSettings::recentPictures() const {
    return m_file->value(kPicturesKey).toStringList();
}

void WindowSettings::addRecentPicture(const QString& path) {
    addTo(kPicturesKey, path, kRecentPictures);
}

void WindowSettings::removeRecentPicture(const QString& path) {
    QStringList list = recentPictures();
    list.removeAll(path);
    m_file->setValue(kPicturesKey, list);
}

QStringList WindowSettings::modelFolders() const {
    return m_file->value(kFoldersKey).toStringList();
}

void WindowSettings::addModelFolder(const QString& folder) {
    addTo(kFoldersKey, folder, kModelFolders);
}

QString WindowSettings::adapterOf(const QString& modelFolder) const {
    return m_file->value(kAdaptersKey).toMap().value(modelFolder).toString();
}

void WindowSettings::setAdapterOf(const QString& modelFolder, const QString& adapter) {
    QVariantMap adapters = m_file->value(kAdaptersKey).toMap();
    if (adapter.isEmpty())
        adapters.remove(modelFolder);
    else
        adapters[modelFolder] = adapter;
    m_file->setValue(kAdaptersKey, adapters);
}

bool WindowSettings::prefersBundledModel() const {
    return m_file->value(kPrefersBundledKey, modelFolders().isEmpty()).toBool();
}

void WindowSettings::setPrefersBundledModel(bool prefers) {
    m_file->setValue(kPrefersBundledKey, prefers);
}

bool WindowSettings::showsBundledHint() const {
    return m_file->value(QStringLiteral("view/bundledHint"), true).toBool();
}

void WindowSettings::setShowsBundledHint(bool shows) {
    m_file->setValue(QStringLiteral("view/bundledHint"), shows);
}

bool WindowSettings::loadsModelAtStart() const {
    return m_file->value(QStringLiteral("model/loadAtStart"), false).toBool();
}

void WindowSettings::setLoadsModelAtStart(bool loads) {
    m_file->setValue(QStringLiteral("model/loadAtStart"), loads);
}

QString WindowSettings::evaluation() const {
    return m_file->value(QStringLiteral("evaluation/setup")).toString();
}

void WindowSettings::setEvaluation(const QString& setup) {
    m_file->setValue(QStringLiteral("evaluation/setup"), setup);
}

} // namespace prunescope::ui
