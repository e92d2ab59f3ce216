#include "app/reports/eval_samples.h"

#include "app/reports/eval_charts.h"
#include "core/base/base64.h"
#include "core/base/error.h"
#include "core/base/format.h"
#include "core/image/image_file.h"
#include "core/report/mask_painter.h"
#include "core/resize/resize.h"

#include <algorithm>
#include <map>

namespace prunescope::app {

namespace {

constexpr std::size_t kMostWithPictures = 8, kMostRows = 40;
constexpr std::size_t kMostBytes = 6 << 20; ///< of pictures in base64
constexpr int kLongestSide = 640;

using Answers = std::vector<const model::EvalRecord*>; ///< to one question, by plan

/// A question at which plans differ in what they reach.
struct Sample {
    std::size_t set = 0;
    Answers answers;
    bool disagree = false;
};

std::vector<Sample> samplesOf(const std::vector<model::SetReport>& sets) {
    std::vector<Sample> samples;
    for (std::size_t s = 0; s < sets.size(); ++s) {
        std::map<std::pair<std::int64_t, std::int64_t>, Answers> questions;
        for (const model::EvalRecord& record : sets[s].records)
            questions[{record.picture, record.question}].push_back(&record);
        for (auto& [key, answers] : questions) {
            const auto differs = [&](const model::EvalRecord* r) { return r->score() != answers.front()->score(); };
            const bool disagree = std::ranges::any_of(answers, differs);
            samples.push_back({s, std::move(answers), disagree});
        }
    }
    std::stable_partition(samples.begin(), samples.end(), [](const Sample& sample) { return sample.disagree; });
    return samples;
}

Picture smaller(const Picture& picture) {
    const int longest = std::max(picture.width(), picture.height());
    if (longest <= kLongestSide)
        return picture;
    const auto side = [&](int px) { return std::max(1, px * kLongestSide / longest); };
    return resizeBicubic(picture, {side(picture.width()), side(picture.height())});
}

/// The picture with what the plan dropped; as it is where the mask does not lie on it.
Picture masked(const Picture& picture, const model::EvalPicture& seen) {
    const BlockGrid grid{seen.rows, seen.cols};
    if (seen.mask.empty() || grid.count() == 0)
        return picture;
    try {
        return paintMask(picture, KeepMask::fromBase64(grid, seen.mask));
    } catch (const Error&) {
        return picture; // another program's record
    }
}

std::string imageElement(const Picture& picture, std::size_t& bytes) {
    try {
        const std::string data = encodeBase64(encodePng(picture));
        bytes += data.size();
        return "<img alt=\"\" src=\"data:image/png;base64," + data + "\">";
    } catch (const Error&) {
        return {}; // a build that writes no PNG
    }
}

std::string expectedText(const model::AskedQuestion& asked) {
    std::string text = asked.answer;
    for (const std::string& other : asked.otherAnswers)
        text += " / " + other;
    return text;
}

std::string answerCell(const model::EvalRecord& record) {
    return "<td class=\"" + std::string(record.isRight() ? "right" : "wrong") + "\">" + escaped(record.answer) +
           "<small>" + formatFixed(100 * record.score(), 0) + (record.decided ? "" : ", undecided") +
           (record.formatError ? ", format error" : "") + "</small></td>";
}

class Samples {
public:
    Samples(const std::vector<model::SetReport>& sets, const GroupPictures& pictures)
        : m_sets(sets), m_pictures(pictures) {}

    std::string pictures(const std::vector<Sample>& samples) {
        std::string html;
        for (std::size_t i = 0; i < samples.size() && i < kMostWithPictures && m_bytes < kMostBytes; ++i)
            html += one(samples[i]);
        return html;
    }

private:
    std::string one(const Sample& sample) {
        const model::EvalRecord& first = *sample.answers.front();
        const std::vector<Picture> originals =
            m_pictures ? m_pictures(sample.set, first.picture) : std::vector<Picture>();
        std::string html = "<article><h3>" + escaped(m_sets[sample.set].name() + ": " + first.asked.question) +
                           "</h3><p>expected: <b>" + escaped(expectedText(first.asked)) + "</b></p><div class=\"row\">";
        for (const model::EvalRecord* record : sample.answers)
            html += underPlan(*record, originals);
        return html + "</div></article>";
    }

    std::string underPlan(const model::EvalRecord& record, const std::vector<Picture>& originals) {
        std::string html = "<figure>";
        if (!originals.empty() && !record.pictures.empty() && m_bytes < kMostBytes)
            html += imageElement(masked(smaller(originals.front()), record.pictures.front()), m_bytes);
        html += "<figcaption><code>" + escaped(record.plan) + "</code>, " + std::to_string(record.keptBlocks) + " of " +
                std::to_string(record.blocks) + " tokens<br><span class=\"" + (record.isRight() ? "right" : "wrong") +
                "\">" + escaped(record.answer) + "</span></figcaption>";
        return html + "</figure>";
    }

    const std::vector<model::SetReport>& m_sets;
    const GroupPictures& m_pictures;
    std::size_t m_bytes = 0;
};

std::string disagreements(const std::vector<model::SetReport>& sets, const std::vector<Sample>& samples) {
    std::string html;
    const auto count = std::ranges::count_if(samples, &Sample::disagree);
    html += "<h2>Where plans disagree</h2><p>" + formatCounted(count, "question") + " of " +
            formatCount(static_cast<std::int64_t>(samples.size())) +
            (static_cast<std::size_t>(count) > kMostRows ? ", the first of them:" : ":") +
            "</p><table><tr><th>question</th><th>expected</th>";
    for (const model::PlanResult& plan : sets.front().plans)
        html += "<th>" + escaped(plan.plan) + "</th>";
    html += "</tr>";
    for (std::size_t i = 0; i < samples.size() && i < kMostRows && samples[i].disagree; ++i) {
        const model::EvalRecord& first = *samples[i].answers.front();
        html += "<tr><td>" + escaped(first.asked.question) + "<small>" + escaped(first.image) + "</small></td><td>" +
                escaped(expectedText(first.asked)) + "</td>";
        for (const model::EvalRecord* record : samples[i].answers)
            html += answerCell(*record);
        html += "</tr>";
    }
    return html + "</table>";
}

} // namespace

std::string sampleSection(const std::vector<model::SetReport>& sets, const GroupPictures& pictures) {
    const std::vector<Sample> samples = samplesOf(sets);
    const bool several = sets.front().plans.size() > 1;
    return (several ? disagreements(sets, samples) : std::string()) + "<h2>Samples</h2>" +
           Samples(sets, pictures).pictures(samples);
}

} // namespace prunescope::app
