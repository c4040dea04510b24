# SPDX-FileCopyrightText: 2026 The Carrel developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""The tiny models of the Gemmas whose layers share caches and are given parts of the token: Gemma 4 and 3n."""
import dataclasses
import math
import statistics

import numpy as np

from oracle_decoder import Oracle, oracle
from oracle_model import VOCABULARY, Model

# What transformers calls the tensors of a layer.
BLOCK = {"attn_norm": "input_layernorm", "post_attention_norm": "post_attention_layernorm",
         "ffn_norm": "pre_feedforward_layernorm", "post_ffw_norm": "post_feedforward_layernorm",
         "attn_q": "self_attn.q_proj", "attn_k": "self_attn.k_proj", "attn_v": "self_attn.v_proj",
         "attn_output": "self_attn.o_proj", "attn_q_norm": "self_attn.q_norm", "attn_k_norm": "self_attn.k_norm",
         "ffn_gate": "mlp.gate_proj", "ffn_up": "mlp.up_proj", "ffn_down": "mlp.down_proj",
         "inp_gate": "per_layer_input_gate", "proj": "per_layer_projection", "post_norm": "post_per_layer_input_norm",
         "pre_ffw_norm_2": "pre_feedforward_layernorm_2", "post_ffw_norm_1": "post_feedforward_layernorm_1",
         "post_ffw_norm_2": "post_feedforward_layernorm_2", "ffn_gate_inp": "router.proj"}
# Those that Gemma 3n has besides.
STREAMS = {"altup_router": "altup.modality_router", "altup_router_norm": "altup.router_norm",
           "altup_predict_coef": "altup.prediction_coefs", "altup_correct_coef": "altup.correction_coefs",
           "laurel_l": "laurel.linear_left", "laurel_r": "laurel.linear_right",
           "laurel_post_norm": "laurel.post_laurel_norm"}
TOP = {"token_embd": "embed_tokens", "output_norm": "norm", "per_layer_token_embd": "embed_tokens_per_layer",
       "per_layer_model_proj": "per_layer_model_projection", "per_layer_proj_norm": "per_layer_projection_norm"}


@dataclasses.dataclass
class Gemma:
    slides: tuple  # by layer
    width: int = 64
    heads: int = 4
    kv_heads: int = 2
    head: int = 16  # of layers that slide
    global_kv_heads: int = 2
    global_head: int = 32
    hidden: int = 96
    window: int = 7
    shared: int = 0  # last layers that share caches
    inputs: int = 0  # numbers that each layer is given of the token
    wide: bool = False  # twice the hidden numbers in layers that share
    one_projection: bool = False  # values are made of keys in layers that see everything
    experts: tuple = ()  # that there are, that a token uses, their hidden numbers
    cap: float = 4.0
    epsilon: float = 1e-6

    @property
    def layers(self):
        return len(self.slides)

    def heads_of(self, layer):
        """(width of a head, key-value heads)"""
        return (self.head, self.kv_heads) if self.slides[layer] else (self.global_head, self.global_kv_heads)

    def hidden_of(self, layer):
        return self.hidden * (2 if self.wide and layer >= self.layers - self.shared else 1)


def norms(m, block, names, width):
    for name in names:
        m.vector(f"{block}{name}.weight", width, mean=1.0, exponent=1)


def start(architecture, g, seed, prompt, context, rows):
    m = Model(architecture, seed=seed, prompt=prompt, context=context)
    m.rows = rows
    m.u32("context_length", 4096)
    m.u32("embedding_length", g.width)
    m.u32("block_count", g.layers)
    m.u32("attention.head_count", g.heads)
    m.f32("attention.layer_norm_rms_epsilon", g.epsilon)
    m.u32("attention.sliding_window", g.window)
    m.booleans("attention.sliding_window_pattern", list(g.slides))
    m.u32("embedding_length_per_layer_input", g.inputs)
    m.u32("attention.shared_kv_layers", g.shared)
    m.f32("final_logit_softcapping", g.cap)
    m.u32("vocab_size", VOCABULARY)
    m.matrix("token_embd.weight", VOCABULARY, g.width, gain=3)
    if g.inputs:
        m.matrix("per_layer_token_embd.weight", VOCABULARY, g.inputs * g.layers, gain=12)
        m.matrix("per_layer_model_proj.weight", g.inputs * g.layers, g.width, gain=8)
        m.vector("per_layer_proj_norm.weight", g.inputs, mean=1.0, exponent=1)
    norms(m, "", ("output_norm",), g.width)
    return m


