// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// Formats of 2 bits with a minimum, and of 4 bits whose quants are looked up in a table of sixteen values.
#if defined(CARREL_CPU_LOOKUP_FORMATS_INL_H) == defined(HWY_TARGET_TOGGLE)
#ifdef CARREL_CPU_LOOKUP_FORMATS_INL_H
#undef CARREL_CPU_LOOKUP_FORMATS_INL_H
#else
#define CARREL_CPU_LOOKUP_FORMATS_INL_H
#endif

#include "inference/backend/cpu/block_formats_inl.h"
#include "inference/quant/codebooks.h"

#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace inference::backend::cpu::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

/// Q2_K.
struct SuperBlock2 {
    static constexpr unsigned kBits = 2;
    static constexpr unsigned kDotBits = 2;
    static constexpr bool kTwoScales = true;
    HWY_INLINE BlockScales at(const std::byte *scales, std::size_t b) const
    {
        const DF32 df;
        const DI32 di32;
        const std::byte *super = scales + b / 8 * kLanes * 20;
        const std::byte *pair = super + (4 + b % 8 * 2) * kLanes;
        const VF32 d = loadHalves(super);
        const VF32 dmin = hn::Neg(loadHalves(super + kLanes * 2));
        const VI32 low = loadBytes(pair);
        const VI32 high = loadBytes(pair + kLanes);
        const VI32 mask = hn::Set(di32, 15);
        BlockScales s;
        s.scale = hn::Mul(d, hn::ConvertTo(df, hn::And(low, mask)));
        s.scaleHigh = hn::Mul(d, hn::ConvertTo(df, hn::And(high, mask)));
        s.min = hn::Mul(dmin, hn::ConvertTo(df, hn::ShiftRight<4>(low)));
        s.minHigh = hn::Mul(dmin, hn::ConvertTo(df, hn::ShiftRight<4>(high)));
        return s;
    }

private:
    static HWY_INLINE VI32 loadBytes(const std::byte *at)
    {
        const hn::Rebind<std::uint8_t, DI32> d8;
        return hn::PromoteTo(DI32(), hn::LoadU(d8, reinterpret_cast<const std::uint8_t *>(at)));
    }
};

/// Values of IQ4_NL and IQ4_XS, made positive.
struct Iq4Values {
    static constexpr unsigned kDotBits = 8;
    static constexpr int kOffset = 127;
    static constexpr const std::array<std::int8_t, 16> &kValues = kIq4Values;
};

struct Fp4Values {
    static constexpr unsigned kDotBits = 5;
    static constexpr int kOffset = 12;
    static constexpr const std::array<std::int8_t, 16> &kValues = kFp4Values;
};

/// IQ4_NL.
struct HalfScale {
    static HWY_INLINE VF32 at(const std::byte *scales, std::size_t b) { return loadHalves(scales + b * kLanes * 2); }
};

/// IQ4_XS.
struct SuperScale {
    static HWY_INLINE VF32 at(const std::byte *scales, std::size_t b)
    {
        const std::byte *super = scales + b / 8 * kLanes * 10;
        return hn::Mul(loadHalves(super), loadSignedBytes(super + (2 + b % 8) * kLanes));
    }
};

/// MXFP4: 2^(e - 128), which is subnormal for e < 2.
struct PowerScale {
    static HWY_INLINE VF32 at(const std::byte *scales, std::size_t b)
    {
        const DU32 du32;
        const hn::Rebind<std::uint8_t, DU32> d8;
        const auto *bytes = reinterpret_cast<const std::uint8_t *>(scales) + b * kLanes;
        const VU32 e = hn::PromoteTo(du32, hn::LoadU(d8, bytes));
        const VU32 one = hn::Set(du32, 1U);
        const VU32 normal = hn::ShiftLeft<23>(hn::Sub(e, one));
        const VU32 subnormal = hn::ShiftLeft<21>(hn::Add(e, one));
        return hn::BitCast(DF32(), hn::IfThenElse(hn::Gt(e, one), normal, subnormal));
    }
};

template <class Values, class Scale>
struct Looked {
    static constexpr unsigned kBits = 4;
    static constexpr unsigned kDotBits = Values::kDotBits;
    static constexpr bool kTwoScales = false;
    HWY_INLINE BlockScales at(const std::byte *scales, std::size_t b) const
    {
        BlockScales s;
        s.scale = Scale::at(scales, b);
        s.min = hn::Mul(s.scale, hn::Set(DF32(), -static_cast<float>(Values::kOffset)));
        return s;
    }
    static HWY_INLINE void translate(VU8 *HWY_RESTRICT w)
    {
        const VU8 table = hn::LoadDup128(DU8(), kTable.data());
        for (std::size_t i = 0; i < 8; ++i) {
            w[i] = hn::TableLookupBytes(table, w[i]);
        }
    }

private:
    static constexpr std::array<std::uint8_t, 16> positive()
    {
        std::array<std::uint8_t, 16> table{};
        for (std::size_t i = 0; i < 16; ++i) {
            table[i] = static_cast<std::uint8_t>(Values::kValues[i] + Values::kOffset);
        }
        return table;
    }
    alignas(16) static constexpr std::array<std::uint8_t, 16> kTable = positive();
};

} // namespace inference::backend::cpu::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif
