// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/collection_service.h"
#include "app/export_service.h"
#include "app/source_service.h"
#include "app/summary_service.h"

#include <QObject>
#include <QPointer>
#include <QStringList>
#include <qqmlregistration.h>

namespace ui {

/// What somebody wants summarized and how, and how far the summary of it is, in words. The summary itself belongs to
/// the service and goes on without a desk; one that looks at the same files again finds it as it stands.
class SummaryDesk : public QObject {
    Q_OBJECT
    QML_ELEMENT
    Q_CLASSINFO("RegisterEnumClassesUnscoped", "false") // those of the services, which share names of values
    Q_PROPERTY(app::SummaryService *service READ service WRITE setService NOTIFY changed FINAL)
    Q_PROPERTY(app::CollectionService *collections READ collections WRITE setCollections NOTIFY changed FINAL)
    Q_PROPERTY(app::ExportService *exports MEMBER m_exports NOTIFY changed FINAL)
    /// What is summarized, in a few words.
    Q_PROPERTY(QString subject READ subject NOTIFY changed FINAL)
    /// "Summary of Lease.pdf".
    Q_PROPERTY(QString title READ title NOTIFY changed FINAL)
    Q_PROPERTY(Manner manner READ manner WRITE setManner NOTIFY changed FINAL)
    /// A BCP 47 tag; empty: the documents' own.
    Q_PROPERTY(QString language READ language WRITE setLanguage NOTIFY changed FINAL)
    /// One a line.
    Q_PROPERTY(QString questions READ questions WRITE setQuestions NOTIFY questionsChanged FINAL)
    Q_PROPERTY(bool ready READ isReady NOTIFY readyChanged FINAL)
    /// The summary of something else that is being made; empty: none.
    Q_PROPERTY(QString occupied READ occupied NOTIFY changed FINAL)
    Q_PROPERTY(Standing standing READ standing NOTIFY changed FINAL)
    /// The choices of the summary that is shown: "standard · German".
    Q_PROPERTY(QString chosen READ chosen NOTIFY changed FINAL)
    /// What is being done: "Part 7 of 18". A part is a section, or several short ones.
    Q_PROPERTY(QString step READ step NOTIFY changed FINAL)
    /// "Notice · about 2 minutes left".
    Q_PROPERTY(QString detail READ detail NOTIFY changed FINAL)
    Q_PROPERTY(double progress READ progress NOTIFY changed FINAL)
    /// What an earlier summary had done of it; empty: nothing.
    Q_PROPERTY(QString kept READ kept NOTIFY changed FINAL)
public:
    /// Lengths as app::SummaryLength has them, and questions in place of one.
    enum Manner { Short, Standard, Detailed, Points, Questions };
    Q_ENUM(Manner)
    enum Standing {
        Choosing, ///< nothing was begun
        Working,
        Paused, ///< what was read is kept
        Done,
        Failed,
    };
    Q_ENUM(Standing)
    using QObject::QObject;

    [[nodiscard]] app::SummaryService *service() const { return m_service; }
    void setService(app::SummaryService *service);
    [[nodiscard]] app::CollectionService *collections() const { return m_collections; }
    void setCollections(app::CollectionService *collections);

    /// Lays files, folders and the collection of that uuid (may be empty) on the desk.
    Q_INVOKABLE void take(const QStringList &paths, const QString &collection);
    /// Lays the newest summary on it.
    Q_INVOKABLE void takeNewest();
    /// Back to the choices; a summary that is being made of the same is stopped.
    Q_INVOKABLE void chooseAgain();
    Q_INVOKABLE void begin();
    Q_INVOKABLE void pause();
    Q_INVOKABLE void goOn();

    /// Shows a passage on its page: with all others that the summary cites, or alone where only a part of it does.
    Q_INVOKABLE void showSource(app::SourceService *sources, const app::SummarySource &source) const;

    /// Writes the finished summary with its sources; ExportService::saved() or failed() follows.
    Q_INVOKABLE void saveAs(const QString &path) const;
    /// The same as Markdown, for the clipboard.
    Q_INVOKABLE [[nodiscard]] QString markdown() const;
    /// A name for its file, without an ending.
    Q_INVOKABLE [[nodiscard]] QString fileName() const;

    /// Tags that are offered, without the empty one.
    Q_INVOKABLE [[nodiscard]] static QStringList languages();
    /// A language by its own name; of an empty tag, words for the documents' own.
    Q_INVOKABLE [[nodiscard]] QString languageName(const QString &tag) const;

    [[nodiscard]] QString subject() const;
    [[nodiscard]] QString title() const;
    [[nodiscard]] Manner manner() const { return m_manner; }
    void setManner(Manner manner);
    [[nodiscard]] QString language() const { return m_language; }
    void setLanguage(const QString &tag);
    [[nodiscard]] QString questions() const { return m_questions; }
    void setQuestions(const QString &lines);
    [[nodiscard]] bool isReady() const;
    [[nodiscard]] QString occupied() const;
    [[nodiscard]] Standing standing() const;
    [[nodiscard]] QString chosen() const;
    [[nodiscard]] QString step() const;
    [[nodiscard]] QString detail() const;
    [[nodiscard]] double progress() const;
    [[nodiscard]] QString kept() const;

Q_SIGNALS:
    void changed();
    void questionsChanged();
    void readyChanged();

private:
    [[nodiscard]] app::SummaryRequest request() const;
    [[nodiscard]] bool isMine() const;
    [[nodiscard]] QString collectionName(const QString &uuid) const;
    [[nodiscard]] app::ExportedTalk talk() const;

    QPointer<app::SummaryService> m_service;
    QPointer<app::CollectionService> m_collections;
    app::ExportService *m_exports = nullptr;
    QStringList m_paths;
    QString m_collection;
    Manner m_manner = Standard;
    QString m_language;
    QString m_questions;
    bool m_choosing = true;
};

} // namespace ui
