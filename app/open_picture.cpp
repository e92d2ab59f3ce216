#include "app/open_picture.h"

#include "app/console.h"
#include "core/image/image_file.h"

namespace prunescope::app {

LoadedImage openPicture(const std::string& path) {
    LoadedImage image = loadImage(path);
    if (const std::string notes = toText(image.notes); !notes.empty())
        printNote(path + ": " + notes);
    return image;
}

} // namespace prunescope::app
