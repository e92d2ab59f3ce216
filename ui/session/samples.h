#pragma once

#include "core/image/picture.h"

#include <QString>
#include <QStringList>
#include <span>
#include <string>
#include <vector>

/// Samples: the pictures that come with the program, with questions to try. What resources/samples holds is compiled in
/// as it is: a new one is a picture there and an entry in one of the .json files beside it.
namespace prunescope::ui {

struct Sample {
    QString title;
    QString resource;          ///< of the picture: ":/samples/editor.png"
    QStringList questions;     ///< that the picture answers
    bool isForBundled = false; ///< the bundled model was trained on pictures of this kind

    /// Name of the screenshot: "Sample: Code editor".
    QString name() const;
};

/// All of them, file by file in the order of names.
std::span<const Sample> samples();
/// The sample that a picture shows, however it was opened, or null.
const Sample* sampleShowing(const Picture& picture);

/// Entries of one .json file: a list of {"image", "title", "questions"} and, optional, "bundled_model". `where` names
/// the file. Throws Error(BadFile).
std::vector<Sample> readSamples(const std::string& json, const std::string& where);

} // namespace prunescope::ui