def add_attention(m, block, g, layer):
    head, kv_heads = g.heads_of(layer)
    m.matrix(block + "attn_q.weight", g.heads * head, g.width)
    # Layers that share a cache have these too, and nobody reads them.
    m.matrix(block + "attn_k.weight", kv_heads * head, g.width)
    if g.slides[layer] or not g.one_projection:
        m.matrix(block + "attn_v.weight", kv_heads * head, g.width)
    m.matrix(block + "attn_output.weight", g.width, g.heads * head)
    for name in ("attn_q_norm", "attn_k_norm"):
        m.vector(f"{block}{name}.weight", head, mean=0.5, exponent=2)


def add_feed_forward(m, block, g, layer):
    for name, rows, columns in (("gate", g.hidden_of(layer), g.width), ("up", g.hidden_of(layer), g.width),
                                ("down", g.width, g.hidden_of(layer))):
        m.matrix(f"{block}ffn_{name}.weight", rows, columns)


def add_inputs(m, block, g):
    if g.inputs:
        m.matrix(block + "inp_gate.weight", g.inputs, g.width)
        m.matrix(block + "proj.weight", g.width, g.inputs)
        norms(m, block, ("post_norm",), g.width)


def state_of(m, g, stems, ignored=("ffn_gate_up_exps", "ffn_down_exps", "layer_output_scale")):
    """The weights under transformers' names."""
    state = {}
    for name in m.tensors:
        parts = name.split(".")
        if parts[0] == "rope_freqs":
            continue
        if parts[0] != "blk":
            if parts[0] in TOP:
                state[f"model.{TOP[parts[0]]}.weight"] = m.numbers(name)
            continue
        shares = int(parts[1]) >= g.layers - g.shared and parts[2] in ("attn_k", "attn_v", "attn_k_norm")
        if not shares and parts[2] not in ignored and parts[3] == "weight":
            state[f"model.layers.{parts[1]}.{stems[parts[2]]}.weight"] = m.numbers(name)
    return state


