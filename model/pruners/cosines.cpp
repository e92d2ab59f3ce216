#include "model/pruners/cosines.h"

#include "model/kernels/row_products.h"

#include <ATen/Parallel.h>
#include <algorithm>

namespace prunescope::model {

namespace {

constexpr float kAlmostOne = 1 - 1e-6F;
constexpr std::int64_t kPanel = 384; ///< rows of the table that are multiplied at a time: half of it is never made
constexpr std::int64_t kSquare = 32; ///< side of the squares in which the table is mirrored

/// Calls `work` for each of `count` items, on all threads.
template <typename Work>
void forEachItem(std::int64_t count, const Work& work) {
    at::parallel_for(0, count, 1, [&](std::int64_t first, std::int64_t last) {
        for (std::int64_t i = first; i < last; ++i)
            work(i);
    });
}

/// Item `i` of `count` that grow, so that threads with as many of them in a row have as much to do.
std::int64_t fromBothEnds(std::int64_t i, std::int64_t count) {
    return i % 2 == 0 ? i / 2 : count - 1 - i / 2;
}

/// Also what is no number: such a token is like any other.
float settled(float cosine) {
    return cosine <= kAlmostOne ? cosine : 1;
}

/// Whether the tiles of the processor are worth their set-up.
bool takesTiles(const at::Tensor& units) {
    return units.size(0) >= 128 && units.size(1) >= 64 && rowProductsRun();
}

void multiplyInTiles(const at::Tensor& units, at::Tensor& table) {
    RowProducts call{units.const_data_ptr<float>(), units.size(0), units.size(1), table.data_ptr<float>(), 0};
    const at::Tensor packed = at::empty({static_cast<std::int64_t>(packedSliceBytes(call))}, at::kByte);
    const std::int64_t bands = packedBands(call), blocks = productBlocks(call);
    for (; call.slice < productSlices(call); ++call.slice) {
        forEachItem(bands, [&](std::int64_t band) { packRowProducts(call, packed.data_ptr(), band); });
        forEachItem(blocks,
                    [&](std::int64_t i) { runRowProducts(call, packed.const_data_ptr(), fromBothEnds(i, blocks)); });
    }
}

/// Products of each row with those up to the end of its panel.
void multiplyBelow(const at::Tensor& units, at::Tensor& table) {
    const std::int64_t n = units.size(0);
    for (std::int64_t first = 0; first < n; first += kPanel) {
        const std::int64_t last = std::min(n, first + kPanel);
        at::Tensor panel = table.narrow(0, first, last - first).narrow(1, 0, last);
        at::mm_out(panel, units.narrow(0, first, last - first), units.narrow(0, 0, last).t());
    }
}

/// Settles a square of the table at and below the diagonal, and what mirrors it.
void settleSquare(float* table, std::int64_t n, std::int64_t top, std::int64_t left) {
    const std::int64_t bottom = std::min(n, top + kSquare), right = std::min(n, left + kSquare);
    for (std::int64_t row = top; row < bottom; ++row)
        for (std::int64_t col = left; col < std::min(right, row + 1); ++col) {
            const float cosine = settled(table[row * n + col]);
            table[row * n + col] = cosine;
            table[col * n + row] = cosine;
        }
}

void settleTable(at::Tensor& table) {
    const std::int64_t n = table.size(0), squares = (n + kSquare - 1) / kSquare;
    float* values = table.data_ptr<float>();
    forEachItem(squares, [&](std::int64_t i) {
        const std::int64_t row = fromBothEnds(i, squares);
        for (std::int64_t col = 0; col <= row; ++col)
            settleSquare(values, n, row * kSquare, col * kSquare);
    });
}

} // namespace

at::Tensor unitRows(const at::Tensor& rows) {
    const at::Tensor wide = rows.to(at::kFloat);
    return wide / at::linalg_vector_norm(wide, 2, at::IntArrayRef{1}, true).clamp_min(1e-12);
}

at::Tensor cosines(const at::Tensor& units, const at::Tensor& others) {
    return settledCosines(at::mm(units, others.t()));
}

at::Tensor settledCosines(const at::Tensor& products) {
    return at::where(products <= kAlmostOne, products, at::ones({}, products.options()));
}

at::Tensor cosineTable(const at::Tensor& units) {
    const std::int64_t n = units.size(0);
    if (!units.is_cpu()) {
        at::Tensor table = at::mm(units, units.t()).cpu();
        settleTable(table);
        return table;
    }
    at::Tensor table = at::empty({n, n}, units.options());
    if (takesTiles(units))
        multiplyInTiles(units.contiguous(), table);
    else
        multiplyBelow(units, table);
    settleTable(table);
    return table;
}

std::vector<std::int64_t> closest(const float* row, std::int64_t n, std::int64_t self, std::int64_t count) {
    std::vector<std::int64_t> found;
    const auto less = [&](std::int64_t a, std::int64_t b) { return row[a] > row[b]; };
    for (std::int64_t i = 0; i < n; ++i) {
        const bool full = std::ssize(found) >= count;
        if (i == self || (full && (count <= 0 || !(row[i] > row[found.back()]))))
            continue;
        if (full)
            found.pop_back();
        found.insert(std::upper_bound(found.begin(), found.end(), i, less), i);
    }
    return found;
}

} // namespace prunescope::model
