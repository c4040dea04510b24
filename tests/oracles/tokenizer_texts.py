# SPDX-FileCopyrightText: 2026 The Carrel developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""Texts that tokenizers disagree about, for the tokenizer fixtures: many scripts, marks, emoji, white space, code."""
import random

SENTENCES = [
    "The quick brown fox jumps over the lazy dog.",
    "I'm sure you've seen they'll say it's what we'd do; he isn't, you're not.",
    "I'M SURE YOU'VE SEEN THEY'LL SAY IT'S WHAT WE'D DO; HE ISN'T, YOU'RE NOT.",
    "'s 't 're 've 'm 'll 'd ''s 'S'T 'Re 'vE 'lL 'x 'r 'v 'l ' '",
    "It\u2019s a \u201cquoted\u201d word \u2014 with dashes \u2013 and ellipsis\u2026",
    "long s: '\u017f and I'\u017f end",
    "Das M\u00e4dchen \u00fcbergab die Gr\u00f6\u00dfe der Stra\u00dfe: \u00c4RGER \u1e9e.",
    "L'\u00e9t\u00e9 o\u00f9 na\u00efve c\u0153ur \u00c0 \u00e7a\u202f! \u00ab\u00a0Bonjour\u00a0\u00bb",
    "El ni\u00f1o comi\u00f3 \u00bfqu\u00e9? \u00a1Ma\u00f1ana!",
    "Za\u017c\u00f3\u0142\u0107 g\u0119\u015bl\u0105 ja\u017a\u0144. P\u0159\u00edli\u0161 \u017elu\u0165ou\u010dk\u00fd k\u016f\u0148.",
    "\u0130stanbul'da \u0131\u015f\u0131k, \u011eg \u015e\u015f",
    "Ti\u1ebfng Vi\u1ec7t: Ng\u01b0\u1eddi ta n\u00f3i r\u1eb1ng\u2026 \u0110\u00e0 N\u1eb5ng",
    "Te\u0301le\u0301vision a\u0308o\u0308u\u0308 decomposed: cafe\u0301 nai\u0308ve",
    "\u0301 lone mark, \u0301\u0301two, a \u0301b, 1\u03012",
    "\u0410\u0431\u0432\u0433\u0434 \u0415\u0436\u0437. \u042d\u0442\u043e \u0440\u0443\u0441\u0441\u043a\u0438\u0439 \u0442\u0435\u043a\u0441\u0442, \u0451\u043b\u043a\u0430!",
    "\u0423\u043a\u0440\u0430\u0457\u043d\u0430 \u2014 \u0490\u0430\u043d\u043e\u043a, \u0404\u0432\u0440\u043e\u043f\u0430",
    "\u0395\u03bb\u03bb\u03b7\u03bd\u03b9\u03ba\u03ac: \u039f\u03b4\u03c5\u03c3\u03c3\u03b5\u03cd\u03c2, \u03a3\u03af\u03c3\u03c5\u03c6\u03bf\u03c2.",
    "\u0540\u0561\u0575\u0565\u0580\u0565\u0576 \u0587 \u053c\u0565\u0566\u0578\u0582",
    "\u10e5\u10d0\u10e0\u10d7\u10e3\u10da\u10d8 \u10d4\u10dc\u10d0 \u1c90\u1c91",
    "\u05e9\u05dc\u05d5\u05dd \u05e2\u05d5\u05dc\u05dd \u05e9\u05c1\u05b8\u05dc\u05d5\u05b9\u05dd \u05d1\u05be\u05d0",
    "\u0645\u0631\u062d\u0628\u0627 \u0628\u0627\u0644\u0639\u0627\u0644\u0645\u060c \u0643\u064e\u062a\u064e\u0628\u064e \u0661\u0662\u0663\u0664 \u06f1\u06f2\u06f3\u06d4",
    "\u0915\u094d\u0937\u0947\u0924\u094d\u0930 \u0939\u093f\u0928\u094d\u0926\u0940 \u092d\u093e\u0937\u093e\u0964 \u0967\u0968\u0969\u096a",
    "\u0ba4\u0bae\u0bbf\u0bb4\u0bcd \u0bae\u0bca\u0bb4\u0bbf; \u0c24\u0c46\u0c32\u0c41\u0c17\u0c41; \u0d2e\u0d32\u0d2f\u0d3e\u0d33\u0d02",
    "\u09ac\u09be\u0982\u09b2\u09be \u09ad\u09be\u09b7\u09be; \u0a2a\u0a70\u0a1c\u0a3e\u0a2c\u0a40; \u0a97\u0ac1\u0a9c\u0ab0\u0abe\u0aa4\u0ac0",
    "\u0e20\u0e32\u0e29\u0e32\u0e44\u0e17\u0e22 \u0e01\u0e33\u0e25\u0e31\u0e07 \u0e50\u0e51\u0e52\u0e53",
    "\u0ea5\u0eb2\u0ea7 \u0ebb\u1780\u17d2\u1798\u17c2\u179a \u1019\u103c\u1014\u103a\u1019\u102c",
    "\u0f56\u0f7c\u0f51\u0f0b\u0f61\u0f72\u0f42\u0f0b \u1820\u1821\u182e\u1823\u1829",
    "\u12a0\u121b\u122d\u129b \u1361 \u1369\u136a\u136b",
    "\u4e2d\u6587\u5206\u8bcd\uff0c\u6d4b\u8bd5\u4e00\u4e0b\u3002\u6570\u5b57\uff11\uff12\uff13\u548c123\u3002\u300c\u5f15\u7528\u300d",
    "\u65e5\u672c\u8a9e\u306e\u6587\u7ae0\u3002\u30ab\u30bf\u30ab\u30ca\u3068\u3072\u3089\u304c\u306a\u3001\u534a\u89d2\uff76\uff85 \u30fb\u30fc",
    "\ud55c\uad6d\uc5b4 \ubb38\uc7a5\uc785\ub2c8\ub2e4. \u1112\u1161\u11ab\u1100\u1173\u11af",
    "\u9fa6 \u9fff \u3400 \U00020000 \U0002a6d6 \uf900 \u3007 \u3005",
    "\U00010400\U00010428 Deseret, \U0001d400\U0001d41a math, \U0001d7d8\U0001d7d9 digits",
    "\u01c4\u01c5\u01c6 \u1f88\u1f80 \u02b0\u02b1 \u00aa\u00ba \u2160\u2170 \u24d0",
    "\u00bd \u00b2 \u2075 \u2460 \u3251 \u0bf0 \u2189 \u4e09\u5341",
]

