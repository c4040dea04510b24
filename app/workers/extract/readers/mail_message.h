// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/workers/extract/readers/document_writer.h"

#include <optional>
#include <string>

namespace app::extraction {

/// What is known of a message beside its text.
struct MailSummary {
    std::string subject;
    std::string from;
    bool encrypted = false; ///< its body can be read with a key alone
    bool isMessage = false; ///< it has headers as messages have, or text in parts
};

/// Reads one message into a page of its own: its subject as heading, its headers as a block, its text, plain rather
/// than HTML. Attachments go to the context.
std::optional<Fault> writeMessage(Bytes message, DocumentWriter &writer, MailSummary &summary);

} // namespace app::extraction
