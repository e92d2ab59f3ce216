#include "core/base/error.h"
#include "core/image/codecs.h"
#include "core/image/image_integrity.h"

#include <opencv2/core/utils/logger.hpp>
#include <opencv2/imgcodecs.hpp>
#include <opencv2/imgproc.hpp>

#include <iostream>
#include <limits>
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

/// Empty for what it can't decode. Not turned: versions differ about which formats they turn.
cv::Mat decodedBgr(Bytes bytes) {
    if (bytes.size() > static_cast<std::size_t>(std::numeric_limits<int>::max()))
        return {};
    cv::utils::logging::setLogLevel(cv::utils::logging::LOG_LEVEL_SILENT); // errors are ours to report
    try {
        const QuietCerr quiet;
        const cv::Mat input(1, static_cast<int>(bytes.size()), CV_8UC1, const_cast<std::uint8_t*>(bytes.data()));
        return cv::imdecode(input, cv::IMREAD_COLOR | cv::IMREAD_IGNORE_ORIENTATION);
    } catch (const cv::Exception& e) {
        if (e.code == cv::Error::StsNoMem)
            throw std::bad_alloc();
        return {};
    }
}

} // namespace

DecodedPixels decodeByOpenCv(Bytes bytes) {
    requireWhole(bytes);
    const cv::Mat bgr = decodedBgr(bytes);
    if (bgr.empty())
        throw Error(ErrorKind::BadFile, "no readable picture");
    DecodedPixels pixels({bgr.cols, bgr.rows}, 3);
    cv::Mat target(bgr.rows, bgr.cols, CV_8UC3, pixels.samples.data());
    cv::cvtColor(bgr, target, cv::COLOR_BGR2RGB);
    return pixels;
}

std::vector<std::uint8_t> encodeByOpenCv(const Picture& picture, const std::string& extension) {
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
