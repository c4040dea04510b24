// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/licence/recognise.h"

#include <QCoreApplication>
#include <QRegularExpression>

#include <algorithm>

namespace app::licence {

namespace {

struct Name {
    const char *stated;
    const char *id;
};

/// Ids of the hub and of SPDX, and the names that cards give beside "other".
constexpr Name kNames[] = {
    {"apache-2.0", "apache"},
    {"mit", "mit"},
    {"cc-by-4.0", "ccby"},
    {"openmdw-1.0", "openmdw10"},
    {"openmdw-1.1", "openmdw11"},
    {"llama2", "llama2"},
    {"llama3", "llama3"},
    {"llama3.1", "llama31"},
    {"llama3.2", "llama32"},
    {"llama3.3", "llama33"},
    {"llama4", "llama4"},
    {"gemma", "gemma"},
    {"mnpl", "mnpl"},
    {"mrl", "mrl"},
    {"tongyi-qianwen", "tongyi"},
    {"qwen", "qwen"},
    {"qwen-research", "qwenres"},
    {"qwen-community-1.0", "qwencom"},
    {"deepseek", "deepseek"},
    {"nvidia-open-model-license", "nvopen"},
    {"nvidia-nemotron-open-model-license", "nvnemo"},
    {"cc-by-nc-4.0", "ccbync"},
    {"falcon-llm-license", "falcon3"},
    {"glm-4", "glm4"},
    {"glm-5.3", "glm53"},
    {"bigscience-openrail-m", "orailm"},
    {"bigscience-bloom-rail-1.0", "bloom"},
    {"bigcode-openrail-m", "bigcode"},
    {"lfm1.0", "lfm"},
    {"kimi-k3", "kimi3"},
};

/// Publishers' own models. Beginnings of owner/name, the longest of several counts; an empty id: not certain there.
constexpr Name kParents[] = {
    {"meta-llama/llama-2-", "llama2"},
    {"meta-llama/meta-llama-3-", "llama3"},
    {"meta-llama/llama-3.1-", "llama31"},
    {"meta-llama/meta-llama-3.1-", "llama31"},
    {"meta-llama/llama-3.2-", "llama32"},
    {"meta-llama/llama-3.3-", "llama33"},
    {"meta-llama/llama-4-", "llama4"},
    {"google/gemma-", "gemma"},
    {"google/gemma-4-", "apache"},
    {"google/embeddinggemma-", "gemma"},
    {"qwen/qwen2.5-", "apache"},
    {"qwen/qwen2.5-3b", "qwenres"},
    {"qwen/qwen2.5-72b", "qwen"},
    {"qwen/qwen2.5-coder-", "apache"},
    {"qwen/qwen2.5-coder-3b", "qwenres"},
    {"qwen/qwen2.5-math-", ""},
    {"qwen/qwen2.5-vl-", ""},
    {"qwen/qwen3-", "apache"},
    {"qwen/qwen3.5-", "apache"},
    {"qwen/qwen3.6-", "apache"},
    {"mistralai/mistral-7b-", "apache"},
    {"mistralai/mixtral-8x7b-", "apache"},
    {"mistralai/mistral-nemo-", "apache"},
    {"mistralai/ministral-3-", "apache"},
    {"mistralai/ministral-8b-", "mrl"},
    {"deepseek-ai/deepseek-r1", "mit"},
    {"deepseek-ai/deepseek-r1-distill-llama-8b", "llama31"},
    {"deepseek-ai/deepseek-r1-distill-llama-70b", "llama33"},
    {"microsoft/phi-4", "mit"},
    {"microsoft/phi-3.5-", "mit"},
    {"allenai/olmo-2-", "apache"},
    {"eleutherai/pythia-", "apache"},
    {"ibm-granite/granite-3", "apache"},
    {"ibm-granite/granite-4", "apache"},
    {"huggingfacetb/smollm", "apache"},
    {"openai/gpt-oss-", "apache"},
};

/// Where publishers keep the text of a licence, as links in files have it.
constexpr Name kLinks[] = {
    {"https://www.apache.org/licenses/license-2.0", "apache"},
    {"https://opensource.org/license/mit", "mit"},
    {"https://ai.google.dev/gemma/terms", "gemma"},
    {"https://www.llama.com/llama3_1/license", "llama31"},
    {"https://www.llama.com/llama3_2/license", "llama32"},
    {"https://www.llama.com/llama3_3/license", "llama33"},
    {"https://www.llama.com/llama4/license", "llama4"},
    {"https://mistral.ai/licenses/mnpl-0.1.md", "mnpl"},
    {"https://mistral.ai/licenses/mrl-0.1.md", "mrl"},
    {"https://creativecommons.org/licenses/by-nc/4.0", "ccbync"},
    {"https://creativecommons.org/licenses/by/4.0", "ccby"},
};

constexpr qsizetype kLongestStatement = 512;

QString cleaned(const QString &text)
{
    return text.size() > kLongestStatement ? QString() : text.trimmed().toLower();
}

QString byName(const QString &stated)
{
    const auto found =
        std::ranges::find_if(kNames, [&](const Name &name) { return stated == QLatin1StringView(name.stated); });
    return found == std::end(kNames) ? QString() : QString::fromLatin1(found->id);
}

QString byLink(QString link)
{
    while (link.endsWith(QLatin1Char('/')))
        link.chop(1);
    const auto found =
        std::ranges::find_if(kLinks, [&](const Name &name) { return link == QLatin1StringView(name.stated); });
    return found == std::end(kLinks) ? QString() : QString::fromLatin1(found->id);
}

/// How much a licence asks; ties keep what was named first.
int strictness(const QString &id)
{
    switch (licenceById(id).kind) {
    case Kind::NonCommercial:
        return 3;
    case Kind::Conditions:
        return 2;
    case Kind::Permissive:
        return 1;
    case Kind::Unknown:
        break;
    }
    return 0;
}

void addOnce(QStringList &ids, const QString &id)
{
    if (!id.isEmpty() && !ids.contains(id))
        ids.append(id);
}

} // namespace

QString recognise(const Statement &statement)
{
    const QString id = cleaned(statement.id);
    // A list means that several hold, and which for what is not said.
    if (id.contains(QLatin1Char(',')))
        return {};
    if (const QString known = byName(id); !known.isEmpty())
        return known;
    if (!id.isEmpty() && id != QLatin1StringView("other") && id != QLatin1StringView("unknown"))
        return {};
    if (const QString known = byName(cleaned(statement.name)); !known.isEmpty())
        return known;
    return byLink(cleaned(statement.link));
}

QString parentLicence(const QString &repository)
{
    static const QRegularExpression hub(QStringLiteral("^https://(huggingface\\.co|hf\\.co)/"));
    QString name = cleaned(repository);
    name.remove(hub);
    const Name *best = nullptr;
    for (const Name &parent : kParents) {
        const QLatin1StringView start(parent.stated);
        if (name.startsWith(start) && (best == nullptr || start.size() > QLatin1StringView(best->stated).size()))
            best = &parent;
    }
    return best == nullptr ? QString() : QString::fromLatin1(best->id);
}

Finding recognise(const Evidence &evidence)
{
    QStringList own;
    addOnce(own, recognise(evidence.file));
    addOnce(own, recognise(evidence.hub));
    if (isLicenceId(evidence.catalogueId))
        addOnce(own, evidence.catalogueId);
    Finding finding;
    finding.conflict = own.size() > 1;
    QStringList all = own;
    for (const QString &parent : evidence.baseModels)
        addOnce(all, parentLicence(parent));
    if (own.isEmpty()) {
        // A parent's terms bind, but what its tuner added is not known.
        for (const Statement &statement : {evidence.file, evidence.hub}) {
            if (finding.stated.isEmpty() && !statement.empty())
                finding.stated = (statement.name.isEmpty() ? statement.id : statement.name).left(kLongestStatement);
        }
        finding.others = all;
        return finding;
    }
    std::ranges::stable_sort(all, std::ranges::greater{}, strictness);
    finding.id = all.takeFirst();
    finding.others = all;
    return finding;
}

QString conflictSentence()
{
    return QCoreApplication::translate(
        "Licence", "This file and the model it was made from name different licences; follow the stricter one.");
}

} // namespace app::licence
