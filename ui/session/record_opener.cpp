#include "ui/session/record_opener.h"

#include "core/base/error.h"
#include "core/image/image_file.h"
#include "core/records/record_summary.h"
#include "ui/session/conversation.h"
#include "ui/session/mask_view.h"
#include "ui/session/notices.h"
#include "ui/session/open_image.h"
#include "ui/session/samples.h"
#include "ui/style/format.h"

#include <QFile>
#include <QFileInfo>
#include <algorithm>
#include <array>
#include <utility>

namespace prunescope::ui {

nlohmann::json regionJson(PixelRect region) {
    return {region.x, region.y, region.width, region.height};
}

std::optional<PixelRect> regionOf(const nlohmann::json& answer) {
    const nlohmann::json& sides = valueBelow(answer, {kRegionKey});
    std::array<int, 4> numbers{};
    if (!sides.is_array() || sides.size() != numbers.size())
        return std::nullopt;
    for (std::size_t i = 0; i < numbers.size(); ++i) {
        if (!sides[i].is_number_integer())
            return std::nullopt;
        numbers[i] = static_cast<int>(std::clamp<std::int64_t>(sides[i].get<std::int64_t>(), 0, kMaxPicturePixels));
    }
    return PixelRect{numbers[0], numbers[1], numbers[2], numbers[3]};
}

RecordOpener::RecordOpener(const Parts& parts, QObject* parent) : QObject(parent), m_parts(parts) {
    connect(&m_parts.image, &OpenImage::changed, this, &RecordOpener::restore);
    connect(&m_parts.image, &OpenImage::failed, this, [this] { m_waiting.reset(); });
}

void RecordOpener::open(const InteractionRecord& record) {
    m_waiting.reset();
    const auto& images = valueBelow(record.answer, {"images"});
    const QString name = images.is_array() && !images.empty() ? fromUtf8(textBelow(images[0], {"image"})) : QString();
    m_waiting = record;
    if (!m_parts.image.isEmpty() && fromUtf8(m_parts.image.screenshot().name) == name)
        restore(); // it is open
    else
        openPicture(name);
}

void RecordOpener::openPicture(const QString& name) {
    const auto list = samples();
    const auto sample = std::ranges::find(list, name, &Sample::name);
    if (QFileInfo(name).isFile()) {
        m_parts.image.openFile(name);
    } else if (QFile file(sample == list.end() ? QString() : sample->resource);
               sample != list.end() && file.open(QIODevice::ReadOnly)) {
        m_parts.image.openBytes(file.readAll(), name);
    } else {
        m_parts.notices.info(
            name.contains(QLatin1Char('/'))
                ? tr("%1 is not there any more: question and plan are back, the picture is not.").arg(name)
                : tr("“%1” was not opened from a file: question and plan are back, the picture is not.").arg(name));
        m_waiting->answer.erase(kRegionKey); // of a picture that is not open
        restore();
    }
}

void RecordOpener::restore() {
    if (!m_waiting)
        return;
    const InteractionRecord record = *std::exchange(m_waiting, std::nullopt);
    try {
        if (const std::string plan = textBelow(record.answer, {"plan"}); !plan.empty())
            m_parts.mask.setPlan(parsePlan(plan));
    } catch (const Error& error) {
        m_parts.notices.error(tr("The plan of the question is not known here: %1").arg(errorText(error)));
    }
    if (!m_parts.image.isEmpty())
        m_parts.mask.setRegion(regionOf(record.answer).value_or(PixelRect{}));
    m_parts.conversation.setDraft(fromUtf8(record.question));
}

} // namespace prunescope::ui
