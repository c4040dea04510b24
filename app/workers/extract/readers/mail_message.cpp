// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/workers/extract/readers/mail_message.h"

#include "app/workers/extract/readers/charset.h"
#include "app/workers/extract/readers/html_flow.h"
#include "app/workers/extract/readers/inline_text.h"
#include "app/workers/extract/readers/mail_header.h"
#include "app/workers/extract/readers/plain_text.h"

#include <gmime/gmime.h>

#include <algorithm>
#include <array>
#include <memory>

namespace app::extraction {

namespace {

constexpr std::size_t kLargest = std::size_t{256} << 20U; // of a message: the library ends the program without memory
constexpr int kDeepest = 16;                              // of parts in parts
constexpr std::size_t kMostHeaderLines = 200'000;
constexpr std::size_t kMostBoundaries = 20'000;

struct Unref {
    void operator()(void *object) const { g_object_unref(object); }
};
template <class Object>
using Ref = std::unique_ptr<Object, Unref>;

struct Free {
    void operator()(char *text) const { g_free(text); }
};

std::string orEmpty(const char *text)
{
    return text == nullptr ? std::string() : std::string(text);
}

bool startsLike(std::string_view text, std::string_view with)
{
    return text.size() >= with.size() && std::ranges::equal(text.substr(0, with.size()), with, [](char a, char b) {
               return (a >= 'A' && a <= 'Z' ? a | 0x20 : a) == b;
           });
}

// The library makes an object of every header and every part before it says how many there are: they are counted first.
std::optional<Fault> tooManyPieces(std::string_view text)
{
    std::size_t headers = 0;
    std::size_t boundaries = 0;
    bool inHeaders = true;
    bool nested = false; // the headers were those of a message inside
    TextLines lines(text);
    std::string_view line;
    while (lines.next(line)) {
        if (line.starts_with("--")) {
            inHeaders = true;
            ++boundaries;
        } else if (line.empty()) {
            inHeaders = nested;
            nested = false;
        } else if (inHeaders) {
            ++headers;
            nested = nested || startsLike(line, "content-type: message/") || startsLike(line, "content-type:message/");
        }
        if (headers > kMostHeaderLines || boundaries > kMostBoundaries)
            return Fault{State::TooLarge, "the message has more headers or parts than the limit"};
    }
    return std::nullopt;
}

// Lines that were broken for sending (RFC 3676) are one again.
std::string unflowed(std::string_view text)
{
    std::string joined;
    TextLines lines(text);
    std::string_view line;
    while (lines.next(line)) {
        joined += line;
        if (!line.ends_with(' ') || line == "-- " || line.starts_with('>'))
            joined += '\n';
    }
    return joined;
}

class MessageReader {
public:
    explicit MessageReader(DocumentWriter &writer)
        : m_writer(writer)
    {
    }

    void read(GMimeMessage *message, MailSummary &summary)
    {
        writeHeaders(message, summary);
        GMimeObject *root = g_mime_message_get_mime_part(message);
        if (root != nullptr)
            readPart(root, 0, true);
        summary.encrypted = m_encrypted && !m_wroteText;
        summary.isMessage = summary.isMessage || (m_wroteText && isMultipart(root));
    }

    [[nodiscard]] const std::optional<Fault> &fault() const { return m_fault; }

private:
    // A page saved as a message has no sender.
    static bool isMultipart(GMimeObject *root) { return root != nullptr && GMIME_IS_MULTIPART(root); }

    void writeHeaders(GMimeMessage *message, MailSummary &summary)
    {
        GMimeHeaderList *headers = g_mime_object_get_header_list(reinterpret_cast<GMimeObject *>(message));
        // The library decodes headers with what the C library loads for an encoding: not here, in a jail.
        const auto header = [headers](const char *name) {
            GMimeHeader *found = headers == nullptr ? nullptr : g_mime_header_list_get_header(headers, name);
            return found == nullptr ? std::string()
                                    : cellText(cleanText(decodedHeader(orEmpty(g_mime_header_get_raw_value(found)))));
        };
        summary.subject = header("Subject");
        summary.from = header("From");
        m_writer.setLabel(summary.subject);
        m_writer.add(BlockKind::Heading, summary.subject, 1);
        std::string block;
        for (const char *name : {"From", "To", "Cc", "Date"}) {
            const std::string value = header(name);
            if (!value.empty())
                block += (block.empty() ? "" : "\n") + std::string(name) + ": " + value;
        }
        summary.isMessage = !block.empty() || !summary.subject.empty();
        m_writer.add(BlockKind::Paragraph, block);
    }

