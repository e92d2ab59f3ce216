#include "model/eval/eval_run.h"

#include "core/base/error.h"
#include "core/base/format.h"
#include "core/base/stage_times.h"
#include "core/resize/resize.h"
#include "model/api/closer_look.h"
#include "model/eval/picture_facts.h"

#include <algorithm>
#include <cmath>
#include <set>
#include <utility>

namespace prunescope::model {

namespace {

/// What a picture of a group is without any plan.
struct PictureFacts {
    std::string identity;
    std::optional<std::int64_t> unique;
};

/// Whether an error is about one row or picture, and the others can be asked all the same.
bool concernsOneRow(const Error& error) {
    return error.kind() == ErrorKind::BadFile || error.kind() == ErrorKind::NotFound ||
           error.kind() == ErrorKind::BadInput;
}

/// Files have boxes by their sides, which may cost the edges a last digit.
bool sameQuestion(AskedQuestion a, AskedQuestion b) {
    const auto boxes = std::pair(std::exchange(a.box, {}), std::exchange(b.box, {}));
    if (a != b || boxes.first.has_value() != boxes.second.has_value())
        return false;
    const auto near = [](double x, double y) { return std::abs(x - y) <= 1e-6 * std::max(1.0, std::abs(x)); };
    const PixelBox first = boxes.first.value_or(PixelBox{}), second = boxes.second.value_or(PixelBox{});
    return near(first.left, second.left) && near(first.top, second.top) && near(first.right, second.right) &&
           near(first.bottom, second.bottom);
}

class Run {
public:
    Run(Engine& engine, const QuestionSet& set, const EvalOptions& options, EvalLog* log, std::stop_token stop)
        : m_engine(engine), m_set(set), m_options(options), m_log(log), m_stop(std::move(stop)),
          m_rule(setRule(set.name())), m_style(options.styleFor(set)) {
        std::set<std::string> different;
        for (const PrunePlan& plan : options.plans)
            if (!different.insert(toText(plan)).second)
                throw Error(ErrorKind::Usage, "--plan: found " + inQuotes(toText(plan)) + " twice");
        for (std::int64_t i = 0; i < options.groups(set); ++i)
            m_progress.ofPictures += options.shard.has(i);
    }

    EvalRun run(const std::function<void(const EvalProgress&)>& onProgress) {
        report(onProgress);
        for (std::int64_t i = 0; i < m_options.groups(m_set) && !isStopped(); ++i)
            if (m_options.shard.has(i)) {
                visit(i);
                ++m_progress.pictures;
                report(onProgress);
            }
        if (m_log)
            m_log->flush();
        return std::move(m_run);
    }

private:
    /// Stays so: a stop in the last question of all leaves that without a record.
    bool isStopped() { return m_run.interrupted = m_run.interrupted || m_stop.stop_requested(); }

    void report(const std::function<void(const EvalProgress&)>& onProgress) {
        const std::int64_t left = m_progress.ofPictures - m_progress.pictures;
        if (m_freshPictures > 0)
            m_progress.secondsLeft =
                m_watch.ms() / 1000 / static_cast<double>(m_freshPictures) * static_cast<double>(left);
        if (onProgress)
            onProgress(m_progress);
    }

    void visit(std::int64_t index) {
        std::optional<QuestionGroup> group;
        attempt(index, {}, [&] { group = m_set.at(index); });
        const std::int64_t before = m_progress.questions;
        for (const PrunePlan& plan : m_options.plans)
            if (group && !isStopped())
                askUnder(plan, *group, index);
        m_facts.clear();
        m_freshPictures += m_progress.questions > before;
    }

    /// Does what may fail for one row: that is left out then, and listed. `under`: the plan, where it depends on that.
    template <typename Action>
    void attempt(std::int64_t index, const std::string& under, Action action) {
        try {
            action();
        } catch (const Error& error) {
            if (m_options.strict || !concernsOneRow(error))
                throw;
            const SkippedRow row = skippedRow(error.what(), under);
            m_run.skipped.push_back(row);
            if (m_log)
                m_log->append(SkippedLine{m_set.name(), index, under, row});
            if (m_options.onSkipped)
                m_options.onSkipped(row);
        }
    }

    /// "FILE:LINE: reason" in its two parts.
    static SkippedRow skippedRow(const std::string& message, const std::string& under) {
        const std::size_t end = message.find(": ");
        const std::string suffix = under.empty() ? "" : " (under " + under + ")";
        return end == std::string::npos ? SkippedRow{"", message + suffix}
                                        : SkippedRow{message.substr(0, end), message.substr(end + 2) + suffix};
    }

    void askUnder(const PrunePlan& plan, const QuestionGroup& group, std::int64_t index) {
        bool anew = true;
        for (std::size_t i = 0; i < group.questions.size() && !isStopped(); ++i) {
            if (const EvalRecord* known = find(index, i, plan, group)) {
                ++m_progress.takenOver;
                add(*known);
                continue;
            }
            attempt(index, toText(plan), [&] { ask(plan, group, index, i, anew); });
        }
    }

