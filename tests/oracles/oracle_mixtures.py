# SPDX-FileCopyrightText: 2026 The Carrel developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""The tiny models whose layers have experts.

Rounding may swap two experts of nearly equal scores, which looks like a mistake. Each model has a seed of many with which
the last chosen and the first unchosen expert lie far apart at every token; `make_oracles.py seeds NAME` finds it.
"""
import copy
import dataclasses

import numpy as np

from oracle_decoder import Oracle, Shape, common, decoder, oracle, scaled, state_of, unpermuted


@dataclasses.dataclass
class Experts:
    count: int
    used: int
    hidden: int
    shared: int = 0  # rows of the expert that all tokens use
    shared_gate: bool = False
    own_keys: bool = True  # the experts' width has a key of its own
    dense: tuple = ()  # layers without experts
    bias: bool = False  # of router and experts
    selection: bool = False  # a bias on the scores that choose
    fused: bool = False  # gate and up of each expert in one matrix


EXPERTS = ("ffn_gate_exps", "ffn_up_exps", "ffn_down_exps")
SHARED = ("ffn_gate_shexp", "ffn_up_shexp", "ffn_down_shexp")


def mixture(architecture, shape, experts, seed, **more):
    m = decoder(architecture, shape, **({"seed": seed, "prompt": 24} | more))
    m.rows = 24
    add_mixture_keys(m, experts)
    for layer in range(shape.layers):
        if layer not in experts.dense:
            add_experts(m, f"blk.{layer}.", shape.width, experts)
    return m


def add_mixture_keys(m, experts):
    m.u32("expert_count", experts.count)
    m.u32("expert_used_count", experts.used)
    if experts.own_keys:
        m.u32("expert_feed_forward_length", experts.hidden)
    if experts.shared and experts.own_keys and not experts.shared_gate:
        m.u32("expert_shared_count", experts.shared // experts.hidden)
    if experts.shared and (experts.shared_gate or not experts.own_keys):
        m.u32("expert_shared_feed_forward_length", experts.shared)


def add_experts(m, block, width, experts):
    for name in ("ffn_gate", "ffn_up", "ffn_down"):
        m.tensors.pop(f"{block}{name}.weight", None)
    # A vector for each expert: routers stay f32 in every file.
    m.vector(block + "ffn_gate_inp.weight", width, exponent=1, rows=experts.count)
    if experts.fused:
        sizes = {"ffn_gate_up_exps": (2 * experts.hidden, width), "ffn_down_exps": (width, experts.hidden)}
    else:
        sizes = dict(zip(EXPERTS, ((experts.hidden, width), (experts.hidden, width), (width, experts.hidden))))
    for name, (rows, columns) in sizes.items():
        m.matrix(f"{block}{name}.weight", rows, columns, experts=experts.count)
        if experts.bias:
            m.vector(f"{block}{name}.bias", rows, rows=experts.count)
    if experts.bias:
        m.vector(block + "ffn_gate_inp.bias", experts.count)
    if experts.selection:
        m.vector(block + "exp_probs_b.bias", experts.count, exponent=3)
    if experts.shared:
        for name, (rows, columns) in zip(SHARED, ((experts.shared, width), (experts.shared, width),
                                                  (width, experts.shared))):
            m.matrix(f"{block}{name}.weight", rows, columns)
    if experts.shared_gate:
        m.vector(block + "ffn_gate_inp_shexp.weight", width, exponent=2)


def gate_and_up(m, block):
    if f"{block}ffn_gate_up_exps.weight" in m.tensors:
        return m.numbers(f"{block}ffn_gate_up_exps.weight")
    return np.concatenate([m.numbers(f"{block}{name}.weight") for name in EXPERTS[:2]], axis=1)


def mixture_state(m, layers, block="mlp", router="gate", shared="shared_expert", stems=None, change=None):
    """transformers keeps gate and up of all experts in one tensor, and so those of Granite's shared expert."""
    others = copy.copy(m)
    others.tensors = {name: tensor for name, tensor in m.tensors.items()
                      if not name.split(".")[-2].endswith(("_exps", "shexp", "exp_probs_b"))}
    state = state_of(others, {"ffn_gate_inp": f"{block}.{router}"} | (stems or {}), change=change)
    for layer in range(layers):
        source, target = f"blk.{layer}.", f"model.layers.{layer}."
        if source + "ffn_gate_inp.weight" not in m.tensors:
            continue
        state[f"{target}{block}.experts.gate_up_proj"] = gate_and_up(m, source)
        state[f"{target}{block}.experts.down_proj"] = m.numbers(source + "ffn_down_exps.weight")
        if source + "exp_probs_b.bias" in m.tensors:
            state[f"{target}{block}.{router}.e_score_correction_bias"] = m.numbers(source + "exp_probs_b.bias")
        if source + "ffn_up_shexp.weight" not in m.tensors:
            continue
        gate, up, down = (m.numbers(f"{source}{name}.weight") for name in SHARED)
        if block == "block_sparse_moe":
            state[target + "shared_mlp.input_linear.weight"] = np.concatenate([gate, up], axis=0)
            state[target + "shared_mlp.output_linear.weight"] = down
            continue
        for name, numbers in (("gate", gate), ("up", up), ("down", down)):
            state[f"{target}{block}.{shared}.{name}_proj.weight"] = numbers
        if source + "ffn_gate_inp_shexp.weight" in m.tensors:
            state[target + "mlp.shared_expert_gate.weight"] = m.numbers(source + "ffn_gate_inp_shexp.weight").reshape(1, -1)
    return state


