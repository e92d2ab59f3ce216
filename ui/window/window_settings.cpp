#include "ui/window/window_settings.h"

#include "ui/style/text.h"

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
const QString kSkipRatioKey = QStringLiteral("pruning/skipRatio");
const QString kPrefersBundledKey = QStringLiteral("model/prefersBundled");
const QString kFoldersKey = QStringLiteral("recent/modelFolders");

} // namespace

WindowSettings::WindowSettings(const QString& path) {
    const QString name = QStringLiteral("prunescope");
    m_file = path.isEmpty() ? std::make_unique<QSettings>(QSettings::IniFormat, QSettings::UserScope, name, name)
                            : std::make_unique<QSettings>(path, QSettings::IniFormat);
    m_write.setSingleShot(true);
    m_write.setInterval(kWriteAfterMs);
    m_write.callOnTimeout(&m_write, [this] { writeMask(); });
}

WindowSettings::~WindowSettings() {
    writeMask();
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

MaskSettings WindowSettings::mask() const {
    if (m_unwritten)
        return *m_unwritten;
    const MaskSettings fallback;
    MaskSettings settings;
    const auto text = [&](const char* key, const std::string& other) {
        return m_file->value(QLatin1String(key), fromUtf8(other)).toString().toStdString();
    };
    settings.strategy = text("pruning/strategy", fallback.strategy);
    settings.metric = text("pruning/metric", fallback.metric);
    settings.tau = m_file->value(QStringLiteral("pruning/tau"), fallback.tau).toDouble();
    settings.anchored = m_file->value(QStringLiteral("pruning/anchored"), fallback.anchored).toBool();
    settings.seed = m_file->value(QStringLiteral("pruning/seed"), quint64{fallback.seed}).toULongLong();
    if (m_file->contains(kSkipRatioKey))
        settings.skipRatio = m_file->value(kSkipRatioKey).toDouble();
    settings.even = m_file->value(QStringLiteral("pruning/even"), fallback.even).toBool();
    try {
        validate(settings);
    } catch (const std::exception&) {
        return fallback; // written by another version, or by hand
    }
    return settings;
}

void WindowSettings::setMask(const MaskSettings& settings) {
    m_unwritten = settings;
    m_write.start();
}

void WindowSettings::writeMask() {
    if (!m_unwritten)
        return;
    const MaskSettings settings = *std::exchange(m_unwritten, std::nullopt);
    m_file->setValue(QStringLiteral("pruning/strategy"), fromUtf8(settings.strategy));
    m_file->setValue(QStringLiteral("pruning/metric"), fromUtf8(settings.metric));
    m_file->setValue(QStringLiteral("pruning/tau"), settings.tau);
    m_file->setValue(QStringLiteral("pruning/anchored"), settings.anchored);
    m_file->setValue(QStringLiteral("pruning/seed"), quint64{settings.seed});
    if (settings.skipRatio)
        m_file->setValue(kSkipRatioKey, *settings.skipRatio);
    else
        m_file->remove(kSkipRatioKey);
    m_file->setValue(QStringLiteral("pruning/even"), settings.even);
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

} // namespace prunescope::ui
