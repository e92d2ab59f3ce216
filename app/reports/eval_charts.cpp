#include "app/reports/eval_charts.h"

#include "core/base/format.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace prunescope::app {

namespace {

using Sets = std::vector<model::SetReport>;

constexpr double kWidth = 760, kHeight = 360;
constexpr double kLeft = 56, kRight = 16, kTop = 16, kBottom = 44;
constexpr std::array kColours{"#3465a4", "#cc5c00", "#4e9a06", "#a4418f", "#8f7a00", "#0f8a8a", "#c0392b", "#5c5c8a"};

const char* colourOf(std::size_t plan) {
    return kColours[plan % kColours.size()];
}

std::string number(double value) {
    return formatFixed(value, 1);
}

/// An axis from 0 or a little below the least value to a little above the most.
struct Axis {
    double low = 0;
    double high = 1;
    double at = 0;     ///< place of `low` on the page
    double length = 1; ///< signed

    double place(double value) const { return at + (value - low) / (high - low) * length; }
};

Axis axisAround(double least, double most, double at, double length) {
    const double margin = most > least ? (most - least) * 0.1 : std::max(1e-9, std::abs(most) * 0.1);
    return {least - margin < 0 && least >= 0 ? 0 : least - margin, most + margin, at, length};
}

std::string textAt(double x, double y, const std::string& text, const char* anchor = "middle") {
    return "<text x=\"" + number(x) + "\" y=\"" + number(y) + "\" text-anchor=\"" + anchor + "\">" + escaped(text) +
           "</text>";
}

std::string lineFrom(double x1, double y1, double x2, double y2, const char* kind) {
    return "<line class=\"" + std::string(kind) + "\" x1=\"" + number(x1) + "\" y1=\"" + number(y1) + "\" x2=\"" +
           number(x2) + "\" y2=\"" + number(y2) + "\"/>";
}

std::string opened(const std::string& title) {
    return "<svg role=\"img\" viewBox=\"0 0 " + number(kWidth) + " " + number(kHeight) + "\"><title>" + escaped(title) +
           "</title>";
}

/// Five grid lines with their values.
std::string scoreGrid(const Axis& axis) {
    std::string svg;
    for (int i = 0; i <= 4; ++i) {
        const double value = axis.low + (axis.high - axis.low) * i / 4;
        svg += lineFrom(kLeft, axis.place(value), kWidth - kRight, axis.place(value), "grid") +
               textAt(kLeft - 6, axis.place(value) + 4, number(value), "end");
    }
    return svg;
}

/// A plan as a point: what it costs and reaches on average over sets.
struct Point {
    std::size_t plan = 0;
    double cost = 0;
    double score = 0;
};

/// Operations where they are known, else prompt tokens.
bool knowsFlops(const Sets& sets) {
    return std::ranges::all_of(sets, [](const model::SetReport& set) {
        return std::ranges::all_of(set.plans, [](const model::PlanResult& p) { return p.efficiency.flops > 0; });
    });
}

std::vector<Point> pointsOf(const Sets& sets, bool flops) {
    const std::vector<model::PlanAverage> means = model::averages(sets);
    std::vector<Point> points;
    for (std::size_t i = 0; i < means.size(); ++i) {
        double cost = 0;
        for (const model::SetReport& set : sets)
            cost += flops ? set.plans[i].efficiency.flops / 1e12 : set.plans[i].promptTokens;
        points.push_back({i, cost / static_cast<double>(sets.size()), means[i].headline});
    }
    return points;
}

/// Those that no other point beats at the same cost or less.
std::vector<Point> frontOf(std::vector<Point> points) {
    std::ranges::sort(points, [](const Point& a, const Point& b) {
        return a.cost < b.cost || (a.cost == b.cost && a.score > b.score);
    });
    std::vector<Point> front;
    for (const Point& point : points)
        if (front.empty() || point.score > front.back().score)
            front.push_back(point);
    return front;
}

std::string frontLine(const std::vector<Point>& front, const Axis& x, const Axis& y) {
    std::string svg = "<polyline class=\"front\" points=\"";
    for (const Point& point : front)
        svg += number(x.place(point.cost)) + "," + number(y.place(point.score)) + " ";
    return svg + "\"/>";
}

std::string legend(const Sets& sets) {
    std::string html = "<ul class=\"legend\">";
    for (std::size_t i = 0; i < sets.front().plans.size(); ++i)
        html += "<li><i style=\"background:" + std::string(colourOf(i)) + "\"></i>" +
                escaped(sets.front().plans[i].plan) + "</li>";
    return html + "</ul>";
}

std::string bars(const model::SetReport& set, double left, double width, const Axis& y) {
    std::string svg;
    const double bar = width * 0.8 / static_cast<double>(set.plans.size());
    for (std::size_t i = 0; i < set.plans.size(); ++i) {
        const double value = set.plans[i].headline(), top = y.place(value);
        svg += "<rect x=\"" + number(left + width * 0.1 + bar * static_cast<double>(i)) + "\" y=\"" + number(top) +
               "\" width=\"" + number(bar * 0.9) + "\" height=\"" + number(std::max(0.0, y.place(y.low) - top)) +
               "\" fill=\"" + colourOf(i) + "\"><title>" + escaped(set.plans[i].plan) + ": " + number(value) +
               "</title></rect>";
    }
    return svg + textAt(left + width / 2, kHeight - kBottom + 18, set.name());
}

} // namespace

