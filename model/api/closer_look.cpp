#include "model/api/closer_look.h"

#include "model/api/engine.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace prunescope::model {

namespace {

/// From `begin` on, `length` pixels of one side of a picture.
struct Side {
    int begin = 0;
    int length = 0;
};

/// The part of `shown` around [low, high].
Side sideAround(double low, double high, Side shown, int block) {
    const double wanted = std::max(kPartShare * shown.length, kPartFactor * (high - low));
    const int blocks = static_cast<int>(std::ceil(wanted / block));
    if (blocks * block >= shown.length)
        return shown;
    const int length = blocks * block;
    const double begin = (low + high - length) / 2;
    const int last = shown.begin + shown.length - length;
    return {std::clamp(static_cast<int>(std::lround(begin)), shown.begin, last), length};
}

PixelRect partAround(const Region& region, PixelRect shown, int block) {
    const bool isBox = region.px.size() == 4;
    const Side across = sideAround(region.px.at(0), region.px.at(isBox ? 2 : 0), {shown.x, shown.width}, block);
    const Side down = sideAround(region.px.at(1), region.px.at(isBox ? 3 : 1), {shown.y, shown.height}, block);
    return {across.begin, down.begin, across.length, down.length};
}

/// The part of a picture that a request shows.
PixelRect shownOf(const ImageInput& image) {
    const Size size = image.picture.size();
    return image.region.empty() ? PixelRect{0, 0, size.width, size.height} : clipped(image.region, size);
}

Look lookOf(const Answer& answer, int picture, PixelRect part) {
    return {picture,
            part,
            answer.text,
            answer.regions,
            answer.finishReason,
            answer.promptTokens,
            answer.promptTokensFull,
            static_cast<int>(answer.tokenIds.size()),
            answer.times};
}

/// The picture that an answer is about.
int pictureOf(const Request& request, const Answer& answer) {
    const int last = static_cast<int>(request.images.size()) - 1;
    return answer.regions.empty() ? std::max(last, 0) : answer.regions.front().picture;
}

Look firstLook(const Request& request, const Answer& answer) {
    const int picture = pictureOf(request, answer);
    const bool isShown = picture < static_cast<int>(request.images.size());
    return lookOf(answer, picture, isShown ? shownOf(request.images[static_cast<std::size_t>(picture)]) : PixelRect{});
}

} // namespace

CloserLook closerLook(const Request& request, const Answer& first, const PixelLimits& limits) {
    CloserLook look;
    if (first.finishReason == FinishReason::Cancelled)
        look.whyNot = "the first look was stopped";
    else if (first.regions.empty())
        look.whyNot = "the first answer names no place to look closer at";
    if (!look.whyNot.empty())
        return look;
    look.picture = pictureOf(request, first);
    const PixelRect shown = shownOf(request.images.at(static_cast<std::size_t>(look.picture)));
    look.part = partAround(first.regions.front(), shown, limits.geometry.blockPx());
    if (look.part == shown)
        look.whyNot = "the place takes up so much of the picture that a closer look would show no more";
    look.request = request;
    look.request.images[static_cast<std::size_t>(look.picture)].region = look.part;
    return look;
}

Answer joinLooks(const Request& request, Answer first, const CloserLook& look, Answer second) {
    std::vector<Look> looks{firstLook(request, first), lookOf(second, look.picture, look.part)};
    const FinishReason finish = second.finishReason;
    Answer answer = std::move(second.regions.empty() || finish == FinishReason::Cancelled ? first : second);
    if (finish == FinishReason::Cancelled)
        answer.finishReason = finish;
    answer.looks = std::move(looks);
    return answer;
}

Answer zoomedAnswer(Engine& engine, const Request& request, const AnswerEvents& events, std::stop_token stop,
                    const LookDone& onLook) {
    const auto ask = [&](const Request& asked) {
        Answer answer = engine.answer(asked, events, stop);
        if (onLook)
            onLook(answer);
        return answer;
    };
    Answer first = ask(request);
    const CloserLook look = closerLook(request, first, engine.info().limits);
    if (look.whyNot.empty() && !stop.stop_requested())
        return joinLooks(request, std::move(first), look, ask(look.request));
    first.looks = {firstLook(request, first)};
    first.whyOneLook = look.whyNot.empty() ? "it was stopped after the first look" : look.whyNot;
    return first;
}

} // namespace prunescope::model
