// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// What the host hands to the kernels: read by GLSL and by C++, so that neither can disagree with the other.
// Only 32-bit members; push constants stay within the 128 bytes that every device grants.
#ifndef CARREL_KERNEL_PARAMS_H
#define CARREL_KERNEL_PARAMS_H

#ifdef __cplusplus
#include <cstdint>
namespace inference::backend::vulkan {
using uint = std::uint32_t;
#define CARREL_CONSTANT inline constexpr uint
#else
#define CARREL_CONSTANT const uint
#endif

/// Specialization constants: every kernel takes the first three, the rest by its own need.
CARREL_CONSTANT kSpecWorkgroup = 0;  ///< invocations in a workgroup
CARREL_CONSTANT kSpecSubgroup = 1;   ///< invocations in a subgroup
CARREL_CONSTANT kSpecSelected = 2;   ///< 1: the rows are the selected ones, 0: the batch's
CARREL_CONSTANT kSpecNativeHalf = 3; ///< 1: the device converts subnormal halves exactly
CARREL_CONSTANT kSpecA = 4;
CARREL_CONSTANT kSpecB = 5;
CARREL_CONSTANT kSpecC = 6;
CARREL_CONSTANT kSpecD = 7;
CARREL_CONSTANT kSpecE = 8;
CARREL_CONSTANT kSpecF = 9;

/// The type of a CODED weight (kSpecF), by its number in files: the kernels are one variant for all of them.
CARREL_CONSTANT kCodedQ3_K = 11;
CARREL_CONSTANT kCodedIQ2_XXS = 16;
CARREL_CONSTANT kCodedIQ2_XS = 17;
CARREL_CONSTANT kCodedIQ3_XXS = 18;
CARREL_CONSTANT kCodedIQ1_S = 19;
CARREL_CONSTANT kCodedIQ4_NL = 20;
CARREL_CONSTANT kCodedIQ3_S = 21;
CARREL_CONSTANT kCodedIQ2_S = 22;
CARREL_CONSTANT kCodedIQ4_XS = 23;
CARREL_CONSTANT kCodedIQ1_M = 29;
CARREL_CONSTANT kCodedTQ1_0 = 34;
CARREL_CONSTANT kCodedTQ2_0 = 35;
CARREL_CONSTANT kCodedMXFP4 = 39;
CARREL_CONSTANT kCodedNVFP4 = 40;

/// Bits of the matrix kernels' epilogue (kSpecD).
CARREL_CONSTANT kEpilogueBias = 1;
CARREL_CONSTANT kEpilogueResidual = 2;   ///< with kEpilogueGlu it has rows by turns like the matrix
CARREL_CONSTANT kEpilogueGlu = 4;        ///< rows alternate gate, up; out[i] = activation(row 2i) * row 2i+1
CARREL_CONSTANT kEpilogueWeighted = 8;   ///< experts: times the router's weight
CARREL_CONSTANT kEpilogueScale = 16;     ///< experts: times the expert's factor
CARREL_CONSTANT kEpilogueActivation = 5; ///< shift of the activation's number above the bits

/// Activations, as graph::Activation counts them.
CARREL_CONSTANT kSilu = 0;
CARREL_CONSTANT kGeluTanh = 1;
CARREL_CONSTANT kGelu = 2;
CARREL_CONSTANT kReluSquared = 3;
CARREL_CONSTANT kClampedSwiglu = 4;
CARREL_CONSTANT kSigmoid = 5;
CARREL_CONSTANT kIdentity = 6;

/// Router logits to probabilities, as graph::Gating counts them.
CARREL_CONSTANT kGatingSoftmax = 0;
CARREL_CONSTANT kGatingSigmoid = 1;
CARREL_CONSTANT kGatingSqrtSoftplus = 2;
CARREL_CONSTANT kGatingSoftmaxOfChosen = 3;

/// What ranks a group of experts, as graph::GroupScore counts it.
CARREL_CONSTANT kGroupBestTwo = 0;
CARREL_CONSTANT kGroupBest = 1;

/// Most experts of a layer and groups of them, as the graph limits them.
CARREL_CONSTANT kMostExperts = 1024;
CARREL_CONSTANT kMostExpertGroups = 32;
/// Pairs of a row and one of its experts that a tile takes, all of one expert.
CARREL_CONSTANT kExpertTile = 32;

/// What the norm kernel does before it writes (its kSpecA).
CARREL_CONSTANT kNormNone = 0;
CARREL_CONSTANT kNormRms = 1;
CARREL_CONSTANT kNormLayer = 2;

/// What attention sees, as graph::Mask counts it.
CARREL_CONSTANT kMaskCausal = 0;
CARREL_CONSTANT kMaskChunked = 1;
CARREL_CONSTANT kMaskFull = 2;

/// What a KV cache keeps, as KvType counts it: kSpecF of attention, kSpecA of rope_kv.
CARREL_CONSTANT kCacheF16 = 0;
CARREL_CONSTANT kCacheQ8 = 1;
CARREL_CONSTANT kCacheQ4 = 2;

/// Operations of the elementwise kernel (its kSpecA).
CARREL_CONSTANT kElementGlu = 0;
CARREL_CONSTANT kElementAdd = 1;
CARREL_CONSTANT kElementScale = 2;
CARREL_CONSTANT kElementSelect = 3;
CARREL_CONSTANT kElementActivate = 4;
CARREL_CONSTANT kElementSoftcap = 5;
CARREL_CONSTANT kElementClamp = 6;
CARREL_CONSTANT kElementScaleByPosition = 7; ///< bFirst: offset, bStride: positions of one step
CARREL_CONSTANT kElementRouteToEach = 8;     ///< experts' numbers, then ones
CARREL_CONSTANT kElementFirst = 9;           ///< of all rows one
CARREL_CONSTANT kElementMean = 10;

/// Which row of a table a token takes (the row kernel's kSpecA), as graph::RowOf counts them.
CARREL_CONSTANT kRowToken = 0;
CARREL_CONSTANT kRowPosition = 1;
CARREL_CONSTANT kRowText = 2;
CARREL_CONSTANT kRowFirst = 3; ///< the only one there is

/// The batch at hand, in a host-visible buffer. Token ids follow at once.
struct BatchParams {
    uint rows;          ///< tokens in the batch
    uint position;      ///< position of the first
    uint kvLength;      ///< position + rows
    uint selectedFirst; ///< batch row of the first selected row
    uint selectedRows;
    uint secondText; ///< position with which the second text of a pair begins
    uint stateFrom;  ///< side of the recurrent states that is read (from position 1 on)
    uint stateTo;    ///< side that is written; may be the same
};

/// A rectangle of f32 activations: row r, column c stands at first + r * stride + c, in floats.
struct MatMulPush {
    uint blocks;     ///< blocks of 32 in a row of the weight, the last one padded with zeros
    uint rows;       ///< rows of this slice of the weight
    uint columns;    ///< numbers in an activation row
    uint highPlane;  ///< u32 index of the high bits in the slice
    uint scalePlane; ///< u32 index of the scales
    uint extraPlane; ///< u32 index of the super-block scales
    uint tablePlane; ///< u32 index of the codebook
    uint inFirst;    ///< f32 activations
    uint inStride;
    uint inScales; ///< int8 activations: uvec2 index of the scales
    uint outFirst;
    uint outStride;
    uint residualFirst;
    uint residualStride;
    uint biasFirst;
};

/// As MatMulPush; a pair is one chosen expert of one row, pair row * used + i is the row's i-th. An expert's rows
/// follow those of the expert before.
struct ExpertMatMulPush {
    uint blocks;
    uint rows;    ///< of this slice
    uint columns; ///< numbers that a pair sees
    uint highPlane;
    uint scalePlane;
    uint extraPlane;
    uint tablePlane;
    uint inFirst;      ///< f32 activations in floats, int8 activations in rows of the weight's columns
    uint inStride;     ///< between rows of the batch
    uint inPairStride; ///< between a row's pairs; 0: they see the same
    uint inScales;
    uint outFirst;
    uint outStride;     ///< between rows of the batch
    uint outPairStride; ///< between a row's pairs
    uint biasFirst;
    uint scaleFirst; ///< float index of the experts' factors, by turns for gate and up
    uint sliceFirst; ///< row of all experts with which the slice begins
    uint expertRows; ///< rows of one expert
    uint experts;
    uint used;
    uint routingFirst;
    uint routingStride;
    uint pairsFirst; ///< of the grouped pairs, behind the tiles
    uint residualFirst;
    uint residualStride;     ///< between rows of the batch
    uint residualPairStride; ///< between a row's pairs
};

/// Groups the batch's pairs by expert: tiles as (expert, first pair, pairs, 0), then pairs in the tiles' order.
struct ExpertGroupPush {
    uint experts;
    uint used;
    uint routingFirst;
    uint routingStride;
    uint pairsFirst; ///< u32 index of the pairs, behind room for all tiles
};

struct ExpertRoutePush {
    uint experts;
    uint used;
    uint groups;
    uint groupsUsed;
    uint inFirst;
    uint inStride;
    uint biasFirst;
    uint outFirst;
    uint outStride;
    float scale;
};

struct ExpertCombinePush {
    uint columns;
    uint used;
    uint inFirst;
    uint inStride;
    uint routingFirst;
    uint routingStride;
    uint residualFirst;
    uint residualStride;
    uint outFirst;
    uint outStride;
};

struct GetRowsPush {
    uint blocks;
    uint rowFirst; ///< first table row of this slice
    uint rows;
    uint columns;
    uint highPlane;
    uint scalePlane;
    uint extraPlane;
    uint tablePlane;
    uint outFirst;
    uint outStride;
    float scale;
};

struct NormPush {
    uint columns;     ///< of a group; group g starts at g * columns
    uint blocks;      ///< of 32, for the int8 output
    uint factorFirst; ///< float index of the norm's weight
    uint biasFirst;
    uint parameters;      ///< bit 0: it has a weight, bit 1: a bias
    uint parameterStride; ///< between two groups' weights; 0: they share one
    uint inFirst;
    uint inStride;
    uint outFirst;
    uint outStride;
    uint outScales; ///< uvec2 index of the int8 output's scales
    float epsilon;
};

struct RopePush {
    uint headDim;
    uint valueDim;
    uint rotatedDims;
    uint neox;       ///< 1: pairs (i, i + rotated/2), 0: (2i, 2i+1)
    uint queryHeads; ///< 0: no query
    uint kvHeads;    ///< 0: no key and value
    uint tableFirst; ///< float index of this configuration's cosines and sines
    uint queryFirst;
    uint queryStride;
    uint keyFirst;
    uint keyStride;
    uint valueFirst;
    uint valueStride;
    uint outFirst; ///< rotated query
    uint outStride;
    uint slots; ///< position p stands in slot p % slots of the cache
};

struct AttentionPush {
    uint headsPerKv;
    uint queryFirst;
    uint queryStride;
    uint keyStride; ///< words of a slot
    uint valueStride;
    uint keyScales; ///< word of a slot where the scales of a quantized cache begin
    uint valueScales;
    uint valueHeadStride; ///< numbers between two heads' values
    uint slots;           ///< position p stands in slot p % slots of the cache
    uint outFirst;
    uint outStride;
    uint splitLength; ///< positions in a split
    uint splits;      ///< splits that a partial result has room for
    uint heads;
    float scale;
    float softcap; ///< 0: none
    uint window;   ///< as graph::Attention has it
    uint mask;
    uint hasSinks;
    uint sinksFirst; ///< float index of the heads' sinks
};

struct ElementPush {
    uint columns;
    uint aFirst;
    uint aStride;
    uint bFirst;
    uint bStride;
    uint outFirst;
    uint outStride;
    float factor;
};

/// Two parts of each head: numbers of head h stand at first + row * stride + h * head.
struct JoinHeadsPush {
    uint columns;
    uint aCount;
    uint aFirst;
    uint aStride;
    uint aHead;
    uint bCount;
    uint bFirst;
    uint bStride;
    uint bHead;
    uint outFirst;
    uint outStride;
};

struct CausalConvPush {
    uint channels;
    uint weightFirst;
    uint biasFirst;
    uint inFirst;
    uint inStride;
    uint outFirst;
    uint outStride;
};

struct GatedDeltaPush {
    uint stateNumbers; ///< of one side
    uint stateColumns; ///< of a head: numbers of a value
    uint stateRows;    ///< of a head: numbers of a key
    uint keyHeads;
    uint valueHeads;
    uint keysAlternate; ///< 1: value head j has key head j mod keyHeads, 0: j / (valueHeads / keyHeads)
    uint logitGroup;    ///< from the logits of one key head's value heads to those of the next
    uint rateFirst;
    uint biasFirst;
    uint inFirst;
    uint inStride;
    uint decayFirst;
    uint decayStride;
    uint writeFirst;
    uint writeStride;
    uint outFirst;
    uint outStride;
    float epsilon;
};

struct StateScanPush {
    uint stateNumbers; ///< of one side
    uint stateColumns; ///< of a head: its numbers
    uint stateRows;
    uint heads;
    uint groups;
    uint biasFirst;
    uint rateFirst;
    uint skipFirst;
    uint inFirst;
    uint inStride;
    uint stepFirst;
    uint stepStride;
    uint outFirst;
    uint outStride;
};

#ifdef __cplusplus
static_assert(sizeof(BatchParams) == 32);
static_assert(sizeof(MatMulPush) == 60 && sizeof(MatMulPush) <= 128);
static_assert(sizeof(ExpertMatMulPush) == 104 && sizeof(ExpertMatMulPush) <= 128);
static_assert(sizeof(ExpertGroupPush) == 20);
static_assert(sizeof(ExpertRoutePush) == 40);
static_assert(sizeof(ExpertCombinePush) == 40);
static_assert(sizeof(GetRowsPush) == 44);
static_assert(sizeof(NormPush) == 48);
static_assert(sizeof(RopePush) == 64);
static_assert(sizeof(AttentionPush) == 80);
static_assert(sizeof(ElementPush) == 32);
static_assert(sizeof(JoinHeadsPush) == 44);
static_assert(sizeof(CausalConvPush) == 28);
static_assert(sizeof(GatedDeltaPush) == 72);
static_assert(sizeof(StateScanPush) == 56);
} // namespace inference::backend::vulkan
#endif
#endif
