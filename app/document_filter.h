// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// Which documents a search is about, as people say it.
#pragma once

#include "app/types.h"
#include "storage/passage_search.h"

#include <QDateTime>
#include <QString>
#include <QStringList>

#include <string>
#include <vector>

namespace app {

/// What the documents of a search are to be, beside the collections that they are in.
struct DocumentFilter {
    DocumentKind kind = DocumentKind::Any;
    DocumentAge age = DocumentAge::Any;
    [[nodiscard]] bool isAny() const { return kind == DocumentKind::Any && age == DocumentAge::Any; }
    bool operator==(const DocumentFilter &) const = default;
};

/// Formats of a kind, as formatName() calls them; none for Any, which has all.
std::vector<std::string> formatsOf(DocumentKind kind);

/// What `name` stands for: a format ("pdf", "docx"), or a kind ("slides", "tables"); empty: nothing is called so.
std::vector<std::string> formatsNamed(const QString &name);

/// Everything that formatsNamed() knows, kinds first.
QStringList formatFilterNames();

/// The first moment that `age` allows, before `now`; invalid for Any.
QDateTime changedSince(DocumentAge age, const QDateTime &now);

/// Narrows a scope.
void narrow(storage::SearchScope &scope, const DocumentFilter &filter, const QDateTime &now);

} // namespace app