    // `wanted`: its text is a part of the message; else attachments alone are looked for.
    void readPart(GMimeObject *object, int depth, bool wanted)
    {
        if (depth > kDeepest || !m_writer.context().budget->takeEntry()) {
            m_writer.missed({State::TooLarge, "the message has more parts, or deeper ones, than the limit"});
            return;
        }
        GMimeContentType *type = g_mime_object_get_content_type(object);
        if (GMIME_IS_MULTIPART_ENCRYPTED(object) || g_mime_content_type_is_type(type, "application", "pkcs7-mime")) {
            const std::string kind = orEmpty(g_mime_content_type_get_parameter(type, "smime-type"));
            m_encrypted = m_encrypted || kind != "signed-data";
            return;
        }
        if (GMIME_IS_MULTIPART(object)) {
            readMultipart(GMIME_MULTIPART(object), depth, wanted);
        } else if (GMIME_IS_MESSAGE_PART(object)) {
            attachMessage(GMIME_MESSAGE_PART(object));
        } else if (GMIME_IS_PART(object)) {
            readLeaf(GMIME_PART(object), wanted);
        }
    }

    void readMultipart(GMimeMultipart *parts, int depth, bool wanted)
    {
        const int count = g_mime_multipart_get_count(parts);
        GMimeContentType *type = g_mime_object_get_content_type(reinterpret_cast<GMimeObject *>(parts));
        int chosen = -1;
        if (g_mime_content_type_is_type(type, "multipart", "alternative"))
            chosen = alternative(parts, count);
        for (int i = 0; i < count && !m_writer.isFull(); ++i)
            readPart(g_mime_multipart_get_part(parts, i), depth + 1, wanted && (chosen < 0 || i == chosen));
    }

    // Plain text, unless it only says that there is more in the other form; else the last that can be read.
    int alternative(GMimeMultipart *parts, int count)
    {
        constexpr std::size_t kShort = 200;
        int last = -1;
        int plain = -1;
        for (int i = 0; i < count; ++i) {
            GMimeObject *part = g_mime_multipart_get_part(parts, i);
            GMimeContentType *type = g_mime_object_get_content_type(part);
            if (plain < 0 && GMIME_IS_PART(part) && g_mime_content_type_is_type(type, "text", "plain")) {
                const std::string text = decodedText(GMIME_PART(part));
                const bool pointsElsewhere = text.size() < kShort && (text.contains("HTML") || text.contains("html"));
                if (!isBlankText(text) && (!pointsElsewhere || count == 1))
                    plain = i;
            }
            if (GMIME_IS_MULTIPART(part) || g_mime_content_type_is_type(type, "text", "html"))
                last = i;
        }
        return plain >= 0 ? plain : last >= 0 ? last : 0;
    }

    // The bytes of a part, without what they were wrapped in for sending.
    std::optional<std::string> content(GMimePart *part)
    {
        GMimeDataWrapper *wrapper = g_mime_part_get_content(part);
        if (wrapper == nullptr)
            return std::string();
        const Ref<GMimeStream> memory(g_mime_stream_mem_new());
        g_mime_data_wrapper_write_to_stream(wrapper, memory.get());
        const GByteArray *bytes = g_mime_stream_mem_get_byte_array(GMIME_STREAM_MEM(memory.get()));
        if (bytes == nullptr || bytes->len == 0)
            return std::string();
        if (!m_writer.context().budget->takeUnpacked(bytes->len))
            return std::nullopt;
        return std::string(reinterpret_cast<const char *>(bytes->data), bytes->len);
    }

    std::string decodedText(GMimePart *part)
    {
        auto *object = reinterpret_cast<GMimeObject *>(part);
        const auto bytes = content(part);
        if (!bytes) {
            m_fault = Fault{State::TooLarge, "the parts of the message are larger than the limit"};
            return {};
        }
        std::string charset = orEmpty(g_mime_object_get_content_type_parameter(object, "charset"));
        const Bytes view = std::as_bytes(std::span(*bytes));
        if (charset.empty() && g_mime_content_type_is_type(g_mime_object_get_content_type(object), "text", "html"))
            charset = declaredCharset(view);
        DecodedText decoded = decodeText(view, charset);
        if (decoded.guessed)
            m_writer.note(NoticeKind::GuessedEncoding, decoded.encoding);
        return std::move(decoded.text);
    }

