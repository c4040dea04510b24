// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/markdown/segment_parser.h"

#include "app/markdown/line_rules.h"

#include <QByteArray>
#include <QHash>

#include <md4c.h>

namespace app::markdown {

namespace {

constexpr unsigned kFlags =
    MD_FLAG_TABLES | MD_FLAG_STRIKETHROUGH | MD_FLAG_TASKLISTS | MD_FLAG_PERMISSIVEURLAUTOLINKS | MD_FLAG_NOHTML;

/// The named entities that people type; md4c knows none. Others are shown as written.
const QHash<QByteArrayView, char16_t> &namedEntities()
{
    static const QHash<QByteArrayView, char16_t> table{
        {"amp", u'&'},         {"lt", u'<'},          {"gt", u'>'},          {"quot", u'"'},
        {"apos", u'\''},       {"nbsp", u'\u00a0'},   {"copy", u'\u00a9'},   {"reg", u'\u00ae'},
        {"deg", u'\u00b0'},    {"para", u'\u00b6'},   {"sect", u'\u00a7'},   {"middot", u'\u00b7'},
        {"laquo", u'\u00ab'},  {"raquo", u'\u00bb'},  {"hellip", u'\u2026'}, {"ndash", u'\u2013'},
        {"mdash", u'\u2014'},  {"lsquo", u'\u2018'},  {"rsquo", u'\u2019'},  {"ldquo", u'\u201c'},
        {"rdquo", u'\u201d'},  {"bull", u'\u2022'},   {"euro", u'\u20ac'},   {"pound", u'\u00a3'},
        {"times", u'\u00d7'},  {"divide", u'\u00f7'}, {"plusmn", u'\u00b1'}, {"frac12", u'\u00bd'},
        {"larr", u'\u2190'},   {"rarr", u'\u2192'},   {"uarr", u'\u2191'},   {"darr", u'\u2193'},
        {"le", u'\u2264'},     {"ge", u'\u2265'},     {"ne", u'\u2260'},     {"auml", u'\u00e4'},
        {"ouml", u'\u00f6'},   {"uuml", u'\u00fc'},   {"Auml", u'\u00c4'},   {"Ouml", u'\u00d6'},
        {"Uuml", u'\u00dc'},   {"szlig", u'\u00df'},  {"eacute", u'\u00e9'}, {"egrave", u'\u00e8'},
        {"agrave", u'\u00e0'}, {"ccedil", u'\u00e7'}, {"shy", u'\u00ad'},    {"ensp", u'\u2002'},
        {"emsp", u'\u2003'},   {"thinsp", u'\u2009'}};
    return table;
}

QString entityText(QByteArrayView entity)
{
    const QByteArrayView body = entity.sliced(1, entity.size() - 2);
    if (body.startsWith('#')) {
        const bool hex = body.size() > 1 && (body[1] == 'x' || body[1] == 'X');
        bool ok = false;
        const uint code =
            hex ? body.sliced(2).toByteArray().toUInt(&ok, 16) : body.sliced(1).toByteArray().toUInt(&ok, 10);
        const bool valid = ok && code != 0 && code <= QChar::LastValidCodePoint && !QChar::isSurrogate(code);
        return QString::fromUcs4(QList<char32_t>{valid ? char32_t(code) : U'\ufffd'}.constData(), 1);
    }
    const auto found = namedEntities().constFind(body);
    return found == namedEntities().constEnd() ? QString::fromUtf8(entity) : QString(QChar(*found));
}

QString attributeText(const MD_ATTRIBUTE &attribute)
{
    QString text;
    for (int i = 0; attribute.text != nullptr && attribute.substr_offsets[i] < attribute.size; ++i) {
        const MD_OFFSET begin = attribute.substr_offsets[i];
        const QByteArrayView part(attribute.text + begin, qsizetype(attribute.substr_offsets[i + 1] - begin));
        text += attribute.substr_types[i] == MD_TEXT_ENTITY ? entityText(part) : QString::fromUtf8(part);
    }
    return text;
}

/// Turns md4c's events into leaf blocks. One instance parses one segment.
class Builder {
public:
    explicit Builder(int firstNumber)
        : m_firstNumber(firstNumber)
    {
    }

