# SPDX-FileCopyrightText: 2026 The Carrel developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""The tiny models that end in embeddings or in the scores of a classifier: encoders, and decoders that are pooled."""
import numpy as np

from oracle_decoder import Oracle, Shape, common, decoder, norms_less_one, oracle, state_of
from oracle_model import VOCABULARY, Model
from oracle_post_norm import GEMMA_NORMS, GEMMA_STEMS

LABELS = 8  # scores of a classifier: more than one, so that an error of theirs says something
MEAN, FIRST, LAST, RANK = 1, 2, 3, 4
POSITIONS = 48


# What transformers computes for a prompt: (rows, width).

def hidden_of(model, ids, **more):
    return model(ids, **more).last_hidden_state[0]


def mean_of(model, ids, **more):
    return hidden_of(model, ids, **more).mean(0, keepdim=True)


def first_of(model, ids, **more):
    return hidden_of(model, ids, **more)[:1]


def last_of(model, ids, **more):
    return hidden_of(model, ids, **more)[-1:]


def scores_of(model, ids, **more):
    return model(ids, **more).logits


def embedder(m, pooling, width, rows=1):
    m.u32("pooling_type", pooling)
    m.width = width
    m.rows = rows
    return m


# Names of what transformers calls a model without a head.
MODEL = {"layers": "", "token_embd": "embed_tokens", "output_norm": "norm"}


# Encoders.

def norm(m, name, width):
    m.vector(name + ".weight", width, mean=1.0, exponent=1)
    m.vector(name + ".bias", width)


def linear(m, name, rows, columns, bias=True):
    m.matrix(name + ".weight", rows, columns)
    if bias:
        m.vector(name + ".bias", rows)


def encoder(architecture, shape, pooling, types, positions, rows=1, **model_arguments):
    m = Model(architecture, context=POSITIONS, **model_arguments)
    m.u32("context_length", POSITIONS)
    m.u32("embedding_length", shape.width)
    m.u32("block_count", shape.layers)
    m.u32("feed_forward_length", shape.hidden)
    m.u32("attention.head_count", shape.heads)
    m.boolean("attention.causal", False)
    m.f32("attention.layer_norm_epsilon", shape.epsilon)
    m.u32("vocab_size", VOCABULARY)
    m.matrix("token_embd.weight", VOCABULARY, shape.width, gain=3)
    if types:
        m.vector("token_types.weight", shape.width, rows=types, exponent=1)
    if positions:
        m.vector("position_embd.weight", shape.width, rows=POSITIONS, exponent=1)
    else:
        m.f32("rope.freq_base", shape.base)
    norm(m, "token_embd_norm", shape.width)
    for layer in range(shape.layers):
        block = f"blk.{layer}."
        bias = "all" in shape.biases
        if shape.fused_qkv:
            linear(m, block + "attn_qkv", 3 * shape.width, shape.width, bias)
        else:
            for name in ("attn_q", "attn_k", "attn_v"):
                linear(m, block + name, shape.width, shape.width, bias)
        linear(m, block + "attn_output", shape.width, shape.width, bias)
        norm(m, block + "attn_output_norm", shape.width)
        for name in ("ffn_gate", "ffn_up") if shape.gated else ("ffn_up",):
            linear(m, block + name, shape.hidden, shape.width, bias)
        linear(m, block + "ffn_down", shape.width, shape.hidden, bias)
        norm(m, block + "layer_output_norm", shape.width)
    return embedder(m, pooling, LABELS if pooling == RANK else shape.width, rows)


BERT = Shape(heads=4, epsilon=1e-12, biases=("all",), gated=False)
BERT_STEMS = {
    "attn_q": "attention.self.query", "attn_k": "attention.self.key", "attn_v": "attention.self.value",
    "attn_output": "attention.output.dense", "attn_output_norm": "attention.output.LayerNorm",
    "ffn_up": "intermediate.dense", "ffn_down": "output.dense", "layer_output_norm": "output.LayerNorm",
}


def bert_top(prefix, dense, output):
    return {"layers": prefix + "encoder.", "token_embd": prefix + "embeddings.word_embeddings",
            "token_types": prefix + "embeddings.token_type_embeddings",
            "position_embd": prefix + "embeddings.position_embeddings",
            "token_embd_norm": prefix + "embeddings.LayerNorm", "cls": dense, "cls.output": output}


