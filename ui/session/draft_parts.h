#pragma once

#include <functional>

class QObject;

namespace prunescope::ui {

class Conversation;
class MaskView;
class ModelSlot;
class OpenImage;

/// What the prompt of the next question is made of. All four outlive who holds this. GUI thread.
struct DraftParts {
    const OpenImage& image;
    const MaskView& mask;
    ModelSlot& model;
    const Conversation& conversation;

    /// Whether the model answers or loads: then it can't be asked about a prompt.
    bool isModelBusy() const;
    /// Calls `changed` when the prompt may have become another one, by anything but the plan, and `idle` when the model
    /// has time again; both as long as `context` lives.
    void watch(QObject* context, const std::function<void()>& changed, const std::function<void()>& idle) const;
};

} // namespace prunescope::ui
