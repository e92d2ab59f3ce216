#include "model/files/safetensors.h"

#include "core/base/error.h"
#include "core/base/format.h"

#include <algorithm>
#include <cstring>
#include <limits>
#include <nlohmann/json.hpp>

namespace prunescope::model {

namespace {

constexpr std::uint64_t kMaxHeaderBytes = 100'000'000;
constexpr std::size_t kLengthBytes = 8;

/// Bits per value; 0 for what no version of the format knows.
std::uint64_t valueBits(std::string_view dtype) {
    if (dtype == "F64" || dtype == "I64" || dtype == "U64" || dtype == "C64")
        return 64;
    if (dtype == "F32" || dtype == "I32" || dtype == "U32")
        return 32;
    if (dtype == "BF16" || dtype == "F16" || dtype == "I16" || dtype == "U16")
        return 16;
    if (dtype == "I8" || dtype == "U8" || dtype == "BOOL" || dtype.starts_with("F8_"))
        return 8;
    if (dtype.starts_with("F6_"))
        return 6;
    return dtype == "F4" ? 4 : 0;
}

class HeaderReader {
public:
    HeaderReader(const std::string& path, std::span<const std::byte> bytes) : m_path(path), m_bytes(bytes) {}

    WeightFile::Tensors read() {
        const nlohmann::json header = parseHeader();
        WeightFile::Tensors tensors;
        for (const auto& [name, entry] : header.items())
            if (name != "__metadata__")
                tensors.emplace(name, readTensor(name, entry));
        checkOverlaps();
        return tensors;
    }

private:
    [[noreturn]] void fail(const std::string& what) const { throw Error(ErrorKind::BadFile, m_path + ": " + what); }

    nlohmann::json parseHeader() {
        if (m_bytes.size() < kLengthBytes)
            fail("truncated: " + formatCounted(std::ssize(m_bytes), "byte") +
                 ", expected a safetensors header: download the file again");
        std::uint64_t length = 0;
        std::memcpy(&length, m_bytes.data(), kLengthBytes); // little-endian, as every machine we build for
        if (length > kMaxHeaderBytes || length > m_bytes.size() - kLengthBytes)
            fail("truncated or no safetensors file: the header claims " + std::to_string(length) +
                 " bytes, the file has " + std::to_string(m_bytes.size()) + ": download it again");
        const auto* text = reinterpret_cast<const char*>(m_bytes.data()) + kLengthBytes;
        m_data = m_bytes.subspan(kLengthBytes + length);
        auto header = nlohmann::json::parse(text, text + length, nullptr, false);
        if (!header.is_object())
            fail("the safetensors header is no JSON object");
        return header;
    }

    StoredTensor readTensor(const std::string& name, const nlohmann::json& entry) {
        try {
            StoredTensor tensor;
            tensor.dtype = entry.at("dtype").get<std::string>();
            for (const nlohmann::json& side : entry.at("shape"))
                tensor.shape.push_back(integer(name, side));
            const auto begin = static_cast<std::uint64_t>(integer(name, entry.at("data_offsets").at(0)));
            const auto end = static_cast<std::uint64_t>(integer(name, entry.at("data_offsets").at(1)));
            if (end < begin || end > m_data.size())
                fail("truncated: " + inQuotes(name) + " ends at byte " + std::to_string(end) +
                     " of the data, which has " + std::to_string(m_data.size()) + ": download the file again");
            checkSize(name, tensor, end - begin);
            tensor.bytes = m_data.subspan(begin, end - begin);
            if (end > begin)
                m_ranges.push_back({begin, end, name});
            return tensor;
        } catch (const nlohmann::json::exception&) {
            damaged(name);
        }
    }

    [[noreturn]] void damaged(const std::string& name) const {
        fail(inQuotes(name) + ": damaged header entry, expected dtype, shape and data_offsets");
    }

    /// The format has integers alone, none of them written with a point.
    std::int64_t integer(const std::string& name, const nlohmann::json& value) const {
        constexpr std::uint64_t kMost = std::numeric_limits<std::int64_t>::max();
        if (!value.is_number_integer() || (value.is_number_unsigned() && value.get<std::uint64_t>() > kMost))
            damaged(name);
        return value.get<std::int64_t>();
    }

    void checkSize(const std::string& name, const StoredTensor& tensor, std::uint64_t bytes) const {
        const std::uint64_t bits = valueBits(tensor.dtype);
        if (bits == 0)
            fail(inQuotes(name) + ": dtype " + inQuotes(tensor.dtype) + " is unknown");
        constexpr std::uint64_t kMost = std::uint64_t{1} << 60; // of sides beside one of 0
        std::uint64_t values = 1, sides = 1;                    // at most 8 values for a byte, whatever the type
        for (const std::int64_t side : tensor.shape) {
            const auto wide = static_cast<std::uint64_t>(std::max<std::int64_t>(side, 1));
            if (side < 0 || (side > 0 && values > 8 * m_bytes.size() / wide) || sides > kMost / wide)
                fail(inQuotes(name) + ": shape " + shapeText(tensor.shape) + " does not fit into the file");
            values *= static_cast<std::uint64_t>(side);
            sides *= wide;
        }
        if (values * bits != 8 * bytes)
            fail(inQuotes(name) + ": " + formatCounted(static_cast<std::int64_t>(bytes), "byte") + ", expected " +
                 formatCount(static_cast<std::int64_t>((values * bits + 7) / 8)) + " for " + tensor.dtype + " " +
                 shapeText(tensor.shape));
    }

    void checkOverlaps() {
        std::sort(m_ranges.begin(), m_ranges.end(), [](const Range& a, const Range& b) { return a.begin < b.begin; });
        for (std::size_t i = 1; i < m_ranges.size(); ++i)
            if (m_ranges[i].begin < m_ranges[i - 1].end)
                fail(inQuotes(m_ranges[i].name) + " and " + inQuotes(m_ranges[i - 1].name) + " overlap");
    }

    struct Range {
        std::uint64_t begin;
        std::uint64_t end;
        std::string name;
    };

    const std::string& m_path;
    std::span<const std::byte> m_bytes;
    std::span<const std::byte> m_data;
    std::vector<Range> m_ranges;
};

} // namespace

std::shared_ptr<const WeightFile> openSafetensors(const std::string& path) {
    return readSafetensors(MappedFile::open(path));
}

std::shared_ptr<const WeightFile> readSafetensors(std::shared_ptr<const MappedFile> file) {
    WeightFile::Tensors tensors = HeaderReader(file->path(), file->bytes()).read();
    return std::make_shared<WeightFile>(std::move(file), std::move(tensors));
}

} // namespace prunescope::model
