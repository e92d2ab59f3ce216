#include "model/study/eval_run.h"

#include "core/base/error.h"
#include "core/base/format.h"
#include "core/base/stage_times.h"

#include <algorithm>
#include <set>

namespace prunescope::model {

namespace {

class Run {
public:
    Run(Engine& engine, const QuestionSet& set, const EvalOptions& options, EvalLog* log, std::stop_token stop)
        : m_engine(engine), m_set(set), m_options(options), m_log(log), m_stop(std::move(stop)) {
        std::set<std::string> different;
        for (const PrunePlan& plan : options.plans)
            if (!different.insert(toText(plan)).second)
                throw Error(ErrorKind::Usage, "--plan: found " + inQuotes(toText(plan)) + " twice");
        m_progress.ofPictures = std::min(m_set.size(), options.limit.value_or(m_set.size()));
    }

    EvalRun run(const std::function<void(const EvalProgress&)>& onProgress) {
        report(onProgress);
        while (m_progress.pictures < m_progress.ofPictures && !isStopped()) {
            askAbout(m_progress.pictures);
            ++m_progress.pictures;
            report(onProgress);
        }
        if (m_log)
            m_log->flush();
        return std::move(m_run);
    }

private:
    bool isStopped() { return m_run.interrupted = m_stop.stop_requested(); }

    void report(const std::function<void(const EvalProgress&)>& onProgress) {
        const std::int64_t left = m_progress.ofPictures - m_progress.pictures;
        if (m_freshPictures > 0)
            m_progress.secondsLeft =
                m_watch.ms() / 1000 / static_cast<double>(m_freshPictures) * static_cast<double>(left);
        if (onProgress)
            onProgress(m_progress);
    }

    void askAbout(std::int64_t index) {
        const QuestionGroup picture = m_set.at(index);
        const std::int64_t before = m_progress.questions;
        for (const PrunePlan& plan : m_options.plans)
            if (!isStopped())
                askUnder(plan, picture, index);
        m_freshPictures += m_progress.questions > before;
    }

    void askUnder(const PrunePlan& plan, const QuestionGroup& picture, std::int64_t index) {
        bool anew = true;
        for (std::size_t i = 0; i < picture.questions.size(); ++i) {
            if (const EvalRecord* known = find(index, i, plan, picture)) {
                m_run.records.push_back(*known);
                ++m_progress.takenOver;
                continue;
            }
            const Answer answer = m_engine.answer(request(plan, picture, i, std::exchange(anew, false)), {}, m_stop);
            if (answer.finishReason == FinishReason::Cancelled || isStopped())
                return;
            EvalRecord record = makeEvalRecord(picture, i, answer);
            record.picture = index;
            if (m_log)
                m_log->append(record);
            m_run.records.push_back(std::move(record));
            ++m_progress.questions;
        }
    }

    Request request(const PrunePlan& plan, const QuestionGroup& picture, std::size_t question, bool anew) const {
        Request request = evalRequest(m_options, picture, question);
        request.plan = plan;
        request.reuse = !anew; // nothing of the plan before: its time would be too short
        return request;
    }

    const EvalRecord* find(std::int64_t index, std::size_t question, const PrunePlan& plan,
                           const QuestionGroup& picture) const {
        const EvalRecord* known =
            m_log ? m_log->find(index, static_cast<std::int64_t>(question), toText(plan)) : nullptr;
        if (known && known->asked != picture.questions[question])
            throw Error(ErrorKind::BadFile,
                        m_log->path() + ": holds an answer to " + inQuotes(known->asked.question) + " about picture " +
                            std::to_string(index) + ", where the data set has " +
                            inQuotes(picture.questions[question].question) + "; choose another file");
        return known;
    }

    Engine& m_engine;
    const QuestionSet& m_set;
    const EvalOptions& m_options;
    EvalLog* m_log;
    std::stop_token m_stop;
    EvalProgress m_progress;
    std::int64_t m_freshPictures = 0; ///< about which something was asked now
    Stopwatch m_watch;
    EvalRun m_run;
};

} // namespace

Request evalRequest(const EvalOptions& options, const QuestionGroup& group, std::size_t question) {
    std::vector<ImageInput> images;
    for (const SetPicture& picture : group.pictures)
        images.push_back({picture.picture, picture.name, {}, picture.decodedOnWhite});
    Request request = makeRequest(std::move(images), group.questions.at(question).question);
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
