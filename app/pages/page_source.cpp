#include "app/pages/page_source.h"

#ifdef PRUNESCOPE_HAS_PDF
#include "ui/session/pdf_file.h"
#include "ui/session/pixels.h"

#include <algorithm>
#endif

namespace prunescope::app {

#ifdef PRUNESCOPE_HAS_PDF

namespace {

constexpr double kDotsPerInch = 144;
constexpr int kMostPages = 120;

std::vector<Picture> pagesOf(std::span<const std::byte> pdf, const std::string& name) {
    const QByteArray bytes(reinterpret_cast<const char*>(pdf.data()), static_cast<qsizetype>(pdf.size()));
    const ui::PdfFile file(bytes, QString::fromStdString(name));
    std::vector<Picture> pages;
    for (int page = 0; page < std::min(file.pages(), kMostPages); ++page)
        pages.push_back(ui::pictureOf(file.drawn(page, kDotsPerInch)));
    return pages;
}

} // namespace

model::PageSource pageSource() {
    return pagesOf;
}

#else

model::PageSource pageSource() {
    return {};
}

#endif

} // namespace prunescope::app
