# SPDX-FileCopyrightText: 2026 The Carrel developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a model's answers from documents are worth: every question of the library, asked as a user asks it.

Runs alone too:  answers.py FOLDER_OF_CARREL_CLI MODEL [--answers FILE] [--first N] [-- ENTER...]
FILE is written; where it is there already, its answers are judged again.
"""
import json
import pathlib
import random
import re
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
from peers import Peers, tell
from support_judge import Judge, flat, is_claim, quotes

ROOT = pathlib.Path(__file__).resolve().parents[2]
SAMPLES = ROOT / "resources" / "samples"
LIBRARY = ROOT / "tests" / "app" / "library"
CONTEXT = 3072  # so that a small model that begins to repeat itself comes to an end


def questions():
    """Those of the samples and of the library. Every second one chose thresholds and counts for nothing else."""
    listed, half = [], {True: True, False: True}
    for path in (SAMPLES / "questions.json", LIBRARY / "questions.json"):
        for question in json.loads(path.read_text(encoding="utf-8"))["questions"]:
            answerable = bool(question["gold"])
            listed.append(question | {"calibration": half[answerable]})
            half[answerable] = not half[answerable]
    return listed


def interval(groups, draws=2000):
    """The share of ones in lists of 0 and 1, one list a question, and the middle 95 % of shares of questions drawn anew."""
    groups = [group for group in groups if group]
    if not groups:
        return {"mean": float("nan"), "from": float("nan"), "to": float("nan"), "of": 0}
    draw = random.Random(1)
    share = lambda some: sum(map(sum, some)) / sum(map(len, some))
    shares = sorted(share(draw.choices(groups, k=len(groups))) for _ in range(draws))
    return {"mean": share(groups), "from": shares[draws // 40], "to": shares[-draws // 40 - 1], "of": sum(map(len, groups))}


def ask(peers, model, listed, told):
    """The answers with their citations, as carrel-cli gives them, in the order of the questions. `told` gets them one by one."""
    answers = []
    with tempfile.TemporaryDirectory() as folder:
        made = pathlib.Path(folder, "documents")
        peers.ours("python3", str(SAMPLES / "make_samples.py"), str(LIBRARY / "source"), str(made))
        cli = ("carrel-cli", "--data", f"{folder}/data")
        peers.ours(*cli, "collection", "add", "Library", str(SAMPLES / "documents"), str(made), "--json")
        texts = {path.name: json.loads(peers.ours("carrel-cli", "extract", str(path), "--json"))
                 for path in [*(SAMPLES / "documents").iterdir(), *made.iterdir()]}
        for question in listed:
            answers.append(json.loads(peers.ours(*cli, "ask", "-C", "Library", "--only-documents", "-m", model, "--device", "cpu",
                                                 "--ctx", str(CONTEXT), "--seed", "1", "--json", "--", question["question"])))
            told(answers, texts)
    return answers, texts


def without_code(markdown):
    return re.sub(r"`+[^`]*`+", " ", re.sub(r"^(```|~~~).*?^\1", " ", markdown, flags=re.M | re.S))


def stands_in(citation, document):
    """Whether every line of a passage that is shown stands on its document's pages as it is."""
    pages = flat("\n".join(page["text"] for page in document["pages"]))
    return all(flat(line) in pages for line in citation["text"].split("\n") if line.strip())


