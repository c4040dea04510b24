# SPDX-FileCopyrightText: 2026 The Carrel developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""The tiny models whose layers carry a state: gated delta nets, Mamba-2 and short convolutions, with attention in some
layers or beside them. What stands apart in their GGUF files is put together again for transformers, and what converters
reorder is put back.
"""
import dataclasses

import numpy as np

from oracle_decoder import Oracle, Shape, add_linear, add_norm, common, oracle, unpermuted
from oracle_mixtures import EXPERTS
from oracle_model import VOCABULARY, Model


@dataclasses.dataclass
class Delta:
    keys: int = 2  # heads
    values: int = 4
    key: int = 16  # numbers of a head
    value: int = 16  # as wide as keys, as llama.cpp demands
    taps: int = 4
    alternate: bool = True  # files have the value heads in turns


@dataclasses.dataclass
class Mamba:
    heads: int = 6
    head: int = 16
    groups: int = 2
    state: int = 20
    taps: int = 4
    norm: bool = True

    @property
    def inner(self):
        return self.heads * self.head

    @property
    def mixed(self):
        return self.inner + 2 * self.groups * self.state


@dataclasses.dataclass
class Mix:
    """Experts of every layer."""
    count: int
    used: int
    hidden: int
    shared: int


def start(architecture, shape, seed=1, prompt=40, blocks=0):
    m = Model(architecture, seed=seed, prompt=prompt)
    m.rows = len(m.prompt)
    m.u32("context_length", 4096)
    m.u32("embedding_length", shape.width)
    m.u32("block_count", shape.layers + blocks)
    m.u32("attention.head_count", shape.heads)
    m.u32("attention.key_length", shape.head)
    m.u32("attention.value_length", shape.head)
    m.f32("attention.layer_norm_rms_epsilon", shape.epsilon)
    m.u32("rope.dimension_count", shape.rotated or shape.head)
    m.f32("rope.freq_base", shape.base)
    m.u32("vocab_size", VOCABULARY)
    m.matrix("token_embd.weight", VOCABULARY, shape.width, gain=3)
    if not shape.tied:
        m.matrix("output.weight", VOCABULARY, shape.width, gain=3)
    return m


def add_attention(m, block, shape, gated=False):
    query, key = shape.heads * shape.head, shape.kv_heads * shape.head
    for name, rows in (("attn_q", query * (2 if gated else 1)), ("attn_k", key), ("attn_v", key)):
        add_linear(m, block + name, rows, shape.width, False)
    add_linear(m, block + "attn_output", shape.width, query, False)
    if shape.head_norms:
        for name in ("attn_q_norm", "attn_k_norm"):
            m.vector(f"{block}{name}.weight", shape.head, mean=1.0, exponent=1)


def add_feed_forward(m, block, shape, gated=True):
    for name in ("ffn_gate", "ffn_up") if gated else ("ffn_up",):
        m.matrix(f"{block}{name}.weight", shape.hidden, shape.width)
    m.matrix(block + "ffn_down.weight", shape.width, shape.hidden)


def add_experts(m, block, shape, mix, shared_gate=False, gated=True, bias=False):
    m.vector(block + "ffn_gate_inp.weight", shape.width, exponent=1, rows=mix.count)
    if bias:
        m.vector(block + "exp_probs_b.bias", mix.count, exponent=3)
    for name, rows, columns in zip(EXPERTS, (mix.hidden, mix.hidden, shape.width), (shape.width, shape.width, mix.hidden)):
        if gated or name != "ffn_gate_exps":
            m.matrix(f"{block}{name}.weight", rows, columns, experts=mix.count)
    if mix.shared:
        for name in ("ffn_gate_shexp", "ffn_up_shexp") if gated else ("ffn_up_shexp",):
            m.matrix(f"{block}{name}.weight", mix.shared, shape.width)
        m.matrix(block + "ffn_down_shexp.weight", shape.width, mix.shared)
    if shared_gate:
        m.vector(block + "ffn_gate_inp_shexp.weight", shape.width, exponent=2)


def experts_state(m, block, target, names=("gate_proj", "up_proj", "down_proj")):
    """Router, experts and shared expert as the Qwen models have them."""
    def n(name):
        return m.numbers(f"{block}{name}.weight")
    state = {target + "gate.weight": n("ffn_gate_inp"),
             target + "experts.gate_up_proj": np.concatenate([n("ffn_gate_exps"), n("ffn_up_exps")], axis=1),
             target + "experts.down_proj": n("ffn_down_exps")}
    for mine, theirs in zip(("gate", "up", "down"), names):
        state[f"{target}shared_expert.{theirs}.weight"] = n(f"ffn_{mine}_shexp")
    state[target + "shared_expert_gate.weight"] = n("ffn_gate_inp_shexp").reshape(1, -1)
    return state


def logarithm(numbers):
    """A_log of what the file keeps."""
    return np.log(-numbers.astype(np.float64)).reshape(-1)


# Gated delta nets.

def qwen_hybrid(architecture, shape, delta, mix=None, sections=None, predicted=0, seed=1, **first):
    m = start(architecture, shape, seed=seed, blocks=predicted, **first)
    m.u32("attention.head_count_kv", shape.kv_heads)
    m.u32("feed_forward_length", shape.hidden)
    if sections:
        m.integers("rope.dimension_sections", sections)
    m.u32("full_attention_interval", 4)
    m.u32("ssm.conv_kernel", delta.taps)
    m.u32("ssm.state_size", delta.key)
    m.u32("ssm.group_count", delta.keys)
    m.u32("ssm.time_step_rank", delta.values)
    m.u32("ssm.inner_size", delta.values * delta.value)
    if predicted:
        m.u32("nextn_predict_layers", predicted)
    if mix:
        m.u32("expert_count", mix.count)
        m.u32("expert_used_count", mix.used)
        m.u32("expert_feed_forward_length", mix.hidden)
        m.u32("expert_shared_feed_forward_length", mix.shared)
    values = delta.values * delta.value
    mixed = 2 * delta.keys * delta.key + values
    for layer in range(shape.layers):
        block = f"blk.{layer}."
        add_norm(m, block + "attn_norm", shape)
        add_norm(m, block + "post_attention_norm", shape)
        if (layer + 1) % 4 == 0:
            add_attention(m, block, shape, gated=True)
        else:
            m.matrix(block + "attn_qkv.weight", mixed, shape.width)
            m.matrix(block + "attn_gate.weight", values, shape.width)
            m.vector(block + "ssm_conv1d.weight", delta.taps, exponent=0, rows=mixed)
            if delta.alternate:
                m.matrix(block + "ssm_alpha.weight", delta.values, shape.width)
                m.matrix(block + "ssm_beta.weight", delta.values, shape.width)
            else:
                m.matrix(block + "ssm_ba.weight", 2 * delta.values, shape.width)
            m.vector(block + "ssm_a", delta.values, mean=-1.0, exponent=1)
            m.vector(block + "ssm_dt.bias", delta.values, exponent=0)
            m.vector(block + "ssm_norm.weight", delta.value, mean=1.0, exponent=1)
            m.matrix(block + "ssm_out.weight", shape.width, values, gain=0.5)
        if mix:
            add_experts(m, block, shape, mix, shared_gate=True)
        else:
            add_feed_forward(m, block, shape)
    for layer in range(shape.layers, shape.layers + predicted):
        block = f"blk.{layer}."
        for name in ("attn_norm", "post_attention_norm", "nextn.enorm", "nextn.hnorm", "nextn.shared_head_norm"):
            add_norm(m, block + name, shape)
        add_attention(m, block, shape, gated=True)
        add_feed_forward(m, block, shape)
        m.matrix(block + "nextn.eh_proj.weight", shape.width, 2 * shape.width)
    add_norm(m, "output_norm", shape)
    return m


def delta_state(m, layer, delta):
    def n(name):
        return m.numbers(f"blk.{layer}.{name}")
    keys = delta.keys * delta.key
    per_key = delta.values // delta.keys
    # Where transformers' value head j stands in the file.
    order = np.arange(delta.values)
    if delta.alternate:
        order = order.reshape(per_key, delta.keys).T.reshape(-1)

    def heads(numbers):
        return numbers.reshape(delta.values, -1, *numbers.shape[1:])[order].reshape(numbers.shape)
    qkv = n("attn_qkv.weight")
    query, key, value = qkv[:keys], qkv[keys:2 * keys], heads(qkv[2 * keys:])
    gate = heads(n("attn_gate.weight"))
    conv = n("ssm_conv1d.weight")
    conv = np.concatenate([conv[:2 * keys], heads(conv[2 * keys:])])
    out = n("ssm_out.weight")
    state = {"conv1d.weight": conv[:, None, :], "dt_bias": heads(n("ssm_dt.bias")), "A_log": logarithm(heads(n("ssm_a"))),
             "norm.weight": n("ssm_norm.weight"), "out_proj.weight": heads(out.T).T}
    if delta.alternate:
        state |= {"in_proj_qkv.weight": np.concatenate([query, key, value]), "in_proj_z.weight": gate,
                  "in_proj_a.weight": heads(n("ssm_alpha.weight")), "in_proj_b.weight": heads(n("ssm_beta.weight"))}
    else:
        parts = [part.reshape(delta.keys, -1, part.shape[1]) for part in (query, key, value, gate)]
        fused = np.concatenate(parts, axis=1)
        state |= {"in_proj_qkvz.weight": fused.reshape(-1, fused.shape[2]), "in_proj_ba.weight": n("ssm_ba.weight")}
    return {f"model.layers.{layer}.linear_attn.{name}": numbers for name, numbers in state.items()}


def qwen_state(m, shape, delta, mix=None):
    state = {"model.embed_tokens.weight": m.numbers("token_embd.weight"),
             "model.norm.weight": m.numbers("output_norm.weight") - np.float32(1)}
    if not shape.tied:
        state["lm_head.weight"] = m.numbers("output.weight")
    for layer in range(shape.layers):
        def n(name):
            return m.numbers(f"blk.{layer}.{name}.weight")
        target = f"model.layers.{layer}."
        state[target + "input_layernorm.weight"] = n("attn_norm") - np.float32(1)
        state[target + "post_attention_layernorm.weight"] = n("post_attention_norm") - np.float32(1)
        if (layer + 1) % 4 == 0:
            for mine, theirs in (("attn_q", "q_proj"), ("attn_k", "k_proj"), ("attn_v", "v_proj"), ("attn_output", "o_proj")):
                state[f"{target}self_attn.{theirs}.weight"] = n(mine)
            for mine, theirs in (("attn_q_norm", "q_norm"), ("attn_k_norm", "k_norm")):
                state[f"{target}self_attn.{theirs}.weight"] = n(mine) - np.float32(1)
        else:
            state |= delta_state(m, layer, delta)
        if mix:
            state |= experts_state(m, f"blk.{layer}.", target + "mlp.")
        else:
            for name in ("gate", "up", "down"):
                state[f"{target}mlp.{name}_proj.weight"] = n(f"ffn_{name}")
    return state


def qwen_arguments(shape, delta, mix=None, sections=None):
    rope = {"rope_type": "default", "rope_theta": shape.base, "partial_rotary_factor": shape.rotated / shape.head}
    if sections:
        rope |= {"mrope_section": sections[:3], "mrope_interleaved": True}
    arguments = common(shape, head_dim=shape.head, linear_conv_kernel_dim=delta.taps, linear_key_head_dim=delta.key,
                       linear_value_head_dim=delta.value, linear_num_key_heads=delta.keys,
                       linear_num_value_heads=delta.values, rope_parameters=rope)
    if mix:
        arguments |= dict(num_experts=mix.count, num_experts_per_tok=mix.used, moe_intermediate_size=mix.hidden,
                          shared_expert_intermediate_size=mix.shared, norm_topk_prob=True, decoder_sparse_step=1,
                          mlp_only_layers=[])
    return arguments


# With a smaller epsilon the sign of what the first tokens read of a state, however small, would decide.
HYBRID = dict(layers=4, heads=4, kv_heads=2, head=32, rotated=8, epsilon=1e-3, base=10000000.0, head_norms="head")


@oracle
def qwen35(seed=1):
    shape, delta, sections = Shape(**HYBRID), Delta(), [2, 1, 1, 0]
    m = qwen_hybrid("qwen35", shape, delta, sections=sections, predicted=1, seed=seed)
    return Oracle(m, "Qwen3_5TextConfig", "Qwen3_5ForCausalLM", qwen_arguments(shape, delta, sections=sections),
                  qwen_state(m, shape, delta),
                  "gated delta rule with two value heads for each key head, gated attention in one of four layers, "
                  "a block that is not run")


@oracle
def qwen35moe(seed=22):
    shape, delta, sections = Shape(**HYBRID, tied=False), Delta(keys=2, values=6), [2, 1, 1, 0]
    mix = Mix(8, 2, 32, 64)
    m = qwen_hybrid("qwen35moe", shape, delta, mix, sections, seed=seed, prompt=24)
    return Oracle(m, "Qwen3_5MoeTextConfig", "Qwen3_5MoeForCausalLM", qwen_arguments(shape, delta, mix, sections),
                  qwen_state(m, shape, delta, mix),
                  "as qwen35 with three value heads for each key head, two of eight experts and a gated shared one")


@oracle
def qwen3next(seed=8):
    shape = Shape(**(HYBRID | {"epsilon": 4e-3}), tied=False)
    delta = Delta(keys=2, values=4, key=24, value=24, alternate=False)
    mix = Mix(8, 3, 32, 64)
    m = qwen_hybrid("qwen3next", shape, delta, mix, seed=seed, prompt=24)
    return Oracle(m, "Qwen3NextConfig", "Qwen3NextForCausalLM", qwen_arguments(shape, delta, mix),
                  qwen_state(m, shape, delta, mix),
                  "gated delta rule whose value heads stand together, logits of decay and strength in one matrix, "
                  "three of eight experts and a gated shared one")


# Short convolutions.

def short_convolutions(architecture, config, causal_lm, what, mix=None, seed=1):
    shape = Shape(layers=4, heads=4, kv_heads=2, base=1000000.0, head_norms="head")
    m = start(architecture, shape, seed=seed, prompt=24 if mix else 40)
    m.integers("attention.head_count_kv", [0, 0, shape.kv_heads, 0])
    m.u32("feed_forward_length", shape.hidden)
    m.u32("shortconv.l_cache", 3)
    if mix:
        m.u32("expert_count", mix.count)
        m.u32("expert_used_count", mix.used)
        m.u32("expert_feed_forward_length", mix.hidden)
        m.u32("expert_gating_func", 2)
        m.u32("leading_dense_block_count", 1)
    state = {"model.embed_tokens.weight": m.numbers("token_embd.weight")}
    for layer in range(shape.layers):
        block, target = f"blk.{layer}.", f"model.layers.{layer}."
        names = {"attn_norm": "operator_norm", "ffn_norm": "ffn_norm"}
        add_norm(m, block + "attn_norm", shape)
        add_norm(m, block + "ffn_norm", shape)
        if mix and layer > 0:
            add_experts(m, block, shape, mix, bias=True)
            names["ffn_gate_inp"] = "feed_forward.gate"
            gate, up, down = (m.numbers(f"{block}{name}.weight") for name in EXPERTS)
            state[target + "feed_forward.experts.gate_up_proj"] = np.concatenate([gate, up], axis=1)
            state[target + "feed_forward.experts.down_proj"] = down
            state[target + "feed_forward.expert_bias"] = m.numbers(block + "exp_probs_b.bias")
        else:
            add_feed_forward(m, block, shape)
            names |= {"ffn_gate": "feed_forward.w1", "ffn_up": "feed_forward.w3", "ffn_down": "feed_forward.w2"}
        if layer == 2:
            add_attention(m, block, shape)
            names |= {"attn_q": "self_attn.q_proj", "attn_k": "self_attn.k_proj", "attn_v": "self_attn.v_proj",
                      "attn_output": "self_attn.out_proj", "attn_q_norm": "self_attn.q_layernorm",
                      "attn_k_norm": "self_attn.k_layernorm"}
        else:
            m.matrix(block + "shortconv.in_proj.weight", 3 * shape.width, shape.width)
            m.vector(block + "shortconv.conv.weight", 3, exponent=0, rows=shape.width)
            m.matrix(block + "shortconv.out_proj.weight", shape.width, shape.width, gain=0.5)
            names |= {"shortconv.in_proj": "conv.in_proj", "shortconv.out_proj": "conv.out_proj"}
            state[target + "conv.conv.weight"] = m.numbers(block + "shortconv.conv.weight")[:, None, :]
        for mine, theirs in names.items():
            state[f"{target}{theirs}.weight"] = m.numbers(f"{block}{mine}.weight")
    add_norm(m, "token_embd_norm", shape)
    state["model.embedding_norm.weight"] = m.numbers("token_embd_norm.weight")
    arguments = common(shape, norm_eps=shape.epsilon, conv_bias=False, conv_L_cache=3,
                       layer_types=["conv", "conv", "full_attention", "conv"])
    del arguments["rms_norm_eps"]
    arguments |= dict(num_experts=mix.count, num_experts_per_tok=mix.used, moe_intermediate_size=mix.hidden,
                      num_dense_layers=1) if mix else dict(block_auto_adjust_ff_dim=False)
    return Oracle(m, config, causal_lm, arguments, state, what)


@oracle
def lfm2(seed=1):
    return short_convolutions("lfm2", "Lfm2Config", "Lfm2ForCausalLM",
                              "convolutions of three taps between gates, attention in one layer", seed=seed)


@oracle
def lfm2moe(seed=3):
    return short_convolutions("lfm2moe", "Lfm2MoeConfig", "Lfm2MoeForCausalLM",
                              "the same with three of eight experts by sigmoids and a bias in all layers but the first",
                              Mix(8, 3, 32, 0), seed)


# Mamba-2.

def add_mamba(m, block, shape, mamba):
    m.matrix(block + "ssm_in.weight", mamba.inner + mamba.mixed + mamba.heads, shape.width)
    m.vector(block + "ssm_conv1d.weight", mamba.taps, exponent=0, rows=mamba.mixed)
    m.vector(block + "ssm_conv1d.bias", mamba.mixed)
    m.vector(block + "ssm_dt.bias", mamba.heads, exponent=0)
    m.vector(block + "ssm_a", 1, mean=-1.0, exponent=1, rows=mamba.heads)
    m.vector(block + "ssm_d", 1, exponent=0, rows=mamba.heads)
    if mamba.norm:
        m.vector(block + "ssm_norm.weight", mamba.inner // mamba.groups, mean=1.0, exponent=1, rows=mamba.groups)
    m.matrix(block + "ssm_out.weight", shape.width, mamba.inner)


def mamba_keys(m, mamba):
    m.u32("ssm.conv_kernel", mamba.taps)
    m.u32("ssm.inner_size", mamba.inner)
    m.u32("ssm.state_size", mamba.state)
    m.u32("ssm.time_step_rank", mamba.heads)
    m.u32("ssm.group_count", mamba.groups)


def mamba_state(m, block, target, mamba):
    def n(name):
        return m.numbers(block + name)
    state = {"in_proj.weight": n("ssm_in.weight"), "conv1d.weight": n("ssm_conv1d.weight")[:, None, :],
             "conv1d.bias": n("ssm_conv1d.bias"), "dt_bias": n("ssm_dt.bias"), "A_log": logarithm(n("ssm_a")),
             "D": n("ssm_d").reshape(-1), "out_proj.weight": n("ssm_out.weight")}
    if mamba.norm:
        state["norm.weight"] = n("ssm_norm.weight").reshape(-1)
    return {target + name: numbers for name, numbers in state.items()}


def mamba_arguments(mamba, width):
    return dict(mamba_n_heads=mamba.heads, mamba_d_head=mamba.head, mamba_n_groups=mamba.groups,
                mamba_d_state=mamba.state, mamba_d_conv=mamba.taps, mamba_expand=max(1, mamba.inner // width),
                mamba_chunk_size=16, mamba_conv_bias=True, mamba_proj_bias=False)


def ends_state(m, shape, norm="model.norm.weight", embedding="model.embed_tokens.weight"):
    state = {embedding: m.numbers("token_embd.weight"), norm: m.numbers("output_norm.weight")}
    if not shape.tied:
        state["lm_head.weight"] = m.numbers("output.weight")
    return state


def attention_state(m, block, target, change=None):
    state = {}
    for mine, theirs in (("attn_q", "q_proj"), ("attn_k", "k_proj"), ("attn_v", "v_proj"), ("attn_output", "o_proj")):
        numbers = m.numbers(f"{block}{mine}.weight")
        state[f"{target}{theirs}.weight"] = change(mine, numbers) if change else numbers
    return state


def granite_hybrid(mix, what, seed=1):
    shape = Shape(layers=4, heads=4, kv_heads=2)
    mamba = Mamba(heads=8, head=16, groups=2, state=20)  # twice the width, as llama.cpp demands
    m = start("granitehybrid", shape, seed=seed, prompt=24 if mix else 40)
    m.integers("attention.head_count_kv", [0, 0, shape.kv_heads, 0])
    m.u32("feed_forward_length", mix.hidden if mix else shape.hidden)
    mamba_keys(m, mamba)
    for key, value in (("embedding_scale", 3.0), ("residual_scale", 0.5), ("attention.scale", 0.1), ("logit_scale", 2.0)):
        m.f32(key, value)
    m.boolean("rope.scaling.finetuned", False)
    if mix:
        m.u32("expert_count", mix.count)
        m.u32("expert_used_count", mix.used)
        m.u32("expert_shared_feed_forward_length", mix.shared)
    state = {}
    for layer in range(shape.layers):
        block, target = f"blk.{layer}.", f"model.layers.{layer}."
        add_norm(m, block + "attn_norm", shape)
        add_norm(m, block + "ffn_norm", shape)
        if layer == 2:
            add_attention(m, block, shape)
            state |= attention_state(m, block, target + "self_attn.", unpermuted(shape))
        else:
            add_mamba(m, block, shape, mamba)
            state |= mamba_state(m, block, target + "mamba.", mamba)
        state[target + "input_layernorm.weight"] = m.numbers(block + "attn_norm.weight")
        state[target + "post_attention_layernorm.weight"] = m.numbers(block + "ffn_norm.weight")
        suffix = "_shexp" if mix else ""
        if mix:
            add_experts(m, block, shape, mix)
            state[target + "block_sparse_moe.router.weight"] = m.numbers(block + "ffn_gate_inp.weight")
            gate, up, down = (m.numbers(f"{block}{name}.weight") for name in EXPERTS)
            state[target + "block_sparse_moe.experts.gate_up_proj"] = np.concatenate([gate, up], axis=1)
            state[target + "block_sparse_moe.experts.down_proj"] = down
        else:
            add_feed_forward(m, block, shape)
        gate, up, down = (m.numbers(f"{block}ffn_{name}{suffix}.weight") for name in ("gate", "up", "down"))
        state[target + "shared_mlp.input_linear.weight"] = np.concatenate([gate, up])
        state[target + "shared_mlp.output_linear.weight"] = down
    add_norm(m, "output_norm", shape)
    state |= ends_state(m, shape)
    arguments = common(shape, embedding_multiplier=3.0, residual_multiplier=0.5, attention_multiplier=0.1,
                       logits_scaling=2.0, shared_intermediate_size=mix.shared if mix else shape.hidden,
                       num_local_experts=mix.count if mix else 0, num_experts_per_tok=mix.used if mix else 0,
                       position_embedding_type="nope",
                       layer_types=["linear_attention", "linear_attention", "full_attention", "linear_attention"])
    arguments |= mamba_arguments(mamba, shape.width)
    if mix:
        arguments["intermediate_size"] = mix.hidden
    return Oracle(m, "GraniteMoeHybridConfig", "GraniteMoeHybridForCausalLM", arguments, state, what)


@oracle
def granitehybrid():
    return granite_hybrid(None, "Mamba-2 in two groups, attention without positions in one layer, four factors")


@oracle
def granitehybrid_moe(seed=51):
    return granite_hybrid(Mix(7, 2, 32, 64), "the same with two of seven experts and a shared one", seed)


@oracle
def falcon_h1():
    shape = Shape(layers=3, heads=4, kv_heads=2, head=32, base=100000000000.0)
    mamba = Mamba(norm=False)
    m = start("falcon-h1", shape)
    m.u32("attention.head_count_kv", shape.kv_heads)
    m.u32("feed_forward_length", shape.hidden)
    mamba_keys(m, mamba)
    state = {}
    for layer in range(shape.layers):
        block, target = f"blk.{layer}.", f"model.layers.{layer}."
        add_norm(m, block + "attn_norm", shape)
        m.vector(block + "ffn_norm", shape.width, mean=1.0, exponent=1)
        add_attention(m, block, shape)
        add_mamba(m, block, shape, mamba)
        add_feed_forward(m, block, shape)
        state |= attention_state(m, block, target + "self_attn.") | mamba_state(m, block, target + "mamba.", mamba)
        state[target + "input_layernorm.weight"] = m.numbers(block + "attn_norm.weight")
        state[target + "pre_ff_layernorm.weight"] = m.numbers(block + "ffn_norm")
        for name in ("gate", "up", "down"):
            state[f"{target}feed_forward.{name}_proj.weight"] = m.numbers(f"{block}ffn_{name}.weight")
    add_norm(m, "output_norm", shape)
    state |= ends_state(m, shape, norm="model.final_layernorm.weight")
    arguments = common(shape, head_dim=shape.head, mamba_d_ssm=mamba.inner, mamba_rms_norm=False)
    return Oracle(m, "FalconH1Config", "FalconH1ForCausalLM", arguments | mamba_arguments(mamba, shape.width), state,
                  "attention and Mamba-2 without a norm side by side in every layer")


def nemotron_h(architecture, kinds, shape, mamba, mix, what, seed=1):
    m = start(architecture, shape, seed=seed, prompt=24 if mix else 40)
    m.integers("attention.head_count_kv", [shape.kv_heads if kind == "*" else 0 for kind in kinds])
    m.integers("feed_forward_length", [shape.hidden if kind in "-E" else 0 for kind in kinds])
    m.f32("attention.layer_norm_epsilon", shape.epsilon)  # files have it too
    mamba_keys(m, mamba)
    if mix:
        m.u32("expert_count", mix.count)
        m.u32("expert_used_count", mix.used)
        m.u32("expert_feed_forward_length", mix.hidden)
        m.u32("expert_shared_feed_forward_length", mix.shared)
        m.u32("expert_shared_count", 1)
        m.u32("expert_gating_func", 2)
        m.boolean("expert_weights_norm", True)
        m.f32("expert_weights_scale", 2.5)
        m.u32("expert_group_count", 1)
        m.u32("expert_group_used_count", 1)
    state = {}
    for layer, kind in enumerate(kinds):
        block, target = f"blk.{layer}.", f"model.layers.{layer}."
        add_norm(m, block + "attn_norm", shape)
        state[target + "norm.weight"] = m.numbers(block + "attn_norm.weight")
        target += "mixer."
        if kind == "M":
            add_mamba(m, block, shape, mamba)
            state |= mamba_state(m, block, target, mamba)
        elif kind == "*":
            add_attention(m, block, shape)
            state |= attention_state(m, block, target)
        elif kind == "-":
            add_feed_forward(m, block, shape, gated=False)
            for name in ("up", "down"):
                state[f"{target}{name}_proj.weight"] = m.numbers(f"{block}ffn_{name}.weight")
        else:
            add_experts(m, block, shape, mix, gated=False, bias=True)
            state[target + "gate.weight"] = m.numbers(block + "ffn_gate_inp.weight")
            state[target + "gate.e_score_correction_bias"] = m.numbers(block + "exp_probs_b.bias")
            for name in ("up", "down"):
                state[f"{target}experts.{name}_proj"] = m.numbers(f"{block}ffn_{name}_exps.weight")
                state[f"{target}shared_experts.{name}_proj.weight"] = m.numbers(f"{block}ffn_{name}_shexp.weight")
    add_norm(m, "output_norm", shape)
    state |= ends_state(m, shape, norm="model.norm_f.weight", embedding="model.embeddings.weight")
    names = {"M": "linear_attention", "*": "full_attention", "-": "mlp", "E": "moe"}
    arguments = common(shape, head_dim=shape.head, layer_norm_epsilon=shape.epsilon, mamba_num_heads=mamba.heads,
                       mamba_head_dim=mamba.head, n_groups=mamba.groups, ssm_state_size=mamba.state,
                       conv_kernel=mamba.taps, chunk_size=16, use_conv_bias=True, use_bias=False, mlp_bias=False,
                       layer_types=[names[kind] for kind in kinds])
    del arguments["num_hidden_layers"], arguments["rms_norm_eps"], arguments["rope_parameters"]
    if mix:
        arguments |= dict(n_routed_experts=mix.count, num_experts_per_tok=mix.used, moe_intermediate_size=mix.hidden,
                          moe_shared_expert_intermediate_size=mix.shared, n_shared_experts=1, norm_topk_prob=True,
                          routed_scaling_factor=2.5, n_group=1, topk_group=1)
    return Oracle(m, "NemotronHConfig", "NemotronHForCausalLM", arguments, state, what)


@oracle
def nemotron_h_dense():
    shape = Shape(layers=5, heads=4, kv_heads=2, head=32, tied=False)
    return nemotron_h("nemotron_h", "M-M*-", shape, Mamba(), None,
                      "each layer is Mamba-2, attention without positions or squared ReLU")


@oracle
def nemotron_h_moe(seed=42):
    shape = Shape(layers=4, heads=4, kv_heads=2, head=32, tied=False)
    return nemotron_h("nemotron_h_moe", "ME*E", shape, Mamba(), Mix(8, 3, 32, 64),
                      "the same with three of eight experts by sigmoids and a bias, and a shared one", seed)
