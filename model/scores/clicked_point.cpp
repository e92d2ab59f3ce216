#include "model/scores/clicked_point.h"

#include "model/scores/python_text.h"
#include "model/scores/python_values.h"

namespace prunescope {

namespace {

std::size_t numberLength(std::u32string_view text) {
    std::size_t length = 0;
    while (length < text.size() && (text[length] == U'.' || digitValue(text[length]) >= 0))
        ++length;
    return length;
}

/// The toolkit takes -1 for 0.
double safe(double edge) {
    return edge == -1 ? 0 : edge;
}

} // namespace

std::optional<PointPart> clickedPoint(std::string_view answer) {
    constexpr std::u32string_view kX = U"x=";
    constexpr std::u32string_view kY = U", y=";
    const std::u32string characters = codePoints(answer);
    const std::u32string_view text = characters;
    for (std::size_t at = text.find(kX); at != text.npos; at = text.find(kX, at + 1)) {
        const std::u32string_view x = text.substr(at + kX.size(), numberLength(text.substr(at + kX.size())));
        const std::u32string_view rest = text.substr(at + kX.size() + x.size());
        const std::size_t length = rest.starts_with(kY) ? numberLength(rest.substr(kY.size())) : 0;
        if (x.empty() || length == 0)
            continue;
        const auto xValue = pythonFloat(x);
        const auto yValue = pythonFloat(rest.substr(kY.size(), length));
        return xValue && yValue ? std::optional(PointPart{*xValue, *yValue}) : std::nullopt;
    }
    return PointPart{};
}

bool liesIn(PointPart point, const PixelBox& box, Size size) {
    if (size.width <= 0 || size.height <= 0)
        return false;
    return safe(box.left) / size.width <= point.x && point.x <= safe(box.right) / size.width &&
           safe(box.top) / size.height <= point.y && point.y <= safe(box.bottom) / size.height;
}

Verdict clickVerdict(const GivenAnswer& answer, const PixelBox& box) {
    std::optional<PointPart> point = clickedPoint(answer.text);
    if (!point)
        return {.formatError = true};
    if (point->x > 1 || point->y > 1)
        point = PointPart{point->x / answer.size.width, point->y / answer.size.height};
    return {.score = liesIn(*point, box, answer.size) ? 1.0 : 0.0};
}

} // namespace prunescope
