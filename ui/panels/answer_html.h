#pragma once

#include "model/values/answer.h"
#include "ui/style/theme.h"

#include <QString>

namespace prunescope::ui {

/// An answer as rich text: the places it names become links `region:<index>`, and the JSON around them goes. `lit`
/// is the index of the link that is lit up, negative for none.
QString answerHtml(const model::Answer& answer, int lit, const Colours& colours);

/// Index of a link of `answerHtml`; -1 for any other text.
int regionIndexOf(const QString& link);

} // namespace prunescope::ui
