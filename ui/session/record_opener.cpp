#include "ui/session/record_opener.h"

#include "core/base/error.h"
#include "core/records/record_summary.h"
#include "model/values/asked_part.h"
#include "ui/session/conversation.h"
#include "ui/session/mask_view.h"
#include "ui/session/notices.h"
#include "ui/session/open_document.h"
#include "ui/session/open_image.h"
#include "ui/session/samples.h"
#include "ui/style/format.h"

#include <QFile>
#include <QFileInfo>
#include <algorithm>
#include <utility>

namespace prunescope::ui {

RecordOpener::RecordOpener(const Parts& parts, QObject* parent) : QObject(parent), m_parts(parts) {
    connect(&m_parts.image, &OpenImage::changed, this, &RecordOpener::restore);
    connect(&m_parts.image, &OpenImage::failed, this, [this] { m_waiting.reset(); });
    connect(&m_parts.document, &OpenDocument::failed, this, [this] { m_waiting.reset(); });
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
    const auto page = PageName::of(name);
    if (page && QFileInfo(page->path).isFile()) {
        m_parts.document.open(page->path, page->page);
    } else if (QFileInfo(name).isFile()) {
        m_parts.image.openFile(name);
    } else if (QFile file(sample == list.end() ? QString() : sample->resource);
               sample != list.end() && file.open(QIODevice::ReadOnly)) {
        m_parts.image.openBytes(file.readAll(), name);
    } else {
        m_parts.notices.info(
            name.contains(QLatin1Char('/'))
                ? tr("%1 is not there any more: question and plan are back, the picture is not.").arg(name)
                : tr("“%1” was not opened from a file: question and plan are back, the picture is not.").arg(name));
        for (const char* part : {"region", "redacted"}) // of a picture that is not open
            m_waiting->answer.erase(part);
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
    model::AskedPart part = model::askedPartOf(record.answer);
    std::erase_if(part.redacted, [now = m_parts.image.redactions()](const PixelRect& rect) {
        return std::ranges::find(now, rect) != now.end();
    });
    m_parts.image.redact(part.redacted);
    if (!m_parts.image.isEmpty()) {
        // One that is marked may be narrower than any that is cropped.
        m_parts.mask.setRegion({});
        m_parts.mask.setRegionUse(part.use);
        m_parts.mask.setRegion(part.region);
    }
    m_parts.conversation.setDraft(fromUtf8(record.question));
}

} // namespace prunescope::ui
