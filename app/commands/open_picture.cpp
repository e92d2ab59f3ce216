#include "app/commands/open_picture.h"

#include "app/terminal/console.h"
#include "app/terminal/standard_input.h"

namespace prunescope::app {

LoadedImage openPicture(const std::string& word) {
    LoadedImage image = readPicture(word);
    if (const std::string notes = toText(image.notes); !notes.empty())
        printNote(pictureName(word) + ": " + notes);
    return image;
}

} // namespace prunescope::app
