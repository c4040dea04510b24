# SPDX-FileCopyrightText: 2026 The Carrel developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""The tiny models with latent attention, as older files have them (keys and values of each head made of the latent vector)
and as newer ones do (the matrices folded into query and output)."""
import dataclasses

import numpy as np

from oracle_decoder import Oracle, Shape, add_norm, common, oracle, scaled
from oracle_mixtures import Experts, add_experts, add_mixture_keys, mixture_state
from oracle_model import VOCABULARY, Model


@dataclasses.dataclass
class Latent:
    rank: int = 64
    query_rank: int = 0
    plain: int = 32  # numbers of a head of keys without positions
    rotated: int = 16
    value: int = 32
    folded: bool = False


ATTENTION = {"attn_q_a": "self_attn.q_a_proj", "attn_q_a_norm": "self_attn.q_a_layernorm",
             "attn_q_b": "self_attn.q_b_proj", "attn_kv_a_mqa": "self_attn.kv_a_proj_with_mqa",
             "attn_kv_a_norm": "self_attn.kv_a_layernorm", "attn_kv_b": "self_attn.kv_b_proj"}


def latent_model(shape, latent, experts, seed):
    m = Model("deepseek2", seed=seed, prompt=24)
    m.rows = 24
    heads, key = shape.heads, latent.plain + latent.rotated
    m.u32("context_length", 4096)
    m.u32("embedding_length", shape.width)
    m.u32("block_count", shape.layers)
    m.u32("feed_forward_length", shape.hidden)
    m.u32("attention.head_count", heads)
    m.u32("attention.head_count_kv", 1 if latent.folded else heads)
    m.u32("attention.key_length", latent.rank + latent.rotated if latent.folded else key)
    m.u32("attention.value_length", latent.rank if latent.folded else latent.value)
    if latent.folded:
        m.u32("attention.key_length_mla", key)
        m.u32("attention.value_length_mla", latent.value)
    m.u32("attention.kv_lora_rank", latent.rank)
    if latent.query_rank:
        m.u32("attention.q_lora_rank", latent.query_rank)
    m.f32("attention.layer_norm_rms_epsilon", shape.epsilon)
    m.u32("rope.dimension_count", latent.rotated)
    m.f32("rope.freq_base", shape.base)
    m.u32("vocab_size", VOCABULARY)
    m.u32("leading_dense_block_count", len(experts.dense))
    add_mixture_keys(m, experts)
    m.matrix("token_embd.weight", VOCABULARY, shape.width, gain=3)
    for layer in range(shape.layers):
        add_latent_layer(m, f"blk.{layer}.", shape, latent)
        if layer not in experts.dense:
            add_experts(m, f"blk.{layer}.", shape.width, experts)
            continue
        for name, rows, columns in (("gate", shape.hidden, shape.width), ("up", shape.hidden, shape.width),
                                    ("down", shape.width, shape.hidden)):
            m.matrix(f"blk.{layer}.ffn_{name}.weight", rows, columns)
    add_norm(m, "output_norm", shape)
    m.matrix("output.weight", VOCABULARY, shape.width, gain=3)
    return m


def add_latent_layer(m, block, shape, latent):
    heads, key = shape.heads, latent.plain + latent.rotated
    for name in ("attn_norm", "ffn_norm"):
        add_norm(m, block + name, shape)
    if latent.query_rank:
        m.matrix(block + "attn_q_a.weight", latent.query_rank, shape.width)
        m.vector(block + "attn_q_a_norm.weight", latent.query_rank, mean=1.0, exponent=1)
        m.matrix(block + "attn_q_b.weight", heads * key, latent.query_rank)
    else:
        m.matrix(block + "attn_q.weight", heads * key, shape.width)
    m.matrix(block + "attn_kv_a_mqa.weight", latent.rank + latent.rotated, shape.width)
    m.vector(block + "attn_kv_a_norm.weight", latent.rank, mean=1.0, exponent=1)
    if latent.folded:
        m.matrix(block + "attn_k_b.weight", latent.rank, latent.plain, experts=heads)
        m.matrix(block + "attn_v_b.weight", latent.value, latent.rank, experts=heads)
    else:
        m.matrix(block + "attn_kv_b.weight", heads * (latent.plain + latent.value), latent.rank)
    m.matrix(block + "attn_output.weight", shape.width, heads * latent.value)


def deepseek_state(m, shape, latent):
    folded = {name: tensor for name, tensor in m.tensors.items() if name.endswith(("k_b.weight", "v_b.weight"))
              and "kv_b" not in name}
    state = {}
    for layer in range(shape.layers if latent.folded else 0):
        block = f"blk.{layer}."
        keys = m.numbers(block + "attn_k_b.weight").swapaxes(1, 2)  # (heads, plain, rank)
        both = np.concatenate([keys, m.numbers(block + "attn_v_b.weight")], axis=1)
        state[f"model.layers.{layer}.self_attn.kv_b_proj.weight"] = both.reshape(-1, latent.rank)
    for name in folded:
        del m.tensors[name]
    state |= mixture_state(m, shape.layers, shared="shared_experts", stems=ATTENTION)
    m.tensors |= folded
    return state


def deepseek_oracle(version, shape, latent, experts, seed, what, note="", yarn=None, **config):
    m = latent_model(shape, latent, experts, seed)
    if config.get("n_group"):
        m.u32("expert_group_count", config["n_group"])
        m.u32("expert_group_used_count", config["topk_group"])
    m.u32("expert_gating_func", 1 if version == 2 else 2)
    m.boolean("expert_weights_norm", config.get("norm_topk_prob", False))
    m.f32("expert_weights_scale", config["routed_scaling_factor"])
    arguments = common(shape, kv_lora_rank=latent.rank, q_lora_rank=latent.query_rank or None,
                       qk_nope_head_dim=latent.plain, qk_rope_head_dim=latent.rotated, v_head_dim=latent.value,
                       n_routed_experts=experts.count, num_experts_per_tok=experts.used,
                       moe_intermediate_size=experts.hidden, n_shared_experts=experts.shared // experts.hidden,
                       first_k_dense_replace=len(experts.dense), num_key_value_heads=shape.heads, **config)
    if yarn:
        factor, trained, multiplier = yarn
        m.string("rope.scaling.type", "yarn")
        m.f32("rope.scaling.factor", factor)
        m.u32("rope.scaling.original_context_length", trained)
        m.f32("rope.scaling.yarn_log_multiplier", 0.1 * multiplier)
        arguments |= scaled(shape, rope_type="yarn", factor=factor, original_max_position_embeddings=trained,
                            beta_fast=32, beta_slow=1, mscale=multiplier, mscale_all_dim=multiplier)
    if version == 3:
        arguments["num_nextn_predict_layers"] = 0
    return Oracle(m, f"DeepseekV{version}Config", f"DeepseekV{version}ForCausalLM", arguments,
                  deepseek_state(m, shape, latent), what, note)


SHAPE = dict(layers=3, heads=4, hidden=96, epsilon=1e-6, tied=False)


@oracle
def deepseek2_lite(seed=47):
    return deepseek_oracle(2, Shape(**SHAPE), Latent(), Experts(8, 3, 32, shared=64, dense=(0,)), seed,
                           "V2-Lite: queries made directly, experts by a softmax, two shared ones, YaRN",
                           yarn=(40.0, 64, 0.707), routed_scaling_factor=1.0, topk_method="greedy")


@oracle
def deepseek2_groups(seed=19):
    return deepseek_oracle(2, Shape(**(SHAPE | {"layers": 2})), Latent(query_rank=64), Experts(12, 3, 32, shared=64, dense=(0,)), seed,
                           "V2: queries through a vector of their own, groups of experts ranked by their best",
                           "llama.cpp ranks groups by their two best in every family; followed: transformers, which "
                           "ranks those of V2 by their best",
                           routed_scaling_factor=2.0, topk_method="group_limited_greedy", n_group=4, topk_group=2)


def deepseek3_oracle(seed, what, folded):
    shape = Shape(**(SHAPE | {"layers": 2}))
    return deepseek_oracle(3, shape, Latent(query_rank=64, folded=folded),
                           Experts(8, 2, 32, shared=32, dense=(0,), selection=True), seed, what, yarn=(8.0, 64, 1.0),
                           routed_scaling_factor=2.5, norm_topk_prob=True, n_group=2, topk_group=1)


@oracle
def deepseek3(seed=49):
    return deepseek3_oracle(seed, "V3: experts by a sigmoid and a bias, groups ranked by their two best, YaRN", False)


@oracle
def deepseek3_folded(seed=85):
    return deepseek3_oracle(seed, "the same as newer files have it: the latent vector is key and value of all heads", True)


@oracle
def deepseek2_lite_folded(seed=57):
    return deepseek_oracle(2, Shape(**SHAPE), Latent(folded=True), Experts(8, 3, 32, shared=64, dense=(0,)), seed,
                           "V2-Lite with a latent vector for all heads, without YaRN",
                           routed_scaling_factor=1.0, topk_method="greedy")
