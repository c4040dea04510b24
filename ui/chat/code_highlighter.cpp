// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/chat/code_highlighter.h"

#include <KSyntaxHighlighting/Definition>
#include <KSyntaxHighlighting/Format>
#include <KSyntaxHighlighting/Repository>
#include <KSyntaxHighlighting/SyntaxHighlighter>
#include <KSyntaxHighlighting/Theme>

#include <QTextCharFormat>
#include <QTextDocument>

namespace ui {

namespace {

/// The index of definitions costs milliseconds to build and never changes, so all code blocks share one.
const KSyntaxHighlighting::Repository &repository()
{
    static const KSyntaxHighlighting::Repository index;
    return index;
}

KSyntaxHighlighting::Definition definitionFor(const QString &language)
{
    if (language.isEmpty())
        return {};
    static const QHash<QString, QString> aliases{
        {QStringLiteral("py"), QStringLiteral("Python")},      {QStringLiteral("js"), QStringLiteral("JavaScript")},
        {QStringLiteral("ts"), QStringLiteral("TypeScript")},  {QStringLiteral("sh"), QStringLiteral("Bash")},
        {QStringLiteral("shell"), QStringLiteral("Bash")},     {QStringLiteral("console"), QStringLiteral("Bash")},
        {QStringLiteral("c++"), QStringLiteral("C++")},        {QStringLiteral("cpp"), QStringLiteral("C++")},
        {QStringLiteral("cs"), QStringLiteral("C#")},          {QStringLiteral("csharp"), QStringLiteral("C#")},
        {QStringLiteral("yml"), QStringLiteral("YAML")},       {QStringLiteral("rs"), QStringLiteral("Rust")},
        {QStringLiteral("rb"), QStringLiteral("Ruby")},        {QStringLiteral("kt"), QStringLiteral("Kotlin")},
        {QStringLiteral("golang"), QStringLiteral("Go")},      {QStringLiteral("md"), QStringLiteral("Markdown")},
        {QStringLiteral("ps1"), QStringLiteral("PowerShell")}, {QStringLiteral("html"), QStringLiteral("HTML")}};
    const QString lower = language.toLower();
    const auto alias = aliases.constFind(lower);
    if (const auto named = repository().definitionForName(alias == aliases.constEnd() ? language : *alias);
        named.isValid())
        return named;
    // Code fences mostly carry a file extension where they do not carry a name.
    return repository().definitionForFileName(QStringLiteral("x.") + lower);
}

} // namespace

class CodeHighlighter::Worker : public KSyntaxHighlighting::SyntaxHighlighter {
public:
    // Not a child of the document, which would delete it when a delegate dies before its highlighter does.
    explicit Worker(CodeHighlighter &colors)
        : SyntaxHighlighter(static_cast<QObject *>(nullptr))
        , m_colors(colors)
    {
    }

protected:
    void highlightBlock(const QString &text) override
    {
        ++m_colors.m_colouredLines;
        SyntaxHighlighter::highlightBlock(text);
    }

    void applyFormat(int offset, int length, const KSyntaxHighlighting::Format &format) override
    {
        if (length == 0)
            return;
        const QColor color = colorOf(format);
        if (!color.isValid())
            return;
        QTextCharFormat look;
        look.setForeground(color);
        setFormat(offset, length, look);
    }

private:
    QColor colorOf(const KSyntaxHighlighting::Format &format) const
    {
        using enum KSyntaxHighlighting::Theme::TextStyle;
        switch (format.textStyle()) {
        case Keyword:
        case ControlFlow:
        case Import:
        case Preprocessor:
            return m_colors.m_keyword;
        case String:
        case VerbatimString:
        case SpecialString:
        case Char:
        case SpecialChar:
            return m_colors.m_string;
        case DecVal:
        case BaseN:
        case Float:
        case Constant:
            return m_colors.m_number;
        case Function:
        case BuiltIn:
        case Extension:
            return m_colors.m_callable;
        case Comment:
        case Documentation:
        case Annotation:
        case CommentVar:
        case RegionMarker:
        case Information:
            return m_colors.m_comment;
        case DataType:
        case Attribute:
            return m_colors.m_type;
        default:
            return {};
        }
    }

    CodeHighlighter &m_colors;
};

CodeHighlighter::CodeHighlighter(QObject *parent)
    : QObject(parent)
{
}

CodeHighlighter::~CodeHighlighter() = default;

void CodeHighlighter::componentComplete()
{
    m_complete = true;
    start();
}

void CodeHighlighter::setDocument(QQuickTextDocument *document)
{
    if (document == m_document)
        return;
    m_document = document;
    m_worker.reset();
    start();
    Q_EMIT documentChanged();
}

void CodeHighlighter::setLanguage(const QString &language)
{
    if (language == m_language)
        return;
    m_language = language;
    start();
    Q_EMIT languageChanged();
}

QString CodeHighlighter::displayName() const
{
    const auto definition = definitionFor(m_language);
    return definition.isValid() ? definition.translatedName() : m_language;
}

void CodeHighlighter::setColor(QColor &target, const QColor &color)
{
    if (color == target)
        return;
    target = color;
    // All colours change together, with the theme: one pass serves them.
    if (m_worker && !std::exchange(m_recolouring, true)) {
        QMetaObject::invokeMethod(
            this,
            [this] {
                m_recolouring = false;
                if (m_worker)
                    m_worker->rehighlight();
            },
            Qt::QueuedConnection);
    }
    Q_EMIT colorsChanged();
}

void CodeHighlighter::start()
{
    if (!m_complete)
        return;
    const auto definition = m_document ? definitionFor(m_language) : KSyntaxHighlighting::Definition();
    if (!definition.isValid()) {
        m_worker.reset();
        return;
    }
    if (!m_worker)
        m_worker = std::make_unique<Worker>(*this);
    m_worker->setDefinition(definition);
    // Last, since each of the two colours everything.
    m_worker->setDocument(m_document->textDocument());
}

} // namespace ui