EMOJI = [
    "\U0001f600\U0001f602\U0001f923 smile", "\U0001f468\u200d\U0001f469\u200d\U0001f467\u200d\U0001f466 family",
    "\U0001f1e9\U0001f1ea\U0001f1eb\U0001f1f7 flags", "\U0001f44d\U0001f3fd thumb", "\u2764\ufe0f heart \u2764",
    "1\ufe0f\u20e3 #\ufe0f\u20e3 keycap", "\U0001f3f4\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f",
    "a\U0001f600b \U0001f600 c", "\u2600\u2601\u26c4 \u00a9\u00ae\u2122", "text\u200dwith\u200cjoiners\u2060and\ufeffBOM",
]

SPACES = [
    "", " ", "  ", "   ", "\n", "\n\n", "\n\n\n", "\r\n", "\r\n\r\n", "\t", "\t\t", " \n", "\n ", " \n ", "  \n  \n  ",
    "a b", "a  b", "a   b", "a    b", "a ", "a  ", "a   ", " a", "  a", "   a", "a\nb", "a\n\nb", "a \nb", "a\n b",
    "a  \n  b", "a\n\n  b", "a\r\nb", "a\r\n\r\nb", "a\tb", "a\t\tb", "a \tb", "\ta", "a\n", "a\n\n", "a \n", "a\n ",
    "x\u00a0y", "x\u00a0\u00a0y", "x \u00a0 y", "x\u3000y", "x\u3000\u3000", "\u2003em\u2009thin", "x\u2028y\u2029z",
    "x\u0085y", "x\x0by\x0cz", "x\u200by", "x\u180ey", "\u1680ogham", " \u00a0\n\u00a0 ", "\n\t\n\t\n", "1 2  3   4",
    "1\n2\n\n3", ". \n.", "!\n\n", "?\r\n", "...\n...", "-\n-", " !", "  !", "   !", "\n!", "\n !", "/\n/", "a/\n/b",
]