def bert_state(m, prefix="", dense="pooler.dense", output="classifier", first_position=0):
    state = {}
    top = bert_top(prefix, dense, output)
    for name in m.tensors:
        numbers = m.numbers(name)
        parts = name.split(".")
        if parts[0] == "blk":
            state[f"{prefix}encoder.layer.{parts[1]}.{BERT_STEMS[parts[2]]}.{parts[3]}"] = numbers
            continue
        if parts[0] == "position_embd":
            numbers = np.concatenate([np.zeros((first_position, numbers.shape[1]), np.float32), numbers])
        state[f"{top['.'.join(parts[:-1])]}.{parts[-1]}"] = numbers
    return state


def bert_arguments(shape, types, **more):
    return dict(vocab_size=VOCABULARY, hidden_size=shape.width, num_hidden_layers=shape.layers,
                num_attention_heads=shape.heads, intermediate_size=shape.hidden, hidden_act="gelu",
                max_position_embeddings=POSITIONS, type_vocab_size=types, layer_norm_eps=shape.epsilon,
                pad_token_id=0) | more


def classifier(m, width):
    linear(m, "cls", width, width)
    linear(m, "cls.output", LABELS, width)


def bert_oracle(pooling, output, what, rows=1):
    m = encoder("bert", BERT, pooling, types=2, positions=True, rows=rows)
    arguments = bert_arguments(BERT, 2)
    state = bert_state(m)
    return Oracle(m, "BertConfig", "BertModel", arguments, state, what, output=output, absent=("pooler.",))


@oracle
def bert():
    return bert_oracle(MEAN, mean_of, "learned positions, token types, norms behind the branches; the mean of all tokens")


@oracle
def bert_cls():
    return bert_oracle(FIRST, first_of, "the first token's row")


@oracle
def bert_tokens():
    return bert_oracle(0, hidden_of, "a row for each token", rows=40)


PAIR_NOTE = ("A pair's second text has token types of its own, as in transformers; llama.cpp gives both texts those of "
             "the first")


@oracle
def bert_pair():
    m = encoder("bert", BERT, RANK, types=2, positions=True, seed=3)
    m.second = 17
    classifier(m, BERT.width)
    arguments = bert_arguments(BERT, 2, num_labels=LABELS)
    state = bert_state(m, "bert.", "bert.pooler.dense")
    return Oracle(m, "BertConfig", "BertForSequenceClassification", arguments, state,
                  "a pair of texts before a classifier", PAIR_NOTE, output=scores_of)


@oracle
def xlm_roberta_rank():
    m = encoder("bert", BERT, RANK, types=1, positions=True, seed=4)
    m.second = 21
    classifier(m, BERT.width)
    # Its positions begin behind that of the padding token.
    arguments = bert_arguments(BERT, 1, num_labels=LABELS, pad_token_id=1, max_position_embeddings=POSITIONS + 2)
    state = bert_state(m, "roberta.", "classifier.dense", "classifier.out_proj", first_position=2)
    return Oracle(m, "XLMRobertaConfig", "XLMRobertaForSequenceClassification", arguments, state,
                  "one token type for both texts of a pair", output=scores_of)


def flat_state(m, stems):
    """Of the encoders whose layers transformers names as a decoder's."""
    stems = {"attn_output": "self_attn.o_proj", "attn_output_norm": "post_attention_layernorm",
             "layer_output_norm": "post_mlp_layernorm"} | stems
    state = {}
    for name in m.tensors:
        parts = name.split(".")
        if parts[0] != "blk":
            state[f"{bert_top('', '', '')[parts[0]]}.{parts[1]}"] = m.numbers(name)
        elif parts[2] == "attn_qkv":
            for target, part in zip("qkv", np.split(m.numbers(name), 3)):
                state[f"layers.{parts[1]}.self_attn.{target}_proj.{parts[3]}"] = part
        else:
            state[f"layers.{parts[1]}.{stems[parts[2]]}.{parts[3]}"] = m.numbers(name)
    return state


@oracle
def nomic_bert():
    shape = Shape(heads=4, epsilon=1e-12, fused_qkv=True, base=1000.0)
    m = encoder("nomic-bert", shape, MEAN, types=2, positions=False)
    state = flat_state(m, {"ffn_gate": "mlp.gate_proj", "ffn_up": "mlp.up_proj", "ffn_down": "mlp.down_proj"})
    arguments = bert_arguments(shape, 2, hidden_act="silu",
                               rope_parameters={"rope_type": "default", "rope_theta": shape.base})
    return Oracle(m, "NomicBertConfig", "NomicBertModel", arguments, state,
                  "rotary positions, gates, one matrix for query, key and value", output=mean_of, absent=("pooler.",))


