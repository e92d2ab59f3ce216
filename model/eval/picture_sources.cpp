// Where pictures come from that are looked at without a model.
#include "core/base/ascii.h"
#include "core/base/error.h"
#include "core/image/image_file.h"
#include "model/eval/picture_stats.h"

#include <algorithm>
#include <array>
#include <filesystem>

namespace prunescope::model {

namespace fs = std::filesystem;

namespace {

constexpr std::array kEndings{".png",  ".jpg", ".jpeg", ".webp", ".bmp", ".tif",
                              ".tiff", ".ppm", ".pgm",  ".gif",  ".avif"};

bool isPicture(const fs::path& path) {
    const std::string ending = asciiLowerCase(path.extension().string());
    return std::ranges::find(kEndings, ending) != kEndings.end();
}

class PictureFolder final : public PictureSource {
public:
    explicit PictureFolder(std::string folder) : m_folder(std::move(folder)) {
        const auto options = fs::directory_options::skip_permission_denied;
        for (const auto& entry : fs::recursive_directory_iterator(m_folder, options))
            if (entry.is_regular_file() && isPicture(entry.path()))
                m_files.push_back(entry.path().string());
        std::ranges::sort(m_files);
        if (m_files.empty())
            throw Error(ErrorKind::NotFound, m_folder + ": no pictures in it, expected some (.png, .jpg, .webp, ...)");
    }

    std::string name() const override { return m_folder; }
    std::int64_t size() const override { return static_cast<std::int64_t>(m_files.size()); }
    std::vector<SetPicture> at(std::int64_t index) const override {
        const std::string& file = m_files.at(static_cast<std::size_t>(index));
        const LoadedImage image = loadImage(file);
        return {{file, image.picture, image.notes.onWhite}};
    }

private:
    std::string m_folder;
    std::vector<std::string> m_files;
};

class PictureSet final : public PictureSource {
public:
    explicit PictureSet(std::unique_ptr<QuestionSet> set) : m_set(std::move(set)) {}
    std::string name() const override { return m_set->name(); }
    std::int64_t size() const override { return m_set->size(); }
    std::vector<SetPicture> at(std::int64_t index) const override { return m_set->at(index).pictures; }
    bool repeats() const override { return true; }

private:
    std::unique_ptr<QuestionSet> m_set;
};

} // namespace

std::unique_ptr<PictureSource> openPictureFolder(const std::string& folder) {
    try {
        return std::make_unique<PictureFolder>(folder);
    } catch (const fs::filesystem_error& error) {
        throw Error(ErrorKind::BadFile, folder + ": " + error.code().message());
    }
}

std::unique_ptr<PictureSource> openPictureSet(std::unique_ptr<QuestionSet> set) {
    return std::make_unique<PictureSet>(std::move(set));
}

} // namespace prunescope::model
