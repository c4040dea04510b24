// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "inference/error.h"

namespace inference {

std::string_view name(ErrorCode code)
{
    switch (code) {
    case ErrorCode::Cancelled:
        return "cancelled";
    case ErrorCode::FileUnreadable:
        return "file_unreadable";
    case ErrorCode::FileMalformed:
        return "file_malformed";
    case ErrorCode::FileTruncated:
        return "file_truncated";
    case ErrorCode::PartMissing:
        return "part_missing";
    case ErrorCode::UnsupportedFile:
        return "unsupported_file";
    case ErrorCode::UnsupportedTokenizer:
        return "unsupported_tokenizer";
    case ErrorCode::TemplateInvalid:
        return "template_invalid";
    case ErrorCode::TemplateFailed:
        return "template_failed";
    case ErrorCode::AdapterAlone:
        return "adapter_alone";
    case ErrorCode::AdapterUnfit:
        return "adapter_unfit";
    case ErrorCode::ContextFull:
        return "context_full";
    case ErrorCode::OutOfMemory:
        return "out_of_memory";
    case ErrorCode::DeviceUnavailable:
        return "device_unavailable";
    case ErrorCode::DeviceLost:
        return "device_lost";
    case ErrorCode::NotFinite:
        return "not_finite";
    case ErrorCode::WrongPurpose:
        return "wrong_purpose";
    case ErrorCode::InvalidArgument:
        return "invalid_argument";
    case ErrorCode::Internal:
        return "internal";
    }
    return "internal";
}

} // namespace inference