def gemma4_oracle(g, what, seed=1, prompt=40, context=64, rows=40):
    m = start("gemma4", g, seed, prompt, context, rows)
    m.integers("feed_forward_length", [g.hidden_of(layer) for layer in range(g.layers)])
    m.integers("attention.head_count_kv", [g.heads_of(layer)[1] for layer in range(g.layers)])
    for suffix, head in (("", g.global_head), ("_swa", g.head)):
        m.u32("attention.key_length" + suffix, head)
        m.u32("attention.value_length" + suffix, head)
        m.u32("rope.dimension_count" + suffix, head)
    m.f32("rope.freq_base", 1000000.0)
    m.f32("rope.freq_base_swa", 10000.0)
    turning = g.global_head // 8  # a quarter of the pairs
    m.values("rope_freqs.weight", [1.0] * turning + [1e30] * (g.global_head // 2 - turning))
    if g.experts:
        for key, value in zip(("expert_count", "expert_used_count", "expert_feed_forward_length"), g.experts):
            m.u32(key, value)
    for layer in range(g.layers):
        block = f"blk.{layer}."
        norms(m, block, ("attn_norm", "post_attention_norm", "ffn_norm", "post_ffw_norm"), g.width)
        add_attention(m, block, g, layer)
        add_feed_forward(m, block, g, layer)
        add_inputs(m, block, g)
        m.values(block + "layer_output_scale.weight", [0.75 + 0.25 * layer])
        if g.experts:
            count, _, hidden = g.experts
            norms(m, block, ("pre_ffw_norm_2", "post_ffw_norm_1", "post_ffw_norm_2"), g.width)
            m.vector(block + "ffn_gate_inp.weight", g.width, exponent=-1, rows=count)
            m.vector(block + "ffn_gate_inp.scale", g.width, mean=1.0, exponent=1)
            m.matrix(block + "ffn_gate_up_exps.weight", 2 * hidden, g.width, experts=count)
            m.matrix(block + "ffn_down_exps.weight", g.width, hidden, experts=count)
            m.vector(block + "ffn_down_exps.scale", count, mean=1.0, exponent=1)
    state = state_of(m, g, BLOCK)
    for layer in range(g.layers):
        block, target = f"blk.{layer}.", f"model.layers.{layer}."
        state[target + "layer_scalar"] = m.numbers(block + "layer_output_scale.weight")
        if g.experts:
            state[target + "router.scale"] = m.numbers(block + "ffn_gate_inp.scale")
            state[target + "router.per_expert_scale"] = m.numbers(block + "ffn_down_exps.scale")
            state[target + "experts.gate_up_proj"] = m.numbers(block + "ffn_gate_up_exps.weight")
            state[target + "experts.down_proj"] = m.numbers(block + "ffn_down_exps.weight")
    arguments = common(g) | dict(
        num_key_value_heads=g.kv_heads, intermediate_size=g.hidden, head_dim=g.head, global_head_dim=g.global_head,
        num_global_key_value_heads=g.global_kv_heads, attention_k_eq_v=g.one_projection,
        use_double_wide_mlp=g.wide, enable_moe_block=bool(g.experts),
        rope_parameters={"sliding_attention": {"rope_type": "default", "rope_theta": 10000.0},
                         "full_attention": {"rope_type": "proportional", "partial_rotary_factor": 0.25,
                                            "rope_theta": 1000000.0}})
    if g.experts:
        arguments |= dict(zip(("num_experts", "top_k_experts", "moe_intermediate_size"), g.experts))
    return Oracle(m, "Gemma4TextConfig", "Gemma4ForCausalLM", arguments, state, what)


def common(g):
    return dict(vocab_size=VOCABULARY, vocab_size_per_layer_input=VOCABULARY, hidden_size=g.width,
                num_hidden_layers=g.layers, num_attention_heads=g.heads, max_position_embeddings=4096,
                rms_norm_eps=g.epsilon, sliding_window=g.window,
                layer_types=["sliding_attention" if slides else "full_attention" for slides in g.slides],
                final_logit_softcapping=g.cap, hidden_size_per_layer_input=g.inputs, num_kv_shared_layers=g.shared,
                bos_token_id=0, eos_token_id=1, pad_token_id=None)


@oracle
def gemma4():
    return gemma4_oracle(Gemma((True, True, False, False), global_kv_heads=1, one_projection=True),
                         "dense as in the 31B model: wider heads and values made of keys in layers that see "
                         "everything, a quarter of whose pairs turn, a factor for each layer")


@oracle
def gemma4_e2b():
    return gemma4_oracle(Gemma((True, False, True, False, True, True, False), kv_heads=1, global_kv_heads=1,
                               shared=3, inputs=32, wide=True),
                         "as the small models: inputs of each layer, the last three layers share caches and are twice "
                         "as wide")


@oracle
def gemma4_moe(seed=50):
    return gemma4_oracle(Gemma((True, True, False), global_kv_heads=1, one_projection=True, experts=(8, 3, 32)),
                         "three of eight experts with factors beside a dense part", seed, prompt=24, rows=24)


@oracle
def gemma4_long():
    return gemma4_oracle(Gemma((True, False, True, False), kv_heads=1, global_kv_heads=1, window=70, shared=2,
                               inputs=32),
                         "the last 40 of 208 positions, two layers share caches, one within a window of 70",
                         prompt=208, context=256)


# Gemma 3n.

NUMBER_OF_STREAMS = 4


def gemma3n_oracle(g, rank, sparse, what, note="", seed=1, prompt=40, context=64, rows=40):
    """`sparse`: first layers that keep a twentieth of their gates."""
    m = start("gemma3n", g, seed, prompt, context, rows)
    m.u32("feed_forward_length", g.hidden)
    m.u32("attention.head_count_kv", g.kv_heads)
    m.u32("attention.key_length", g.head)
    m.u32("attention.value_length", g.head)
    m.f32("rope.freq_base", 1000000.0)
    m.u32("altup.num_inputs", NUMBER_OF_STREAMS)
    m.u32("altup.active_idx", 0)
    kept = [0.95] * sparse + [0.0] * (g.layers - sparse)
    m.reals("activation_sparsity_scale",
            [statistics.NormalDist().inv_cdf(share) if share else -math.inf for share in kept])
    for name in ("altup_proj", "altup_unembd_proj"):
        m.matrix(name + ".weight", g.width, g.width, experts=NUMBER_OF_STREAMS - 1)
    for layer in range(g.layers):
        block = f"blk.{layer}."
        norms(m, block, ("attn_norm", "post_attention_norm", "ffn_norm", "post_ffw_norm", "altup_router_norm",
                         "laurel_post_norm", "altup_correct_scale"), g.width)
        add_attention(m, block, g, layer)
        add_feed_forward(m, block, g, layer)
        add_inputs(m, block, g)
        m.matrix(block + "altup_router.weight", NUMBER_OF_STREAMS, g.width, gain=g.width)
        m.vector(block + "altup_predict_coef.weight", NUMBER_OF_STREAMS, exponent=2, rows=NUMBER_OF_STREAMS ** 2)
        m.vector(block + "altup_correct_coef.weight", NUMBER_OF_STREAMS, exponent=1, rows=NUMBER_OF_STREAMS)
        m.matrix(block + "laurel_l.weight", rank, g.width)
        m.matrix(block + "laurel_r.weight", g.width, rank)
    state = state_of(m, g, BLOCK | STREAMS, ignored=("altup_correct_scale",))
    for layer in range(g.layers):
        state[f"model.layers.{layer}.altup.correct_output_scale"] = m.numbers(f"blk.{layer}.altup_correct_scale.weight")
    for mine, theirs in (("altup_proj", "altup_projections"), ("altup_unembd_proj", "altup_unembed_projections")):
        for i, numbers in enumerate(m.numbers(mine + ".weight")):
            state[f"model.{theirs}.{i}.weight"] = numbers
    arguments = common(g) | dict(
        num_key_value_heads=g.kv_heads, intermediate_size=g.hidden, head_dim=g.head, laurel_rank=rank,
        altup_num_inputs=NUMBER_OF_STREAMS, activation_sparsity_pattern=kept,
        rope_parameters={"sliding_attention": {"rope_type": "default", "rope_theta": 10000.0},
                         "full_attention": {"rope_type": "default", "rope_theta": 1000000.0}})
    return Oracle(m, "Gemma3nTextConfig", "Gemma3nForCausalLM", arguments, state, what, note)


@oracle
def gemma3n():
    g = Gemma((True, False, True, False, True, False), kv_heads=1, global_kv_heads=1, head=32, global_head=32, shared=2,
              inputs=32)
    return gemma3n_oracle(g, 32, 3, "four streams, a low-rank branch, inputs of each layer, the last two of six layers "
                                    "share caches, the first three keep a twentieth of their gates",
                          "llama.cpp knows the published models alone: caches of 20 layers, ten sparse ones, a cap of 30; "
                          "and it divides by one number less for the deviation of a row's gates (with which transformers is within "
                          "7e-6 of it, on a model of 25 layers). Followed: transformers")
