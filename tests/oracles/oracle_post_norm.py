# SPDX-FileCopyrightText: 2026 The Carrel developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""The tiny models whose branches are normalised behind, or on both sides."""
import math

from oracle_decoder import Oracle, Shape, common, decoder, norms_less_one, oracle, state_of


@oracle
def gemma():
    shape = Shape(heads=4, kv_heads=1, head=32, epsilon=1e-6)
    m = decoder("gemma", shape)
    return Oracle(m, "GemmaConfig", "GemmaForCausalLM", common(shape, head_dim=shape.head),
                  state_of(m, change=norms_less_one), "scaled embeddings, GELU gate")


GEMMA_NORMS = ("attn_norm", "post_attention_norm", "ffn_norm", "post_ffw_norm")
GEMMA_STEMS = {"ffn_norm": "pre_feedforward_layernorm"}


@oracle
def gemma2():
    shape = Shape(layers=4, heads=4, kv_heads=2, head=32, epsilon=1e-6, block_norms=GEMMA_NORMS)
    m = decoder("gemma2", shape)
    m.u32("attention.sliding_window", 9)
    m.f32("attn_logit_softcapping", 2.0)
    m.f32("final_logit_softcapping", 4.0)
    arguments = common(shape, head_dim=shape.head, query_pre_attn_scalar=shape.head, sliding_window=9,
                       attn_logit_softcapping=2.0, final_logit_softcapping=4.0)
    return Oracle(m, "Gemma2Config", "Gemma2ForCausalLM", arguments,
                  state_of(m, GEMMA_STEMS, change=norms_less_one), "caps, every other layer within a window of 9")


@oracle
def gemma3():
    shape = Shape(layers=7, width=32, hidden=64, heads=2, kv_heads=1, head=32, epsilon=1e-6, base=1000000.0,
                  block_norms=GEMMA_NORMS, head_norms="head")
    m = decoder("gemma3", shape)
    m.u32("attention.sliding_window", 7)
    m.string("rope.scaling.type", "linear")
    m.f32("rope.scaling.factor", 8.0)
    arguments = common(shape, head_dim=shape.head, query_pre_attn_scalar=shape.head, sliding_window=7)
    arguments["rope_parameters"] = {
        "full_attention": {"rope_type": "linear", "factor": 8.0, "rope_theta": shape.base},
        "sliding_attention": {"rope_type": "default", "rope_theta": 10000.0}}
    return Oracle(m, "Gemma3TextConfig", "Gemma3ForCausalLM", arguments,
                  state_of(m, GEMMA_STEMS, change=norms_less_one),
                  "five layers within a window of 7 to one without, two bases, scaling of the one alone")


@oracle
def gemma3_long():
    shape = Shape(layers=7, width=32, hidden=64, heads=2, kv_heads=1, head=32, epsilon=1e-6, base=1000000.0,
                  block_norms=GEMMA_NORMS, head_norms="head")
    m = decoder("gemma3", shape, prompt=208, context=256)
    m.u32("attention.sliding_window", 70)
    arguments = common(shape, head_dim=shape.head, query_pre_attn_scalar=shape.head, sliding_window=70)
    arguments["rope_parameters"] = {"full_attention": {"rope_type": "default", "rope_theta": shape.base},
                                    "sliding_attention": {"rope_type": "default", "rope_theta": 10000.0}}
    return Oracle(m, "Gemma3TextConfig", "Gemma3ForCausalLM", arguments,
                  state_of(m, GEMMA_STEMS, change=norms_less_one), "the last 40 of 208 positions, a window of 70")


@oracle
def olmo2():
    shape = Shape(heads=4, kv_heads=2, tied=False, block_norms=("post_attention_norm", "post_ffw_norm"),
                  head_norms="width", base=500000.0, epsilon=1e-6)
    m = decoder("olmo2", shape)
    return Oracle(m, "Olmo2Config", "Olmo2ForCausalLM", common(shape), state_of(m),
                  "norms behind the branches and over all heads together")


@oracle
def olmo3():
    shape = Shape(layers=5, heads=2, kv_heads=2, head=32, tied=False, head_norms="width", base=500000.0, epsilon=1e-6,
                  block_norms=("post_attention_norm", "post_ffw_norm"))
    m = decoder("olmo2", shape)
    m.u32("attention.sliding_window", 11)
    m.booleans("attention.sliding_window_pattern", [True, True, True, False, True])
    m.string("rope.scaling.type", "yarn")
    m.f32("rope.scaling.factor", 8.0)
    m.u32("rope.scaling.original_context_length", 512)
    m.f32("rope.scaling.attn_factor", 1 + 0.1 * math.log(8.0))  # as converters wrote it for the first models
    arguments = common(shape, sliding_window=11)
    arguments["rope_parameters"] = {
        "full_attention": {"rope_type": "yarn", "factor": 8.0, "rope_theta": shape.base,
                           "original_max_position_embeddings": 512},
        "sliding_attention": {"rope_type": "default", "rope_theta": shape.base}}
    return Oracle(m, "Olmo3Config", "Olmo3ForCausalLM", arguments, state_of(m),
                  "three layers within a window of 11 to one without, YaRN in the one alone",
                  "llama.cpp multiplies cosine and sine by the file's factor and by YaRN's own, which it is; followed: "
                  "transformers")


@oracle
def glm4():
    shape = Shape(heads=4, kv_heads=2, rotated=8, tied=False, biases=("qkv",), fused_ffn=True, block_norms=GEMMA_NORMS)
    m = decoder("glm4", shape)
    stems = {"ffn_up": "mlp.gate_up_proj", "post_attention_norm": "post_self_attn_layernorm",
             "post_ffw_norm": "post_mlp_layernorm"}
    return Oracle(m, "Glm4Config", "Glm4ForCausalLM", common(shape, head_dim=shape.head, attention_bias=True),
                  state_of(m, stems), "norms on both sides, half of each head rotated, fused gate and up")


def exaone4_oracle(shape, what, note="", setup=None, **config):
    m = decoder("exaone4", shape)
    if setup:
        setup(m)
    return Oracle(m, "Exaone4Config", "Exaone4ForCausalLM", common(shape, **config), state_of(m), what, note)


EXAONE4 = dict(heads=4, kv_heads=2, head_norms="head", block_norms=("post_attention_norm", "post_ffw_norm"))


@oracle
def exaone4():
    shape = Shape(**EXAONE4)
    return exaone4_oracle(shape, "norms behind the branches and of each head, as in the 1.2B model",
                          sliding_window=None, sliding_window_pattern=None,
                          layer_types=["full_attention"] * shape.layers)


@oracle
def exaone4_sliding():
    return exaone4_oracle(Shape(layers=5, tied=False, **EXAONE4),
                          "three layers within a window of 6 to one without and without positions, as in the 32B model",
                          "llama.cpp heeds the window in files of 64 layers alone; followed: transformers",
                          setup=lambda m: m.u32("attention.sliding_window", 6), sliding_window=6,
                          sliding_window_pattern=4)
