// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// The passages that an answer was given, each on its page.
#pragma once

#include "app/document_types.h"
#include "app/page_drawer.h"
#include "app/source_lookup.h"

#include <QByteArray>
#include <QObject>
#include <QRectF>
#include <QSizeF>
#include <QTimer>

#include <memory>

namespace app {

class IndexThread;

/// The source that is shown.
struct SourceView {
    Q_GADGET
    Q_PROPERTY(QString name MEMBER name)
    Q_PROPERTY(QString place MEMBER place)
    Q_PROPERTY(QString heading MEMBER heading)
    Q_PROPERTY(app::SourceStanding standing MEMBER standing)
    Q_PROPERTY(QString notice MEMBER notice)
    Q_PROPERTY(QSizeF pageSize MEMBER pageSize)
    Q_PROPERTY(QRectF marked READ marked)
    Q_PROPERTY(QString text MEMBER text)
    Q_PROPERTY(int markStart MEMBER markStart)
    Q_PROPERTY(int markLength MEMBER markLength)
    Q_PROPERTY(QStringList why MEMBER why)
    Q_PROPERTY(bool canOpen MEMBER canOpen)
public:
    QString name;    ///< of the file
    QString place;   ///< "page 6 of 14", "sheet Costs"; empty: the format has nothing of the kind
    QString heading; ///< headings above the passage, " › " between
    SourceStanding standing = SourceStanding::Looking;
    QString notice;      ///< what is to be known about the file, in words; empty: nothing
    QSizeF pageSize;     ///< points; empty: the format has no layout
    QList<QRectF> marks; ///< lines of the passage on the page, points
    QString text;        ///< of the page, or what stands around the passage
    int markStart = 0;   ///< UTF-16 units
    int markLength = 0;
    QStringList why;                     ///< why this passage was chosen, a sentence each
    bool canOpen = false;                ///< there is a file to open
    [[nodiscard]] QRectF marked() const; ///< around all marks
    bool operator==(const SourceView &) const = default;
};

/// A page as it looks: rows from the top, four bytes a pixel (blue, green, red, 255).
struct PagePicture {
    QString key;
    QByteArray pixels;
    int width = 0;
    int height = 0;
};

/// Shows the passages of one answer, one at a time: reads the index on its thread, looks at the file and has its page
/// drawn on another, so that nothing waits here. GUI thread.
class SourceService : public QObject {
    Q_OBJECT
    Q_PROPERTY(bool open READ isOpen NOTIFY openChanged FINAL)
    Q_PROPERTY(app::MessageId message READ message NOTIFY viewChanged FINAL)
    Q_PROPERTY(app::CitationValue citation READ citation NOTIFY viewChanged FINAL)
    Q_PROPERTY(app::SourceView view READ view NOTIFY viewChanged FINAL)
    /// Place among the passages that can be gone through, from 0.
    Q_PROPERTY(int index READ index NOTIFY viewChanged FINAL)
    Q_PROPERTY(int count READ count NOTIFY viewChanged FINAL)
    Q_PROPERTY(int usedCount READ usedCount NOTIFY viewChanged FINAL)
    Q_PROPERTY(app::PictureState pictureState READ pictureState NOTIFY pictureChanged FINAL)
    /// Why there is no picture, with PictureState::Failed.
    Q_PROPERTY(QString pictureTrouble READ pictureTrouble NOTIFY pictureChanged FINAL)
public:
    /// Pictures that are kept so that going back is instant; in bytes.
    static constexpr qsizetype kMostPictureBytes = qsizetype{64} << 20U;

    /// `index` is borrowed and outlives this object.
    SourceService(IndexThread &index, PageDrawer::OpenReader readers, QObject *parent = nullptr);
    ~SourceService() override;

    [[nodiscard]] bool isOpen() const { return m_open; }
    [[nodiscard]] MessageId message() const { return m_message; }
    [[nodiscard]] CitationValue citation() const { return m_citations.value(m_index); }
    [[nodiscard]] const SourceView &view() const { return m_view; }
    [[nodiscard]] int index() const { return m_index; }
    [[nodiscard]] int count() const { return static_cast<int>(m_citations.size()); }
    [[nodiscard]] int usedCount() const;
    [[nodiscard]] PictureState pictureState() const { return m_pictureState; }
    [[nodiscard]] QString pictureTrouble() const { return m_pictureTrouble; }
    /// Of the page shown; while it is drawn anew in another size, the old one. Empty: none.
    [[nodiscard]] const PagePicture &picture() const { return m_picture; }

    /// Opens the passage with this number among those of an answer, or of a summary, which is no message: invalid;
    /// numbers that it has not are ignored.
    void show(MessageId message, const QList<CitationValue> &citations, qint32 number);
    Q_INVOKABLE void next();
    Q_INVOKABLE void previous();
    Q_INVOKABLE void close();
    /// How many pixels of the screen a page is wide; 0: no page is shown.
    Q_INVOKABLE void setPictureWidth(int pixels);
    /// Draws a page once more that could not be drawn.
    Q_INVOKABLE void drawAgain();
    /// Asks the program to open the file in another one.
    Q_INVOKABLE void openFile();

Q_SIGNALS:
    void openChanged();
    void viewChanged();
    void pictureChanged();
    void openFileWanted(const QString &path);

private:
    void load();
    void onFound(const FoundSource &found);
    void onFate(FileFate fate);
    void wantPicture();
    void onDrawn(const QString &key, PageDrawer::Drawn drawn);
    void setPicture(PictureState state, const PagePicture &picture, const QString &trouble = {});
    void keep(const PagePicture &picture);
    [[nodiscard]] bool isCurrent(quint64 ticket) const { return ticket == m_ticket; }

    IndexThread &m_thread;
    bool m_open = false;
    MessageId m_message;
    QList<CitationValue> m_citations;
    int m_index = 0;
    quint64 m_ticket = 0; ///< counts what was asked for: answers to older ones are late
    SourceView m_view;
    NotedFile m_file;
    quint32 m_page = 0;
    int m_width = 0;
    QTimer m_settle; ///< a size that is being dragged is not drawn at every step
    PictureState m_pictureState = PictureState::None;
    QString m_pictureTrouble;
    PagePicture m_picture;
    QString m_drawingKey;
    QList<PagePicture> m_kept;            ///< newest last
    std::unique_ptr<PageDrawer> m_drawer; ///< last: its answers need the others
};

} // namespace app
