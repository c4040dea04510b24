// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <expected>
#include <string>
#include <string_view>
#include <utility>

namespace inference {

/// What went wrong, for code that decides what to do next. Words for people are made in app/failure.
enum class ErrorCode {
    Cancelled,            ///< the caller asked to stop
    FileUnreadable,       ///< the file cannot be opened, mapped or read
    FileMalformed,        ///< the bytes break the file format; `detail` names the check that failed
    FileTruncated,        ///< the file ends before the data its header announces
    PartMissing,          ///< one of a model's several files is missing or another model's; `detail` names it
    UnsupportedFile,      ///< a valid file of a kind Carrel does not run (architecture, tensor type, version)
    UnsupportedTokenizer, ///< the vocabulary's model or pre-tokenizer is not known
    TemplateInvalid,      ///< the chat template cannot be parsed or uses an unknown construct
    TemplateFailed,       ///< the chat template raised an error or ran over its budget
    AdapterAlone,         ///< the file is an adapter, which needs a model beside it
    AdapterUnfit,         ///< an adapter that is unreadable, of a kind Carrel does not apply, or another model's
    ContextFull,          ///< the prompt or the answer does not fit into the context
    OutOfMemory,          ///< host or device memory is exhausted
    DeviceUnavailable,    ///< no such device, or its driver refuses to work
    DeviceLost,           ///< the device was reset or removed while working
    NotFinite,            ///< the model produced NaN or infinite logits
    WrongPurpose,         ///< the model is made for something else; `detail` says for what
    InvalidArgument,      ///< the caller broke the contract of a function
    Internal,             ///< a bug in Carrel
};

/// The code's name as it appears in logs and in JSON, for example "file_malformed".
std::string_view name(ErrorCode code);

/// A failure with one technical sentence in English for logs and "copy details". Never holds text of a user.
struct Error {
    ErrorCode code = ErrorCode::Internal;
    std::string detail;
};

template <class T>
using Result = std::expected<T, Error>;

/// Shorthand for returning a failure from a function that returns Result.
inline std::unexpected<Error> failure(ErrorCode code, std::string detail)
{
    return std::unexpected(Error{code, std::move(detail)});
}

} // namespace inference
