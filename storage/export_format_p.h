// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "storage/records.h"

#include <nlohmann/json.hpp>

#include <optional>
#include <string>
#include <vector>

/// The lines of an export: what conversation_export writes and conversation_import reads.
namespace storage::exporting {

constexpr const char *kFormat = "carrel.conversations";
constexpr int kVersion = 1;
constexpr const char *kFolder = "folder";
constexpr const char *kAssistant = "assistant";
constexpr const char *kConversation = "conversation";
constexpr const char *kMessage = "message";

/// A field that is missing or of the wrong kind. Thrown and caught inside this library's reader only.
struct Malformed {
    std::string reason;
};

/// JSON of our own database; an object without members where it is damaged.
nlohmann::json parsed(const std::string &text);

/// What goes with an answer.
struct AnswerParts {
    std::optional<AnswerRecord> record;
    std::optional<Grounding> grounding;
    std::vector<Citation> citations;
    std::vector<SentenceCheck> checks;
};

/// A message as one line. A streaming one is written as interrupted. `parent`: a UUID or null.
nlohmann::json toJson(const Message &message, const nlohmann::json &parent, const AnswerParts &parts);
/// What a conversation is about, as a list. Paths that are no UTF-8 become others that name no file.
nlohmann::json toJson(const std::vector<AttachedDocument> &documents);

/// Typed access to a foreign object; all throw Malformed.
std::string text(const nlohmann::json &object, const char *key);
std::optional<std::string> optionalText(const nlohmann::json &object, const char *key); ///< null is none
std::string uuid(const nlohmann::json &object, const char *key);
std::optional<std::string> optionalUuid(const nlohmann::json &object, const char *key);
std::int64_t integer(const nlohmann::json &object, const char *key);
bool boolean(const nlohmann::json &object, const char *key);

Message messageFrom(const nlohmann::json &line);
/// What earlier versions did not write is left empty.
AnswerParts partsFrom(const nlohmann::json &line);
/// Of a conversation's line.
std::vector<AttachedDocument> documentsFrom(const nlohmann::json &line);

} // namespace storage::exporting
