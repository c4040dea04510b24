// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "inference/backend/cpu/tile_layout.h"

#include "inference/quant/dequantize.h"
#include "tests/inference/backend/graph_fixture.h"

#include <catch2/catch_test_macros.hpp>

#include <algorithm>
#include <cstring>

namespace inference::backend::cpu {

TEST_CASE("rows come out of tiles as they went in")
{
    for (const TensorType type : kAllTypes) {
        const std::uint32_t columns = traits(type).blockWeights == 1 ? 37 : 3 * traits(type).blockWeights;
        for (const std::uint32_t lanes : {4U, 8U, 16U}) {
            for (std::uint32_t rows = 1; rows <= lanes; ++rows) {
                CAPTURE(traits(type).name, lanes, rows);
                GraphFixture fixture(rows);
                const auto &weight = fixture.graph().weights[fixture.weight(type, columns, rows).index];
                const TileLayout layout = tileLayout(type, lanes, columns);
                CHECK(layout.tileBytes % 64 == 0);
                std::vector<std::byte> tile(layout.tileBytes, std::byte{0xA5});
                packTile(layout, weight.data.data(), rows, tile.data());

                std::vector<float> expected(std::size_t{columns} * rows);
                dequantize(type, weight.data, expected);
                std::vector<float> row(columns);
                for (std::uint32_t lane = 0; lane < lanes; ++lane) {
                    unpackRow(layout, tile.data(), lane, row);
                    if (lane < rows) {
                        CHECK(std::memcmp(row.data(), &expected[lane * columns], columns * sizeof(float)) == 0);
                    } else {
                        CHECK(std::ranges::all_of(row, [](float x) { return x == 0.0F; }));
                    }
                }
            }
        }
    }
}

TEST_CASE("tiles are hardly larger than the file's blocks")
{
    for (const TensorType type : kAllTypes) {
        const TypeTraits info = traits(type);
        const std::uint64_t file = 4096 / info.blockWeights * info.blockBytes * 16;
        CAPTURE(info.name);
        CHECK(static_cast<double>(tileLayout(type, 16, 4096).tileBytes) < 1.04 * static_cast<double>(file));
    }
}

} // namespace inference::backend::cpu
