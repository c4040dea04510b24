# SPDX-FileCopyrightText: 2026 The Carrel developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""The tiny models, one or more for each family, and what they are in transformers.

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


# The models.

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
    """Within the trained context, up to which Carrel runs it: behind it queries grow with their position."""
    shape = Shape(heads=2, kv_heads=1, head=48, tied=False, base=1000000.0)
    m = decoder("mistral3", shape)
    m.string("rope.scaling.type", "yarn")
    m.f32("rope.scaling.factor", 16.0)
    m.u32("rope.scaling.original_context_length", 64)
    m.f32("rope.scaling.yarn_log_multiplier", 1.0)
    m.f32("rope.scaling.yarn_beta_fast", 2.0)
    m.f32("rope.scaling.yarn_beta_slow", 0.01)
    m.f32("attention.temperature_scale", 0.1)
    rope = dict(rope_type="yarn", factor=16.0, original_max_position_embeddings=64, beta_fast=2.0, beta_slow=0.01,
                mscale=1.0, mscale_all_dim=1.0, llama_4_scaling_beta=0.1)
    return Oracle(m, "Ministral3Config", "Ministral3ForCausalLM",
                  common(shape, head_dim=shape.head) | scaled(shape, **rope), state_of(m, change=unpermuted(shape)),
                  "YaRN with its magnitude divided out")


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
def olmo():
    shape = Shape(heads=4, kv_heads=2, norm="bare")
    m = decoder("olmo", shape)
    return Oracle(m, "OlmoConfig", "OlmoForCausalLM", common(shape), state_of(m, change=unpermuted(shape)),
                  "LayerNorms without weights")


def gptneox_oracle(shape, what, parallel):
    m = decoder("gptneox", shape)
    m.boolean("use_parallel_residual", parallel)
    stems = {"attn_qkv": "attention.query_key_value", "attn_output": "attention.dense",
             "ffn_up": "mlp.dense_h_to_4h", "ffn_down": "mlp.dense_4h_to_h"}
    top = {"token_embd": "gpt_neox.embed_in", "output_norm": "gpt_neox.final_layer_norm", "output": "lm_head",
           "layers": "gpt_neox."}

    def interleaved(name, numbers):
        if not name.startswith("attn_qkv"):
            return numbers
        return numbers.reshape(3, shape.heads, shape.head, -1).swapaxes(0, 1).reshape(numbers.shape)
    arguments = common(shape, use_parallel_residual=parallel, layer_norm_eps=shape.epsilon, hidden_act="gelu")
    return Oracle(m, "GPTNeoXConfig", "GPTNeoXForCausalLM", arguments, state_of(m, stems, top, interleaved), what,
                  "transformers' GELU is exact, llama.cpp's the tanh form from a table; followed: transformers")


NEOX = dict(heads=4, kv_heads=4, rotated=4, tied=False, norm="layer", biases=("qkv", "out", "ffn"), gated=False,
            fused_qkv=True)


@oracle
def gptneox():
    return gptneox_oracle(Shape(**NEOX), "branches side by side, LayerNorm, a quarter of each head rotated", True)


@oracle
def gptneox_sequential():
    return gptneox_oracle(Shape(**NEOX), "branches one after the other", False)


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


COHERE = dict(norm="plain layer", block_norms=("attn_norm",))


@oracle
def command_r():
    shape = Shape(heads=4, kv_heads=2, **COHERE)
    m = decoder("command-r", shape)
    m.f32("logit_scale", 0.5)
    return Oracle(m, "CohereConfig", "CohereForCausalLM",
                  common(shape, logit_scale=0.5, layer_norm_eps=shape.epsilon), state_of(m),
                  "one norm for branches side by side")


@oracle
def command_r_plus():
    shape = Shape(heads=4, kv_heads=2, head_norms="each head", **COHERE)
    m = decoder("command-r", shape)
    m.f32("logit_scale", 0.5)
    return Oracle(m, "CohereConfig", "CohereForCausalLM",
                  common(shape, logit_scale=0.5, layer_norm_eps=shape.epsilon, use_qk_norm=True), state_of(m),
                  "LayerNorms of each head with weights of its own",
                  "llama.cpp reads these norms in files of 64 layers or more alone, and agrees there")


@oracle
def cohere2():
    shape = Shape(layers=5, heads=4, kv_heads=2, **COHERE)
    m = decoder("cohere2", shape)
    m.f32("logit_scale", 0.5)
    m.u32("attention.sliding_window", 6)
    return Oracle(m, "Cohere2Config", "Cohere2ForCausalLM",
                  common(shape, logit_scale=0.5, layer_norm_eps=shape.epsilon, sliding_window=6), state_of(m),
                  "three layers within a window of 6 to one without and without positions")


@oracle
def glm4():
    shape = Shape(heads=4, kv_heads=2, rotated=8, tied=False, biases=("qkv",), fused_ffn=True, block_norms=GEMMA_NORMS)
    m = decoder("glm4", shape)
    stems = {"ffn_up": "mlp.gate_up_proj", "post_attention_norm": "post_self_attn_layernorm",
             "post_ffw_norm": "post_mlp_layernorm"}
    return Oracle(m, "Glm4Config", "Glm4ForCausalLM", common(shape, head_dim=shape.head, attention_bias=True),
                  state_of(m, stems), "norms on both sides, half of each head rotated, fused gate and up")


def stablelm_oracle(shape, what, parallel):
    m = decoder("stablelm", shape)
    m.boolean("use_parallel_residual", parallel)
    state = state_of(m)
    for layer in range(shape.layers):  # transformers has a norm for each head
        for name in ("q", "k"):
            stacked = state.pop(f"model.layers.{layer}.self_attn.{name}_norm.weight", [])
            for head, weight in enumerate(stacked):
                state[f"model.layers.{layer}.self_attn.{name}_layernorm.norms.{head}.weight"] = weight
    arguments = common(shape, use_parallel_residual=parallel, layer_norm_eps=shape.epsilon,
                       use_qkv_bias="qkv" in shape.biases, qk_layernorm=bool(shape.head_norms))
    return Oracle(m, "StableLmConfig", "StableLmForCausalLM", arguments, state, what)


@oracle
def stablelm():
    shape = Shape(heads=4, kv_heads=2, rotated=4, tied=False, norm="layer", biases=("qkv",))
    return stablelm_oracle(shape, "LayerNorm with a gate, a quarter of each head rotated", False)


@oracle
def stablelm_parallel():
    shape = Shape(heads=4, kv_heads=2, rotated=4, tied=False, norm="layer", block_norms=("attn_norm",),
                  head_norms="each head")
    return stablelm_oracle(shape, "one norm for branches side by side, LayerNorms of each head", True)


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