@oracle
def mixtral(seed=59):
    shape = Shape(layers=2, heads=4, kv_heads=2, tied=False)
    m = mixture("llama", shape, Experts(6, 2, shape.hidden, own_keys=False), seed)
    arguments = common(shape, head_dim=shape.head, num_local_experts=6, num_experts_per_tok=2)
    return Oracle(m, "MixtralConfig", "MixtralForCausalLM", arguments,
                  mixture_state(m, shape.layers, change=unpermuted(shape)), "Mixtral: two of six experts")


@oracle
def granitemoe(seed=55):
    shape = Shape(layers=2, heads=4, kv_heads=2, hidden=32)
    m = mixture("granitemoe", shape, Experts(7, 2, shape.hidden, shared=64, own_keys=False), seed)
    m.f32("embedding_scale", 3.0)
    m.f32("residual_scale", 0.5)
    m.f32("attention.scale", 0.1)
    m.f32("logit_scale", 2.0)
    arguments = common(shape, num_local_experts=7, num_experts_per_tok=2, shared_intermediate_size=64,
                       embedding_multiplier=3.0, residual_multiplier=0.5, attention_multiplier=0.1, logits_scaling=2.0)
    state = mixture_state(m, shape.layers, "block_sparse_moe", "router", unpermuted(shape))
    return Oracle(m, "GraniteMoeSharedConfig", "GraniteMoeSharedForCausalLM", arguments, state,
                  "two of seven experts and a shared one, four factors")


@oracle
def qwen2moe(seed=59):
    shape = Shape(layers=2, heads=4, kv_heads=2, biases=("qkv",), base=1000000.0, epsilon=1e-6, tied=False)
    m = mixture("qwen2moe", shape, Experts(8, 3, 32, shared=64, shared_gate=True), seed)
    arguments = common(shape, num_experts=8, num_experts_per_tok=3, moe_intermediate_size=32,
                       shared_expert_intermediate_size=64, norm_topk_prob=False, decoder_sparse_step=1,
                       mlp_only_layers=[], qkv_bias=True)
    return Oracle(m, "Qwen2MoeConfig", "Qwen2MoeForCausalLM", arguments, mixture_state(m, shape.layers),
                  "three of eight experts by weights that do not add up to one, a gated shared expert")


@oracle
def qwen3moe(seed=47):
    shape = Shape(layers=2, heads=3, kv_heads=1, head=32, tied=False, base=1000000.0, epsilon=1e-6, head_norms="head")
    m = mixture("qwen3moe", shape, Experts(9, 3, 32), seed)
    arguments = common(shape, head_dim=shape.head, num_experts=9, num_experts_per_tok=3, moe_intermediate_size=32,
                       norm_topk_prob=True, decoder_sparse_step=1, mlp_only_layers=[])
    return Oracle(m, "Qwen3MoeConfig", "Qwen3MoeForCausalLM", arguments, mixture_state(m, shape.layers),
                  "three of nine experts")


