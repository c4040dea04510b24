// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/markdown/block.h"

#include <QColor>
#include <QObject>
#include <QPointer>
#include <QQmlParserStatus>
#include <QQuickTextDocument>
#include <QRectF>
#include <QTextCharFormat>
#include <qqmlregistration.h>

namespace ui {

/// Writes styled text into the document of a read-only TextEdit, without any markup on the way. When the text grows,
/// only what changed at its end is written, so a selection above stays and the cost follows the new part.
class BlockText : public QObject, public QQmlParserStatus {
    Q_OBJECT
    Q_INTERFACES(QQmlParserStatus)
    QML_ELEMENT
    Q_PROPERTY(QQuickTextDocument *document READ document WRITE setDocument NOTIFY documentChanged FINAL)
    Q_PROPERTY(app::markdown::StyledText content READ content WRITE setContent NOTIFY contentChanged FINAL)
    Q_PROPERTY(bool hasLinks READ hasLinks NOTIFY contentChanged FINAL)
    /// Distance of lines as a multiple of the font's size; 0 leaves the font's own.
    Q_PROPERTY(qreal leading READ leading WRITE setLeading NOTIFY looksChanged FINAL)
    /// Whether each line is a paragraph of the document, so that a line that changes costs no work on those above it.
    /// Right for code and long plain text; a highlighter sees lines only so.
    Q_PROPERTY(bool byLine READ byLine WRITE setByLine NOTIFY looksChanged FINAL)
    Q_PROPERTY(QColor linkColor MEMBER m_linkColor WRITE setLinkColor NOTIFY looksChanged FINAL)
    /// Of the numbers of sources; transparent where something else is drawn over them.
    Q_PROPERTY(QColor citationColor MEMBER m_citationColor WRITE setCitationColor NOTIFY looksChanged FINAL)
    /// Under sentences that no source says.
    Q_PROPERTY(QColor notFoundColor MEMBER m_notFoundColor WRITE setNotFoundColor NOTIFY looksChanged FINAL)
    /// How many numbers of sources stand in the text.
    Q_PROPERTY(int citationCount READ citationCount NOTIFY contentChanged FINAL)
    /// What no source says, for who cannot see the line under it; empty: there is none.
    Q_PROPERTY(QString notFound READ notFound NOTIFY contentChanged FINAL)
    Q_PROPERTY(QColor codeBackground MEMBER m_codeBackground WRITE setCodeBackground NOTIFY looksChanged FINAL)
    Q_PROPERTY(QColor foundColor MEMBER m_foundColor WRITE setFoundColor NOTIFY looksChanged FINAL)
    Q_PROPERTY(QString monoFamily MEMBER m_monoFamily WRITE setMonoFamily NOTIFY looksChanged FINAL)
    Q_PROPERTY(qreal pixelSize READ pixelSize WRITE setPixelSize NOTIFY looksChanged FINAL)
    /// Marked wherever it stands in the text, without regard to case.
    Q_PROPERTY(QString needle READ needle WRITE setNeedle NOTIFY needleChanged FINAL)
public:
    explicit BlockText(QObject *parent = nullptr);

    [[nodiscard]] QQuickTextDocument *document() const { return m_document; }
    void setDocument(QQuickTextDocument *document);
    [[nodiscard]] app::markdown::StyledText content() const { return m_content; }
    void setContent(const app::markdown::StyledText &content);
    [[nodiscard]] bool hasLinks() const { return !m_content.links.isEmpty(); }
    [[nodiscard]] qreal leading() const { return m_leading; }
    void setLeading(qreal leading);
    [[nodiscard]] bool byLine() const { return m_byLine; }
    void setByLine(bool byLine);
    void setLinkColor(const QColor &color);
    void setCitationColor(const QColor &color);
    void setNotFoundColor(const QColor &color);
    [[nodiscard]] int citationCount() const { return static_cast<int>(m_citations.size()); }
    [[nodiscard]] QString notFound() const;
    void setCodeBackground(const QColor &color);
    void setFoundColor(const QColor &color);
    void setMonoFamily(const QString &family);
    [[nodiscard]] qreal pixelSize() const { return m_pixelSize; }
    void setPixelSize(qreal size);
    [[nodiscard]] QString needle() const { return m_needle; }
    void setNeedle(const QString &needle);

    /// Of a number of a source, by its place among them.
    Q_INVOKABLE [[nodiscard]] int citationNumber(int index) const;
    /// Whether it was found by comparing; else the model wrote it.
    Q_INVOKABLE [[nodiscard]] bool isCitationAdded(int index) const;
    /// Where it stands in the document, as high as the letters of its line; lays the text out.
    Q_INVOKABLE [[nodiscard]] QRectF citationRect(int index) const;
    /// Whether the character at a position belongs to a sentence that no source says.
    Q_INVOKABLE [[nodiscard]] bool isNotFound(int position) const;
    /// Target of the link at a character position; empty when there is none.
    Q_INVOKABLE [[nodiscard]] QString linkAt(int position) const;
    /// Start of the link after `position`, wrapping around, for walking links by keyboard; -1 when there is none.
    Q_INVOKABLE [[nodiscard]] int nextLink(int position) const;

    void classBegin() override { m_complete = false; }
    void componentComplete() override;

Q_SIGNALS:
    void documentChanged();
    void contentChanged();
    void looksChanged();
    void needleChanged();
    /// Text was written: positions of characters are other ones now.
    void written();

private:
    void write(qsizetype from);
    void rewrite();
    void markFound();
    [[nodiscard]] QTextCharFormat format(const app::markdown::Span *span) const;

    bool m_complete = true; // made outside of QML it is always
    QPointer<QQuickTextDocument> m_document;
    app::markdown::StyledText m_content;
    QList<app::markdown::Span> m_citations; ///< those of its spans that are the number of a source
    qreal m_leading = 0;
    bool m_byLine = false;
    qreal m_pixelSize = 15;
    QColor m_linkColor;
    QColor m_citationColor;
    QColor m_notFoundColor;
    QColor m_codeBackground;
    QColor m_foundColor;
    QString m_monoFamily;
    QString m_needle;
};

} // namespace ui
