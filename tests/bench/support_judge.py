# SPDX-FileCopyrightText: 2026 The Carrel developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether a passage bears a sentence out, decided without the program that is measured: another reading of the same question, in
other words and stricter. Numbers, names and quotations of the sentence have to stand in one place of the passage, beside most of
its other words; or the passage holds the place where the question's answer is known to stand, and the sentence gives that answer.
A sentence that answers the question with a number has to give the known one. Nobody understands anything here: a sentence that has
all the words of a place and says something else with them passes.
"""
import re
import unicodedata

STOP = set("""
a an the of to in on at by for with from and or nor but is are was were be been being it its this that these those there here as not no
do does did has have had will would shall should can could may might must than then so such which who whom whose what when where how
why also only about into over under per each every any some all both their his her he she they them we you your our i my me if
der die das den dem des ein eine einen einem einer eines und oder aber ist sind war waren wird werden wurde wurden sein hat haben hatte
nicht kein keine keinen mit von vom zu zum zur im in am an auf aus bei bis fur nach uber unter vor als wie auch nur es er sie man sich
dass ob wenn so noch je pro
le la les l un une des du de d et ou mais est sont etait etaient sera seront a ont avait pas ne que qui quoi dont ou par pour avec sans
sur sous dans en au aux ce cet cette ces il elle ils elles on se son sa ses leur leurs plus y n s c qu
el los las una unos unas del y o pero es son era eran fue fueron sera ha han habia no que quien cuyo por para con sin sobre bajo desde
hasta al lo se su sus mas como muy
document documents source sources passage according states says mentions answer question laut gemass selon segun
""".split())

SPELLED = {}
for words in ("zero one two three four five six seven eight nine ten eleven twelve",
              "null ein zwei drei vier funf sechs sieben acht neun zehn elf zwolf",
              "zero une deux trois quatre cinq six sept huit neuf dix onze douze",
              "cero una dos tres cuatro cinco seis siete ocho nueve diez once doce"):
    SPELLED.update({word: str(value) for value, word in enumerate(words.split())})
SPELLED.update({"fifteen": "15", "twenty": "20", "thirty": "30", "funfzehn": "15", "zwanzig": "20", "dreissig": "30", "vingt": "20",
                "trente": "30", "quinze": "15", "quince": "15", "veinte": "20", "treinta": "30"})
# "ein Haus", "une maison": an article far more often than a number.
for article in ("ein", "une", "una", "one"):
    SPELLED.pop(article, None)
MONTHS = {}
for names in ("january february march april may june july august september october november december",
              "januar februar marz april mai juni juli august september oktober november dezember",
              "janvier fevrier mars avril mai juin juillet aout septembre octobre novembre decembre",
              "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre"):
    MONTHS.update({name: f"month{number}" for number, name in enumerate(names.split(), 1)})


def plain(text):
    text = unicodedata.normalize("NFKD", text.replace("ß", "ss").replace("ẞ", "ss"))
    return "".join(c for c in text if not unicodedata.combining(c)).lower()


def flat(text):
    """As quotations are compared: white space, hyphens, quotation marks and apostrophes made equal."""
    text = re.sub("[\u2018\u2019\u201b`´]", "'", unicodedata.normalize("NFKC", text))
    text = re.sub("[\u2010-\u2015\u2212]", "-", re.sub("[\u201c\u201d\u201e\u00ab\u00bb]", '"', text))
    return re.sub(r"\s+", " ", text.replace("\u00ad", "")).strip().lower()


def numbers(text):
    """Every number as digits: "1,250.50" and "1.250,50" are 1250.5, "three" is 3, months are their names."""
    found = set()
    for written in re.findall(r"\d+(?:[.,'\u00a0\u202f ]\d+)*", re.sub(r"\b(\d{4})-(\d\d)-(\d\d)\b", r"\1 / \2 / \3", text)):
        for piece in re.split(r"(?<=\d)[ \u00a0\u202f](?!\d{3}(?!\d))", written):
            digits = re.sub(r"[ '\u00a0\u202f]", "", piece)
            last = max(digits.rfind("."), digits.rfind(","))
            if last >= 0 and len(digits) - last - 1 != 3:
                digits = re.sub("[.,]", "", digits[:last]) + "." + digits[last + 1:]
                digits = digits.rstrip("0").rstrip(".")
            else:
                digits = re.sub("[.,]", "", digits)
            found.add(digits.lstrip("0") or "0")
    for word in re.findall(r"[^\W\d_]+", plain(text)):
        if word in SPELLED or word in MONTHS:
            found.add(SPELLED.get(word) or MONTHS[word])
    return found


def stems(text):
    """Words that say something, of long ones the first five letters."""
    return {word[:5] for word in re.findall(r"[^\W\d_]{2,}", plain(text))
            if word not in STOP and word not in SPELLED and word not in MONTHS}


def names(text, language):
    """Words with a capital inside a sentence; in German, where all nouns have one, such with more capitals or digits alone."""
    pattern = r"\b[^\W\d_]*(?:[A-Z][^\W\d_]*[A-Z]|[A-Z]\d)[^\W_]*" if language == "de" else r"(?<=[^.!?:\n\"“„«(] )[A-ZÀ-Þ][^\W_]+"
    return {re.sub(r"\d", "", plain(name))[:5] for name in re.findall(pattern, text)} - {word[:5] for word in MONTHS} - STOP - {""}


def quotes(text):
    return [quote.strip(" .,;:!?…") for quote in re.findall("[\"“„«]([^\"“”„«»]{3,})[\"”“»]", text) if len(quote.split()) > 1]


def places(passage, size):
    """Runs of so many sentences or lines."""
    pieces = [piece for piece in re.split(r"(?<=[.!?])\s+|\n+", passage) if piece.strip()]
    return [" ".join(pieces[at:at + size]) for at in range(max(1, len(pieces) - size + 1))]


def is_claim(sentence):
    """Whether a sentence says something that a document could hold."""
    bare = re.sub(r"\[[\d, ]+\]", "", sentence).strip()
    if bare.endswith(("?", ":")) or bare.startswith("#"):
        return False
    if re.search(r"\b(do(es)? not (say|mention|answer|provide|contain|specify|state)|not mentioned|keine angabe|ne (dit|disent|precise)|no menciona)",
                 plain(bare)):
        return False
    return bool(numbers(bare)) or len(stems(bare)) >= 2


class Judge:
    """Judges the sentences of the answer to one question."""

    def __init__(self, question):
        self.language, self.asked = question["language"], question["question"]
        self.answer = question["answer"] or ""
        self.gold = [flat(span["text"]) for span in question["gold"]]

    def supports(self, sentence, passage, heading="", size=2):
        """`size`: sentences or lines in which all of it has to stand together."""
        bare = re.sub(r"\[[\d, ]+\]", "", sentence)
        if any(flat(quote) not in flat(passage) and flat(quote) not in flat(self.asked) for quote in quotes(bare)):
            return False
        return self.says_gold(bare, passage) or any(self.stands_in(bare, heading + "\n" + place) for place in places(passage, size))

    def stands_in(self, sentence, place):
        wanted, words = numbers(sentence), stems(sentence)
        there, known = stems(place), stems(self.asked)
        if self.gold and wanted - numbers(self.asked) and 2 * len(words & known) >= len(words):
            return False  # it answers the question with a number, so that the answer which is known decides
        if not wanted <= numbers(place) | numbers(self.asked):
            return False
        if not names(sentence, self.language) <= there | known:
            return False
        # What only repeats the question says nothing by itself.
        own = words - known
        return len(words & there) >= 0.5 * len(words) and len(own & there) >= 0.5 * len(own) and bool(words & there or wanted)

    def says_gold(self, sentence, passage):
        if not any(gold in flat(passage) for gold in self.gold):
            return False
        wanted, words = numbers(self.answer), stems(self.answer)
        held = numbers(" ".join(self.gold)) | numbers(self.asked) | wanted
        said = numbers(sentence)
        enough = wanted <= said if wanted else bool(words) and len(words & stems(sentence)) >= 0.5 * len(words)
        return enough and said <= held
