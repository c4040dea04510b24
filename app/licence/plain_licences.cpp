// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// Licences that ask for little, and those that forbid commercial use.
#include "app/licence/licence_rows_p.h"

#include <QCoreApplication>

namespace app::licence {

namespace {

#define SAY(text) QT_TRANSLATE_NOOP("Licence", text)

constexpr const char *kAnything = SAY("Yes, for anything, at home and at work.");
constexpr const char *kNoLimits = SAY("None.");
constexpr const char *kSilentOutputs = SAY("The licence says nothing about them.");

constexpr RawFact kApache[] = {
    {Topic::Commercial, kAnything, "2"},
    {Topic::PassingOn,
     SAY("Add the licence, keep its notices and a NOTICE file if there is one, and say in changed "
         "files that you changed them."),
     "4(a)-(d)"},
    {Topic::UseLimits, kNoLimits, ""},
    {Topic::Outputs, kSilentOutputs, ""},
    {Topic::Ending, SAY("Suing over patents ends the patent licence alone."), "3"},
};
constexpr RawFact kMit[] = {
    {Topic::Commercial, kAnything, "1st paragraph"},
    {Topic::PassingOn, SAY("Keep the copyright line and the licence text."), "2nd paragraph"},
    {Topic::UseLimits, kNoLimits, ""},
    {Topic::Outputs, kSilentOutputs, ""},
};
constexpr RawFact kCcBy[] = {
    {Topic::Commercial, kAnything, "2(a)"},
    {Topic::PassingOn, SAY("Link or add the licence, keep the copyright notice and say what you changed."), "3(a)"},
    {Topic::Credit, SAY("Name the maker in a reasonable manner."), "3(a)"},
    {Topic::UseLimits, kNoLimits, ""},
    {Topic::Outputs, kSilentOutputs, ""},
    {Topic::Ending, SAY("A breach ends it; it comes back if you mend that within 30 days."), "6"},
};
constexpr RawFact kOpenMdw[] = {
    {Topic::Commercial, kAnything, "1st paragraph"},
    {Topic::PassingOn, SAY("Keep the licence and the notices of origin."), "4th paragraph"},
    {Topic::UseLimits, kNoLimits, ""},
    {Topic::Outputs, SAY("Free of any limit."), ""},
    {Topic::Ending, SAY("Suing first over the model ends all rights."), ""},
};
constexpr RawFact kCcByNc[] = {
    {Topic::Commercial, SAY("No: nothing that is mainly aimed at commercial advantage or payment."),
     "1 (NonCommercial)"},
    {Topic::PassingOn, SAY("Link or add the licence, keep the copyright notice and say what you changed."), "3(a)"},
    {Topic::Credit, SAY("Name the maker in a reasonable manner."), "3(a)"},
    {Topic::Outputs, kSilentOutputs, ""},
    {Topic::Ending, SAY("A breach ends it; it comes back if you mend that within 30 days."), "6"},
};
constexpr RawFact kCohere[] = {
    {Topic::Commercial, SAY("No: nothing that is mainly aimed at commercial advantage or payment."),
     "1 (NonCommercial)"},
    {Topic::PassingOn, SAY("Link or add the licence, keep the copyright notice and say what you changed."), "3(a)"},
    {Topic::Credit, SAY("Name the maker in a reasonable manner."), "3(a)"},
    {Topic::UseLimits, SAY("Cohere Labs' policy: no violence, harassment, fraud or unlawful use, among others."),
     "addendum", Basis::Summary},
    {Topic::Outputs, SAY("Cohere's staff hold that they may not be used commercially either."), "", Basis::Summary},
};
constexpr RawFact kMnpl[] = {
    {Topic::Commercial,
     SAY("No: tests, research, private use and evaluation alone. Staff using it in a company's business "
         "is production, and that needs a paid licence."),
     "3.2, 9"},
    {Topic::PassingOn, SAY("Add the licence and a Notice file with the set line, and mark changes."), "2.2, 2.3, 3.1"},
    {Topic::Naming, SAY("Must not look like an official product of Mistral."), "4.3"},
    {Topic::Outputs, SAY("Yours."), "4.2"},
    {Topic::Ending, SAY("A breach, or suing anyone over the model; then delete it."), "7.2, 7.3"},
};
constexpr RawFact kMrl[] = {
    {Topic::Commercial,
     SAY("No: personal, scientific or academic research without profit. Employees' daily tasks are out."), "3.2, 9"},
    {Topic::PassingOn, SAY("Add the licence and a Notice file with the set line, and mark changes."), "2.2, 2.3, 3.1"},
    {Topic::Naming, SAY("Must not look like an official product of Mistral."), "4.3"},
    {Topic::Outputs, SAY("Yours, for the same purposes alone."), "3.2, 4.2"},
    {Topic::Ending, SAY("A breach, or suing anyone over the model; then delete it."), "7.2, 7.3"},
};
constexpr RawFact kQwenResearch[] = {
    {Topic::Commercial, SAY("No: research or evaluation. For business ask Alibaba Cloud for a licence."), "1.i, 2"},
    {Topic::PassingOn, SAY("Add the licence and a Notice file with the set line, and mark changes."), "3"},
    {Topic::Credit,
     SAY("\"Built with Qwen\" or \"Improved using Qwen\" in the documents of a model that you distribute and "
         "that was trained with it or its answers."),
     "4.b"},
    {Topic::UseLimits, SAY("Export law."), "4.a"},
    {Topic::Outputs, SAY("May train other models, with that credit."), "4.b"},
    {Topic::Ending, SAY("A breach, then delete it; suing."), "7, 5.c"},
};
constexpr RawFact kExaone11[] = {
    {Topic::Commercial, SAY("No: research alone, and its answers may not be used commercially either."), "2.1, 3.1"},
    {Topic::Credit, SAY("Name model and version in publications."), "2.1.c-d"},
    {Topic::Naming, SAY("Must begin with \"EXAONE\"."), "4.3"},
    {Topic::UseLimits, SAY("Research alone; no reverse engineering; a list of ethics."), "3.2-3.4"},
    {Topic::Outputs, SAY("Belong to LG, and may not train other models."), "4.2, 3.1"},
    {Topic::Ending, SAY("At any time on notice: then the model and its answers must be destroyed."), "7.1, 7.2"},
};
constexpr RawFact kExaone12[] = {
    {Topic::Commercial, SAY("No: research and education alone."), "2.1, 3.1", Basis::Summary},
    {Topic::UseLimits, SAY("Research and education alone."), "3", Basis::Summary},
    {Topic::Outputs, SAY("LG claims none of them; they may not train rival models."), "4.2, 3.1", Basis::Summary},
};

constexpr RawLicence kRows[] = {
    {"apache", "Apache License 2.0", "Apache-2.0", "https://www.apache.org/licenses/LICENSE-2.0", Kind::Permissive,
     false, SAY("Use it for anything, also at work; if you pass it on, add the licence and note your changes."),
     kApache},
    {"mit", "MIT License", "MIT", "https://opensource.org/license/mit", Kind::Permissive, false,
     SAY("Use it for anything, also at work; if you pass it on, keep the copyright and licence text."), kMit},
    {"ccby", "Creative Commons Attribution 4.0", "CC-BY-4.0", "https://creativecommons.org/licenses/by/4.0/",
     Kind::Permissive, false,
     SAY("Use it for anything; credit the maker and say what you changed whenever you share it."), kCcBy},
    {"openmdw10", "OpenMDW 1.0", "OpenMDW-1.0", "https://github.com/OpenMDW/OpenMDW/blob/main/1.0/LICENSE.openmdw",
     Kind::Permissive, false,
     SAY("Use it for anything; keep the licence when sharing; suing over the model ends your rights."), kOpenMdw},
    {"openmdw11", "OpenMDW 1.1", "LicenseRef-OpenMDW-1.1",
     "https://github.com/OpenMDW/OpenMDW/blob/main/1.1/LICENSE.OpenMDW-1.1", Kind::Permissive, false,
     SAY("Use it for anything; keep the licence when sharing; suing over the model ends your rights."), kOpenMdw},
    {"mnpl", "Mistral AI Non-Production License 0.1", "LicenseRef-Mistral-MNPL-0.1", "", Kind::NonCommercial, true,
     SAY("For testing and private use only; using it in your job or product needs a paid licence."), kMnpl},
    {"mrl", "Mistral AI Research License 0.1", "LicenseRef-Mistral-MRL-0.1", "", Kind::NonCommercial, true,
     SAY("For non-commercial research only, and that covers its answers too; work use needs a paid licence."), kMrl},
    {"qwenres", "Qwen Research License", "LicenseRef-Qwen-Research-2024-09-19", "", Kind::NonCommercial, false,
     SAY("For research or evaluation only; using it for business needs a licence from Alibaba Cloud."), kQwenResearch},
    {"cohere", "CC BY-NC 4.0 with Cohere Labs' policy", "CC-BY-NC-4.0 AND LicenseRef-Cohere-Labs-AUP",
     "https://creativecommons.org/licenses/by-nc/4.0/", Kind::NonCommercial, true,
     SAY("Not for commercial use; for business, ask the maker for a licence."), kCohere},
    {"ccbync", "Creative Commons Attribution-NonCommercial 4.0", "CC-BY-NC-4.0",
     "https://creativecommons.org/licenses/by-nc/4.0/", Kind::NonCommercial, false,
     SAY("Not for commercial use; for business, ask the maker for a licence."), kCcByNc},
    {"exaone11", "EXAONE AI Model License 1.1 - NC", "LicenseRef-scancode-exaone-ai-model-1.1-nc",
     "https://scancode-licensedb.aboutcode.org/exaone-ai-model-1.1-nc.html", Kind::NonCommercial, false,
     SAY("Research only; the maker owns what the model writes and can end your licence at any time."), kExaone11},
    {"exaone12", "EXAONE AI Model License 1.2 - NC", "LicenseRef-EXAONE-1.2-NC", "", Kind::NonCommercial, false,
     SAY("Research and teaching only; business use needs a licence, and answers may not train rival models."),
     kExaone12},
};

} // namespace

std::span<const RawLicence> plainLicenceRows()
{
    return kRows;
}

} // namespace app::licence
