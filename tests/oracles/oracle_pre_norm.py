# SPDX-FileCopyrightText: 2026 The Carrel developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""The tiny models whose branches are normalised in front, one after the other."""
import math

import numpy as np

from oracle_decoder import Oracle, Shape, common, decoder, norms_less_one, oracle, scaled, state_of, unpermuted


def llama_oracle(shape, what, note="", setup=None, **config):
    m = decoder("llama", shape)
    if setup:
        setup(m)
    arguments = common(shape, head_dim=shape.head, attention_bias="qkv" in shape.biases, mlp_bias="ffn" in shape.biases)
    return Oracle(m, "LlamaConfig", "LlamaForCausalLM", arguments | config, state_of(m, change=unpermuted(shape)), what,
                  note)


@oracle
def llama():
    shape = Shape(layers=2, width=72, heads=6, kv_heads=2, head=12, hidden=100)
    return llama_oracle(shape, "three heads on each of two, tied, rows that no block divides")


@oracle
def llama_untied():
    shape = Shape(heads=4, kv_heads=4, head=24, tied=False, biases=("qkv", "out", "ffn"), epsilon=1e-3, base=500000.0)
    return llama_oracle(shape, "untied, biases everywhere, heads wider than their share, a large epsilon")


@oracle
def llama_linear():
    def setup(m):
        m.string("rope.scaling.type", "linear")
        m.f32("rope.scaling.factor", 4.0)
    shape = Shape(heads=4, kv_heads=1)
    return llama_oracle(shape, "linear scaling, one head of keys for all", setup=setup,
                        **scaled(shape, rope_type="linear", factor=4.0))


@oracle
def llama_yarn():
    def setup(m):
        m.string("rope.scaling.type", "yarn")
        m.f32("rope.scaling.factor", 4.0)
        m.u32("rope.scaling.original_context_length", 1024)
    shape = Shape(heads=2, kv_heads=1, head=32)
    return llama_oracle(shape, "YaRN", setup=setup,
                        **scaled(shape, rope_type="yarn", factor=4.0, original_max_position_embeddings=1024))


@oracle
def llama_yarn_betas():
    def setup(m):
        m.string("rope.scaling.type", "yarn")
        m.f32("rope.scaling.factor", 4.0)
        m.u32("rope.scaling.original_context_length", 1024)
        m.f32("rope.scaling.yarn_beta_fast", 8.0)
        m.f32("rope.scaling.yarn_beta_slow", 2.0)
    shape = Shape(heads=2, kv_heads=1, head=32)
    return llama_oracle(shape, "YaRN with other bounds",
                        "llama.cpp heeds the bounds in a few families alone; followed: transformers", setup=setup,
                        **scaled(shape, rope_type="yarn", factor=4.0, original_max_position_embeddings=1024,
                                 beta_fast=8.0, beta_slow=2.0))