def gpt_oss_oracle(seed, what, fp4=False):
    shape = Shape(layers=3, heads=4, kv_heads=2, head=32, tied=False, base=150000.0, biases=("qkv", "out"),
                  block_norms=("attn_norm", "post_attention_norm"))
    experts = Experts(6, 2, 64, bias=True)
    m = mixture("gpt-oss", shape, experts, seed, context=256)
    for name in [name for name in m.tensors if fp4 and name.endswith("_exps.weight")]:
        m.fp4(name)
    m.u32("attention.sliding_window", 7)
    m.string("rope.scaling.type", "yarn")
    m.f32("rope.scaling.factor", 32.0)
    m.u32("rope.scaling.original_context_length", 32)
    rope = dict(rope_type="yarn", factor=32.0, original_max_position_embeddings=32, beta_fast=32.0, beta_slow=1.0,
                truncate=False)
    state = mixture_state(m, shape.layers, router="router")
    for layer in range(shape.layers):
        source, target = f"blk.{layer}.", f"model.layers.{layer}."
        m.vector(source + "attn_sinks.weight", shape.heads, exponent=-1)
        state[target + "self_attn.sinks"] = m.numbers(source + "attn_sinks.weight")
        for kind, suffix in (("weight", ""), ("bias", "_bias")):
            gate, up, down = (m.numbers(f"{source}{name}.{kind}") for name in EXPERTS)
            both = np.stack([gate, up], axis=2).reshape(experts.count, 2 * experts.hidden, *gate.shape[2:])
            if kind == "weight":
                both, down = both.swapaxes(1, 2), down.swapaxes(1, 2)
            state[f"{target}mlp.experts.gate_up_proj{suffix}"] = both
            state[f"{target}mlp.experts.down_proj{suffix}"] = down
    arguments = common(shape, head_dim=shape.head, num_local_experts=6, num_experts_per_tok=2, intermediate_size=64,
                       sliding_window=7, attention_bias=True) | scaled(shape, **rope)
    return Oracle(m, "GptOssConfig", "GptOssForCausalLM", arguments, state, what,
                  "llama.cpp rounds YaRN's bounds to whole pairs in every family; followed: transformers, which does not "
                  "for gpt-oss")


@oracle
def gpt_oss(seed=58):
    return gpt_oss_oracle(seed, "attention sinks, every second layer within a window of 7, YaRN, biased experts with "
                                "clamped gates")


@oracle
def gpt_oss_mxfp4(seed=2):
    return gpt_oss_oracle(seed, "the same with experts in MXFP4, whatever the type of the others", fp4=True)


def llama4_oracle(what, seed, note="", chunk=None):
    shape = Shape(layers=5, heads=4, kv_heads=2, hidden=96, tied=False, base=500000.0)
    experts = Experts(6, 1, 32, shared=32, dense=(0, 2, 4))
    m = mixture("llama4", shape, experts, seed)
    m.u32("interleave_moe_layer_step", 2)
    if chunk:
        m.u32("attention.sliding_window", chunk)
    dense = {"ffn_gate": "feed_forward.gate_proj", "ffn_up": "feed_forward.up_proj",
           "ffn_down": "feed_forward.down_proj"}
    state = mixture_state(m, shape.layers, "feed_forward", "router", stems=dense)
    for name in [name for name in state if ".experts." in name]:
        state[name] = state[name].swapaxes(1, 2)
    arguments = common(shape, head_dim=shape.head, num_local_experts=6, num_experts_per_tok=1, intermediate_size=32,
                       intermediate_size_mlp=96, interleave_moe_layer_step=2, use_qk_norm=True,
                       attention_chunk_size=chunk or 8192)
    return Oracle(m, "Llama4TextConfig", "Llama4ForCausalLM", arguments, state, what, note)


@oracle
def llama4(seed=50):
    return llama4_oracle("one of six experts and a shared one in every second layer, every fourth without positions", seed)


@oracle
def llama4_chunks(seed=54):
    return llama4_oracle("the same with chunks of 7 positions", seed,
                         "llama.cpp knows chunks of 8192 positions alone; followed: transformers", chunk=7)