    void ask(const PrunePlan& plan, const QuestionGroup& group, std::int64_t index, std::size_t question, bool& anew) {
        Request request = evalRequest(m_options, m_set, group, question);
        request.plan = plan;
        request.reuse = !anew;     // nothing of the plan before: its time would be too short
        std::vector<Answer> looks; // of a question that is looked at twice
        const bool zooms = m_options.zoom && wantsPlace(group.questions[question]);
        const Answer answer = answerOf(request, group, zooms ? &looks : nullptr);
        anew = false;
        m_run.interrupted |= answer.finishReason == FinishReason::Cancelled;
        if (isStopped())
            return;
        const std::vector<std::size_t> shown = shownPictures(request.messages);
        EvalRecord record = makeEvalRecord(group, question, shown, m_rule, answer, looks);
        record.set = m_set.name();
        record.picture = index;
        record.style = m_style.name;
        record.first = m_warm.insert(record.plan).second;
        addFacts(group, shown, record);
        if (isJudged(record))
            keep(std::move(record));
    }

    /// False: stopped before the judge had said anything.
    bool isJudged(EvalRecord& record) {
        try {
            if (m_options.judge && !record.decided)
                m_options.judge(record, m_rule, m_stop);
            return true;
        } catch (const Error& error) {
            if (error.kind() != ErrorKind::Cancelled)
                throw;
            m_run.interrupted = true;
            return false;
        }
    }

    /// The engine does not know which row it is about. With `looks` it is asked twice, and those are filled.
    Answer answerOf(const Request& request, const QuestionGroup& group, std::vector<Answer>* looks) {
        try {
            if (!looks)
                return m_engine.answer(request, {}, m_stop);
            return zoomedAnswer(m_engine, request, {}, m_stop, [&](const Answer& look) { looks->push_back(look); });
        } catch (const Error& error) {
            if (error.kind() != ErrorKind::BadInput)
                throw;
            throw Error(ErrorKind::BadInput, group.name + ": " + error.what());
        }
    }

    void keep(EvalRecord record) {
        if (m_log)
            m_log->append(record);
        ++m_progress.questions;
        add(std::move(record));
    }

    void add(EvalRecord record) {
        m_run.records.push_back(std::move(record));
        if (m_options.onRecord)
            m_options.onRecord(m_run.records.back());
    }

    void addFacts(const QuestionGroup& group, std::span<const std::size_t> shown, EvalRecord& record) {
        if (m_facts.empty())
            for (const SetPicture& picture : group.pictures)
                m_facts.push_back({pictureIdentity(picture.picture), uniqueBlocksOf(picture.picture)});
        for (std::size_t i = 0; i < record.pictures.size() && i < shown.size(); ++i) {
            record.pictures[i].identity = m_facts.at(shown[i]).identity;
            record.pictures[i].unique = m_facts.at(shown[i]).unique;
        }
    }

    std::int64_t uniqueBlocksOf(const Picture& picture) const {
        PixelLimits limits = m_engine.info().limits;
        limits.minPixels = m_options.minPixels.value_or(limits.minPixels);
        limits.maxPixels = m_options.maxPixels.value_or(limits.maxPixels);
        return uniqueBlocks(PixelBlocks(seenPicture(picture, limits, m_options.resize), limits.geometry));
    }

    const EvalRecord* find(std::int64_t index, std::size_t question, const PrunePlan& plan,
                           const QuestionGroup& group) const {
        const EvalRecord* known =
            m_log ? m_log->find(m_set.name(), index, static_cast<std::int64_t>(question), toText(plan)) : nullptr;
        if (known && !sameQuestion(known->asked, group.questions[question]))
            throw Error(ErrorKind::BadFile, m_log->path() + ": holds an answer to " + inQuotes(known->asked.question) +
                                                " about picture " + std::to_string(index) +
                                                ", where the data set has " +
                                                inQuotes(group.questions[question].question) + "; choose another file");
        return known;
    }

    Engine& m_engine;
    const QuestionSet& m_set;
    const EvalOptions& m_options;
    EvalLog* m_log;
    std::stop_token m_stop;
    const SetRule* m_rule;
    const PromptStyle& m_style;
    EvalProgress m_progress;
    std::int64_t m_freshPictures = 0;  ///< about which something was asked now
    std::vector<PictureFacts> m_facts; ///< of the group in work; empty: not computed yet
    std::set<std::string> m_warm;      ///< plans under which something was asked
    Stopwatch m_watch;
    EvalRun m_run;
};

} // namespace

Request evalRequest(const EvalOptions& options, const QuestionSet& set, const QuestionGroup& group,
                    std::size_t question) {
    Request request;
    request.messages =
        options.styleFor(set).ask(group.questions.at(question), setRule(set.name()), set.name(), group.pictures.size());
    for (const std::size_t shown : shownPictures(request.messages)) {
        const SetPicture& picture = group.pictures.at(shown);
        request.images.push_back({picture.picture, picture.name, {}, picture.decodedOnWhite});
    }
    request.minPixels = options.minPixels;
    request.maxPixels = options.maxPixels;
    request.resize = options.resize;
    request.maxTokens = options.maxTokens;
    return request;
}

EvalRun runEval(Engine& engine, const QuestionSet& set, const EvalOptions& options, EvalLog* log,
                const std::function<void(const EvalProgress&)>& onProgress, std::stop_token stop) {
    return Run(engine, set, options, log, std::move(stop)).run(onProgress);
}

} // namespace prunescope::model
