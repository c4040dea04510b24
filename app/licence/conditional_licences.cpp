// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// Licences that allow commercial use with conditions.
#include "app/licence/licence_rows_p.h"

#include <QCoreApplication>

namespace app::licence {

namespace {

#define SAY(text) QT_TRANSLATE_NOOP("Licence", text)

constexpr const char *kMetaCommercial =
    SAY("Yes, also in products; people who get the model inside a product need not agree to anything.");
constexpr const char *kMetaCap = SAY(
    "Who had more than 700 million monthly users in the month before this version came out must ask Meta, which may "
    "refuse. Growth after that day does not count.");
constexpr const char *kMetaNotice = SAY("Add the licence and a Notice file with the set line.");
constexpr const char *kMetaUses =
    SAY("Meta's policy: among others no crime, violence, harassment, unlawful discrimination, unlicensed practice of a "
        "profession, malware, weapons, critical infrastructure, fraud or passing its text off as a person's.");
constexpr const char *kMetaUsesLater = SAY(
    "Meta's policy: as with Llama 3.1, and no removal of its safety measures, and no unlawful use of people's identity "
    "or health data.");
constexpr const char *kMetaEnding = SAY("A breach, then delete it; suing over the model or its answers.");
constexpr const char *kBuiltWithLlama = SAY(
    "\"Built with Llama\" on a site, in the interface, an about page or the documents, where you share it or a product "
    "with it.");
constexpr const char *kNameLlama =
    SAY("Must begin with \"Llama\", also when only its answers were used to train them.");
constexpr const char *kLlamaOutputs = SAY("Yours. May train other models, whose name then begins with \"Llama\".");
constexpr const char *kMetaPlaces = SAY(
    "For versions that read pictures, people who live and firms that sit in the European Union get no rights; users of "
    "products with them do.");
constexpr const char *kRailUses = SAY(
    "A list: among others no breach of law, harm to minors, harmful false information, machine text passed off in "
    "public, "
    "impersonation, automated decisions against a person's rights, medical advice, or use in justice and migration.");
constexpr const char *kUsesBind =
    SAY("Add the licence, mark changes, and bind whoever gets it to the list of banned uses.");
constexpr const char *kRailOutputs = SAY("No claim on them. A model trained on them is bound by the same list.");
constexpr const char *kTiiOutputs = SAY("May train other models for purposes alone that the policy allows.");
constexpr const char *kTiiUses = SAY(
    "TII's policy, which may change at any time: breach of law, harm to minors or living beings, false information, "
    "defamation.");
constexpr const char *kTiiPassing = SAY("Add the licence, keep its notices, mark changes and pass the policy on.");
constexpr const char *kTiiCredit = SAY("A set sentence that names TII, in public statements on a model made from it.");
constexpr const char *kPatentSuit = SAY("Suing over patents ends the patent licence.");
constexpr const char *kSilent = SAY("The licence says nothing about them.");

constexpr RawFact kLlama2[] = {
    {Topic::Commercial, kMetaCommercial, "2, 1.b.ii"},
    {Topic::Cap, kMetaCap, "2"},
    {Topic::PassingOn, kMetaNotice, "1.b.i, 1.b.iii"},
    {Topic::UseLimits, kMetaUses, "1.b.iv"},
    {Topic::Outputs, SAY("Yours, but they may not train other language models than Llama 2."), "1.b.v"},
    {Topic::Ending, kMetaEnding, "6, 5.c"},
};
constexpr RawFact kLlama3[] = {
    {Topic::Commercial, kMetaCommercial, "2, 1.b.ii"},
    {Topic::Cap, kMetaCap, "2"},
    {Topic::PassingOn, kMetaNotice, "1.b.i, 1.b.iii"},
    {Topic::Credit,
     SAY("\"Built with Meta Llama 3\" on a site, in the interface, an about page or the documents, where you "
         "share it or a product with it."),
     "1.b.i"},
    {Topic::Naming, SAY("Must begin with \"Llama 3\" if you distribute them."), "1.b.i"},
    {Topic::UseLimits, kMetaUses, "1.b.iv"},
    {Topic::Outputs, SAY("Yours, but they may not train other language models than Llama 3."), "1.b.v"},
    {Topic::Ending, kMetaEnding, "6, 5.c"},
};
constexpr RawFact kLlama31[] = {
    {Topic::Commercial, kMetaCommercial, "2, 1.b.ii"},
    {Topic::Cap, kMetaCap, "2"},
    {Topic::PassingOn, kMetaNotice, "1.b.i, 1.b.iii"},
    {Topic::Credit, kBuiltWithLlama, "1.b.i"},
    {Topic::Naming, kNameLlama, "1.b.i"},
    {Topic::UseLimits, kMetaUses, "1.b.iv"},
    {Topic::Outputs, kLlamaOutputs, "1.b.i"},
    {Topic::Ending, kMetaEnding, "6, 5.c"},
};
constexpr RawFact kLlama32[] = {
    {Topic::Commercial, kMetaCommercial, "2, 1.b.ii"},
    {Topic::Cap, kMetaCap, "2"},
    {Topic::PassingOn, kMetaNotice, "1.b.i, 1.b.iii"},
    {Topic::Credit, kBuiltWithLlama, "1.b.i"},
    {Topic::Naming, kNameLlama, "1.b.i"},
    {Topic::UseLimits, kMetaUsesLater, "1.b.iv"},
    {Topic::Outputs, kLlamaOutputs, "1.b.i"},
    {Topic::Places, kMetaPlaces, "Acceptable Use Policy"},
    {Topic::Ending, kMetaEnding, "6, 5.c"},
};
constexpr RawFact kGemma[] = {
    {Topic::Commercial, SAY("Yes."), "2.2, 3"},
    {Topic::PassingOn,
     SAY("Add the terms and a Notice file with the set line, mark changes prominently, and bind whoever "
         "gets it to Google's list of banned uses."),
     "3.1"},
    {Topic::UseLimits,
     SAY("Google's policy: among others no breach of rights, crime, unlicensed professions, spam, malware, "
         "hate, tracking of people, misinformation, automated decisions on people's rights, or sexually "
         "explicit content."),
     "3.2"},
    {Topic::Outputs,
     SAY("Google claims none of them. A model trained on them to behave alike is bound by these terms."), "3.3, 1.1.e"},
    {Topic::Ending, SAY("A breach, then delete it; Google may restrict what breaks the terms from afar."), "4.5, 3.2"},
};
constexpr RawFact kTongyi[] = {
    {Topic::Commercial, SAY("Yes, below the limit."), "4"},
    {Topic::Cap,
     SAY("A product with more than 100 million monthly users needs a licence from Alibaba Cloud, at any time."), "4"},
    {Topic::PassingOn, SAY("Add the licence and a Notice file with the set line, and mark changes."), "3"},
    {Topic::UseLimits, SAY("Export law."), "5.a"},
    {Topic::Outputs, SAY("May not train other language models."), "5.b"},
    {Topic::Ending, SAY("A breach, then delete it; suing."), "8, 6.c"},
};
constexpr RawFact kQwen[] = {
    {Topic::Commercial, SAY("Yes, below the limit."), "4"},
    {Topic::Cap,
     SAY("A product with more than 100 million monthly users needs a licence from Alibaba Cloud, at any time."), "4"},
    {Topic::PassingOn, SAY("Add the licence and a Notice file with the set line, and mark changes."), "3"},
    {Topic::Credit,
     SAY("\"Built with Qwen\" or \"Improved using Qwen\" in the documents of a model that you distribute and "
         "that was trained with it or its answers."),
     "5.b"},
    {Topic::UseLimits, SAY("Export law."), "5.a"},
    {Topic::Outputs, SAY("May train other models, with that credit."), "5.b"},
    {Topic::Ending, SAY("A breach, then delete it; suing."), "8, 6.c"},
};
constexpr RawFact kQwenCommunity[] = {
    {Topic::Commercial,
     SAY("Yes, but not for whoever sells models as a service or an AI work assistant: they need a licence "
         "first."),
     "2", Basis::Summary},
    {Topic::Cap,
     SAY("A product with more than 100 million monthly users or 20 million dollars a month shows the model's "
         "name."),
     "", Basis::Summary},
};
constexpr RawFact kDeepSeek[] = {
    {Topic::Commercial, SAY("Yes, but for the banned uses."), "4, 5"},
    {Topic::PassingOn, kUsesBind, "4.a-d"},
    {Topic::UseLimits,
     SAY("A list: among others no military use, breach of law, harm to minors, harmful false information, "
         "or automated decisions against a person's rights."),
     "5, Attachment A"},
    {Topic::Outputs, SAY("No claim on them. A model distilled from them is bound by the same list."), "6"},
    {Topic::Ending, kPatentSuit, "3"},
};
constexpr RawFact kNvidiaOpen[] = {
    {Topic::Commercial, SAY("Yes."), "preamble, 2.2"},
    {Topic::PassingOn, SAY("Add the licence and a Notice file with the set line."), "3.1"},
    {Topic::UseLimits, SAY("NVIDIA's terms of trustworthy AI; do not weaken built-in guards."), "2.1, 2.3"},
    {Topic::Outputs, SAY("Yours."), "2.4"},
    {Topic::Places, SAY("Export law of the United States."), "11"},
    {Topic::Ending, SAY("Suing over patents or copyright, weakening its guards, or refusing an updated text."), "2.1"},
};
constexpr RawFact kNvidiaNemotron[] = {
    {Topic::Commercial, SAY("Yes."), "", Basis::Summary},
    {Topic::PassingOn, SAY("Add the licence; keep a NOTICE file if there is one."), "3.a-c", Basis::Summary},
    {Topic::Outputs, SAY("NVIDIA claims none of them."), "", Basis::Summary},
    {Topic::Places, SAY("Export law of the United States."), "10", Basis::Summary},
    {Topic::Ending, SAY("Suing over patents or copyright."), "2", Basis::Summary},
};
constexpr RawFact kFalcon180[] = {
    {Topic::Commercial, SAY("Yes, but offering it to others as a shared service needs a licence from TII."), "9"},
    {Topic::PassingOn, kTiiPassing, "4.1, 6"},
    {Topic::Credit, kTiiCredit, "6"},
    {Topic::UseLimits, kTiiUses, "5"},
    {Topic::Outputs, kTiiOutputs, "5.2"},
    {Topic::Ending, kPatentSuit, "3"},
};
constexpr RawFact kFalcon[] = {
    {Topic::Commercial, SAY("Yes, without royalties."), "2.2, 3.2"},
    {Topic::PassingOn, kTiiPassing, "4.1, 6"},
    {Topic::Credit, kTiiCredit, "6"},
    {Topic::UseLimits, kTiiUses, "5"},
    {Topic::Outputs, kTiiOutputs, "5.2"},
    {Topic::Ending, kPatentSuit, "3"},
};
constexpr RawFact kGlm4[] = {
    {Topic::Commercial, SAY("Yes after registration with Zhipu; research is free without it."), "2", Basis::Summary},
    {Topic::Credit, SAY("\"Built with glm-4\", prominently."), "2", Basis::Summary},
    {Topic::Naming, SAY("Must begin with \"glm-4\"."), "2", Basis::Summary},
    {Topic::UseLimits, SAY("No military or unlawful use, and no harm to national security."), "3", Basis::Summary},
    {Topic::Ending, SAY("It may be revoked."), "2", Basis::Summary},
};
constexpr RawFact kGlm53[] = {
    {Topic::Commercial, SAY("Yes."), "", Basis::Summary},
    {Topic::Cap,
     SAY("Who sells models as a service and earns more than 10 billion dollars in 12 months needs a review by Z.ai "
         "first."),
     "", Basis::Summary},
};
constexpr RawFact kRail[] = {
    {Topic::Commercial, SAY("Yes, but for the banned uses."), "2, 5"},
    {Topic::PassingOn, kUsesBind, "4.a-d"},
    {Topic::UseLimits, kRailUses, "5, Attachment A"},
    {Topic::Outputs, kRailOutputs, "6"},
    {Topic::Ending, SAY("Suing over patents; misuse may be restricted from afar."), "3, 7"},
};
constexpr RawFact kBigCode[] = {
    {Topic::Commercial, SAY("Yes, but for the banned uses."), "2, 4"},
    {Topic::PassingOn,
     SAY("Add the licence, keep notices and the model's documentation, and bind whoever gets it to the list "
         "of banned uses."),
     "5.1, 5.2"},
    {Topic::UseLimits, kRailUses, "4, Attachment A"},
    {Topic::Outputs, kRailOutputs, "6"},
    {Topic::Ending, SAY("Suing over patents ends all rights; misuse may be restricted from afar."), "3, 7"},
};
constexpr RawFact kLfm[] = {
    {Topic::Commercial, SAY("Yes, below the limit."), "5", Basis::Summary},
    {Topic::Cap,
     SAY("Firms that earn 10 million dollars a year or more, with all under the same control, may not use it "
         "commercially without an agreement."),
     "5", Basis::Summary},
    {Topic::PassingOn, SAY("Add the licence, keep notices and mark changes prominently."), "4(a)-(d)", Basis::Summary},
    {Topic::Ending, SAY("Any breach, by itself."), "11", Basis::Summary},
};
constexpr RawFact kKimi2[] = {
    {Topic::Commercial, SAY("Yes."), "1st paragraph"},
    {Topic::Cap,
     SAY("A product with more than 100 million monthly users or 20 million dollars a month shows \"Kimi K2\" in its "
         "interface."),
     "last paragraph"},
    {Topic::PassingOn, SAY("Keep the copyright line and the licence text."), "2nd paragraph"},
    {Topic::Outputs, kSilent, ""},
};
constexpr RawFact kKimi3[] = {
    {Topic::Commercial, SAY("Yes; inside a company without any condition."), "4"},
    {Topic::Cap,
     SAY("Who sells models as a service and earns more than 20 million dollars in 12 months needs an agreement; a "
         "product with more than 100 million monthly users or 20 million dollars a month shows \"Kimi K3\"."),
     "2, 3"},
    {Topic::PassingOn, SAY("Keep the copyright line and the licence text."), ""},
    {Topic::UseLimits, SAY("Obey the law."), "1"},
    {Topic::Outputs, kSilent, ""},
};

constexpr const char *kLaterLlama =
    SAY("As Llama 3.1; and people or firms in the EU get no rights in the picture-reading versions.");
constexpr const char *kBannedUses =
    SAY("Commercial use allowed; a list of banned uses binds you and must be passed on.");
constexpr const char *kFalconSays =
    SAY("Commercial use allowed; a use policy applies that its maker may change at any time.");

constexpr RawLicence kRows[] = {
    {"llama2", "Llama 2 Community License", "LicenseRef-scancode-llama-2-license-2023",
     "https://github.com/meta-llama/llama-models/blob/main/models/llama2/LICENSE", Kind::Conditions, true,
     SAY("Free for most businesses; a use policy applies, and its answers may not train other language models."),
     kLlama2},
    {"llama3", "Meta Llama 3 Community License", "LicenseRef-Meta-Llama-3-Community",
     "https://github.com/meta-llama/llama-models/blob/main/models/llama3/LICENSE", Kind::Conditions, true,
     SAY("Free for most businesses; use policy and credit duties apply; its answers may not train other models."),
     kLlama3},
    {"llama31", "Llama 3.1 Community License", "LicenseRef-scancode-llama-3.1-license-2024",
     "https://github.com/meta-llama/llama-models/blob/main/models/llama3_1/LICENSE", Kind::Conditions, true,
     SAY("Free for most businesses; use policy applies; anything you share must say \"Built with Llama\"."), kLlama31},
    {"llama32", "Llama 3.2 Community License", "LicenseRef-scancode-llama-3.2-license-2024",
     "https://github.com/meta-llama/llama-models/blob/main/models/llama3_2/LICENSE", Kind::Conditions, true,
     kLaterLlama, kLlama32},
    {"llama33", "Llama 3.3 Community License", "LicenseRef-scancode-llama-3.3-license-2024",
     "https://github.com/meta-llama/llama-models/blob/main/models/llama3_3/LICENSE", Kind::Conditions, true,
     kLaterLlama, kLlama32},
    {"llama4", "Llama 4 Community License", "LicenseRef-scancode-llama-4-cla-2025",
     "https://github.com/meta-llama/llama-models/blob/main/models/llama4/LICENSE", Kind::Conditions, true, kLaterLlama,
     kLlama32},
    {"gemma", "Gemma Terms of Use", "LicenseRef-scancode-gemma-tou-2025-03-24",
     "https://scancode-licensedb.aboutcode.org/gemma-tou-2025-03-24.html", Kind::Conditions, true,
     SAY("Commercial use allowed; Google's banned-uses list applies and must be passed on with every copy."), kGemma},
    {"tongyi", "Tongyi Qianwen License", "LicenseRef-scancode-tongyi-qianwen-2023",
     "https://scancode-licensedb.aboutcode.org/tongyi-qianwen-2023.html", Kind::Conditions, false,
     SAY("Commercial use allowed below 100 million monthly users; its answers may not train other language models."),
     kTongyi},
    {"qwen", "Qwen License", "LicenseRef-scancode-qwen-2024", "https://scancode-licensedb.aboutcode.org/qwen-2024.html",
     Kind::Conditions, false,
     SAY("Commercial use allowed below 100 million monthly users; models trained with it must credit Qwen."), kQwen},
    {"qwencom", "Qwen Community License 1.0", "LicenseRef-Qwen-Community-1.0", "", Kind::Conditions, false,
     SAY("Most uses are free; large products must show its name, and service sellers need a licence."), kQwenCommunity},
    {"deepseek", "DeepSeek License 1.0", "LicenseRef-scancode-deepseek-la-1.0",
     "https://scancode-licensedb.aboutcode.org/deepseek-la-1.0.html", Kind::Conditions, false,
     SAY("Commercial use allowed; a list of banned uses, including military use, binds you and everyone after you."),
     kDeepSeek},
    {"nvopen", "NVIDIA Open Model License", "LicenseRef-scancode-nvidia-open-model-2025-04-28",
     "https://scancode-licensedb.aboutcode.org/nvidia-open-model-2025-04-28.html", Kind::Conditions, false,
     SAY("Commercial use allowed; switching off built-in safety limits ends your licence; NVIDIA may update it for "
         "legal "
         "reasons."),
     kNvidiaOpen},
    {"nvnemo", "NVIDIA Nemotron Open Model License", "LicenseRef-NVIDIA-Nemotron-Open-Model-2025-12-15", "",
     Kind::Permissive, false,
     SAY("Commercial use allowed; keep licence and notices when sharing; suing over the model ends your rights."),
     kNvidiaNemotron},
    {"falcon180", "Falcon 180B TII License 1.0", "LicenseRef-TII-Falcon-180B-1.0", "", Kind::Conditions, false,
     SAY("Commercial use allowed; offering it to others as an API needs separate permission from TII."), kFalcon180},
    {"falcon2", "Falcon 2 11B TII License 1.0", "LicenseRef-scancode-falcon-2-11b-1.0",
     "https://scancode-licensedb.aboutcode.org/falcon-2-11b-1.0.html", Kind::Conditions, false, kFalconSays, kFalcon},
    {"falcon3", "TII Falcon License 2.0", "LicenseRef-TII-Falcon-2024-12", "", Kind::Conditions, false, kFalconSays,
     kFalcon},
    {"glm4", "GLM-4-9B License", "LicenseRef-GLM-4-9B", "", Kind::Conditions, false,
     SAY("Free for research; businesses must register first and show \"Built with glm-4\"."), kGlm4},
    {"glm53", "GLM-5.3 License", "LicenseRef-GLM-5.3", "", Kind::Conditions, false,
     SAY("Free for nearly everyone; only very large model-hosting companies need a review by Z.ai first."), kGlm53},
    {"orailm", "BigScience OpenRAIL-M", "LicenseRef-scancode-bigscience-open-rail-m",
     "https://scancode-licensedb.aboutcode.org/bigscience-open-rail-m.html", Kind::Conditions, false, kBannedUses,
     kRail},
    {"bloom", "BigScience BLOOM RAIL 1.0", "LicenseRef-scancode-bigscience-rail-1.0",
     "https://scancode-licensedb.aboutcode.org/bigscience-rail-1.0.html", Kind::Conditions, false, kBannedUses, kRail},
    {"bigcode", "BigCode OpenRAIL-M v1", "LicenseRef-scancode-bigcode-open-rail-m-v1",
     "https://scancode-licensedb.aboutcode.org/bigcode-open-rail-m-v1.html", Kind::Conditions, true, kBannedUses,
     kBigCode},
    {"lfm", "LFM Open License 1.0", "LicenseRef-LFM-Open-1.0", "", Kind::Conditions, false,
     SAY("Free unless you earn ten million dollars a year or more; then business use needs a licence."), kLfm},
    {"kimi2", "Modified MIT License (Kimi K2)", "LicenseRef-scancode-moonshot-ai-modified-mit-2025",
     "https://scancode-licensedb.aboutcode.org/moonshot-ai-modified-mit-2025.html", Kind::Conditions, false,
     SAY("Free for nearly everyone; very large products must show the model's name."), kKimi2},
    {"kimi3", "Kimi K3 License", "LicenseRef-Kimi-K3", "", Kind::Conditions, false,
     SAY("Free for nearly everyone; large products must show its name, large model hosts need an agreement."), kKimi3},
};

} // namespace

std::span<const RawLicence> conditionalLicenceRows()
{
    return kRows;
}

} // namespace app::licence
