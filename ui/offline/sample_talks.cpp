// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/offline/sample_talks.h"

#include <QRegularExpression>

namespace ui {

namespace {

struct Entry {
    const char16_t *question; ///< a part of it
    const char16_t *thinking;
    const char16_t *answer;
};

constexpr Entry kEntries[] = {
    {u"stable merge",
     u"Two sorted lists, so a linear merge is enough. Stable means that equal items keep their order: take from the "
     u"first list on ties. Compare with sorted(a + b), where Timsort finds the two runs.",
     uR"(A linear merge walks both lists once. Ties take from the first list, so equal items keep their order.

```python
def merge(a: list[int], b: list[int]) -> list[int]:
    """Merge two sorted lists, keeping their order."""
    out, i, j = [], 0, 0
    while i < len(a) and j < len(b):
        if a[i] <= b[j]:
            out.append(a[i]); i += 1
        else:
            out.append(b[j]); j += 1
    return out + a[i:] + b[j:]
```

| Method | Time | Extra memory | Stable |
|:--|:--|:--|:--|
| merge | O(n + m) | one list | yes |
| sorted(a + b) | O(n + m) here: Timsort finds both runs | two lists | yes |

In CPython the built-in usually wins below a million items, because its inner loop is compiled.)"},
    {u"tax letter", u"", uR"(## What the letter says

The office has looked at your return for 2025 and **accepts it in full**. You get back *1,284.60 euros*.

1. The money arrives within ten days, on the account in your return.
2. You need to do nothing, unless the account has changed:
   - send the new number by post, or
   - enter it in the portal under *Master data*.
3. You may object until **14 January**.

> An objection costs nothing. It must be in writing, and it must name the point with which you disagree.

---

The paragraphs it cites are on [the ministry's page](https://www.example.org/tax-code/section-355), under `§ 355`.)"},
    {u"packing list", u"", uR"(For three days in Graz at the end of October:

- **Clothes**: a warm jacket, two jumpers, shoes for cobblestones
- **Papers**: ticket, identity card, the reservation
- **Small things**: charger, umbrella, a book for the train

It can be 6 °C in the morning and 18 °C in the afternoon, so layers are better than one thick coat.)"},
    {u"notice period", u"",
     uR"(Either party may end the lease by giving **three months' notice** in writing, counted from the first day of the following month. After ten years the tenant's period stays the same, while the landlord's doubles to six months.

The first five years carry no break clause, so notice given before 1 March 2028 has no effect.)"},
    {u"for my sister", u"",
     uR"(You can leave with three months' written notice, starting the month after you send it, but not before March 2028. The landlord must give you the same, and twice as much once you have lived there for ten years.)"},
    {u"minutes", u"",
     uR"(**Decided**: the footbridge is repaired this summer, with 48,000 euros from the reserve. **Put off**: the school kitchen, until the second offer is there. **Open**: who speaks for the council at the hearing on 3 May.)"},
    {u"Compare tea and coffee", u"", uR"(| | Tea | Coffee |
|:--|:--|:--|
| Caffeine in a cup | 30–50 mg | 80–120 mg |
| Ready in | 3–5 minutes | 2–4 minutes |
| Best at | 70–95 °C | 92–96 °C |)"},
    {u"provenance", u"",
     uR"(*Provenance* is the record of where a thing comes from and whose hands it has passed through. In a library it tells who owned a book before the shelf it stands on now.)"},
};

/// Answers from documents. A citation names words of its source; which number that has is seen when it is asked.
constexpr Entry kDocumentEntries[] = {
    {u"How can the lease be ended", u"",
     uR"(Either party may end the lease with **three months' notice** in writing {Either party may end the lease}. The period of notice doubles after ten years of tenancy {Either party may end the lease}.

- The letter is handed over against a receipt or sent by registered post {handed over against a receipt}.
- The deposit is returned within six months after the end of the lease.

Notice by e-mail is accepted if the landlord confirms it within a week.)"},
};

constexpr char16_t kGeneral[] =
    uR"(This window plays answers from a script; no model is running behind it. Ask about a *stable merge*, a *tax letter* or a *packing list* to see code, tables and lists.)";

/// Puts numbers of sources in the place of their words.
QString cited(QString answer, const QString &prompt)
{
    static const QRegularExpression citation(QStringLiteral(" \\{([^}]+)\\}"));
    static const QRegularExpression head(QStringLiteral("^\\[(\\d+)\\] "), QRegularExpression::MultilineOption);
    for (QRegularExpressionMatch match = citation.match(answer); match.hasMatch(); match = citation.match(answer)) {
        const qsizetype at = prompt.indexOf(match.captured(1));
        QRegularExpressionMatch number;
        if (at >= 0)
            (void)prompt.lastIndexOf(head, at, &number);
        answer.replace(match.capturedStart(), match.capturedLength(),
                       number.hasMatch() ? QStringLiteral(" [%1]").arg(number.captured(1)) : QString());
    }
    return answer;
}

} // namespace

QList<SampleTalk> sampleTalks()
{
    const auto text = [](const char16_t *words) { return QString::fromUtf16(words); };
    return {
        {.title = text(u"Names for a sailing boat"),
         .daysAgo = 40,
         .trashed = true,
         .questions = {text(u"Give me names for a sailing boat.")}},
        {.title = text(u"Draft of the complaint"),
         .daysAgo = 9,
         .trashed = true,
         .questions = {text(u"Draft a complaint about a late parcel.")}},
        {.title = text(u"Reading list, spring"),
         .daysAgo = 20,
         .questions = {text(u"What should I read about the history of libraries?")}},
        {.title = text(u"Lease review"),
         .daysAgo = 6,
         .pinned = true,
         .questions = {text(u"What is the notice period in the lease?")}},
        {.title = text(u"Bread without kneading"),
         .daysAgo = 4,
         .questions = {text(u"How do I bake bread without kneading?")}},
        {.title = text(u"Minutes of the council"),
         .daysAgo = 1,
         .questions = {text(u"Sum up the minutes of the council in three sentences.")}},
        {.title = text(u"Trip to Graz, packing list"),
         .daysAgo = 1,
         .questions = {text(u"Write a packing list for three days in Graz in October.")}},
        {.title = text(u"Tax letter, plain words"),
         .questions = {text(u"What does this tax letter say, in plain words?")}},
        {.title = text(u"Notice period in the lease"),
         .questions = {text(u"What does the lease say about the notice period, and does it change over time?"),
                       text(u"Summarize clause 7 in two sentences for my sister.")}},
        {.title = text(u"Merge two sorted lists"),
         .questions = {text(u"Write a stable merge of two sorted lists, and compare it with `sorted(a + b)`.")}},
    };
}

QList<SampleTalk> sampleDocumentTalks()
{
    const auto text = [](const char16_t *words) { return QString::fromUtf16(words); };
    return {{.title = text(u"Ending the lease"),
             .questions = {text(u"How can the lease be ended by letter of notice, and when is the deposit returned?")},
             .collection = text(u"House")}};
}

OfflineAnswer sampleAnswer(const QString &prompt)
{
    const qsizetype sourcesEnd = prompt.lastIndexOf(u"\n\nQuestion: ");
    if (sourcesEnd >= 0) {
        for (const Entry &entry : kDocumentEntries) {
            if (prompt.indexOf(QString::fromUtf16(entry.question), sourcesEnd) >= 0)
                return {.thinking = {}, .answer = cited(QString::fromUtf16(entry.answer), prompt), .error = {}};
        }
    }
    const QString question = sourcesEnd < 0 ? prompt : prompt.sliced(sourcesEnd);
    for (const Entry &entry : kEntries) {
        if (question.contains(QString::fromUtf16(entry.question), Qt::CaseInsensitive))
            return {.thinking = QString::fromUtf16(entry.thinking),
                    .answer = QString::fromUtf16(entry.answer),
                    .error = {}};
    }
    return {.thinking = {}, .answer = QString::fromUtf16(kGeneral), .error = {}};
}

QString longAnswer(qsizetype characters)
{
    QString text;
    while (text.size() < characters) {
        for (const Entry &entry : kEntries)
            text += QString::fromUtf16(entry.answer) + QStringLiteral("\n\n");
    }
    return text.first(characters);
}

} // namespace ui