CONTROL = [
    "\x00", "a\x00b", "\x01\x02\x03", "\x1b[31mred\x1b[0m", "\x7f\x80\x9f", "\x1c\x1d\x1e\x1f", "bell\x07 end",
    "\ufffd\ufffe\uffff", "\U0010ffff", "\ue000\uf8ff private", "\u0378 unassigned", "\u200e\u200f\u202a\u202e bidi",
    "<|im_start|>system\nYou are<|im_end|>\n", "<|endoftext|>", "a<|im_end|>b", "<|im_start|", "<|im_start|>>",
    "<|im_end|><|im_end|>", "< |im_end| >", "<repo_name>x<file_sep>y", "</s><s>[INST] x [/INST]",
]

NUMBERS = [
    "0", "12", "123", "1234", "12345", "123456", "1234567890", "3.14159", "1,234,567.89", "-42", "+1 (555) 010-9999",
    "2026-11-21T11:39:29Z", "0x1F600", "1e-9", "v1.2.3-rc4", "abc123def", "123abc456", "a1b2c3", "$100 50% 10\u20ac",
    "\u0663\u0664 1\u0662 3", "\u00b2\u00b3 x\u00b2", " 1", "  12", "   123", "1 000 000", "10^100 ~5 <3 >2 =4 |6",
]

CODE = [
    "int main(int argc, char **argv)\n{\n    return 0;\n}\n",
    "def f(x):\n    if x > 0:\n        return x ** 2\n    return None\n",
    "for (let i = 0; i < arr.length; ++i) { console.log(`${i}: ${arr[i]}`); }",
    "SELECT * FROM t WHERE a <> 'b' AND c LIKE '%d''e%';",
    "#include <vector>\n#define MAX(a,b) ((a)>(b)?(a):(b))",
    "<div class=\"x\">&nbsp;<!-- c --></div>", "{\"k\": [1, 2.5, null, true], \"u\": \"\\u00e9\"}",
    "https://example.org/a/b?c=d&e=f#g", "user@example.org", "C:\\Windows\\System32\\", "/usr/local/bin/",
    "$x = \\frac{a_1}{b^2} + \\sum_{i=0}^{n} i$", "- [ ] item\n- [x] **done** _it_ ~~no~~\n\n```sh\nls -la\n```\n",
    "camelCaseWord PascalCase snake_case SCREAMING_CASE kebab-case HTTPServer iOS eBay McDonald's",
    "\tif (a)\n\t\tb();\n\telse\n\t\tc();", "a+=b; c-=d; e*=f; g/=h; i%=j; k&=l; m|=n; o^=p; q<<=r; s>>=t;",
    "...,,,;;;:::!!!???---___***///\\\\\\", "()[]{}<>()[]{}<>", "\"'`\"'`", "@#$%^&*", "~|`^=+<>$", ".hidden #tag @name $var",
    "=" * 40, "-" * 80, "a" * 60, " " * 70, "\n" * 20, "1" * 50, "\u4e2d" * 30, "\U0001f600" * 12,
]

ALPHABETS = [
    "abcXYZ", "0123", "   ", "\n\r\t ", "'.,!?-/", "sdtmrevl'", "\u00e9\u00df\u0130\u01c5", "\u0301\u0308\u20e3",
    "\u4e2d\u6587\u3042\u30a2\ud55c", "\u0915\u094d\u0937\u093f", "\u0431\u0416\u03a9\u03c3", "\u02b0\u00aa\u05d0",
    "\U0001f600\u2764\ufe0f\u200d", "$+<=>^~|`", "\u00a0\u3000\u2028", "\u0663\u00bd\u2160", "\x00\x07\u200b\ue000",
]


def mixtures(count, seed):
    """Random strings over the alphabets: neighbours that nobody would write on purpose."""
    rng = random.Random(seed)
    out = []
    for _ in range(count):
        chosen = rng.sample(ALPHABETS, rng.randint(2, 6))
        out.append("".join(rng.choice(rng.choice(chosen)) for _ in range(rng.randint(3, 40))))
    return out


def texts():
    return SENTENCES + EMOJI + SPACES + CONTROL + NUMBERS + CODE + mixtures(150, seed=20261121)