    QList<Block> blocks;
    bool tooLarge = false;

    int enterBlock(MD_BLOCKTYPE type, void *detail)
    {
        switch (type) {
        case MD_BLOCK_QUOTE:
            push({.kind = Container::Kind::Quote});
            break;
        case MD_BLOCK_UL:
            m_lists.append({.ordered = false, .next = 0});
            break;
        case MD_BLOCK_OL: {
            const unsigned start = static_cast<MD_BLOCK_OL_DETAIL *>(detail)->start;
            const bool carried = m_firstNumber >= 0 && m_lists.isEmpty() && blocks.isEmpty();
            m_lists.append({.ordered = true, .next = carried ? m_firstNumber : static_cast<int>(start)});
            break;
        }
        case MD_BLOCK_LI:
            enterItem(*static_cast<MD_BLOCK_LI_DETAIL *>(detail));
            break;
        case MD_BLOCK_HR:
            open(BlockKind::ThematicBreak);
            close();
            break;
        case MD_BLOCK_H:
            open(BlockKind::Heading);
            m_block.level = static_cast<int>(static_cast<MD_BLOCK_H_DETAIL *>(detail)->level);
            break;
        case MD_BLOCK_CODE:
            open(BlockKind::Code);
            m_block.language = attributeText(static_cast<MD_BLOCK_CODE_DETAIL *>(detail)->lang);
            break;
        case MD_BLOCK_P:
            open(BlockKind::Paragraph);
            break;
        case MD_BLOCK_TABLE:
            open(BlockKind::Table);
            break;
        case MD_BLOCK_TR:
            m_block.table.rows.append(QList<StyledText>());
            break;
        case MD_BLOCK_TH:
        case MD_BLOCK_TD:
            return enterCell(type, static_cast<MD_BLOCK_TD_DETAIL *>(detail)->align);
        default:
            break;
        }
        return 0;
    }

    int leaveBlock(MD_BLOCKTYPE type)
    {
        switch (type) {
        case MD_BLOCK_QUOTE:
            pop();
            break;
        case MD_BLOCK_UL:
        case MD_BLOCK_OL:
            m_lists.removeLast();
            break;
        case MD_BLOCK_LI:
            close();
            // An empty item is still an item.
            if (m_markerPending && m_overflow == 0) {
                open(BlockKind::Paragraph);
                close();
            }
            pop();
            break;
        case MD_BLOCK_TH:
        case MD_BLOCK_TD:
            m_block.table.rows.last().append(m_text);
            m_text = {};
            break;
        case MD_BLOCK_H:
        case MD_BLOCK_CODE:
        case MD_BLOCK_P:
        case MD_BLOCK_TABLE:
            close();
            break;
        default:
            break;
        }
        return 0;
    }

    int span(MD_SPANTYPE type, void *detail, bool enter)
    {
        switch (type) {
        case MD_SPAN_EM:
            count(m_italic, enter);
            break;
        case MD_SPAN_STRONG:
            count(m_bold, enter);
            break;
        case MD_SPAN_DEL:
            count(m_strike, enter);
            break;
        case MD_SPAN_CODE:
            count(m_code, enter);
            break;
        case MD_SPAN_A:
        case MD_SPAN_IMG:
            link(type, detail, enter);
            break;
        default:
            break;
        }
        return 0;
    }

