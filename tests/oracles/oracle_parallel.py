# SPDX-FileCopyrightText: 2026 The Carrel developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""The tiny models whose branches may read one stream and are added together."""
from oracle_decoder import Oracle, Shape, common, decoder, oracle, state_of


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
