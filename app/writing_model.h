// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// A model that writes, as a job on a thread of its own sees it: every call blocks.
#pragma once

#include "app/failure.h"
#include "inference/types.h"

#include <cstddef>
#include <cstdint>
#include <expected>
#include <functional>
#include <stop_token>
#include <string>
#include <vector>

namespace app {

/// A model that is loaded.
struct ReadyModel {
    std::int32_t contextLength = 0;
    /// Everything but the prompt that decides what it writes: files, adapters, template, sampling settings with their
    /// seed. Where it is the same, the same prompt gives the same text.
    std::string key;
};

/// What it is asked to write.
struct WritingTask {
    std::vector<inference::Message> messages;
    std::int32_t maxTokens = -1;
    std::int32_t citableIds = 0; ///< [1] to [this] may be written and no other number in brackets; 0: any
};

struct WrittenText {
    std::string text;        ///< UTF-8, without thinking
    std::int32_t tokens = 0; ///< that were generated
    bool cut = false;        ///< it did not come to an end by itself
};

/// Calls block and come from one thread at a time, never the GUI's; after `stop` they end at once with code
/// "inference.cancelled".
class WritingModel {
public:
    virtual ~WritingModel() = default;

    /// Loads the chosen model unless it is loaded.
    virtual std::expected<ReadyModel, Failure> prepare(const std::stop_token &stop) = 0;
    /// Tokens of each text as it stands.
    virtual std::expected<std::vector<std::int32_t>, Failure> countTokens(std::vector<std::string> texts,
                                                                          const std::stop_token &stop) = 0;
    /// Tokens of messages in the model's template.
    virtual std::expected<std::int32_t, Failure> countPrompt(const std::vector<inference::Message> &messages,
                                                             const std::stop_token &stop) = 0;
    /// `onText` gets all text so far, on a thread of the model's, and says whether to go on; that it did not is no
    /// failure. Others' turns come between two of these calls.
    virtual std::expected<WrittenText, Failure> write(const WritingTask &task,
                                                      const std::function<bool(const std::string &)> &onText,
                                                      const std::stop_token &stop) = 0;

    using OnTextOf = std::function<bool(std::size_t task, const std::string &text)>;
    using OnWritten = std::function<std::expected<void, Failure>(std::size_t task, WrittenText written)>;
    /// Several texts, each what write() gives, in the order in which the model gets on best with them. `onText` as
    /// there. `onWritten` gets each as it ends, on the calling thread; a failure of its own is the call's, as the first
    /// of a text is, and ends the others.
    virtual std::expected<void, Failure> writeEach(std::vector<WritingTask> tasks, const OnTextOf &onText,
                                                   const OnWritten &onWritten, const std::stop_token &stop) = 0;
};

} // namespace app