    int text(MD_TEXTTYPE type, QByteArrayView bytes)
    {
        // Text of a tight list item comes without a paragraph around it.
        if (!m_isOpen)
            open(BlockKind::Paragraph);
        switch (type) {
        case MD_TEXT_BR:
        case MD_TEXT_SOFTBR:
            write(QStringLiteral("\n"));
            break;
        case MD_TEXT_NULLCHAR:
            write(QString(QChar::ReplacementCharacter));
            break;
        case MD_TEXT_ENTITY:
            write(entityText(bytes));
            break;
        case MD_TEXT_CODE:
            // In a cell a pipe is escaped even inside code, and the escape is not part of the code.
            write(m_block.kind == BlockKind::Table
                      ? QString::fromUtf8(bytes).replace(QStringLiteral("\\|"), QStringLiteral("|"))
                      : QString::fromUtf8(bytes));
            break;
        default:
            write(QString::fromUtf8(bytes));
            break;
        }
        return 0;
    }

    void finish() { close(); }

private:
    struct List {
        bool ordered;
        int next;
    };

    void enterItem(const MD_BLOCK_LI_DETAIL &detail)
    {
        List &list = m_lists.last();
        Container item{.kind = list.ordered ? Container::Kind::Ordered : Container::Kind::Bullet, .first = true};
        item.number = list.ordered ? list.next++ : 0;
        if (detail.is_task != 0)
            item.task = detail.task_mark == ' ' ? Container::Task::Open : Container::Task::Done;
        push(item);
    }

    int enterCell(MD_BLOCKTYPE type, MD_ALIGN align)
    {
        if (++m_cells > kMaxTableCells) {
            tooLarge = true; // md4c does not hand on a refusal from inside a table row (checked with 0.5.2)
            return 1;
        }
        if (type == MD_BLOCK_TH) {
            constexpr Alignment map[] = {Alignment::Start, Alignment::Left, Alignment::Center, Alignment::Right};
            m_block.table.columns.append(map[align]);
        }
        m_text = {};
        return 0;
    }

    void link(MD_SPANTYPE type, void *detail, bool enter)
    {
        count(m_link, enter);
        const MD_ATTRIBUTE &target = type == MD_SPAN_A ? static_cast<MD_SPAN_A_DETAIL *>(detail)->href
                                                       : static_cast<MD_SPAN_IMG_DETAIL *>(detail)->src;
        if (enter) {
            // An image inside a link belongs to the link.
            if (m_link == 1) {
                m_text.links.append(attributeText(target));
                m_linkStart = m_text.text.size();
            }
        } else if (m_link == 0 && m_text.text.size() == m_linkStart) {
            ++m_link;
            write(attributeText(target));
            --m_link;
        }
    }

    static void count(int &depth, bool enter) { depth += enter ? 1 : -1; }

    void write(const QString &piece)
    {
        quint8 styles = 0;
        if (m_bold > 0)
            styles |= Bold;
        if (m_italic > 0)
            styles |= Italic;
        if (m_code > 0)
            styles |= InlineCode;
        if (m_strike > 0)
            styles |= Strike;
        if (m_link > 0)
            styles |= Link;
        const int target = m_link > 0 ? static_cast<int>(m_text.links.size()) - 1 : -1;
        if (styles != 0 && !piece.isEmpty()) {
            const qsizetype start = m_text.text.size();
            Span *last = m_text.spans.isEmpty() ? nullptr : &m_text.spans.last();
            if (last != nullptr && last->start + last->length == start && last->styles == styles &&
                last->link == target)
                last->length += piece.size();
            else
                m_text.spans.append({.start = start, .length = piece.size(), .styles = styles, .link = target});
        }
        m_text.text += piece;
    }

    void push(Container container)
    {
        close();
        if (m_path.size() >= kMaxDepth) {
            ++m_overflow;
            return;
        }
        m_markerPending = container.first;
        m_path.append(container);
    }

    void pop()
    {
        close();
        if (m_overflow > 0)
            --m_overflow;
        else
            m_path.removeLast();
        m_markerPending = false;
    }