def llama3_factors(shape, factor, low, high, trained):
    """Grattafiori et al. 2024, arXiv:2407.21783: what slow pairs are divided by."""
    factors = []
    for i in range(shape.head // 2):
        wavelength = 2 * math.pi * shape.base ** (2 * i / shape.head)
        if wavelength < trained / high:
            factors.append(1.0)
        elif wavelength > trained / low:
            factors.append(factor)
        else:
            smooth = (trained / wavelength - low) / (high - low)
            factors.append(1 / ((1 - smooth) / factor + smooth))
    return factors


@oracle
def llama_factors():
    shape = Shape(heads=2, kv_heads=2, head=32, tied=False, base=500000.0)
    scaling = dict(factor=8.0, low_freq_factor=1.0, high_freq_factor=4.0)

    def setup(m):
        m.values("rope_freqs.weight", llama3_factors(shape, 8.0, 1.0, 4.0, 1024))
    return llama_oracle(shape, "Llama 3.1's factors of frequencies", setup=setup,
                        **scaled(shape, rope_type="llama3", original_max_position_embeddings=1024, **scaling))


@oracle
def mistral3():
    shape = Shape(heads=2, kv_heads=1, head=48, tied=False, base=1000000.0)
    m = decoder("mistral3", shape)
    m.string("rope.scaling.type", "yarn")
    m.f32("rope.scaling.factor", 16.0)
    m.u32("rope.scaling.original_context_length", 12)
    m.f32("rope.scaling.yarn_log_multiplier", 1.0)
    m.f32("rope.scaling.yarn_beta_fast", 2.0)
    m.f32("rope.scaling.yarn_beta_slow", 0.01)
    m.f32("attention.temperature_scale", 0.5)
    rope = dict(rope_type="yarn", factor=16.0, original_max_position_embeddings=12, beta_fast=2.0, beta_slow=0.01,
                mscale=1.0, mscale_all_dim=1.0, llama_4_scaling_beta=0.5)
    return Oracle(m, "Ministral3Config", "Ministral3ForCausalLM",
                  common(shape, head_dim=shape.head) | scaled(shape, **rope), state_of(m, change=unpermuted(shape)),
                  "YaRN with its magnitude divided out, queries that grow with every 12 positions",
                  "llama.cpp counts the steps of growing queries from position 1; followed: transformers, from 0")


@oracle
def qwen2():
    shape = Shape(heads=4, kv_heads=2, biases=("qkv",), base=1000000.0, epsilon=1e-6)
    m = decoder("qwen2", shape)
    return Oracle(m, "Qwen2Config", "Qwen2ForCausalLM", common(shape), state_of(m), "biases of query, key and value")


@oracle
def qwen2_fused():
    shape = Shape(heads=4, kv_heads=2, biases=("qkv",), base=1000000.0, fused_qkv=True)
    m = decoder("qwen2", shape)
    state = state_of(m)
    query, key = shape.heads * shape.head, shape.kv_heads * shape.head
    for name in [name for name in state if "qkv_proj" in name]:
        parts = np.split(state.pop(name), [query, query + key])
        state |= {name.replace("qkv", part): numbers for part, numbers in zip("qkv", parts)}
    return Oracle(m, "Qwen2Config", "Qwen2ForCausalLM", common(shape), state,
                  "query, key and value in one matrix, as newer converters may write any family")


@oracle
def qwen3():
    shape = Shape(heads=3, kv_heads=1, head=32, tied=False, base=1000000.0, epsilon=1e-6, head_norms="head")
    m = decoder("qwen3", shape)
    return Oracle(m, "Qwen3Config", "Qwen3ForCausalLM", common(shape, head_dim=shape.head), state_of(m),
                  "norms of each head, heads wider than their share")


def phi3_oracle(shape, what, note="", setup=None, **config):
    m = decoder("phi3", shape)
    if setup:
        setup(m)
    stems = {"ffn_up": "mlp.gate_up_proj"}
    return Oracle(m, "Phi3Config", "Phi3ForCausalLM", common(shape, **config), state_of(m, stems), what, note)


PHI3 = dict(heads=2, kv_heads=1, head=32, tied=False, fused_qkv=True, fused_ffn=True)


@oracle
def phi3():
    return phi3_oracle(Shape(**PHI3), "fused query, key and value, fused gate and up")


def longrope(shape, trained):
    pairs = (shape.rotated or shape.head) // 2
    short = [1.0 + 0.05 * i for i in range(pairs)]
    long = [1.0 + 0.75 * i for i in range(pairs)]
    magnitude = math.sqrt(1 + math.log(4096 / trained) / math.log(trained))

    def setup(m):
        m.u32("rope.scaling.original_context_length", trained)
        m.f32("rope.scaling.attn_factor", magnitude)
        m.values("rope_factors_long.weight", long)
        m.values("rope_factors_short.weight", short)
    rope = {"rope_type": "longrope", "rope_theta": shape.base, "long_factor": long, "short_factor": short,
            "original_max_position_embeddings": trained}
    if shape.rotated:
        rope["partial_rotary_factor"] = shape.rotated / shape.head
    return dict(setup=setup, rope_parameters=rope, original_max_position_embeddings=trained)


@oracle
def phi3_long():
    shape = Shape(**PHI3, rotated=24)
    return phi3_oracle(shape, "longrope past the trained 24 positions, three quarters of each head rotated",
                       **longrope(shape, 24))


@oracle
def phi3_short():
    shape = Shape(**PHI3)
    return phi3_oracle(shape, "longrope within the trained context", **longrope(shape, 1024))


@oracle
def olmo():
    shape = Shape(heads=4, kv_heads=2, norm="bare")
    m = decoder("olmo", shape)
    return Oracle(m, "OlmoConfig", "OlmoForCausalLM", common(shape), state_of(m, change=unpermuted(shape)),
                  "LayerNorms without weights")


@oracle
def olmo_clamped():
    shape = Shape(heads=4, kv_heads=2, norm="bare")
    m = decoder("olmo", shape)
    m.f32("attention.clamp_kqv", 0.75)
    return Oracle(m, "OlmoConfig", "OlmoForCausalLM", common(shape, clip_qkv=0.75),
                  state_of(m, change=unpermuted(shape)), "query, key and value within a bound")


@oracle
def nemotron():
    shape = Shape(heads=4, kv_heads=2, rotated=8, tied=False, norm="layer", gated=False)
    m = decoder("nemotron", shape)
    arguments = common(shape, head_dim=shape.head, norm_eps=shape.epsilon)
    return Oracle(m, "NemotronConfig", "NemotronForCausalLM", arguments, state_of(m, change=norms_less_one),
                  "squared ReLU without a gate, half of each head rotated")


@oracle
def granite():
    shape = Shape(heads=4, kv_heads=2)
    m = decoder("granite", shape)
    m.f32("embedding_scale", 3.0)
    m.f32("residual_scale", 0.5)
    m.f32("attention.scale", 0.125)
    m.f32("logit_scale", 2.0)
    arguments = common(shape, embedding_multiplier=3.0, residual_multiplier=0.5, attention_multiplier=0.125,
                       logits_scaling=2.0)
    return Oracle(m, "GraniteConfig", "GraniteForCausalLM", arguments, state_of(m, change=unpermuted(shape)),
                  "four factors")


@oracle
def starcoder2():
    shape = Shape(heads=4, kv_heads=2, norm="layer", biases=("qkv", "out", "ffn"), gated=False)
    m = decoder("starcoder2", shape)
    return Oracle(m, "Starcoder2Config", "Starcoder2ForCausalLM", common(shape, norm_epsilon=shape.epsilon),
                  state_of(m, {"ffn_up": "mlp.c_fc", "ffn_down": "mlp.c_proj"}),
                  "LayerNorm, biases everywhere, GELU without a gate")


@oracle
def smollm3():
    shape = Shape(layers=5, heads=4, kv_heads=2)
    m = decoder("smollm3", shape)
    return Oracle(m, "SmolLM3Config", "SmolLM3ForCausalLM", common(shape, no_rope_layer_interval=4),
                  state_of(m, change=unpermuted(shape)), "every fourth layer without positions")


@oracle
def seed_oss():
    shape = Shape(heads=4, kv_heads=2, head=32, tied=False, biases=("qkv",), block_norms=("attn_norm", "post_attention_norm"))
    m = decoder("seed_oss", shape)
    return Oracle(m, "SeedOssConfig", "SeedOssForCausalLM",
                  common(shape, head_dim=shape.head, attention_bias=True, attention_out_bias=False), state_of(m),
                  "the second norm under another name, biases of query, key and value")


@oracle
def ernie4_5():
    shape = Shape(heads=4, kv_heads=2, head=24)
    m = decoder("ernie4_5", shape)
    return Oracle(m, "Ernie4_5Config", "Ernie4_5ForCausalLM", common(shape, head_dim=shape.head), state_of(m),
                  "neighbours rotated as trained, heads wider than their share")


@oracle
def hunyuan_dense():
    shape = Shape(heads=4, kv_heads=2, head=32, head_norms="head")
    m = decoder("hunyuan-dense", shape)
    return Oracle(m, "HunYuanDenseV1Config", "HunYuanDenseV1ForCausalLM", common(shape, head_dim=shape.head),
                  state_of(m, {"attn_q_norm": "self_attn.query_layernorm", "attn_k_norm": "self_attn.key_layernorm"}),
                  "norms of each head behind the rotation")


@oracle
def qwen3vl():
    shape = Shape(heads=3, kv_heads=1, head=32, tied=False, base=5000000.0, epsilon=1e-6, head_norms="head")
    m = decoder("qwen3vl", shape)
    m.integers("rope.dimension_sections", [6, 5, 5, 0])
    m.u32("n_deepstack_layers", 0)
    rope = dict(rope_type="default", mrope_section=[6, 5, 5], mrope_interleaved=True)
    return Oracle(m, "Qwen3VLTextConfig", "Qwen3VLTextModel",
                  common(shape, head_dim=shape.head) | scaled(shape, **rope), state_of(m),
                  "text: positions of three dimensions that are one")
