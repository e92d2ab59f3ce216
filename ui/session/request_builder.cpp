#include "ui/session/request_builder.h"

#include "ui/session/conversation.h"
#include "ui/session/mask_view.h"
#include "ui/style/plan_look.h"

namespace prunescope::ui {

namespace {

/// The first one carries the picture.
model::Message userMessage(const Turn& turn, bool isFirst) {
    model::Message message{.role = "user", .parts = {}};
    const std::string question = turn.question.toStdString();
    if (isFirst)
        message.parts.push_back(model::Part::ofImage());
    message.parts.push_back(model::Part::ofText(isFirst ? model::askedText(question, turn.part()) : question));
    return message;
}

model::Message assistantMessage(const std::string& text) {
    return {.role = "assistant", .parts = {model::Part::ofText(text)}};
}

bool isSameChat(const Turn& earlier, const Turn& next) {
    const bool isAlone = !earlier.letter.isEmpty() || !next.letter.isEmpty();
    return !isAlone && earlier.isAboutTheSameAs(next);
}

Turn draftOf(const MaskView& mask, const Conversation& conversation) {
    Turn draft;
    draft.question = conversation.draft().trimmed();
    draft.picture = mask.pictureId();
    draft.region = mask.region();
    draft.regionUse = mask.regionUse();
    draft.plan = mask.plan();
    draft.thinking = conversation.thinking();
    if (conversation.asksApart())
        draft.letter = planLetter(0);
    return draft;
}

} // namespace

model::Request requestFor(const Screenshot& screenshot, std::span<const Turn> earlier, const Turn& next) {
    model::Request request;
    request.images.push_back(
        model::askedImage(screenshot.picture, screenshot.name, next.part(), screenshot.notes.onWhite));
    request.plan = next.plan;
    request.thinking = next.thinking;
    for (const Turn& turn : earlier) {
        if (!isSameChat(turn, next) || !turn.isDone() || turn.shown().text.empty())
            continue;
        request.messages.push_back(userMessage(turn, request.messages.empty()));
        request.messages.push_back(assistantMessage(turn.shown().text));
    }
    request.messages.push_back(userMessage(next, request.messages.empty()));
    return request;
}

model::Request draftRequest(const Screenshot& screenshot, const MaskView& mask, const Conversation& conversation) {
    return requestFor(screenshot, conversation.turns(), draftOf(mask, conversation));
}

model::Request draftOrLastRequest(const Screenshot& screenshot, const MaskView& mask,
                                  const Conversation& conversation) {
    Turn next = draftOf(mask, conversation);
    std::span<const Turn> earlier = conversation.turns();
    if (next.question.isEmpty() && !earlier.empty()) {
        next.question = earlier.back().question;
        earlier = earlier.first(earlier.size() - 1);
    }
    return requestFor(screenshot, earlier, next);
}

} // namespace prunescope::ui