@oracle
def glm4moe(seed=14):
    shape = Shape(layers=3, heads=4, kv_heads=2, head=32, hidden=96, rotated=16, tied=False, biases=("qkv",),
                  head_norms="head", block_norms=("attn_norm", "post_attention_norm"))
    m = mixture("glm4moe", shape, Experts(8, 3, 32, shared=64, dense=(0,), selection=True), seed)
    m.u32("expert_gating_func", 2)
    m.boolean("expert_weights_norm", True)
    m.f32("expert_weights_scale", 1.5)
    m.u32("leading_dense_block_count", 1)
    arguments = common(shape, head_dim=shape.head, n_routed_experts=8, num_experts_per_tok=3, moe_intermediate_size=32,
                       n_shared_experts=2, n_group=1, topk_group=1, first_k_dense_replace=1, norm_topk_prob=True,
                       routed_scaling_factor=1.5, use_qk_norm=True, attention_bias=True, num_nextn_predict_layers=0)
    return Oracle(m, "Glm4MoeConfig", "Glm4MoeForCausalLM", arguments,
                  mixture_state(m, shape.layers, shared="shared_experts"),
                  "three of eight experts by a sigmoid and a bias, two shared ones, a layer without")


@oracle
def qwen3moe_fused(seed=59):
    shape = Shape(layers=2, heads=3, kv_heads=1, head=32, tied=False, base=1000000.0, epsilon=1e-6, head_norms="head")
    m = mixture("qwen3moe", shape, Experts(9, 3, 32, fused=True), seed)
    arguments = common(shape, head_dim=shape.head, num_experts=9, num_experts_per_tok=3, moe_intermediate_size=32,
                       norm_topk_prob=True, decoder_sparse_step=1, mlp_only_layers=[])
    return Oracle(m, "Qwen3MoeConfig", "Qwen3MoeForCausalLM", arguments, mixture_state(m, shape.layers),
                  "gate and up of each expert in one matrix, as newer converters may write any family")


@oracle
def qwen3vlmoe(seed=21):
    shape = Shape(layers=2, heads=3, kv_heads=1, head=32, tied=False, base=5000000.0, epsilon=1e-6, head_norms="head")
    m = mixture("qwen3vlmoe", shape, Experts(8, 2, 32), seed)
    m.integers("rope.dimension_sections", [6, 5, 5, 0])
    m.u32("n_deepstack_layers", 0)
    rope = dict(rope_type="default", mrope_section=[6, 5, 5], mrope_interleaved=True)
    arguments = common(shape, head_dim=shape.head, num_experts=8, num_experts_per_tok=2, moe_intermediate_size=32,
                       decoder_sparse_step=1, mlp_only_layers=[]) | scaled(shape, **rope)
    return Oracle(m, "Qwen3VLMoeTextConfig", "Qwen3VLMoeTextModel", arguments,
                  mixture_state(m, shape.layers),
                  "text: positions of three dimensions that are one, two of eight experts")


@oracle
def ernie4_5_moe(seed=69):
    shape = Shape(layers=3, heads=4, kv_heads=2, head=24)
    m = mixture("ernie4_5-moe", shape, Experts(8, 3, 32, shared=64, dense=(0,), selection=True), seed)
    m.u32("leading_dense_block_count", 1)
    m.u32("interleave_moe_layer_step", 1)
    m.u32("expert_shared_feed_forward_length", 64)
    state = mixture_state(m, shape.layers, shared="shared_experts")
    for name in [name for name in state if name.endswith("e_score_correction_bias")]:
        state[name.replace("e_score", "moe_statics.e_score")] = state.pop(name).reshape(1, -1)
    arguments = common(shape, head_dim=shape.head, moe_num_experts=8, moe_k=3, moe_intermediate_size=32,
                       moe_num_shared_experts=2, moe_layer_start_index=1, moe_layer_end_index=2)
    return Oracle(m, "Ernie4_5_MoeConfig", "Ernie4_5_MoeForCausalLM", arguments, state,
                  "three of eight experts by a softmax and a bias, two shared ones, a layer without")


@oracle
def hunyuan_moe(seed=35):
    shape = Shape(layers=2, heads=4, kv_heads=2, head=32, head_norms="head")
    m = mixture("hunyuan-moe", shape, Experts(6, 2, shape.hidden, shared=shape.hidden, own_keys=False), seed)
    m.u32("expert_feed_forward_length", shape.hidden)
    stems = {"attn_q_norm": "self_attn.query_layernorm", "attn_k_norm": "self_attn.key_layernorm"}
    state = mixture_state(m, shape.layers, router="gate.wg", shared="shared_mlp", stems=stems)
    arguments = common(shape, head_dim=shape.head, num_experts=6, moe_topk=2)
    return Oracle(m, "HunYuanMoEV1Config", "HunYuanMoEV1ForCausalLM", arguments, state,
                  "norms of each head behind the rotation, two of six experts and a shared one")


