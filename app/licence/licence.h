// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// What the licences of open-weight models say, in plain words with the clause they rest on. Information, no legal
// advice: the text that is kept with a model decides.
#pragma once

#include <QList>
#include <QObject>
#include <QString>
#include <QStringList>

namespace app::licence {
Q_NAMESPACE

/// What a licence is, in one word.
enum class Kind {
    Unknown,
    Permissive,    ///< for anything; on the list of the Open Source Initiative, or as free and not found there
    Conditions,    ///< commercial use with conditions: caps, use policies, credits
    NonCommercial, ///< research, private or non-commercial use alone
};
Q_ENUM_NS(Kind)

/// What a sentence about a licence is about.
enum class Topic {
    Commercial, ///< may it be used at work, in a product
    Cap,        ///< from which size on other terms hold
    PassingOn,  ///< what goes with weights that reach others
    Credit,     ///< what has to be shown
    Naming,     ///< of models made from it
    UseLimits,  ///< what it may not be used for
    Outputs,    ///< whose its answers are, and whether they may train other models
    Places,     ///< where it does not hold
    Ending,     ///< what ends it
};
Q_ENUM_NS(Topic)

/// How far a part of a model is published.
enum class Openness {
    Unknown,
    Open,       ///< published, without limits of use
    Restricted, ///< in part, or with limits of use or of users
    Closed,     ///< not published
};
Q_ENUM_NS(Openness)

/// One sentence of ours and what it rests on.
struct Fact {
    Q_GADGET
    Q_PROPERTY(app::licence::Topic topic MEMBER topic)
    Q_PROPERTY(QString label MEMBER label)
    Q_PROPERTY(QString words MEMBER words)
    Q_PROPERTY(QString clause MEMBER clause)
    Q_PROPERTY(bool fromText MEMBER fromText)
public:
    Topic topic = Topic::Commercial;
    QString label;        ///< "Commercial use"
    QString words;        ///< "Yes, unless your products had more than 700 million monthly users …"
    QString clause;       ///< the licence's own number, "1.b.i"; empty: not known
    bool fromText = true; ///< false: the text itself was not read for this, but what others say of it
    bool operator==(const Fact &) const = default;
};

/// A licence that Carrel knows.
struct Licence {
    Q_GADGET
    Q_PROPERTY(QString id MEMBER id)
    Q_PROPERTY(QString name MEMBER name)
    Q_PROPERTY(QString spdx MEMBER spdx)
    Q_PROPERTY(QString address MEMBER address)
    Q_PROPERTY(app::licence::Kind kind MEMBER kind)
    Q_PROPERTY(QString sentence MEMBER sentence)
    Q_PROPERTY(QList<app::licence::Fact> facts MEMBER facts)
    Q_PROPERTY(bool gated MEMBER gated)
    Q_PROPERTY(bool known READ isKnown)
public:
    QString id;      ///< ours: "apache", "llama31"; empty: unknown
    QString name;    ///< "Llama 3.1 Community License"
    QString spdx;    ///< an id of the SPDX list, or a LicenseRef-
    QString address; ///< of its text; empty: it lies in the model's own repository alone
    Kind kind = Kind::Unknown;
    QString sentence;   ///< to be read first, at most 20 words
    QList<Fact> facts;  ///< by topic
    bool gated = false; ///< its makers usually ask for a name before the download
    [[nodiscard]] bool isKnown() const { return !id.isEmpty(); }
    /// The first sentence on a topic; nothing where we know of none.
    [[nodiscard]] const Fact *fact(Topic topic) const;
    bool operator==(const Licence &) const = default;
};

/// Every licence of the table, in the order of the table. In the language of the program.
QList<Licence> allLicences();
/// The licence with this id of ours; for any other id one that is not known, with the sentence that says so.
Licence licenceById(const QString &id);
/// Ids without their texts: quick.
bool isLicenceId(const QString &id);

/// What somebody uses models for: a setting.
enum class Use { Personal, Commercial, Research };
Q_ENUM_NS(Use)

/// Why a licence does not go with a use, or what to heed first; empty: it goes. "unknown" is a warning, too, unless the
/// use is personal.
QString useWarning(const Licence &licence, Use use);

} // namespace app::licence
