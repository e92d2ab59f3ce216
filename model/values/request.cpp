#include "model/values/request.h"

namespace prunescope::model {

Request makeRequest(std::vector<ImageInput> images, const std::string& question, const std::string& system) {
    Request request;
    if (!system.empty())
        request.messages.push_back({"system", {Part::ofText(system)}});
    Message user{"user", std::vector<Part>(images.size(), Part::ofImage())};
    user.parts.push_back(Part::ofText(question));
    request.messages.push_back(std::move(user));
    request.images = std::move(images);
    return request;
}

} // namespace prunescope::model
