#pragma once

#include "core/blocks/patch_geometry.h"

#include <QtTest>

namespace prunescope::test {

/// A column `geometry` with a row for each kind of block: Qwen3-VL's, Qwen2.5-VL's, and others that families have.
inline void addGeometries() {
    QTest::addColumn<PatchGeometry>("geometry");
    for (const PatchGeometry& geometry : {PatchGeometry{}, PatchGeometry{14, 2, 2}, PatchGeometry{8, 2, 2},
                                          PatchGeometry{14, 1, 1}, PatchGeometry{16, 3, 1}, PatchGeometry{8, 4, 2}})
        QTest::addRow("%d px, %d frames, %dx%d", geometry.patchPx, geometry.frames, geometry.merge, geometry.merge)
            << geometry;
}

} // namespace prunescope::test
