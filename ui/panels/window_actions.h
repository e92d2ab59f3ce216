#pragma once

class QMimeData;
class QString;

namespace prunescope::ui {

/// Actions that a panel may ask of the window that it is in. GUI thread.
class WindowActions {
public:
    virtual ~WindowActions() = default;
    /// Asks the user for the folder of a model, and loads it.
    virtual void chooseModelFolder() = 0;
    /// Offers models to download.
    virtual void chooseDownload() = 0;
    virtual void loadModel(const QString& folder) = 0;
    /// Opens the picture in what was pasted into a text field.
    virtual void takePicture(const QMimeData& pasted) = 0;
};

} // namespace prunescope::ui
