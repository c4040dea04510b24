// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// The builders of all families; families.cpp has the table.
#pragma once

#include "inference/families/decoder.h"

namespace inference::families {

Result<graph::Graph> buildBert(Decoder &decoder);
Result<graph::Graph> buildCohere2(Decoder &decoder);
Result<graph::Graph> buildCohere2Moe(Decoder &decoder);
Result<graph::Graph> buildCommandR(Decoder &decoder);
Result<graph::Graph> buildDeepSeek2(Decoder &decoder);
Result<graph::Graph> buildErnie(Decoder &decoder);
Result<graph::Graph> buildExaoneMoe(Decoder &decoder);
Result<graph::Graph> buildExaone4(Decoder &decoder);
Result<graph::Graph> buildFalconH1(Decoder &decoder);
Result<graph::Graph> buildGemma(Decoder &decoder);
Result<graph::Graph> buildGemma2(Decoder &decoder);
Result<graph::Graph> buildGemma3(Decoder &decoder);
Result<graph::Graph> buildGemma3n(Decoder &decoder);
Result<graph::Graph> buildGemma4(Decoder &decoder);
Result<graph::Graph> buildGlm4(Decoder &decoder);
Result<graph::Graph> buildGlm4Moe(Decoder &decoder);
Result<graph::Graph> buildGptOss(Decoder &decoder);
Result<graph::Graph> buildGptNeoX(Decoder &decoder);
Result<graph::Graph> buildGranite(Decoder &decoder);
Result<graph::Graph> buildGraniteHybrid(Decoder &decoder);
Result<graph::Graph> buildHunyuan(Decoder &decoder);
Result<graph::Graph> buildJinaBertV3(Decoder &decoder);
Result<graph::Graph> buildLfm2(Decoder &decoder);
Result<graph::Graph> buildLlama(Decoder &decoder);
Result<graph::Graph> buildLlama4(Decoder &decoder);
Result<graph::Graph> buildMiniMaxM2(Decoder &decoder);
Result<graph::Graph> buildMistral3(Decoder &decoder);
Result<graph::Graph> buildModernBert(Decoder &decoder);
Result<graph::Graph> buildNemotron(Decoder &decoder);
Result<graph::Graph> buildNomicBert(Decoder &decoder);
Result<graph::Graph> buildNemotronH(Decoder &decoder);
Result<graph::Graph> buildNomicBertMoe(Decoder &decoder);
Result<graph::Graph> buildOlmo(Decoder &decoder);
Result<graph::Graph> buildOlmo2(Decoder &decoder);
Result<graph::Graph> buildOlmoe(Decoder &decoder);
Result<graph::Graph> buildPhi3(Decoder &decoder);
Result<graph::Graph> buildQwen2(Decoder &decoder);
Result<graph::Graph> buildQwen3(Decoder &decoder);
Result<graph::Graph> buildQwen35(Decoder &decoder);
Result<graph::Graph> buildQwen3Next(Decoder &decoder);
Result<graph::Graph> buildQwen2Moe(Decoder &decoder);
Result<graph::Graph> buildSeedOss(Decoder &decoder);
Result<graph::Graph> buildSmolLm3(Decoder &decoder);
Result<graph::Graph> buildStableLm(Decoder &decoder);
Result<graph::Graph> buildStarCoder2(Decoder &decoder);

} // namespace inference::families