    void open(BlockKind kind)
    {
        close();
        m_block = Block();
        m_block.kind = kind;
        m_block.path = m_path;
        m_text = {};
        m_isOpen = true;
        m_markerPending = false;
        for (Container &container : m_path)
            container.first = false;
    }

    void close()
    {
        if (!m_isOpen)
            return;
        m_isOpen = false;
        if (m_block.kind == BlockKind::Code && m_text.text.endsWith(u'\n'))
            m_text.text.chop(1);
        if (m_block.kind != BlockKind::Table)
            m_block.content = m_text;
        if (m_block.kind == BlockKind::Code)
            m_block.content.spans.clear();
        for (auto &row : m_block.table.rows)
            row.resize(m_block.table.columns.size());
        blocks.append(m_block);
        m_text = {};
    }

    int m_firstNumber;
    QList<List> m_lists;
    QList<Container> m_path;
    int m_overflow = 0;
    bool m_markerPending = false;
    bool m_isOpen = false;
    Block m_block;
    StyledText m_text;
    int m_bold = 0;
    int m_italic = 0;
    int m_code = 0;
    int m_strike = 0;
    int m_link = 0;
    int m_cells = 0;
    qsizetype m_linkStart = 0;
};

/// Keeps `[name]: target` lines visible: md4c would take them away as definitions for links that a later segment has.
QString withVisibleDefinitions(QStringView source)
{
    QString out;
    out.reserve(source.size() + 8);
    for (qsizetype begin = 0; begin < source.size();) {
        qsizetype end = source.indexOf(u'\n', begin);
        end = end < 0 ? source.size() : end + 1;
        const QStringView line = source.sliced(begin, end - begin);
        if (isDefinition(line)) {
            const qsizetype bracket = line.indexOf(u'[');
            out.append(line.first(bracket)).append(u'\\').append(line.sliced(bracket));
        } else {
            out.append(line);
        }
        begin = end;
    }
    return out;
}

Block asPlain(QStringView source)
{
    Block block;
    block.kind = source.contains(u'\n') ? BlockKind::Code : BlockKind::Paragraph;
    block.content.text = source.trimmed().toString();
    return block;
}

} // namespace

QList<Block> parseSegment(QStringView source, int firstNumber)
{
    if (source.trimmed().isEmpty())
        return {};
    const qsizetype lineEnd = source.indexOf(u'\n');
    const QStringView firstLine = lineEnd < 0 ? source : source.first(lineEnd);
    // Code can stand in items and indented blocks, and there a line is what it is.
    const bool holdsCode = indentOf(firstLine) >= 4 || itemStart(firstLine).has_value();
    const QByteArray utf8 = (holdsCode ? source.toString() : withVisibleDefinitions(source)).toUtf8();
    Builder builder(firstNumber);
    MD_PARSER parser{};
    parser.flags = kFlags;
    parser.enter_block = [](MD_BLOCKTYPE type, void *detail, void *self) {
        return static_cast<Builder *>(self)->enterBlock(type, detail);
    };
    parser.leave_block = [](MD_BLOCKTYPE type, void *, void *self) {
        return static_cast<Builder *>(self)->leaveBlock(type);
    };
    parser.enter_span = [](MD_SPANTYPE type, void *detail, void *self) {
        return static_cast<Builder *>(self)->span(type, detail, true);
    };
    parser.leave_span = [](MD_SPANTYPE type, void *detail, void *self) {
        return static_cast<Builder *>(self)->span(type, detail, false);
    };
    parser.text = [](MD_TEXTTYPE type, const MD_CHAR *text, MD_SIZE size, void *self) {
        return static_cast<Builder *>(self)->text(type, QByteArrayView(text, qsizetype(size)));
    };
    const int status = md_parse(utf8.constData(), static_cast<MD_SIZE>(utf8.size()), &parser, &builder);
    builder.finish();
    if (status != 0 || builder.tooLarge || builder.blocks.isEmpty())
        return {asPlain(source)};
    return builder.blocks;
}

} // namespace app::markdown