std::string escaped(const std::string& text) {
    std::string safe;
    for (const char letter : text)
        switch (letter) {
        case '&':
            safe += "&amp;";
            break;
        case '<':
            safe += "&lt;";
            break;
        case '>':
            safe += "&gt;";
            break;
        case '"':
            safe += "&quot;";
            break;
        case '\'':
            safe += "&#39;";
            break;
        default:
            safe += letter;
        }
    return safe;
}

std::string paretoChart(const Sets& sets) {
    const bool flops = knowsFlops(sets);
    const std::vector<Point> points = pointsOf(sets, flops);
    const auto [cheap, dear] = std::ranges::minmax_element(points, {}, &Point::cost);
    const auto [worst, best] = std::ranges::minmax_element(points, {}, &Point::score);
    const Axis x = axisAround(cheap->cost, dear->cost, kLeft, kWidth - kLeft - kRight);
    const Axis y = axisAround(worst->score, best->score, kHeight - kBottom, kTop + kBottom - kHeight);
    std::string svg = opened("Score over cost") + scoreGrid(y) + frontLine(frontOf(points), x, y);
    for (const Point& point : points)
        svg += "<circle cx=\"" + number(x.place(point.cost)) + "\" cy=\"" + number(y.place(point.score)) +
               "\" r=\"5\" fill=\"" + colourOf(point.plan) + "\"><title>" +
               escaped(sets.front().plans[point.plan].plan) + ": " + number(point.score) + "</title></circle>";
    for (const double cost : {cheap->cost, dear->cost})
        svg += textAt(x.place(cost), kHeight - kBottom + 18, formatNonZero(cost, flops ? 3 : 0));
    svg += textAt(kWidth / 2, kHeight - 8, flops ? "TFLOP a prompt" : "prompt tokens");
    return "<figure>" + svg + "</svg>" + legend(sets) + "</figure>";
}

std::string barChart(const Sets& sets) {
    double most = 1;
    for (const model::SetReport& set : sets)
        for (const model::PlanResult& plan : set.plans)
            most = std::max(most, plan.headline());
    const Axis y{0, most * 1.05, kHeight - kBottom, kTop + kBottom - kHeight};
    const double width = (kWidth - kLeft - kRight) / static_cast<double>(sets.size());
    std::string svg = opened("Score of each set") + scoreGrid(y);
    for (std::size_t i = 0; i < sets.size(); ++i)
        svg += bars(sets[i], kLeft + width * static_cast<double>(i), width, y);
    return "<figure>" + svg + "</svg>" + legend(sets) + "</figure>";
}

} // namespace prunescope::app