@oracle
def jina_bert_v3():
    shape = Shape(heads=4, biases=("all",), gated=False, fused_qkv=True, base=20000.0)
    m = encoder("jina-bert-v3", shape, MEAN, types=1, positions=False)
    state = flat_state(m, {"ffn_up": "mlp.fc1", "ffn_down": "mlp.fc2"})
    arguments = bert_arguments(shape, 1, rope_parameters={"rope_type": "default", "rope_theta": shape.base})
    return Oracle(m, "JinaEmbeddingsV3Config", "JinaEmbeddingsV3Model", arguments, state,
                  "rotary positions, biases, GELU", output=mean_of, absent=("pooler.",))


NOMIC_EXPERTS = {1: (6, 2), 3: (6, 2)}  # by layer: how many, and how many of them a token uses


def plain_experts(count, used, width, hidden):
    """Experts without gates, whose weights are those of a softmax over all; transformers has no such family."""
    import torch

    class Matrices(torch.nn.Module):
        def __init__(self, rows, columns):
            super().__init__()
            self.weight = torch.nn.Parameter(torch.zeros(count, rows, columns))

    class Experts(torch.nn.Module):
        def __init__(self):
            super().__init__()
            self.router = torch.nn.Linear(width, count, bias=False)
            self.up = Matrices(hidden, width)
            self.down = Matrices(width, hidden)

        def forward(self, rows):
            weights, chosen = self.router(rows).softmax(-1).topk(used)
            made = torch.nn.functional.gelu(torch.einsum("bte,nfe->btnf", rows, self.up.weight))
            made = torch.einsum("btnf,nef->btne", made, self.down.weight)
            made = made.gather(2, chosen[..., None].expand(*chosen.shape, width))
            return (made * weights[..., None]).sum(2)
    return Experts()


@oracle
def nomic_bert_moe(seed=44):
    shape = Shape(layers=4, heads=4, biases=("all",), gated=False, fused_qkv=True)
    m = encoder("nomic-bert-moe", shape, MEAN, types=1, positions=False, seed=seed, prompt=24)
    m.u32("moe_every_n_layers", 2)
    m.u32("expert_count", 6)
    m.u32("expert_used_count", 2)
    for layer, (count, _) in NOMIC_EXPERTS.items():
        block = f"blk.{layer}."
        for name in ("ffn_up.weight", "ffn_up.bias", "ffn_down.weight", "ffn_down.bias"):
            del m.tensors[block + name]
        m.vector(block + "ffn_gate_inp.weight", shape.width, exponent=1, rows=count)
        m.matrix(block + "ffn_up_exps.weight", shape.hidden, shape.width, experts=count)
        m.matrix(block + "ffn_down_exps.weight", shape.width, shape.hidden, experts=count)

    def change(model):
        for layer, (count, used) in NOMIC_EXPERTS.items():
            model.layers[layer].mlp = plain_experts(count, used, shape.width, shape.hidden)
    state = flat_state(m, {"ffn_up": "mlp.fc1", "ffn_down": "mlp.fc2", "ffn_gate_inp": "mlp.router",
                           "ffn_up_exps": "mlp.up", "ffn_down_exps": "mlp.down"})
    arguments = bert_arguments(shape, 1, rope_parameters={"rope_type": "default", "rope_theta": shape.base})
    return Oracle(m, "JinaEmbeddingsV3Config", "JinaEmbeddingsV3Model", arguments, state,
                  "as jina-bert-v3, two of six experts without gates in every second layer",
                  "transformers has no such family: its layers are those of jina-bert-v3, the experts are written in "
                  "tests/oracles/oracle_embedders.py",
                  output=mean_of, absent=("pooler.",), change=change)


