// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/model_inspection.h"

#include <QCoreApplication>
#include <QFileInfo>
#include <QLocale>

#include <algorithm>
#include <numeric>

namespace app {

namespace {

constexpr std::uint64_t kPreviewElements = 12;
constexpr qsizetype kPreviewCharacters = 160;
/// Messages of a conversation that are shown one by one, the newest ones: each costs one rendering of all before it.
constexpr std::size_t kSingleMessages = 24;

QString fromUtf8(std::string_view text)
{
    return QString::fromUtf8(text.data(), static_cast<qsizetype>(text.size()));
}

QString previewOf(const inference::FileHeader &header, std::size_t entry)
{
    QString preview;
    for (const std::string &element : header.elements(entry, 0, kPreviewElements)) {
        if (!preview.isEmpty())
            preview += QLatin1StringView(", ");
        preview += fromUtf8(element);
        if (preview.size() > kPreviewCharacters)
            break;
    }
    const bool isCut = preview.size() > kPreviewCharacters;
    preview.truncate(kPreviewCharacters);
    const bool isWhole = header.entries()[entry].elements <= kPreviewElements && !isCut;
    return isWhole ? preview : preview + QStringLiteral(" …");
}

QList<HeaderEntryValue> entriesOf(const inference::FileHeader &header)
{
    QList<HeaderEntryValue> values;
    const auto entries = header.entries();
    for (std::size_t i = 0; i < entries.size(); ++i) {
        const inference::HeaderEntry &entry = entries[i];
        values.append({.key = fromUtf8(entry.key),
                       .type = fromUtf8(entry.type),
                       .text = entry.isArray ? previewOf(header, i) : fromUtf8(entry.text),
                       .isArray = entry.isArray,
                       .elements = static_cast<qint64>(entry.elements)});
    }
    return values;
}

QList<TensorValue> tensorsOf(const inference::FileHeader &header)
{
    const auto tensors = header.tensors();
    const quint64 all =
        std::transform_reduce(tensors.begin(), tensors.end(), quint64{0}, std::plus(),
                              [](const inference::HeaderTensor &tensor) -> quint64 { return tensor.bytes; });
    const QLocale locale;
    QList<TensorValue> values;
    for (const inference::HeaderTensor &tensor : tensors) {
        QStringList lengths;
        for (const std::uint64_t length : tensor.shape)
            lengths.append(locale.toString(static_cast<qulonglong>(length)));
        values.append({.name = fromUtf8(tensor.name),
                       .type = fromUtf8(tensor.type),
                       .shape = lengths.join(QStringLiteral(" × ")),
                       .weights = tensor.weights,
                       .bytes = tensor.bytes,
                       .share = all > 0 ? static_cast<double>(tensor.bytes) / static_cast<double>(all) : 0.0});
    }
    return values;
}

QString hexOf(std::string_view bytes)
{
    return QString::fromLatin1(
        QByteArray::fromRawData(bytes.data(), static_cast<qsizetype>(bytes.size())).toHex(' ').toUpper());
}

// What cannot be seen gets a mark of its own, so that every token is as wide as something.
TokenValue tokenValue(const inference::TextModel &model, inference::TokenId token)
{
    const std::string_view bytes = model.tokenBytes(token);
    QString text = fromUtf8(bytes);
    const bool isWhole = !text.contains(QChar::ReplacementCharacter);
    TokenValue value{
        .id = token, .text = {}, .bytes = hexOf(bytes), .isSpecial = model.isControl(token), .isWhole = isWhole};
    if (!isWhole || bytes.empty()) {
        value.text = bytes.empty() ? QStringLiteral("∅") : value.bytes;
        value.isWhole = bytes.empty();
        return value;
    }
    text.replace(u' ', u'·');
    text.replace(u'\n', QStringLiteral("⏎"));
    text.replace(u'\t', QStringLiteral("⇥"));
    text.replace(u'\r', QStringLiteral("␍"));
    value.text = text;
    return value;
}

PromptPartKind kindOf(inference::Role role)
{
    switch (role) {
    case inference::Role::System:
        return PromptPartKind::System;
    case inference::Role::Assistant:
        return PromptPartKind::Assistant;
    case inference::Role::Tool:
        return PromptPartKind::Tool;
    case inference::Role::User:
        break;
    }
    return PromptPartKind::User;
}

QList<PromptPiece> piecesOf(const inference::TextModel &model, std::span<const inference::TokenId> tokens)
{
    QList<PromptPiece> pieces;
    // Bytes are joined before they are read as text: a character may lie in several tokens.
    QByteArray bytes;
    bool isControl = false;
    const auto close = [&] {
        if (!bytes.isEmpty())
            pieces.append({.text = QString::fromUtf8(bytes), .isControl = isControl});
        bytes.clear();
    };
    for (const inference::TokenId token : tokens) {
        if (model.isControl(token) != isControl) {
            close();
            isControl = !isControl;
        }
        const std::string_view text = model.tokenBytes(token);
        bytes.append(text.data(), static_cast<qsizetype>(text.size()));
    }
    close();
    return pieces;
}

/// How many tokens of a whole prompt its first messages take, or nothing where what follows changes them.
std::optional<std::size_t> lengthOfFirst(const inference::TextModel &model, std::span<const inference::Message> first,
                                         std::span<const inference::TokenId> whole, qint64 now)
{
    const auto encoded = model.encodeChat(first, {.addGenerationPrompt = false, .enableThinking = {}, .now = now});
    if (!encoded)
        return std::nullopt;
    const auto [mine, theirs] = std::ranges::mismatch(encoded->tokens, whole);
    // The last token may be another one with what follows.
    const auto same = static_cast<std::size_t>(mine - encoded->tokens.begin());
    return same + 1 >= encoded->tokens.size() ? std::optional(same) : std::nullopt;
}

} // namespace

std::expected<InspectedFile, Failure> inspectFile(const QString &path)
{
    const QString subject = QFileInfo(path).fileName();
    const auto header = inference::FileHeader::open(path.toStdString());
    if (!header)
        return std::unexpected(failureFrom(header.error(), subject));
    InspectedFile file{.header = *header,
                       .model = nullptr,
                       .modelFailure = {},
                       .entries = entriesOf(**header),
                       .tensors = tensorsOf(**header)};
    if (auto model = inference::TextModel::open(path.toStdString()))
        file.model = std::move(*model);
    else
        file.modelFailure = failureFrom(model.error(), subject);
    return file;
}

QStringList arrayElements(const inference::FileHeader &header, qsizetype entry, qint64 first, qint64 count)
{
    QStringList texts;
    for (const std::string &element : header.elements(
             static_cast<std::size_t>(entry), static_cast<std::uint64_t>(first), static_cast<std::uint64_t>(count)))
        texts.append(fromUtf8(element));
    return texts;
}

TokenizedText tokenized(const inference::TextModel &model, const QString &text, const TokenizeOptions &options)
{
    const std::string bytes = text.toStdString();
    const auto ids = model.encodeText(bytes, options.addSpecial, options.parseControl);
    TokenizedText result{.tokens = {},
                         .total = static_cast<qsizetype>(ids.size()),
                         .characters = text.toUcs4().size(),
                         .bytes = static_cast<qsizetype>(bytes.size())};
    for (const inference::TokenId id :
         std::span(ids).first(std::min(ids.size(), static_cast<std::size_t>(options.most))))
        result.tokens.append(tokenValue(model, id));
    return result;
}

std::expected<PromptView, Failure> viewPrompt(const inference::TextModel &model,
                                              std::span<const inference::Message> messages, qint64 now)
{
    const QString subject = fromUtf8(model.summary().name);
    const auto whole = model.encodeChat(messages, {.addGenerationPrompt = true, .enableThinking = {}, .now = now});
    if (!whole)
        return std::unexpected(failureFrom(whole.error(), subject));
    const std::span<const inference::TokenId> tokens = whole->tokens;

    PromptView view{.parts = {}, .tokens = static_cast<qsizetype>(tokens.size())};
    std::size_t shown = 0;
    const auto add = [&](PromptPartKind kind, std::size_t end, std::size_t count) {
        if (end <= shown)
            return;
        view.parts.append({.kind = kind,
                           .pieces = piecesOf(model, tokens.subspan(shown, end - shown)),
                           .tokens = static_cast<qsizetype>(end - shown),
                           .messages = static_cast<qsizetype>(count)});
        shown = end;
    };
    const bool hasSystem = !messages.empty() && messages.front().role == inference::Role::System;
    const std::size_t single = messages.size() > kSingleMessages ? messages.size() - kSingleMessages : 0;
    std::size_t waiting = 0; // messages since the last part
    for (std::size_t i = 0; i < messages.size(); ++i) {
        ++waiting;
        const bool isEarlier = i < single && !(i == 0 && hasSystem);
        const bool closes = !isEarlier || i + 1 == single;
        if (!closes)
            continue;
        const auto end = lengthOfFirst(model, messages.first(i + 1), tokens, now);
        if (!end && i + 1 < messages.size())
            continue;
        add(isEarlier ? PromptPartKind::Earlier : kindOf(messages[i].role), end.value_or(tokens.size()), waiting);
        waiting = 0;
    }
    add(messages.empty() ? PromptPartKind::Opening : PromptPartKind::Answer, tokens.size(), 0);
    return view;
}

std::vector<inference::Message> sampleConversation()
{
    const auto tr = [](const char *text) { return QCoreApplication::translate("ModelInspection", text).toStdString(); };
    return {
        {.role = inference::Role::System,
         .content = tr(QT_TRANSLATE_NOOP("ModelInspection", "You answer in one sentence."))},
        {.role = inference::Role::User, .content = tr(QT_TRANSLATE_NOOP("ModelInspection", "Why is the sky blue?"))},
        {.role = inference::Role::Assistant,
         .content = tr(QT_TRANSLATE_NOOP("ModelInspection", "Because air scatters blue light more than red light."))},
        {.role = inference::Role::User,
         .content = tr(QT_TRANSLATE_NOOP("ModelInspection", "And why is the evening sky red?"))}};
}

} // namespace app
