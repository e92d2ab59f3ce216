#include "model/files/gguf_file.h"

#include "core/base/format.h"
#include "model/files/ggml_types.h"
#include "model/files/stand_in.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <filesystem>
#include <fstream>

namespace prunescope::model {

namespace {

constexpr std::string_view kMagic = "GGUF";
constexpr const char* kArchitecture = "general.architecture";
constexpr const char* kAlignment = "general.alignment";

// No model comes near these; they keep what a header claims from costing memory or time.
constexpr std::uint64_t kMaxValues = 1 << 16;
constexpr std::uint64_t kMaxTensors = 1 << 17;
constexpr std::uint64_t kMaxListItems = 1 << 24;
constexpr std::uint64_t kMaxNameBytes = (1 << 16) - 1; // as the format has it
constexpr std::uint32_t kMaxSides = 4;
constexpr std::int64_t kMaxAlignment = 1 << 20;

class GgufParser {
public:
    explicit GgufParser(const MappedFile& file) : m_path(file.path()), m_bytes(file.bytes()) {}

    /// Reads the values up to `last`, all without one.
    GgufHeader::Values readValues(std::string_view last = {}) {
        readCounts();
        GgufHeader::Values values;
        for (std::uint64_t i = 0; i < m_valueCount; ++i) {
            const std::string key(name("value " + std::to_string(i + 1)));
            if (!values.emplace(key, readValue(key)).second)
                fail(inQuotes(key) + " is there twice");
            if (key == last)
                break;
        }
        return values;
    }

    /// After all values.
    WeightFile::Tensors readTensors(const GgufHeader& header) {
        const auto alignment = header.has(kAlignment) ? header.integer(kAlignment, 1, kMaxAlignment) : 32;
        if (!std::has_single_bit(static_cast<std::uint64_t>(alignment)))
            header.fail(kAlignment, "a power of two");
        m_alignment = static_cast<std::uint64_t>(alignment);
        for (std::uint64_t i = 0; i < m_tensorCount; ++i)
            readEntry(i);
        const std::uint64_t begin = (m_at + m_alignment - 1) / m_alignment * m_alignment;
        m_data = begin < m_bytes.size() ? m_bytes.subspan(begin) : std::span<const std::byte>();
        WeightFile::Tensors tensors;
        for (Entry& entry : m_entries)
            place(entry, tensors);
        checkOverlaps();
        return tensors;
    }

private:
    struct Entry {
        std::string name;
        StoredTensor tensor;
        std::uint64_t offset = 0;
        std::uint64_t size = 0;
    };

    [[noreturn]] void fail(const std::string& what, ErrorKind kind = ErrorKind::BadFile) const {
        throw Error(kind, m_path + ": " + what);
    }
    [[noreturn]] void truncated(const std::string& what) const {
        fail("truncated: the GGUF header ends within " + what + " (" + formatCounted(std::ssize(m_bytes), "byte") +
             ")");
    }

    std::uint64_t left() const { return m_bytes.size() - m_at; }

    template <typename Number>
    Number number(const std::string& what) {
        if (left() < sizeof(Number))
            truncated(what);
        Number number;
        std::memcpy(&number, m_bytes.data() + m_at, sizeof(Number)); // little-endian, as every machine we build for
        m_at += sizeof(Number);
        return number;
    }

    void skip(std::uint64_t bytes, const std::string& what) {
        if (bytes > left())
            truncated(what);
        m_at += bytes;
    }

    std::string_view name(const std::string& what) {
        const auto length = number<std::uint64_t>(what);
        if (length > kMaxNameBytes)
            fail("the name of " + what + " is " + std::to_string(length) + " bytes long, expected at most " +
                 std::to_string(kMaxNameBytes));
        const auto* text = reinterpret_cast<const char*>(m_bytes.data() + m_at);
        skip(length, what);
        return {text, length};
    }

    void readCounts() {
        if (m_bytes.size() < kMagic.size() || std::memcmp(m_bytes.data(), kMagic.data(), kMagic.size()) != 0)
            fail("no GGUF file, expected one that begins with \"GGUF\"");
        m_at = kMagic.size();
        const auto version = number<std::uint32_t>("its version");
        if ((version & 0xFFFFU) == 0 && version != 0)
            fail("a big-endian GGUF file, expected little-endian: gguf-convert-endian of the Python package gguf "
                 "turns it round",
                 ErrorKind::Unsupported);
        if (version != 2 && version != 3)
            fail("version " + std::to_string(version) + " of GGUF, expected 2 or 3", ErrorKind::Unsupported);
        m_tensorCount = count("tensors", kMaxTensors);
        m_valueCount = count("values", kMaxValues);
    }

    std::uint64_t count(const char* what, std::uint64_t most) {
        const auto found = number<std::uint64_t>(std::string("the number of ") + what);
        if (found > most)
            fail("the GGUF header claims " + std::to_string(found) + " " + what + ", expected at most " +
                 std::to_string(most));
        return found;
    }

    GgufType type(const std::string& key) {
        const auto found = number<std::uint32_t>(inQuotes(key));
        if (found > static_cast<std::uint32_t>(GgufType::F64))
            fail(inQuotes(key) + " is of type " + std::to_string(found) + ", expected one from 0 to 12");
        return static_cast<GgufType>(found);
    }

    GgufValue readValue(const std::string& key) {
        GgufValue value;
        value.type = type(key);
        value.isList = value.type == GgufType::List;
        if (value.isList) {
            value.type = type(key);
            if (value.type == GgufType::List)
                fail(inQuotes(key) + " is a list of lists, expected a list of numbers or texts",
                     ErrorKind::Unsupported);
            value.count = number<std::uint64_t>(inQuotes(key));
            if (value.count > kMaxListItems)
                fail(inQuotes(key) + " is a list of " + std::to_string(value.count) + ", expected at most " +
                     std::to_string(kMaxListItems));
        }
        const std::uint64_t begin = m_at;
        skipItems(value, inQuotes(key));
        value.bytes = m_bytes.subspan(begin, m_at - begin);
        return value;
    }

