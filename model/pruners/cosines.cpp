#include "model/pruners/cosines.h"

#include "core/kernels/cpu_level.h"
#include "model/kernels/row_products.h"
#include "model/kernels/selection_rows.h"

#include <ATen/Parallel.h>
#include <algorithm>
#include <cmath>
#include <limits>

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
bool takesTiles(const at::Tensor& rows) {
    return rows.is_cpu() && rows.size(0) >= 128 && rows.size(1) >= 64 && rowProductsRun();
}

/// `halves`: the numbers of `rows`, float32, are all of bfloat16.
void multiplyInTiles(const at::Tensor& rows, bool halves, at::Tensor& table) {
    RowProducts call{rows.const_data_ptr<float>(), rows.size(0), rows.size(1), table.data_ptr<float>(), halves, 0};
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

/// Settles a square of the table at and below the diagonal, and what mirrors it. `scales` make cosines of products.
void settleSquare(float* table, const std::vector<float>& scales, std::int64_t top, std::int64_t left) {
    const std::int64_t n = std::ssize(scales);
    const std::int64_t bottom = std::min(n, top + kSquare), right = std::min(n, left + kSquare);
    for (std::int64_t row = top; row < bottom; ++row)
        for (std::int64_t col = left; col < std::min(right, row + 1); ++col) {
            const float scale = scales[static_cast<std::size_t>(row)] * scales[static_cast<std::size_t>(col)];
            const float cosine = settled(table[row * n + col] * scale);
            table[row * n + col] = cosine;
            table[col * n + row] = cosine;
        }
}

void settleTable(at::Tensor& table, const std::vector<float>& scales) {
    const std::int64_t n = table.size(0), squares = (n + kSquare - 1) / kSquare;
    float* values = table.data_ptr<float>();
    forEachItem(squares, [&](std::int64_t i) {
        const std::int64_t row = fromBothEnds(i, squares);
        for (std::int64_t col = 0; col <= row; ++col)
            settleSquare(values, scales, row * kSquare, col * kSquare);
    });
}

/// What makes the products of rows those of rows of unit length: one over each length, which the diagonal tells.
std::vector<float> scalesOf(const at::Tensor& table) {
    std::vector<float> scales;
    for (std::int64_t i = 0; i < table.size(0); ++i)
        scales.push_back(1 / std::max(std::sqrt(table.const_data_ptr<float>()[i * table.size(0) + i]), 1e-12F));
    return scales;
}

/// Products of rows of unit length, at and below the diagonal at least.
at::Tensor unitProducts(const at::Tensor& units) {
    if (!units.is_cpu())
        return at::mm(units, units.t()).cpu();
    at::Tensor table = at::empty({units.size(0), units.size(0)}, units.options());
    if (takesTiles(units))
        multiplyInTiles(units.contiguous(), false, table);
    else
        multiplyBelow(units, table);
    return table;
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

at::Tensor cosineTable(const at::Tensor& rows) {
    const std::int64_t n = rows.size(0);
    if (rows.scalar_type() == at::kBFloat16 && takesTiles(rows)) { // a sixth of the products
        at::Tensor table = at::empty({n, n}, rows.options().dtype(at::kFloat));
        multiplyInTiles(rows.to(at::kFloat).contiguous(), true, table);
        settleTable(table, scalesOf(table));
        return table;
    }
    at::Tensor table = unitProducts(unitRows(rows));
    settleTable(table, std::vector<float>(static_cast<std::size_t>(n), 1));
    return table;
}

std::vector<std::int64_t> closest(const float* row, std::int64_t n, std::int64_t self, std::int64_t count) {
    const SelectionRows& kernels = selectionRows(bestCpuLevel());
    const auto nearer = [&](std::int64_t a, std::int64_t b) { return row[a] > row[b]; };
    std::vector<std::int64_t> found;
    float bound = -std::numeric_limits<float>::infinity();
    for (std::int64_t i = 0; (i = kernels.above(row, i, n, bound)) < n; ++i) {
        if (i == self)
            continue;
        if (std::ssize(found) == count)
            found.pop_back();
        found.insert(std::upper_bound(found.begin(), found.end(), i, nearer), i);
        if (std::ssize(found) == count)
            bound = row[found.back()];
    }
    return found;
}

} // namespace prunescope::model
