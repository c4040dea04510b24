// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QColor>
#include <QObject>
#include <QPointer>
#include <QQmlParserStatus>
#include <QQuickTextDocument>
#include <QString>
#include <qqmlregistration.h>

#include <memory>

namespace ui {

/// Colours the code in a document as it grows; only lines that changed are looked at again.
class CodeHighlighter : public QObject, public QQmlParserStatus {
    Q_OBJECT
    Q_INTERFACES(QQmlParserStatus)
    QML_ELEMENT
    Q_PROPERTY(QQuickTextDocument *document READ document WRITE setDocument NOTIFY documentChanged FINAL)
    /// As written after the fence: "cpp", "Python", "js". Unknown names leave the code in ink.
    Q_PROPERTY(QString language READ language WRITE setLanguage NOTIFY languageChanged FINAL)
    /// The language's own name for people, "C++" for "cpp"; the given name when it is unknown.
    Q_PROPERTY(QString displayName READ displayName NOTIFY languageChanged FINAL)
    Q_PROPERTY(QColor keyword MEMBER m_keyword WRITE setKeyword NOTIFY colorsChanged FINAL)
    Q_PROPERTY(QColor string MEMBER m_string WRITE setString NOTIFY colorsChanged FINAL)
    Q_PROPERTY(QColor number MEMBER m_number WRITE setNumber NOTIFY colorsChanged FINAL)
    Q_PROPERTY(QColor callable MEMBER m_callable WRITE setCallable NOTIFY colorsChanged FINAL)
    Q_PROPERTY(QColor comment MEMBER m_comment WRITE setComment NOTIFY colorsChanged FINAL)
    Q_PROPERTY(QColor type MEMBER m_type WRITE setType NOTIFY colorsChanged FINAL)
public:
    explicit CodeHighlighter(QObject *parent = nullptr);
    ~CodeHighlighter() override;

    [[nodiscard]] QQuickTextDocument *document() const { return m_document; }
    void setDocument(QQuickTextDocument *document);
    [[nodiscard]] QString language() const { return m_language; }
    void setLanguage(const QString &language);
    [[nodiscard]] QString displayName() const;
    /// How many lines were coloured so far: what a change cost.
    [[nodiscard]] qsizetype colouredLines() const { return m_colouredLines; }

    void classBegin() override { m_complete = false; }
    void componentComplete() override;
    void setKeyword(const QColor &color) { setColor(m_keyword, color); }
    void setString(const QColor &color) { setColor(m_string, color); }
    void setNumber(const QColor &color) { setColor(m_number, color); }
    void setCallable(const QColor &color) { setColor(m_callable, color); }
    void setComment(const QColor &color) { setColor(m_comment, color); }
    void setType(const QColor &color) { setColor(m_type, color); }

Q_SIGNALS:
    void documentChanged();
    void languageChanged();
    void colorsChanged();

private:
    class Worker;

    void setColor(QColor &target, const QColor &color);
    void start();

    bool m_complete = true;     // made outside of QML it is always
    bool m_recolouring = false; // a pass over all lines is due
    qsizetype m_colouredLines = 0;
    QPointer<QQuickTextDocument> m_document;
    QString m_language;
    QColor m_keyword;
    QColor m_string;
    QColor m_number;
    QColor m_callable;
    QColor m_comment;
    QColor m_type;
    std::unique_ptr<Worker> m_worker;
};

} // namespace ui