    void skipItems(const GgufValue& value, const std::string& what) {
        if (value.type != GgufType::Text)
            return skip(value.count * ggufSize(value.type), what); // at most 2^24 times 8
        for (std::uint64_t i = 0; i < value.count; ++i)
            skip(number<std::uint64_t>(what), what);
    }

    /// What the header says of a tensor; where it lies is known when all are read.
    void readEntry(std::uint64_t index) {
        Entry entry;
        entry.name = name("tensor " + std::to_string(index + 1));
        const std::string what = inQuotes(entry.name);
        const auto sides = number<std::uint32_t>(what);
        if (sides > kMaxSides)
            fail(what + " has " + std::to_string(sides) + " sides, expected at most " + std::to_string(kMaxSides));
        for (std::uint32_t i = 0; i < sides; ++i)
            entry.tensor.shape.push_back(side(what));
        const auto typeId = number<std::uint32_t>(what);
        entry.offset = number<std::uint64_t>(what);
        const GgmlType* type = ggmlType(typeId);
        if (!type)
            fail(what + " is of ggml type " + std::to_string(typeId) + ", which is unknown", ErrorKind::Unsupported);
        entry.size = sizeOf(entry.tensor.shape, *type, what);
        std::ranges::reverse(entry.tensor.shape);
        entry.tensor.dtype = type->name;
        m_entries.push_back(std::move(entry));
    }

    std::int64_t side(const std::string& what) {
        const auto found = number<std::uint64_t>(what);
        // No tensor holds more numbers than eight for each byte of its file: the smallest blocks have one bit for each.
        if (found > 8 * m_bytes.size())
            fail(what + " has a side of " + std::to_string(found) + ", which does not fit into the file");
        return static_cast<std::int64_t>(found);
    }

    /// Bytes of a tensor; `sides` as in the file, its rows first.
    std::uint64_t sizeOf(const std::vector<std::int64_t>& sides, const GgmlType& type, const std::string& what) const {
        const std::uint64_t row = sides.empty() ? 1 : static_cast<std::uint64_t>(sides.front());
        if (row % type.blockValues)
            fail(what + " has rows of " + std::to_string(row) + ", expected a multiple of " +
                 std::to_string(type.blockValues) + " for " + std::string(type.name));
        std::uint64_t size = row / type.blockValues * type.blockBytes;
        for (std::size_t i = 1; i < sides.size(); ++i) {
            const auto side = static_cast<std::uint64_t>(sides[i]);
            if (side > 0 && size > m_bytes.size() / side)
                fail(what + ": its sides do not fit into the file");
            size *= side;
        }
        return size;
    }

    void place(Entry& entry, WeightFile::Tensors& tensors) const {
        const std::string what = inQuotes(entry.name);
        if (entry.offset % m_alignment)
            fail(what + " begins at byte " + std::to_string(entry.offset) + " of the data, expected a multiple of " +
                 std::to_string(m_alignment));
        if (entry.offset > m_data.size() || entry.size > m_data.size() - entry.offset)
            fail("truncated: " + what + " has " + formatCounted(static_cast<std::int64_t>(entry.size), "byte") +
                 " from byte " + std::to_string(entry.offset) + " of the data, which has " +
                 std::to_string(m_data.size()));
        entry.tensor.bytes = m_data.subspan(entry.offset, entry.size);
        if (!tensors.emplace(entry.name, entry.tensor).second)
            fail(what + " is there twice");
    }

    void checkOverlaps() {
        std::ranges::sort(m_entries, {}, &Entry::offset);
        const Entry* before = nullptr;
        for (const Entry& entry : m_entries) {
            if (entry.size == 0)
                continue;
            if (before && entry.offset < before->offset + before->size)
                fail(inQuotes(entry.name) + " and " + inQuotes(before->name) + " overlap");
            before = &entry;
        }
    }

    const std::string& m_path;
    std::span<const std::byte> m_bytes;
    std::span<const std::byte> m_data;
    std::uint64_t m_at = 0;
    std::uint64_t m_valueCount = 0;
    std::uint64_t m_tensorCount = 0;
    std::uint64_t m_alignment = 0;
    std::vector<Entry> m_entries;
};

} // namespace

std::shared_ptr<const GgufFile> GgufFile::open(const std::string& path) {
    refuseStandIn(path);
    return of(MappedFile::open(path));
}

std::shared_ptr<const GgufFile> GgufFile::of(std::shared_ptr<const MappedFile> mapping) {
    GgufParser parser(*mapping);
    GgufHeader header(mapping->path(), parser.readValues());
    Tensors tensors = parser.readTensors(header);
    return std::make_shared<const GgufFile>(std::move(mapping), std::move(tensors), std::move(header));
}

bool isGgufFile(const std::string& path) {
    std::error_code ignored;
    if (!std::filesystem::is_regular_file(path, ignored)) // reading from a pipe would wait
        return false;
    std::string start(kMagic.size(), '\0');
    std::ifstream(path, std::ios::binary).read(start.data(), static_cast<std::streamsize>(start.size()));
    return start == kMagic;
}

std::string ggufArchitecture(const std::string& path) {
    refuseStandIn(path);
    const auto mapping = MappedFile::open(path);
    return GgufHeader(path, GgufParser(*mapping).readValues(kArchitecture)).text(kArchitecture);
}

} // namespace prunescope::model
