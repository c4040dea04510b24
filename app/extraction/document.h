// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// What is read out of a document: pages of text, where each word stands, and what was not read. Made by the readers of
// carrel-extract, carried over a pipe (extraction_protocol.h), and taken apart by those who index it. No Qt: the worker
// has none.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace app::extraction {

enum class Format : std::uint8_t {
    Unknown,
    Pdf,
    Docx,
    Odt,
    Pptx,
    Odp,
    Xlsx,
    Ods,
    Csv,
    Epub,
    Html,
    Markdown,
    PlainText,
    SourceCode,
    Rtf,
    Mail,
    Mailbox,
};

/// How far a file, or a part of it, was read.
enum class State : std::uint8_t {
    Read,          ///< all of it
    Partial,       ///< some pages or parts have no text, or could not be read
    NoText,        ///< pictures of text, and no recognition of text is installed
    Encrypted,     ///< a password is needed
    WrongPassword, ///< the password that was given is not the one
    Unsupported,   ///< a kind of file that is not read
    Malformed,     ///< breaks its format so that nothing could be read
    TooLarge,      ///< over one of the limits; the reason names it
};

enum class BlockKind : std::uint8_t {
    Paragraph,
    Heading,
    ListItem,
    TableRow, ///< cells follow each other with a tab between; the row above the first data row is the header
    Code,
    RunningHead, ///< repeated at the top or the bottom of pages: part of the text, left out of passages
};

/// In points (1/72 inch) from the page's upper left corner, as the page is shown: rotation is applied.
struct Box {
    float left = 0;
    float top = 0;
    float right = 0;
    float bottom = 0;
    bool operator==(const Box &) const = default;
};

/// A run of Page::text. Blocks ascend, do not overlap, and never cut a UTF-8 sequence; between two there is white
/// space.
struct Block {
    BlockKind kind = BlockKind::Paragraph;
    std::uint8_t level = 0;  ///< of a heading 1 (highest) to 6; of a list item its depth from 1; else 0
    bool header = false;     ///< a TableRow that names the columns
    std::uint32_t begin = 0; ///< bytes of Page::text
    std::uint32_t end = 0;
    bool operator==(const Block &) const = default;
};

/// A word and where it stands. The page's text is made of its words, so offsets and boxes cannot disagree. A word
/// that was hyphenated over a line's end is two of them with nothing between.
struct Word {
    std::uint32_t begin = 0; ///< bytes of Page::text
    std::uint32_t end = 0;
    Box box;
    bool operator==(const Word &) const = default;
};

/// Where a page's text comes from.
enum class TextSource : std::uint8_t {
    None, ///< the page has no text
    File,
    Recognition, ///< read from a picture; may hold mistakes
};

/// A page, slide, sheet, chapter or message; the whole text where a format has nothing of the kind.
struct Page {
    std::string label; ///< as the document calls it ("iv", a sheet's name); empty: its number, or nothing
    float width = 0;   ///< points, as shown; 0: the format has no layout
    float height = 0;
    TextSource source = TextSource::None;
    std::uint8_t confidence = 100; ///< percent, of a recognised text
    std::string text;              ///< UTF-8, NFC, without control characters but line feed and tab
    std::vector<Block> blocks;
    std::vector<Word> words; ///< empty where the format has no layout
    bool operator==(const Page &) const = default;
};

/// Something that a reader of the text should know.
enum class NoticeKind : std::uint8_t {
    HiddenText,      ///< invisible to a reader: no size, no contrast, off the page
    SkippedPart,     ///< an attachment or an embedded file that was not read; text: its name
    GuessedEncoding, ///< text: the encoding's name
    CutText,         ///< a limit cut this page
    UnreadablePage,
};

struct Notice {
    NoticeKind kind = NoticeKind::UnreadablePage;
    std::uint32_t page = 0; ///< index into Document::pages
    std::string text;
    bool operator==(const Notice &) const = default;
};

/// A file inside the file: part 0 is the document itself, the others are attachments, each with pages of its own.
struct Part {
    std::string name; ///< of an attachment
    Format format = Format::Unknown;
    State state = State::Read;
    std::string reason;       ///< technical, of a part that was not read; never text of the document
    std::uint32_t parent = 0; ///< index of the part that it is attached to
    std::uint32_t firstPage = 0;
    std::uint32_t pageCount = 0;
    bool operator==(const Part &) const = default;
};

struct Document {
    std::string title; ///< as its properties say; may be empty
    std::string author;
    std::string language;  ///< BCP 47, as its properties say; may be empty
    bool numbered = false; ///< people count its pages: pages, slides, sheets
    std::vector<Page> pages;
    std::vector<Part> parts; ///< at least the document itself
    std::vector<Notice> notices;
    bool operator==(const Document &) const = default;
};

/// What a reader answers.
struct Extraction {
    Format format = Format::Unknown;
    State state = State::Malformed;
    std::string reason; ///< one technical sentence in English; never text of the document
    Document document;
    bool operator==(const Extraction &) const = default;
};

/// Limits of one extraction, attachments included; over one of them the state is TooLarge or the page is cut.
struct Limits {
    std::uint64_t fileBytes = 2ULL << 30U;
    std::uint64_t textBytes = 200ULL << 20U; ///< of all pages
    std::uint32_t pages = 20'000;
    std::uint32_t nesting = 3; ///< of attachments
    std::uint32_t archiveEntries = 10'000;
    std::uint32_t archiveRatio = 200;          ///< unpacked to packed, of an entry larger than a megabyte
    std::uint64_t unpackedBytes = 1ULL << 30U; ///< of an archive
    std::uint32_t markupDepth = 256;           ///< of elements in XML and HTML
    bool operator==(const Limits &) const = default;
};

} // namespace app::extraction
