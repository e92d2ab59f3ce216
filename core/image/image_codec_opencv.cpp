#include "core/base/error.h"
#include "core/image/image_codec.h"
#include "core/image/image_file.h"
#include "core/image/image_integrity.h"

#include <opencv2/core/utils/logger.hpp>
#include <opencv2/imgcodecs.hpp>
#include <opencv2/imgproc.hpp>

#include <iostream>
#include <mutex>

namespace prunescope::codec {

namespace {

/// Mutes std::cerr, where OpenCV tells of damaged files beside reporting them; this program itself never writes there.
class QuietCerr {
public:
    QuietCerr() : m_buffer(std::cerr.rdbuf(nullptr)) {}
    QuietCerr(const QuietCerr&) = delete;
    QuietCerr& operator=(const QuietCerr&) = delete;
    ~QuietCerr() { std::cerr.rdbuf(m_buffer); }

private:
    static std::mutex& mutex() {
        static std::mutex instance;
        return instance;
    }
    std::lock_guard<std::mutex> m_lock{mutex()}; // before the buffer is taken
    std::streambuf* m_buffer;
};

} // namespace

Picture decode(std::span<const std::uint8_t> bytes, const std::string& name) {
    if (const std::string damage = damageOf(bytes); !damage.empty())
        throw Error(ErrorKind::BadFile, name + ": " + damage);
    cv::utils::logging::setLogLevel(cv::utils::logging::LOG_LEVEL_SILENT); // errors are ours to report
    cv::Mat bgr;
    try {
        const QuietCerr quiet;
        const cv::Mat input(1, static_cast<int>(bytes.size()), CV_8UC1, const_cast<std::uint8_t*>(bytes.data()));
        bgr = cv::imdecode(input, cv::IMREAD_COLOR);
    } catch (const cv::Exception& e) {
        if (e.code == cv::Error::StsNoMem)
            throw Error(ErrorKind::OutOfMemory, name + ": not enough memory to decode the picture");
    }
    if (bgr.empty())
        throw Error(ErrorKind::BadFile,
                    name + ": no readable picture (damaged, or not PNG, JPEG, WebP, BMP, TIFF, PPM)");
    if (static_cast<std::int64_t>(bgr.total()) > kMaxPicturePixels)
        throw Error(ErrorKind::BadFile, name + ": larger than its header says");
    std::vector<std::uint8_t> rgb(bgr.total() * 3);
    cv::Mat target(bgr.rows, bgr.cols, CV_8UC3, rgb.data());
    cv::cvtColor(bgr, target, cv::COLOR_BGR2RGB);
    return Picture({bgr.cols, bgr.rows}, std::move(rgb));
}

std::vector<std::uint8_t> encode(const Picture& picture, const std::string& extension) {
    const cv::Mat rgb(picture.height(), picture.width(), CV_8UC3, const_cast<std::uint8_t*>(picture.data()));
    cv::Mat bgr;
    cv::cvtColor(rgb, bgr, cv::COLOR_RGB2BGR);
    std::vector<std::uint8_t> bytes;
    try {
        if (cv::imencode(extension, bgr, bytes))
            return bytes;
    } catch (const cv::Exception&) {
    }
    throw Error(ErrorKind::Unsupported,
                "pictures can't be written as '" + extension + "': use .png, .jpg, .webp or .ppm");
}

} // namespace prunescope::codec
