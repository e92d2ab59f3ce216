#include "app/reports/history_picture.h"

#include "app/reports/eval_charts.h"
#include "core/base/base64.h"
#include "core/base/error.h"
#include "core/base/format.h"
#include "core/image/image_file.h"
#include "core/image/redaction.h"
#include "core/records/record_summary.h"
#include "core/report/mask_painter.h"
#include "core/report/mask_report.h"
#include "core/resize/resize.h"
#include "model/values/asked_part.h"

#include <algorithm>
#include <filesystem>
#include <nlohmann/json.hpp>

namespace prunescope::app {

using nlohmann::json;

namespace {

constexpr int kLongestSide = 1024; ///< of what is embedded: two of them stand side by side

Picture smaller(const Picture& picture) {
    const int longest = std::max(picture.width(), picture.height());
    if (longest <= kLongestSide)
        return picture;
    const auto side = [&](int px) { return std::max(1, px * kLongestSide / longest); };
    return resizeBicubic(picture, {side(picture.width()), side(picture.height())});
}

/// Throws Error where the picture is not there any more, or has another size than the one that was asked about.
Picture shownPicture(const MaskReport& report, const model::AskedPart& part) {
    std::error_code ignored;
    if (!std::filesystem::is_regular_file(report.image, ignored))
        throw Error(ErrorKind::NotFound, "is not here any more");
    const Picture whole = model::shownWith(redacted(readImage(report.image), part.redacted), part);
    const bool isCropped = !part.region.empty() && !part.isMarked();
    const Picture shown = isCropped ? whole.cropped(part.region) : whole;
    if (shown.size() != report.original)
        throw Error(ErrorKind::BadFile, "is another picture now: it has another size");
    return shown;
}

std::string number(double value) {
    return formatFixed(value, 1);
}

/// A place that the answer names, in pixels of the picture.
std::string placeElement(const json& region, double radius) {
    std::vector<double> px;
    for (const json& edge : valueBelow(region, {"px"}))
        if (edge.is_number())
            px.push_back(edge.get<double>());
    const std::string title = "<title>" + escaped(textBelow(region, {"label"})) + "</title>";
    if (px.size() == 4)
        return "<rect x=\"" + number(px[0]) + "\" y=\"" + number(px[1]) + "\" width=\"" +
               number(std::max(0.0, px[2] - px[0])) + "\" height=\"" + number(std::max(0.0, px[3] - px[1])) + "\">" +
               title + "</rect>";
    if (px.size() == 2)
        return "<circle cx=\"" + number(px[0]) + "\" cy=\"" + number(px[1]) + "\" r=\"" + number(radius) + "\">" +
               title + "</circle>";
    return {};
}

/// An embedded picture, `above` drawn over it in pixels of `shown`.
std::string pictureElement(const Picture& picture, PixelRect shown, const std::string& above, const std::string& alt) {
    const std::string place = "x=\"" + std::to_string(shown.x) + "\" y=\"" + std::to_string(shown.y) + "\" width=\"" +
                              std::to_string(shown.width) + "\" height=\"" + std::to_string(shown.height) + "\"";
    return "<svg role=\"img\" aria-label=\"" + escaped(alt) + "\" viewBox=\"" + std::to_string(shown.x) + " " +
           std::to_string(shown.y) + " " + std::to_string(shown.width) + " " + std::to_string(shown.height) +
           "\"><image " + place + " href=\"data:image/png;base64," + encodeBase64(encodePng(picture)) + "\"/>" + above +
           "</svg>";
}

std::string caption(const std::string& text) {
    return "<figcaption>" + escaped(text) + "</figcaption>";
}

std::string nameOf(const std::string& path) {
    return std::filesystem::path(path).filename().string();
}

/// A picture and what the model saw of it. `isLast`: places are of the last picture of a prompt.
std::string figures(const MaskReport& report, const json& answer, bool isLast) {
    const model::AskedPart part = model::askedPartOf(answer);
    const Picture shown = shownPicture(report, part), small = smaller(shown);
    const bool isCropped = !part.region.empty() && !part.isMarked();
    const PixelRect place{isCropped ? part.region.x : 0, isCropped ? part.region.y : 0, shown.width(), shown.height()};
    std::string places;
    if (isLast)
        for (const json& region : valueBelow(answer, {"regions"}))
            places += placeElement(region, std::max(shown.width(), shown.height()) / 100.0);
    const Size size = report.original;
    std::string html = "<figure>" + pictureElement(small, place, places, nameOf(report.image)) +
                       caption(nameOf(report.image) + ", " + std::to_string(size.width) + " x " +
                               std::to_string(size.height) + " px") +
                       "</figure>";
    if (report.mask.keptCount() == report.mask.count() || !report.views.empty())
        return html;
    return html + "<figure>" + pictureElement(paintMask(small, report.mask), place, {}, "what the model saw") +
           caption(formatCount(report.mask.keptCount()) + " of " + formatCounted(report.mask.count(), "block") +
                   " kept (" + formatPercent(report.mask.keptShare()) + ")") +
           "</figure>";
}

std::string pictureHtml(const json& image, const json& answer, bool isLast) {
    try {
        return figures(maskReportFromJson(image), answer, isLast);
    } catch (const Error& error) {
        const bool isGone = error.kind() == ErrorKind::NotFound || error.kind() == ErrorKind::BadFile;
        const std::string why =
            isGone && std::string_view(error.what()).starts_with("is ") ? error.what() : "can't be shown";
        return "<p class=\"note\">The picture " + escaped(nameOf(textBelow(image, {"image"}))) + " " + why + ".</p>";
    }
}

} // namespace

std::string historyPictures(const json& answer) {
    const json& images = valueBelow(answer, {"images"});
    std::string html;
    if (images.is_array())
        for (std::size_t i = 0; i < images.size(); ++i)
            html += "<div class=\"row\">" + pictureHtml(images[i], answer, i + 1 == images.size()) + "</div>\n";
    return html;
}

} // namespace prunescope::app