def measure(listed, answers, texts):
    refused, answered, supported, marked, cited, verbatim, shown = [], [], [], [], [], [], []
    invalid, said, wrong = 0, 0, []
    for question, answer in zip(listed, answers):
        if not question["calibration"]:
            (answered if question["gold"] else refused).append([int(answer["refused"] == (not question["gold"]))])
        if answer["refused"]:
            shown.append([int(stands_in(one, texts[one["document"]])) for one in answer["nearest"]])
            continue
        given = {one["id"]: one for one in answer["citations"]}
        invalid += sum(int(one) not in given for mark in re.findall(r"\[(\d+(?:, ?\d+)*)\]", without_code(answer["answer"]))
                       for one in mark.split(","))
        shown.append([int(stands_in(one, texts[one["document"]])) for one in given.values()])
        judge, mine, noted, found, quoted, seen = Judge(question), [], [], [], [], set()
        for sentence in answer["sentences"]:
            # What a model repeats is one sentence.
            if not is_claim(sentence["text"]) or flat(sentence["text"]) in seen:
                continue
            seen.add(flat(sentence["text"]))
            said += 1
            bearing = {id for id, one in given.items() if judge.supports(sentence["text"], one["text"], one["heading"])}
            sure = {id for id in bearing if judge.supports(sentence["text"], given[id]["text"], given[id]["heading"], size=1)}
            stands = sentence["verdict"] == "supported"
            good = [int(id in bearing) for id in sentence["citations"]]
            (mine if stands else noted).extend(good)
            if stands and 0 in good:
                wrong.append({"id": question["id"], "sentence": sentence["text"], "cited": sentence["citations"], "judged": sorted(bearing)})
            if sure:
                found.append(int(stands and bool(sentence["citations"])))
                if not found[-1]:
                    wrong.append({"id": question["id"], "sentence": sentence["text"], "uncited": True, "reason": sentence["reason"],
                                  "judged": sorted(bearing)})
            if stands:
                quoted += [int(any(flat(quote) in flat(one["text"]) for one in given.values()) or flat(quote) in flat(question["question"]))
                           for quote in quotes(sentence["text"])]
        supported.append(mine)
        marked.append(noted)
        cited.append(found)
        verbatim.append(quoted)
    return {"questions": len(listed), "claims": said, "invalid_ids": invalid, "unanswerable_refused": interval(refused),
            "answerable_answered": interval(answered), "citations_supported": interval(supported),
            "citations_of_marked_sentences_supported": interval(marked), "supportable_sentences_cited": interval(cited),
            "quotations_verbatim": interval(verbatim), "passages_verbatim": interval(shown), "wrong": wrong}


def words(value):
    return f"{value['mean']:.3f} ({value['from']:.3f} to {value['to']:.3f}), {value['of']}" if value["of"] else "none"


def answers(bench):
    """Refusals, citations and quotations of the model's answers."""
    listed = [question for question in questions() if not question["calibration"]]
    tell("answers from documents")
    found = measure(listed, *ask(bench.peers, bench.options.model, listed,
                                 lambda given, _: len(given) % 20 or tell(f"{len(given)} of {len(listed)} questions")))
    name = pathlib.Path(bench.options.model).stem
    for key, label, floor in (("unanswerable_refused", "unanswerable questions refused", ">= 0.90"),
                              ("answerable_answered", "answerable questions answered", None),
                              ("citations_supported", "citations that their passage bears out", ">= 0.95"),
                              ("supportable_sentences_cited", "sentences that a passage bears out, cited", ">= 0.90"),
                              ("quotations_verbatim", "quotations word for word", "1.000"),
                              ("passages_verbatim", "passages shown word for word", "1.000")):
        bench.rows.append({"what": f"{name} from documents: {label}", "text": words(found[key]), "floor": floor})
    bench.rows.append({"what": f"{name} from documents: citations of sources that are not there", "text": str(found["invalid_ids"]),
                       "floor": "0"})


def main():
    own, enter = sys.argv[1:], []
    if "--" in own:
        cut = own.index("--")
        own, enter = own[:cut], own[cut + 1:]
    folder, model, *rest = own
    listed = [question for question in questions() if not question["calibration"]]
    if "--first" in rest:
        listed = listed[:int(rest[rest.index("--first") + 1])]
    kept = pathlib.Path(rest[rest.index("--answers") + 1]) if "--answers" in rest else None
    if kept and kept.exists():
        given, texts = json.loads(kept.read_text(encoding="utf-8"))
        listed = listed[:len(given)]
    else:
        def told(given, texts):
            tell(f"{len(given)} of {len(listed)} questions")
            if kept:
                kept.write_text(json.dumps([given, texts]), encoding="utf-8")
        given, texts = ask(Peers(folder, enter, None, None, model), model, listed, told)
    found = measure(listed, given, texts)
    for one in found.pop("wrong"):
        print(json.dumps(one, ensure_ascii=False))
    print(json.dumps(found, indent=1))


if __name__ == "__main__":
    main()
