// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QList>
#include <QObject>
#include <QString>
#include <QThreadPool>

#include <functional>

namespace app {

/// A model that documents can be found by.
struct EmbedderChoice {
    Q_GADGET
    Q_PROPERTY(QString path MEMBER path)
    Q_PROPERTY(QString name MEMBER name)
    Q_PROPERTY(QString size READ size)
public:
    QString path; ///< as Settings::embedder() keeps it
    QString name; ///< as its file says; else the file's
    qint64 bytes = 0;
    [[nodiscard]] QString size() const; ///< "23 MB"
    bool operator==(const EmbedderChoice &) const = default;
};

/// The embedding models on this computer, those for documents first. GUI thread; files are looked at on another.
class EmbedderList : public QObject {
    Q_OBJECT
    Q_PROPERTY(QList<app::EmbedderChoice> choices READ choices NOTIFY choicesChanged FINAL)
    Q_PROPERTY(bool looking READ isLooking NOTIFY choicesChanged FINAL)
public:
    using Find = std::function<QList<EmbedderChoice>()>;

    /// `find` may block and is called on a thread of its own; empty: there are none.
    explicit EmbedderList(Find find, QObject *parent = nullptr);
    ~EmbedderList() override;

    [[nodiscard]] const QList<EmbedderChoice> &choices() const { return m_choices; }
    [[nodiscard]] bool isLooking() const { return m_looking; }
    /// Looks at the folders again; choicesChanged() follows.
    Q_INVOKABLE void refresh();

Q_SIGNALS:
    void choicesChanged();

private:
    Find m_find;
    QList<EmbedderChoice> m_choices;
    bool m_looking = false;
    QThreadPool m_pool; ///< last: what runs in it speaks to this object
};

/// The embedders that are installed; the first one is what documents are found by where none was chosen. Reads headers
/// of files; blocks.
QList<EmbedderChoice> installedEmbedders();

} // namespace app
