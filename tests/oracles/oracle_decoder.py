# SPDX-FileCopyrightText: 2026 The Carrel developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the tiny models of decoders have in common, and what they are in transformers.

Each is built so that everything which sets its family apart changes the logits: windows shorter than the prompt, caps small
enough to bend, scales other than one, grouped heads, partial rotation. Its configuration of transformers is written out
beside the metadata; its weights go under transformers' names by undoing what llama.cpp's converter does to them.
"""
import dataclasses
import math
from collections.abc import Callable

import numpy as np

from oracle_model import VOCABULARY, Model


@dataclasses.dataclass
class Oracle:
    model: Model
    config: str  # class of transformers
    causal_lm: str
    arguments: dict
    state: dict
    what: str  # what the model is there to show
    note: str = ""  # where llama.cpp and transformers differ, and which one Carrel follows
    output: Callable | None = None  # what of the model counts, (rows, width); without it the logits of all tokens
    absent: tuple = ()  # beginnings of the names that only transformers has and that do not count
    change: Callable | None = None  # puts into the model what transformers does not have


ORACLES = {}


def oracle(build):
    ORACLES[build.__name__.replace("_", "-")] = build
    return build


# Building a decoder.

@dataclasses.dataclass
class Shape:
    layers: int = 3
    width: int = 64
    heads: int = 4
    kv_heads: int = 2
    head: int = 16
    hidden: int = 96
    rotated: int | None = None
    tied: bool = True
    norm: str = "rms"  # or LayerNorms: "layer" (with bias), "plain layer" (without), "bare" (without weights)
    epsilon: float = 1e-5
    base: float = 10000.0
    biases: tuple = ()  # of "qkv", "out", "ffn"
    head_norms: str = ""  # "head", "width" or "each head"
    block_norms: tuple = ("attn_norm", "ffn_norm")
    gated: bool = True
    fused_qkv: bool = False
    fused_ffn: bool = False


def decoder(architecture, shape, **model_arguments):
    m = Model(architecture, **model_arguments)
    m.u32("context_length", 4096)
    m.u32("embedding_length", shape.width)
    m.u32("block_count", shape.layers)
    m.u32("feed_forward_length", shape.hidden)
    m.u32("attention.head_count", shape.heads)
    m.u32("attention.head_count_kv", shape.kv_heads)
    if shape.head * shape.heads != shape.width:
        m.u32("attention.key_length", shape.head)
        m.u32("attention.value_length", shape.head)
    m.f32("attention.layer_norm_rms_epsilon" if shape.norm == "rms" else "attention.layer_norm_epsilon", shape.epsilon)
    m.u32("rope.dimension_count", shape.rotated or shape.head)
    m.f32("rope.freq_base", shape.base)
    m.u32("vocab_size", VOCABULARY)
    m.matrix("token_embd.weight", VOCABULARY, shape.width, gain=3)
    for layer in range(shape.layers):
        add_layer(m, f"blk.{layer}.", shape)
    add_norm(m, "output_norm", shape)
    if not shape.tied:
        m.matrix("output.weight", VOCABULARY, shape.width, gain=3)
    return m


def add_norm(m, name, shape):
    if shape.norm == "bare":
        return
    m.vector(name + ".weight", shape.width, mean=1.0, exponent=1)
    if shape.norm == "layer":
        m.vector(name + ".bias", shape.width)


def add_linear(m, name, rows, columns, bias):
    m.matrix(name + ".weight", rows, columns)
    if bias:
        m.vector(name + ".bias", rows)


def add_layer(m, block, shape):
    query, key = shape.heads * shape.head, shape.kv_heads * shape.head
    for name in shape.block_norms:
        add_norm(m, block + name, shape)
    if shape.fused_qkv:
        add_linear(m, block + "attn_qkv", query + 2 * key, shape.width, "qkv" in shape.biases)
    else:
        for name, rows in (("attn_q", query), ("attn_k", key), ("attn_v", key)):
            add_linear(m, block + name, rows, shape.width, "qkv" in shape.biases)
    add_linear(m, block + "attn_output", shape.width, query, "out" in shape.biases)
    for name, heads in (("attn_q_norm.weight", shape.heads), ("attn_k_norm.weight", shape.kv_heads)):
        if shape.head_norms == "head":
            m.vector(block + name, shape.head, mean=1.0, exponent=1)
        elif shape.head_norms == "width":
            m.vector(block + name, shape.head * heads, mean=1.0, exponent=1)
        elif shape.head_norms == "each head":
            m.vector(block + name, shape.head, mean=1.0, exponent=1, rows=heads)
    ffn_bias = "ffn" in shape.biases
    if shape.fused_ffn:
        add_linear(m, block + "ffn_up", 2 * shape.hidden, shape.width, ffn_bias)
    else:
        if shape.gated:
            add_linear(m, block + "ffn_gate", shape.hidden, shape.width, ffn_bias)
        add_linear(m, block + "ffn_up", shape.hidden, shape.width, ffn_bias)
    add_linear(m, block + "ffn_down", shape.width, shape.hidden, ffn_bias)


# To transformers.

STEMS = {
    "attn_norm": "input_layernorm", "ffn_norm": "post_attention_layernorm",
    "attn_q": "self_attn.q_proj", "attn_k": "self_attn.k_proj", "attn_v": "self_attn.v_proj",
    "attn_qkv": "self_attn.qkv_proj", "attn_output": "self_attn.o_proj",
    "attn_q_norm": "self_attn.q_norm", "attn_k_norm": "self_attn.k_norm",
    "ffn_gate": "mlp.gate_proj", "ffn_up": "mlp.up_proj", "ffn_down": "mlp.down_proj",
    "post_attention_norm": "post_attention_layernorm", "post_ffw_norm": "post_feedforward_layernorm",
}
TOP = {"token_embd": "model.embed_tokens", "output_norm": "model.norm", "output": "lm_head"}


def state_of(m, stems=None, top=None, change=None):
    """The weights under transformers' names. `stems` and `top` override the usual names, `change` undoes the converter:
    it is given the name without "blk.N." and the numbers."""
    stems, top = STEMS | (stems or {}), TOP | (top or {})
    state = {}
    for name in m.tensors:
        if name.startswith("rope_"):
            continue
        parts = name.split(".")
        numbers = m.numbers(name)
        if parts[0] == "blk":
            target = f"layers.{parts[1]}.{stems[parts[2]]}.{parts[3]}"
            target = top.get("layers", "model.") + target
            short = f"{parts[2]}.{parts[3]}"
        else:
            target, short = f"{top[parts[0]]}.{parts[1]}", name
        state[target] = change(short, numbers) if change else numbers
    return state


def unpermuted(shape):
    """Neighbours back to halves, for query and key of the families that the converter permutes."""
    def change(name, numbers):
        heads = {"attn_q": shape.heads, "attn_k": shape.kv_heads}.get(name.split(".")[0])
        if heads is None:
            return numbers
        return numbers.reshape(heads, shape.head // 2, 2, -1).swapaxes(1, 2).reshape(numbers.shape)
    return change


def norms_less_one(name, numbers):
    return numbers - np.float32(1) if name.endswith("norm.weight") else numbers


def common(shape, **more):
    """Arguments that nearly every configuration has."""
    rope = {"rope_type": "default", "rope_theta": shape.base}
    if shape.rotated:
        rope["partial_rotary_factor"] = shape.rotated / shape.head
    arguments = dict(vocab_size=VOCABULARY, hidden_size=shape.width, intermediate_size=shape.hidden,
                     num_hidden_layers=shape.layers, num_attention_heads=shape.heads,
                     num_key_value_heads=shape.kv_heads, max_position_embeddings=4096,
                     tie_word_embeddings=shape.tied, rope_parameters=rope, bos_token_id=0, eos_token_id=1,
                     pad_token_id=None)
    if shape.norm == "rms":
        arguments["rms_norm_eps"] = shape.epsilon
    return arguments | more


def scaled(shape, **rope):
    return {"rope_parameters": {"rope_theta": shape.base} | rope}
