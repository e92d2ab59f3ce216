#pragma once

#include "core/records/record_writer.h"

#include <QString>
#include <QStringList>

namespace prunescope::test {

/// A record as the window writes it.
inline InteractionRecord recordOf(const std::string& question, const std::string& answer = "first line\nlast line") {
    return makeRecord("session", question,
                      {{"answer", answer},
                       {"plan", "input:pred_2d,tau=0.02"},
                       {"model", "Qwen3-VL-2B"},
                       {"device", "cpu"},
                       {"times_ms", {{"ttft", 19.4}}},
                       {"images", {{{"image", "/home/me/word.png"}, {"kept", 448}, {"blocks", 2040}}}}});
}

/// Appends a question each.
inline void logQuestions(const QString& log, const QStringList& questions) {
    for (const QString& question : questions)
        RecordWriter(log.toStdString()).append(recordOf(question.toStdString()));
}

} // namespace prunescope::test