def modern_bert_oracle(pooling, output, model, what, seed=1, **more):
    shape = Shape(layers=4, heads=4, kv_heads=4, norm="plain layer", fused_qkv=True, fused_ffn=True, base=160000.0)
    m = decoder("modern-bert", shape, seed=seed)
    m.boolean("attention.causal", False)
    m.u32("attention.sliding_window", 12)
    m.vector("token_embd_norm.weight", shape.width, mean=1.0, exponent=1)
    del m.tensors["blk.0.attn_norm.weight"]
    rank = pooling == RANK
    embedder(m, pooling, LABELS if rank else shape.width)
    if rank:
        m.matrix("cls.weight", shape.width, shape.width)
        m.vector("cls.norm.weight", shape.width, mean=1.0, exponent=1)
        linear(m, "cls.output", LABELS, shape.width)
    prefix = "model." if rank else ""
    stems = {"attn_norm": "attn_norm", "ffn_norm": "mlp_norm", "attn_qkv": "attn.Wqkv", "attn_output": "attn.Wo",
             "ffn_up": "mlp.Wi", "ffn_down": "mlp.Wo"}
    top = {"token_embd": prefix + "embeddings.tok_embeddings", "token_embd_norm": prefix + "embeddings.norm",
           "output_norm": prefix + "final_norm", "cls": "head.dense", "cls.norm": "head.norm",
           "cls.output": "classifier"}
    state = {}
    for name in m.tensors:
        parts = name.split(".")
        if parts[0] == "blk":
            state[f"{prefix}layers.{parts[1]}.{stems[parts[2]]}.{parts[3]}"] = m.numbers(name)
        else:
            state[f"{top['.'.join(parts[:-1])]}.{parts[-1]}"] = m.numbers(name)
    arguments = dict(vocab_size=VOCABULARY, hidden_size=shape.width, intermediate_size=shape.hidden,
                     num_hidden_layers=shape.layers, num_attention_heads=shape.heads, norm_eps=shape.epsilon,
                     max_position_embeddings=4096, local_attention=12, classifier_pooling="mean", pad_token_id=0,
                     bos_token_id=1, eos_token_id=1, cls_token_id=1, sep_token_id=1) | more
    return Oracle(m, "ModernBertConfig", model, arguments, state, what, output=output)


@oracle
def modern_bert():
    return modern_bert_oracle(FIRST, first_of, "ModernBertModel",
                              "two of three layers within a window on both sides, another base, GELU gates")


@oracle
def modern_bert_rank():
    return modern_bert_oracle(RANK, scores_of, "ModernBertForSequenceClassification",
                              "a classifier with GELU and a norm of the mean", seed=2, num_labels=LABELS)


@oracle
def eurobert():
    shape = Shape(heads=4, kv_heads=2)
    m = embedder(decoder("eurobert", shape), MEAN, shape.width)
    m.boolean("attention.causal", False)
    return Oracle(m, "EuroBertConfig", "EuroBertModel", common(shape, mask_token_id=0), state_of(m, top=MODEL),
                  "a decoder's blocks whose tokens see the whole text", output=mean_of)


# Decoders.

@oracle
def qwen3_embedding():
    shape = Shape(heads=4, kv_heads=2, head=24, head_norms="head")
    m = embedder(decoder("qwen3", shape), LAST, shape.width)
    return Oracle(m, "Qwen3Config", "Qwen3Model", common(shape, head_dim=shape.head), state_of(m, top=MODEL),
                  "the last token's row", output=last_of)


@oracle
def qwen3_rank():
    shape = Shape(heads=4, kv_heads=2, head=24, head_norms="head")
    m = embedder(decoder("qwen3", shape, seed=2), RANK, LABELS)
    head = "cls.output.weight"
    m.matrix(head, LABELS, shape.width)
    numbers = m.numbers(head)
    description = m.tensors.pop(head)
    state = state_of(m) | {"score.weight": numbers}
    m.tensors[head] = description
    return Oracle(m, "Qwen3Config", "Qwen3ForSequenceClassification",
                  common(shape, head_dim=shape.head, num_labels=LABELS), state, "a classifier of the last token's row",
                  output=scores_of)


@oracle
def gemma_embedding():
    shape = Shape(layers=6, heads=4, kv_heads=2, head=24, head_norms="head", epsilon=1e-6, base=1e6,
                  block_norms=GEMMA_NORMS)
    m = decoder("gemma-embedding", shape)
    m.u32("attention.sliding_window", 16)
    for name, size in (("2_feat_in", shape.width), ("2_feat_out", 160), ("3_feat_in", 160), ("3_feat_out", shape.width)):
        m.u32("dense_" + name, size)
    embedder(m, MEAN, shape.width)
    state = state_of(m, GEMMA_STEMS, MODEL, norms_less_one)
    m.matrix("dense_2.weight", 160, shape.width)
    m.matrix("dense_3.weight", shape.width, 160)

    def projected(model, ids):
        import torch
        dense = [torch.from_numpy(m.numbers(name)).double() for name in ("dense_2.weight", "dense_3.weight")]
        return mean_of(model, ids) @ dense[0].T @ dense[1].T
    local = {"rope_type": "default", "rope_theta": 10000.0}
    arguments = common(shape, head_dim=shape.head, query_pre_attn_scalar=shape.head, sliding_window=16,
                       use_bidirectional_attention=True, hidden_activation="gelu_pytorch_tanh",
                       rope_parameters={"full_attention": {"rope_type": "default", "rope_theta": shape.base},
                                        "sliding_attention": local})
    return Oracle(m, "Gemma3TextConfig", "Gemma3TextModel", arguments, state,
                  "a window on both sides of each token, and two matrices behind the mean", output=projected)