    void readLeaf(GMimePart *part, bool wanted)
    {
        auto *object = reinterpret_cast<GMimeObject *>(part);
        GMimeContentType *type = g_mime_object_get_content_type(object);
        const bool attached = g_mime_part_is_attachment(part) != 0 || g_mime_part_get_filename(part) != nullptr;
        const bool isText = g_mime_content_type_is_type(type, "text", "*") != 0;
        if (isText && !attached) {
            if (!wanted)
                return;
            const std::string text = decodedText(part);
            m_wroteText = m_wroteText || !isBlankText(text);
            if (g_mime_content_type_is_type(type, "text", "html")) {
                if (const auto fault = writeHtml(text, m_writer))
                    m_writer.missed(*fault);
            } else {
                const std::string format = orEmpty(g_mime_object_get_content_type_parameter(object, "format"));
                writePlainText(startsLike(format, "flowed") ? unflowed(text) : text, m_writer, true);
            }
            return;
        }
        // Pictures that the text shows are no attachments.
        if (g_mime_content_type_is_type(type, "image", "*") && g_mime_part_get_content_id(part) != nullptr &&
            g_mime_part_is_attachment(part) == 0)
            return;
        attach(part, type);
    }

    void attach(GMimePart *part, GMimeContentType *type)
    {
        const std::unique_ptr<char, Free> mediaType(g_mime_content_type_get_mime_type(type));
        const std::string name = orEmpty(g_mime_part_get_filename(part));
        const auto bytes = content(part);
        if (!bytes) {
            m_writer.context().skip(name, State::TooLarge, "the parts of the message are larger than the limit");
            return;
        }
        const std::string media = orEmpty(mediaType.get());
        m_writer.context().attach({.name = name, .mediaType = media, .bytes = std::as_bytes(std::span(*bytes))});
    }

    void attachMessage(GMimeMessagePart *part)
    {
        GMimeMessage *message = g_mime_message_part_get_message(part);
        if (message == nullptr)
            return;
        const Ref<GMimeStream> memory(g_mime_stream_mem_new());
        g_mime_object_write_to_stream(reinterpret_cast<GMimeObject *>(message), nullptr, memory.get());
        const GByteArray *bytes = g_mime_stream_mem_get_byte_array(GMIME_STREAM_MEM(memory.get()));
        GMimeHeader *subject = g_mime_header_list_get_header(
            g_mime_object_get_header_list(reinterpret_cast<GMimeObject *>(message)), "Subject");
        const std::string name = (subject == nullptr ? std::string("message")
                                                     : decodedHeader(orEmpty(g_mime_header_get_raw_value(subject)))) +
                                 ".eml";
        if (bytes == nullptr || !m_writer.context().budget->takeUnpacked(bytes->len)) {
            m_writer.context().skip(name, State::TooLarge, "the parts of the message are larger than the limit");
            return;
        }
        m_writer.context().attach(
            {.name = name,
             .mediaType = "message/rfc822",
             .bytes = std::as_bytes(std::span(reinterpret_cast<const char *>(bytes->data), bytes->len))});
    }

    DocumentWriter &m_writer;
    std::optional<Fault> m_fault;
    bool m_encrypted = false;
    bool m_wroteText = false;
};

} // namespace

std::optional<Fault> writeMessage(Bytes message, DocumentWriter &writer, MailSummary &summary)
{
    static const bool started = [] {
        g_mime_init();
        return true;
    }();
    if (!started || message.size() > kLargest)
        return Fault{State::TooLarge, "the message is larger than " + std::to_string(kLargest) + " bytes"};
    const std::string_view text(reinterpret_cast<const char *>(message.data()), message.size());
    if (auto fault = tooManyPieces(text))
        return fault;
    const Ref<GMimeStream> stream(g_mime_stream_mem_new_with_buffer(text.data(), text.size()));
    const Ref<GMimeParser> parser(g_mime_parser_new_with_stream(stream.get()));
    const Ref<GMimeMessage> parsed(g_mime_parser_construct_message(parser.get(), nullptr));
    if (!parsed)
        return Fault{State::Malformed, "the bytes are no message"};
    MessageReader reader(writer);
    reader.read(parsed.get(), summary);
    return reader.fault();
}

} // namespace app::extraction