@oracle
def exaone_moe(seed=23):
    shape = Shape(layers=5, heads=4, kv_heads=2, head_norms="head", tied=False)
    m = mixture("exaone-moe", shape, Experts(8, 3, 32, shared=32, dense=(0,), selection=True), seed)
    m.u32("attention.sliding_window", 6)
    m.u32("expert_gating_func", 2)
    m.boolean("expert_weights_norm", True)
    m.f32("expert_weights_scale", 2.5)
    m.u32("leading_dense_block_count", 1)
    m.u32("expert_shared_feed_forward_length", 32)
    arguments = common(shape, head_dim=shape.head, num_experts=8, num_experts_per_tok=3, moe_intermediate_size=32,
                       num_shared_experts=1, first_k_dense_replace=1, norm_topk_prob=True, routed_scaling_factor=2.5,
                       sliding_window=6, sliding_window_pattern=4)
    return Oracle(m, "ExaoneMoeConfig", "ExaoneMoeForCausalLM", arguments,
                  mixture_state(m, shape.layers, shared="shared_experts"),
                  "three layers within a window of 6 to one without and without positions, experts by a sigmoid")


def cohere2moe_oracle(seed, what, shared, norm):
    shape = Shape(heads=4, kv_heads=2, norm=norm, block_norms=("attn_norm",))
    m = mixture("cohere2moe", shape, Experts(8, 3, 32, shared=shared, dense=(0,)), seed)
    slides = [False, True, False]
    m.f32("logit_scale", 0.5)
    m.u32("attention.sliding_window", 6)
    m.booleans("attention.sliding_window_pattern", slides)
    m.u32("leading_dense_block_count", 1)
    m.boolean("expert_weights_norm", True)
    m.u32("expert_gating_func", 2)
    if shared:
        m.u32("expert_shared_feed_forward_length", shared)
    epsilon = {"rms_norm_eps" if norm == "rms" else "layer_norm_eps": shape.epsilon}
    arguments = common(shape, head_dim=shape.head, logit_scale=0.5, sliding_window=6, num_experts=8,
                       num_experts_per_tok=3, num_shared_experts=shared // 32, expert_selection_fn="sigmoid",
                       layer_types=["sliding_attention" if one else "full_attention" for one in slides],
                       mlp_layer_types=["dense", "sparse", "sparse"], intermediate_size=32,
                       prefix_dense_intermediate_size=shape.hidden) | epsilon
    return Oracle(m, "Cohere2MoeConfig", "Cohere2MoeForCausalLM", arguments,
                  mixture_state(m, shape.layers, shared="shared_experts"), what)


@oracle
def cohere2moe(seed=86):
    return cohere2moe_oracle(seed, "branches side by side, the mean of experts and shared ones, positions where layers "
                                   "slide and in the layer without experts", 64, "plain layer")


@oracle
def cohere2moe_rms(seed=60):
    return cohere2moe_oracle(seed, "the same with RMS norms and without shared experts", 0, "rms")


@oracle
def olmoe(seed=23):
    shape = Shape(layers=2, heads=4, kv_heads=4, tied=False, head_norms="width")
    m = mixture("olmoe", shape, Experts(8, 3, shape.hidden, own_keys=False), seed)
    arguments = common(shape, num_experts=8, num_experts_per_tok=3, norm_topk_prob=False)
    return Oracle(m, "OlmoeConfig", "OlmoeForCausalLM", arguments, mixture_state(m, shape.layers),
                  "norms over all heads together, three of eight experts by weights that do not add up to one")


@oracle
def minimax_m2(seed=80):
    shape = Shape(layers=2, heads=4, kv_heads=2, head=32, hidden=32, rotated=16, tied=False, head_norms="width",
                  epsilon=1e-6)
    m = mixture("minimax-m2", shape, Experts(8, 3, 32, selection=True), seed)
    m.u32("expert_gating_func", 2)
    state = mixture_state(m, shape.layers)
    for name in [name for name in state if name.endswith("e_score_correction_bias")]:
        state[name.replace("gate.", "")] = state.pop(name)
    arguments = common(shape, head_dim=shape.head, num_local_experts=8, num_experts_per_tok=3, intermediate_size=32)
    return Oracle(m, "MiniMaxM2Config", "MiniMaxM2ForCausalLM", arguments, state,
                  "norms over all heads together, half of each head rotated, experts by a sigmoid and a bias")
